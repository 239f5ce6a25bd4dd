//! The track record's replay: a year of 15-minute candles, one decision an hour, all four timeframes.

use tao_conviction_core::candle::complete;
use tao_conviction_core::record::{History, Recorder, replay};
use tao_conviction_core::{Candle, CandleSeries, Parameters, Timeframe, UnixMs};

/// A year with the longer candles that are built from it; building them is not timed.
pub struct Year(Vec<CandleSeries>);

impl Year {
    /// Takes 15-minute candles.
    pub fn new(candles: &[Candle]) -> Self {
        let quarters = CandleSeries::from_arrivals(Timeframe::M15, candles.iter().copied());
        Self(complete(&[quarters], UnixMs(i64::MAX)).0)
    }

    fn history(&self) -> History<'_> {
        History { asset: &self.0, btc: &[], basket: &[] }
    }

    /// Every hour's score: their sum, so that nothing is left out.
    pub fn replay(&self) -> f64 {
        let decisions = replay(&self.history(), &Parameters::default(), UnixMs(i64::MAX));
        decisions.iter().map(|decision| decision.conviction).sum()
    }

    /// The same with all statistics, three bootstraps of 999 draws among them.
    pub fn record(&self) -> f64 {
        let (decisions, _) = Recorder::new(self.history(), &Parameters::default(), UnixMs(i64::MAX)).finish();
        decisions.last().map_or(f64::NAN, |decision| decision.conviction)
    }

    /// The longest slice of the record in milliseconds, by this clock.
    pub fn longest_slice(&self, clock: impl Fn() -> f64) -> f64 {
        let mut before = clock();
        let mut longest: f64 = 0.0;
        let mut recorder = Recorder::new(self.history(), &Parameters::default(), UnixMs(i64::MAX));
        loop {
            let goes_on = recorder.work();
            let after = clock();
            longest = longest.max(after - before);
            before = after;
            if !goes_on {
                drop(recorder.finish());
                return longest.max(clock() - before);
            }
        }
    }
}
