//! A series of candles of one timeframe: valid, in order, each open time once.

use super::{Candle, Timeframe, UnixMs};

/// Why a candle was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// A price is not a positive, finite number.
    Price,
    /// The high is below the open, the close or the low.
    High,
    /// The low is above the open or the close.
    Low,
    /// The volume is negative or not a finite number.
    Volume,
    /// The open time is not a multiple of the timeframe.
    Unaligned,
}

/// What was found while a series was put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quality {
    /// Candles refused for a [`Defect`].
    pub rejected: u32,
    /// Candles replaced by a later arrival with the same open time.
    pub duplicates: u32,
    /// The defect of the first candle refused.
    pub first_defect: Option<Defect>,
}

/// Candles of one timeframe in strictly increasing order of open time, each of them valid (method §1).
#[derive(Debug, Clone, PartialEq)]
pub struct CandleSeries {
    timeframe: Timeframe,
    candles: Vec<Candle>,
    quality: Quality,
}

impl CandleSeries {
    /// An empty series.
    pub const fn new(timeframe: Timeframe) -> Self {
        Self { timeframe, candles: Vec::new(), quality: Quality { rejected: 0, duplicates: 0, first_defect: None } }
    }

    /// A series from candles in any order: invalid ones are rejected and counted, of several with one open time the
    /// last to arrive is kept.
    pub fn from_arrivals(timeframe: Timeframe, arrivals: impl IntoIterator<Item = Candle>) -> Self {
        let mut series = Self::new(timeframe);
        series.extend(arrivals);
        series
    }

    /// Adds candles under the same rules; they may replace what is there.
    pub fn extend(&mut self, arrivals: impl IntoIterator<Item = Candle>) {
        for candle in arrivals {
            if let Some(defect) = candle.defect(self.timeframe) {
                self.quality.rejected = self.quality.rejected.saturating_add(1);
                self.quality.first_defect.get_or_insert(defect);
            } else {
                self.candles.push(candle);
            }
        }
        self.settle();
    }

    /// Puts the candles in order and merges those with the same open time.
    fn settle(&mut self) {
        if self.candles.is_sorted_by(|a, b| a.open_time < b.open_time) {
            return;
        }
        // A stable sort keeps arrivals with equal open times in order of arrival, so the later one survives.
        self.candles.sort_by_key(|candle| candle.open_time);
        let before = self.candles.len();
        self.candles.dedup_by(|later, kept| {
            let same = later.open_time == kept.open_time;
            if same {
                *kept = *later;
            }
            same
        });
        let merged = u32::try_from(before.saturating_sub(self.candles.len())).unwrap_or(u32::MAX);
        self.quality.duplicates = self.quality.duplicates.saturating_add(merged);
    }

    /// Drops the oldest candles until at most `count` are left.
    pub fn keep_last(&mut self, count: usize) {
        let surplus = self.candles.len().saturating_sub(count);
        self.candles.drain(..surplus);
    }

    /// The length of its candles.
    pub const fn timeframe(&self) -> Timeframe {
        self.timeframe
    }

    /// All candles, the running one included when there is one.
    pub fn candles(&self) -> &[Candle] {
        &self.candles
    }

    /// What was rejected on the way.
    pub const fn quality(&self) -> Quality {
        self.quality
    }

    /// The candles that may be used at decision time `at`: those with `open_time + length ≤ at`.
    pub fn closed(&self, at: UnixMs) -> &[Candle] {
        let length = self.timeframe.duration_ms();
        let end = self.candles.partition_point(|candle| candle.open_time.plus(length) <= at);
        self.candles.get(..end).unwrap_or_default()
    }

