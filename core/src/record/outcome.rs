//! What followed a decision: the return from the next candle's open, and how far the price went the wrong way.

use std::collections::VecDeque;

use crate::{Candle, Timeframe, UnixMs};

use super::Decision;

/// What followed a decision within a horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Log return from the next 1h candle's open to the last close within the horizon.
    pub change: f64,
    /// Lowest price within the horizon against the entry, as a log return: 0 or less.
    pub drawdown: f64,
}

/// The outcomes of `decisions` over `horizon` hours, in their order; unknown where the horizon isn't over or an hour of
/// its ends is missing. `hours` are 1h candles in order.
pub fn outcomes(decisions: &[Decision], hours: &[Candle], horizon: u32) -> Vec<Option<Outcome>> {
    let length = Timeframe::H1.duration_ms();
    let place = |open: UnixMs| hours.binary_search_by_key(&open, |candle| candle.open_time).ok();
    // Candles from the entry to the end of the horizon whose lows increase: the first is the lowest.
    let mut lows: VecDeque<(usize, f64)> = VecDeque::new();
    let mut taken = 0;
    let mut outcome = |decision: &Decision| {
        let entry = place(decision.at)?;
        let exit = place(decision.at.plus((i64::from(horizon) - 1) * length))?;
        while taken <= exit {
            let low = hours.get(taken)?.low;
            while lows.back().is_some_and(|(_, known)| *known >= low) {
                lows.pop_back();
            }
            lows.push_back((taken, low));
            taken += 1;
        }
        while lows.front().is_some_and(|(index, _)| *index < entry) {
            lows.pop_front();
        }
        let open = hours.get(entry)?.open;
        let lowest = lows.front()?.1;
        Some(Outcome { change: libm::log(hours.get(exit)?.close / open), drawdown: libm::log(lowest / open).min(0.0) })
    };
    decisions.iter().map(&mut outcome).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours() -> Vec<Candle> {
        let lengths = Timeframe::H1.duration_ms();
        (0..10)
            .map(|i| {
                let open = 100.0 + f64::from(i);
                let low = if i == 4 { 50.0 } else { open - 1.0 };
                Candle {
                    open_time: UnixMs(i64::from(i) * lengths),
                    open,
                    high: open + 2.0,
                    low,
                    close: open + 1.0,
                    volume: 1.0,
                }
            })
            .collect()
    }

    fn at(hour: i64) -> Decision {
        let at = UnixMs(hour * Timeframe::H1.duration_ms());
        Decision { at, conviction: 0.0, coverage: 1.0, setup: false }
    }

    #[test]
    fn the_entry_is_the_next_open_and_the_exit_the_last_close() {
        let found = outcomes(&[at(1), at(2), at(5), at(6), at(8)], &hours(), 4);
        let change = |from: f64, to: f64| libm::log(to / from);
        assert_eq!(found[0], Some(Outcome { change: change(101.0, 105.0), drawdown: change(101.0, 50.0) }));
        assert_eq!(found[1], Some(Outcome { change: change(102.0, 106.0), drawdown: change(102.0, 50.0) }));
        assert_eq!(found[2], Some(Outcome { change: change(105.0, 109.0), drawdown: change(105.0, 104.0) }));
        assert_eq!(found[3], Some(Outcome { change: change(106.0, 110.0), drawdown: change(106.0, 105.0) }));
        assert_eq!(found[4], None);
    }

    #[test]
    fn a_missing_hour_at_an_end_is_unknown_and_one_between_is_not() {
        let mut hours = hours();
        hours.remove(3);
        let found = outcomes(&[at(0), at(2), at(3)], &hours, 4);
        assert!(found[0].is_none() && found[1].is_some() && found[2].is_none());
    }
}
