//! Longer candles from shorter ones (method §1).

use super::{Candle, CandleSeries, Timeframe, UnixMs};
use crate::Error;

/// A series built from a shorter timeframe.
#[derive(Debug, Clone, PartialEq)]
pub struct Resampled {
    /// The complete candles.
    pub series: CandleSeries,
    /// Buckets that have ended by the decision time and lack at least one base candle: dropped, never filled.
    pub gaps: u32,
}

impl CandleSeries {
    /// Builds candles of `to` from the candles of this series that are closed at `at`: first open, highest high,
    /// lowest low, last close, summed volume. A bucket is kept only when each of its base candles is there.
    ///
    /// # Errors
    /// [`Error::Resample`] when `to` is not longer than this series' timeframe.
    pub fn resample(&self, to: Timeframe, at: UnixMs) -> Result<Resampled, Error> {
        let (from, length) = (self.timeframe().duration_ms(), to.duration_ms());
        if length <= from {
            return Err(Error::Resample { from: self.timeframe(), to });
        }
        let complete = length / from;
        let base = self.closed(at);
        let mut candles: Vec<Candle> = Vec::new();
        let mut first_bucket = None;
        let mut last_bucket = UnixMs(0);
        for bucket in base.chunk_by(|a, b| to.bucket(a.open_time) == to.bucket(b.open_time)) {
            let (Some(first), Some(last)) = (bucket.first(), bucket.last()) else { continue };
            let open_time = to.bucket(first.open_time);
            if open_time.plus(length) > at {
                break;
            }
            first_bucket.get_or_insert(open_time);
            last_bucket = open_time;
            if i64::try_from(bucket.len()) != Ok(complete) {
                continue;
            }
            let mut candle = Candle { open_time, close: last.close, ..*first };
            candle.volume = 0.0;
            for part in bucket {
                candle.high = if part.high > candle.high { part.high } else { candle.high };
                candle.low = if part.low < candle.low { part.low } else { candle.low };
                candle.volume += part.volume;
            }
            candles.push(candle);
        }
        let slots = first_bucket.map_or(0, |first| last_bucket.since(first) / length + 1);
        let missing = slots.saturating_sub(i64::try_from(candles.len()).unwrap_or(i64::MAX));
        let gaps = u32::try_from(missing).unwrap_or(u32::MAX);
        Ok(Resampled { series: Self::from_arrivals(to, candles), gaps })
    }
}

/// The timeframes at `at`: those that are `given`, and the others built from the longest-reaching shorter one that is.
/// With them how many of the built candles had to be dropped before the first whole one or after the last: what
/// [`CandleSeries::gaps`] can't see.
pub fn complete(given: &[CandleSeries], at: UnixMs) -> (Vec<CandleSeries>, u32) {
    let mut all = given.to_vec();
    let mut dropped: u32 = 0;
    for timeframe in Timeframe::ALL {
        if given.iter().any(|series| series.timeframe() == timeframe) {
            continue;
        }
        let shorter = given.iter().filter(|series| series.timeframe() < timeframe);
        // Of two that reach equally far back the longer one: less to add up.
        let reach = |series: &&CandleSeries| {
            (series.candles().first().map_or(i64::MAX, |candle| candle.open_time.0), -series.timeframe().duration_ms())
        };
        if let Some(built) = shorter.min_by_key(reach).and_then(|base| base.resample(timeframe, at).ok()) {
            dropped = dropped.saturating_add(built.gaps.saturating_sub(built.series.gaps(at)));
            all.push(built.series);
        }
    }
    (all, dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    const M15: i64 = 15 * 60_000;

    fn series(opens: impl IntoIterator<Item = i64>) -> CandleSeries {
        let candles = opens.into_iter().map(|i| {
            let price = 100.0 + f64::from(i32::try_from(i).unwrap());
            Candle {
                open_time: UnixMs(i * M15),
                open: price,
                high: price + 2.0,
                low: price - 2.0,
                close: price + 1.0,
                volume: 1.5,
            }
        });
        CandleSeries::from_arrivals(Timeframe::M15, candles)
    }

    #[test]
    fn a_bucket_takes_first_open_extremes_last_close_and_summed_volume() {
        let hour = series(0..4).resample(Timeframe::H1, UnixMs(4 * M15)).unwrap();
        let expected = Candle { open_time: UnixMs(0), open: 100.0, high: 105.0, low: 98.0, close: 104.0, volume: 6.0 };
        assert_eq!(hour.series.candles(), [expected]);
        assert_eq!(hour.gaps, 0);
    }

    #[test]
    fn incomplete_buckets_are_dropped_and_counted_and_the_running_one_is_not() {
        // Bucket 0 starts late, bucket 1 is whole, 2 is missing, 3 has a hole, 4 is running.
        let base = series([1, 2, 3, 4, 5, 6, 7, 12, 13, 15, 16, 17]);
        let hour = base.resample(Timeframe::H1, UnixMs(19 * M15)).unwrap();
        let opens: Vec<i64> = hour.series.candles().iter().map(|candle| candle.open_time.0 / M15).collect();
        assert_eq!(opens, [4]);
        assert_eq!(hour.gaps, 3);
    }

    #[test]
    fn a_bucket_is_not_built_before_it_has_ended() {
        let base = series(0..8);
        assert_eq!(base.resample(Timeframe::H1, UnixMs(8 * M15 - 1)).unwrap().series.candles().len(), 1);
        assert_eq!(base.resample(Timeframe::H1, UnixMs(8 * M15)).unwrap().series.candles().len(), 2);
    }

    #[test]
    fn what_is_not_given_is_built_from_the_shorter_series_that_reaches_furthest_back() {
        let hours = series(0..8).resample(Timeframe::H1, UnixMs(8 * M15)).unwrap().series;
        let (all, dropped) = complete(&[hours.clone(), series(5..16)], UnixMs(16 * M15));
        let reach: Vec<_> = all.iter().map(|series| (series.timeframe(), series.candles().len())).collect();
        // 4h from the two hours, not from 15m: incomplete either way, and so dropped.
        assert_eq!(reach, [(Timeframe::H1, 2), (Timeframe::M15, 11), (Timeframe::H4, 0), (Timeframe::D1, 0)]);
        assert_eq!(dropped, 1);
        assert_eq!(complete(std::slice::from_ref(&hours), UnixMs(0)).0.first(), Some(&hours));
    }

    #[test]
    fn a_shorter_or_equal_timeframe_is_refused() {
        let error = series(0..8).resample(Timeframe::M15, UnixMs(0)).unwrap_err();
        assert_eq!(error.to_string(), "15m candles cannot be built from 15m candles: the base must be shorter");
    }
}