    /// How many closed candles are missing between the first and the last that are there at `at`.
    pub fn gaps(&self, at: UnixMs) -> u32 {
        let closed = self.closed(at);
        let (Some(first), Some(last)) = (closed.first(), closed.last()) else { return 0 };
        let slots = last.open_time.since(first.open_time) / self.timeframe.duration_ms() + 1;
        let missing = slots.saturating_sub(i64::try_from(closed.len()).unwrap_or(i64::MAX));
        u32::try_from(missing).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candle(open_time: i64, close: f64) -> Candle {
        Candle { open_time: UnixMs(open_time), open: close, high: close, low: close, close, volume: 1.0 }
    }

    const M15: i64 = 15 * 60_000;

    #[test]
    fn arrivals_are_sorted_and_the_later_duplicate_is_kept() {
        let arrivals = [candle(2 * M15, 3.0), candle(0, 1.0), candle(M15, 2.0), candle(0, 9.0)];
        let series = CandleSeries::from_arrivals(Timeframe::M15, arrivals);
        let closes: Vec<f64> = series.candles().iter().map(|candle| candle.close).collect();
        assert_eq!(closes, [9.0, 2.0, 3.0]);
        assert_eq!(series.quality(), Quality { duplicates: 1, ..Quality::default() });
    }

    #[test]
    fn a_late_revision_replaces_the_candle_in_place() {
        let mut series = CandleSeries::from_arrivals(Timeframe::M15, [candle(0, 1.0), candle(M15, 2.0)]);
        series.extend([candle(0, 5.0)]);
        assert_eq!(series.candles()[0].close, 5.0);
        assert_eq!(series.candles().len(), 2);
    }

    #[test]
    fn each_defect_is_named_and_counted() {
        let good = Candle { open_time: UnixMs(M15), open: 2.0, high: 3.0, low: 1.0, close: 2.5, volume: 0.0 };
        let cases = [
            (Candle { open: f64::NAN, ..good }, Defect::Price),
            (Candle { close: f64::INFINITY, ..good }, Defect::Price),
            (Candle { low: 0.0, ..good }, Defect::Price),
            (Candle { high: -3.0, ..good }, Defect::Price),
            (Candle { high: 2.2, ..good }, Defect::High),
            (Candle { open: 0.5, high: 0.7, close: 0.6, ..good }, Defect::High),
            (Candle { low: 2.2, ..good }, Defect::Low),
            (Candle { volume: -1.0, ..good }, Defect::Volume),
            (Candle { volume: f64::NAN, ..good }, Defect::Volume),
            (Candle { open_time: UnixMs(M15 + 1), ..good }, Defect::Unaligned),
        ];
        assert_eq!(good.defect(Timeframe::M15), None);
        for (bad, defect) in cases {
            let series = CandleSeries::from_arrivals(Timeframe::M15, [bad, good]);
            assert_eq!(series.quality().first_defect, Some(defect), "{bad:?}");
            assert_eq!((series.quality().rejected, series.candles().len()), (1, 1), "{bad:?}");
        }
    }

    #[test]
    fn a_rejected_duplicate_does_not_replace_a_good_candle() {
        let series = CandleSeries::from_arrivals(Timeframe::M15, [candle(0, 1.0), candle(0, f64::NAN)]);
        assert_eq!(series.candles(), [candle(0, 1.0)]);
    }

    #[test]
    fn only_candles_that_have_ended_are_closed() {
        let series = CandleSeries::from_arrivals(Timeframe::M15, [candle(0, 1.0), candle(M15, 2.0)]);
        assert_eq!(series.closed(UnixMs(2 * M15 - 1)).len(), 1);
        assert_eq!(series.closed(UnixMs(2 * M15)).len(), 2);
    }

    #[test]
    fn gaps_count_the_missing_candles_between_first_and_last() {
        let series = CandleSeries::from_arrivals(Timeframe::M15, [candle(0, 1.0), candle(4 * M15, 2.0)]);
        assert_eq!(series.gaps(UnixMs(5 * M15)), 3);
        assert_eq!(series.gaps(UnixMs(5 * M15 - 1)), 0);
    }
}
