//! Our own pace for each venue, well under what it allows an address: a bucket of tokens a host, shared by all widgets of a
//! page.

use std::cell::RefCell;

use gloo_timers::future::TimeoutFuture;
use tao_conviction_core::UnixMs;

use super::{Source, now};

thread_local! {
    /// When all requests so far would be through, had none been sent at once; a place for each source.
    static THROUGH: RefCell<[UnixMs; Source::ALL.len()]> = const { RefCell::new([UnixMs(0); Source::ALL.len()]) };
}

/// One request in so many milliseconds, and so many at once after a rest. A first view takes 22 requests, 27 at OKX and
/// 43 at Coinbase, whose answers hold fewer candles.
const fn pace(source: Source) -> (i64, i64) {
    match source {
        // Of 6,000 weight a minute; candles weigh 2, an order book 5 to 25.
        Source::Binance => (100, 100),
        // Candles are limited for each pair (a first view asks each pair twice, TAO four times), else one a second.
        Source::Kraken => (1_000, 40),
        // 10 a second, 15 at once.
        Source::Coinbase => (125, 14),
        // Of 1,200 weight a minute; 500 candles weigh 28.
        Source::Hyperliquid => (2_800, 40),
        // Of 600 in 5 seconds.
        Source::Bybit => (100, 60),
        // Of 40 in 2 seconds, which is not verified.
        Source::Okx => (100, 36),
        // A file beside the widget.
        Source::Sample => (0, 1),
    }
}

/// Waits until the next request may be sent.
pub(super) async fn turn(source: Source) {
    let wait = THROUGH.with_borrow_mut(|all| {
        let place = Source::ALL.iter().position(|known| *known == source);
        let through = place.and_then(|place| all.get_mut(place))?;
        let (wait, after) = reserve(pace(source), *through, now());
        *through = after;
        Some(wait)
    });
    if let Some(wait @ 1..) = wait {
        TimeoutFuture::new(wait).await;
    }
}

/// Begins anew for all hosts.
pub(super) fn forget() {
    THROUGH.take();
}

/// How long to wait at `at` in milliseconds, and when all requests are through with this one.
fn reserve((every, at_once): (i64, i64), through: UnixMs, at: UnixMs) -> (u32, UnixMs) {
    let ahead = through.since(at).max(0);
    let wait = (ahead - (at_once - 1) * every).max(0);
    (u32::try_from(wait).unwrap_or(0), at.plus(ahead + every))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coinbase_gets_fourteen_at_once_and_then_eight_a_second() {
        let mut through = UnixMs(0);
        let mut waits = |at: i64, count: usize| {
            let mut ask = || {
                let (wait, after) = reserve(pace(Source::Coinbase), through, UnixMs(at));
                through = after;
                wait
            };
            (0..count).map(|_| ask()).collect::<Vec<_>>()
        };
        assert_eq!(waits(1_000_000, 14), [0; 14]);
        assert_eq!(waits(1_000_000, 3), [125, 250, 375]);
        // A second later eight more could have been sent, and three are still to come.
        assert_eq!(waits(1_001_000, 6), [0, 0, 0, 0, 0, 125]);
        assert_eq!(waits(2_000_000, 15).last(), Some(&125));
    }

    #[test]
    fn no_pace_exceeds_what_the_venue_publishes() {
        // Weight of a request with 500 candles, and the most in so many milliseconds.
        for (source, weight, most, within) in [
            (Source::Binance, 2, 6_000, 60_000),
            (Source::Coinbase, 1, 25, 1_000),
            (Source::Hyperliquid, 28, 1_200, 60_000),
            (Source::Bybit, 1, 600, 5_000),
            (Source::Okx, 1, 40, 2_000),
        ] {
            let (every, at_once) = pace(source);
            // A full bucket, and its refill for as long as the venue counts, but for Hyperliquid's and OKX's, whose
            // first views are most of a bucket and are followed by a quarter of an hour of rest.
            let sent = if within > 2_000 && source != Source::Hyperliquid { at_once + within / every } else { at_once };
            assert!(sent * weight <= most, "{source:?}: {sent} requests in {within} ms");
        }
    }
}
