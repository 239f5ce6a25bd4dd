//! The live price: while a source with a stream is in use, its running candle moves the price and no score. A socket that
//! falls silent or drops is opened again with full jitter, and then what was missed is fetched. One serves many assets.

use std::rc::Weak;

use futures::future::{AbortHandle, Either, abortable, select};
use gloo_timers::future::TimeoutFuture;
use tao_conviction_core::wire::Stream;
use tao_conviction_core::{Candle, Timeframe, UnixMs};

use super::feed::Run;
#[cfg(feature = "panel")]
use super::quiet;
use crate::market::{Event, Many, Source, now};

/// How often the silence is measured and a ping is due.
const BEAT_MS: u32 = 5_000;
const PING_MS: i64 = 20_000;
/// A connection that held so long was a good one.
const STABLE_MS: i64 = 60_000;
/// The price is shown at most so often.
const CALM_MS: u32 = 1_000;

/// A stream that is followed; dropping it closes its socket.
pub(super) struct Live {
    pub(super) source: Source,
    task: AbortHandle,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Live {
    /// Follows `source`'s stream for `runs`, whose symbols these are; nothing where it has none.
    pub(super) fn follow(runs: Many<Weak<Run>>, symbols: Many<&'static str>, source: Source) -> Option<Self> {
        let (task, abort) = abortable(follow(runs, symbols, source.stream()?, source));
        wasm_bindgen_futures::spawn_local(async move {
            // Aborted when it isn't followed any more.
            let _ = task.await;
        });
        Some(Self { source, task: abort })
    }
}

async fn follow(runs: Many<Weak<Run>>, symbols: Many<&'static str>, venue: Stream, source: Source) {
    let mut attempt = 0;
    loop {
        #[cfg(feature = "panel")]
        quiet::until_may_ask().await;
        let opened = now();
        if !listen(&runs, &symbols, venue, source, attempt > 0).await {
            return;
        }
        attempt = if now().since(opened) >= STABLE_MS { 1 } else { attempt + 1 };
        TimeoutFuture::new(pause(attempt, js_sys::Math::random())).await;
    }
}

/// Listens to one socket until it is lost; false when nobody wants to know any more.
async fn listen(
    runs: &Many<Weak<Run>>,
    symbols: &Many<&'static str>,
    venue: Stream,
    source: Source,
    again: bool,
) -> bool {
    let all = || runs.iter().filter_map(Weak::upgrade);
    let Some(first) = all().next() else { return false };
    let Some(mut socket) = first.open(venue, symbols) else { return true };
    drop(first);
    let begin = now();
    let ends = begin.plus(lifetime(venue, js_sys::Math::random()));
    let (mut heard, mut pinged, mut shown) = (begin, begin, UnixMs(0));
    let mut caught_up = !again;
    // The last of many messages at once may be the last for minutes: it is shown a little later, and not left out.
    let mut moved = false;
    loop {
        let beat = if moved { CALM_MS } else { BEAT_MS };
        let event = match select(Box::pin(socket.next()), TimeoutFuture::new(beat)).await {
            Either::Left((event, _)) => Some(event),
            Either::Right(_) => None,
        };
        let at = now();
        match event {
            Some(Event::Closed) => return true,
            Some(Event::Open | Event::Alive) => heard = at,
            Some(Event::Candle(place, candle)) => {
                heard = at;
                if !caught_up {
                    // What happened in between is in no message.
                    caught_up = true;
                    all().for_each(|run| run.refresh());
                }
                moved |= runs.get(place).and_then(Weak::upgrade).is_some_and(|run| run.take_in(source, candle));
            }
            None => {}
        }
        if moved && at.since(shown) >= i64::from(CALM_MS) {
            (moved, shown) = (false, at);
            all().for_each(|run| run.tick(source));
        }
        #[cfg(feature = "panel")]
        if !quiet::may_ask(at) {
            return true;
        }
        if at.since(heard) > patience(venue) || at >= ends {
            return true;
        }
        if at.since(pinged) >= PING_MS {
            pinged = at;
            socket.ping();
        }
    }
}

/// How long a venue may say nothing: Kraken's heartbeat comes every second, Binance's candle every two where there is
/// trade; the others answer pings.
const fn patience(venue: Stream) -> i64 {
    match venue {
        Stream::Kraken => 30_000,
        Stream::Binance => 60_000,
        Stream::Hyperliquid | Stream::Bybit => 45_000,
    }
}

/// How long a connection is used: Binance ends each after 24 hours.
fn lifetime(venue: Stream, dice: f64) -> i64 {
    const HOUR_MS: i64 = 60 * 60_000;
    #[expect(clippy::cast_possible_truncation, reason = "less than an hour")]
    let part = (0.9 * 3_600_000.0 * dice) as i64;
    if venue == Stream::Binance { 23 * HOUR_MS + part } else { i64::MAX / 2 - 23 * HOUR_MS }
}

/// How long to wait before the `attempt`th new connection (from 1): full jitter up to a limit that doubles from 2 s to a
/// minute.
fn pause(attempt: u32, dice: f64) -> u32 {
    let limit = (1_000_u32 << attempt.min(6)).min(60_000);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 … 60000")]
    let part = (f64::from(limit - 500) * dice) as u32;
    500 + part
}

/// Whether a candle from a stream may move the price that stands: of a bar no older than the one shown, sound, and not a
/// fifth away from the last close, which would be a broken message sooner than a market.
pub(super) fn may_move(candle: &Candle, shown: Option<&Candle>, last_close: Option<f64>, at: UnixMs) -> bool {
    let in_order = shown.is_none_or(|shown| {
        candle.open_time > shown.open_time || (candle.open_time == shown.open_time && candle.volume >= shown.volume)
    });
    let length = Timeframe::M15.duration_ms();
    let due = candle.open_time <= at.plus(length) && at.since(candle.open_time) <= 2 * length;
    let near = last_close.is_none_or(|close| (candle.close / close - 1.0).abs() <= 0.2);
    candle.defect(Timeframe::M15).is_none() && in_order && due && near
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH: i64 = 15 * 60_000;

    fn candle(bar: i64, close: f64, volume: f64) -> Candle {
        Candle { open_time: UnixMs(bar * LENGTH), open: 100.0, high: 130.0, low: 70.0, close, volume }
    }

    #[test]
    fn only_what_is_newer_sound_and_near_moves_the_price() {
        let at = UnixMs(10 * LENGTH + 60_000);
        let shown = candle(10, 100.0, 5.0);
        let moves = |candle: Candle| may_move(&candle, Some(&shown), Some(100.0), at);
        assert!(moves(candle(10, 101.0, 6.0)) && moves(candle(10, 99.0, 5.0)) && moves(candle(11, 101.0, 0.0)));
        // Out of order: an earlier bar, or less volume in the same one.
        assert!(!moves(candle(9, 101.0, 9.0)) && !moves(candle(10, 101.0, 4.0)));
        // Of the future, or long past.
        assert!(!moves(candle(12, 101.0, 9.0)));
        assert!(!may_move(&candle(7, 101.0, 9.0), None, Some(100.0), at));
        // Broken, or too far from the last close.
        assert!(!moves(candle(10, 121.0, 6.0)) && !moves(candle(10, 79.0, 6.0)));
        for close in [0.0, -1.0, f64::NAN, f64::INFINITY, 131.0] {
            assert!(!moves(candle(10, close, 6.0)), "{close}");
        }
        assert!(may_move(&candle(10, 101.0, 6.0), None, None, at));
    }

    #[test]
    fn new_connections_come_at_random_times_up_to_a_minute_apart() {
        let limits = [1, 2, 3, 6, 99].map(|attempt| pause(attempt, 1.0));
        assert_eq!(limits, [2_000, 4_000, 8_000, 60_000, 60_000]);
        assert_eq!([1, 99].map(|attempt| pause(attempt, 0.0)), [500, 500]);
    }

    #[test]
    fn binances_connections_are_renewed_before_it_ends_them() {
        let hours = |dice| lifetime(Stream::Binance, dice) / 3_600_000;
        assert_eq!((hours(0.0), hours(1.0)), (23, 23));
        assert!(lifetime(Stream::Binance, 1.0) < 24 * 3_600_000);
        assert!(UnixMs(1_757_671_620_000).plus(lifetime(Stream::Kraken, 1.0)) > UnixMs(4_000_000_000_000));
    }
}
