//! Candles, their timeframes, and series that hold only valid ones (method §1).

mod csv;
mod resample;
mod series;
mod timeframe;

pub use csv::parse_csv;
pub use resample::{Resampled, complete};
pub use series::{CandleSeries, Defect, Quality};
pub use timeframe::{Timeframe, UnixMs};

/// One candle: what was traded from `open_time` for the length of its timeframe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candle {
    /// When the candle opened.
    pub open_time: UnixMs,
    /// First price, in the quote currency.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// Traded amount in units of the base asset.
    pub volume: f64,
}

impl Candle {
    /// What makes this candle unfit for scoring, if anything: the rules of method §1, in that order.
    pub fn defect(&self, timeframe: Timeframe) -> Option<Defect> {
        let prices = [self.open, self.high, self.low, self.close];
        if prices.iter().any(|price| !(price.is_finite() && *price > 0.0)) {
            return Some(Defect::Price);
        }
        if self.high < self.open || self.high < self.close || self.high < self.low {
            return Some(Defect::High);
        }
        if self.low > self.open || self.low > self.close {
            return Some(Defect::Low);
        }
        if !(self.volume.is_finite() && self.volume >= 0.0) {
            return Some(Defect::Volume);
        }
        if self.open_time.0.rem_euclid(timeframe.duration_ms()) != 0 {
            return Some(Defect::Unaligned);
        }
        None
    }
}
