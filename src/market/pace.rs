//! Coinbase's pace: it allows 10 requests a second to an address and 15 at once, and a first view with its surroundings
//! takes 40. The others allow more than a page of widgets asks.

use std::cell::Cell;

use gloo_timers::future::TimeoutFuture;
use tao_conviction_core::UnixMs;

use super::now;

/// One request in so many milliseconds,
const EVERY_MS: i64 = 125;
/// and so many at once after a rest.
const AT_ONCE: i64 = 14;

thread_local! {
    /// When all requests so far would be through, had none been sent at once.
    static THROUGH: Cell<UnixMs> = const { Cell::new(UnixMs(0)) };
}

/// Waits until the next request may be sent.
pub(super) async fn turn() {
    let wait = THROUGH.with(|through| {
        let (wait, after) = reserve(through.get(), now());
        through.set(after);
        wait
    });
    if wait > 0 {
        TimeoutFuture::new(wait).await;
    }
}

/// How long to wait at `at` in milliseconds, and when all requests are through with this one.
fn reserve(through: UnixMs, at: UnixMs) -> (u32, UnixMs) {
    let ahead = through.since(at).max(0);
    let wait = (ahead - (AT_ONCE - 1) * EVERY_MS).max(0);
    (u32::try_from(wait).unwrap_or(0), at.plus(ahead + EVERY_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fourteen_at_once_and_then_eight_a_second() {
        let mut through = UnixMs(0);
        let mut waits = |at: i64, count: usize| {
            let mut ask = || {
                let (wait, after) = reserve(through, UnixMs(at));
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
}
