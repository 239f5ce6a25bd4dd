//! Candles from a seeded generator, for tests that must run where no real candles are: walks, trends, flat markets,
//! coarse ticks (ties) and gaps. The same seed gives the same candles everywhere.

use tao_conviction_core::{Candle, CandleSeries, Timeframe, UnixMs};

/// `SplitMix64`: small, seeded, and good enough for made-up prices.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 ≤ x < 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Mean 0, standard deviation 1, never beyond 6.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// How a made-up market moves, per candle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Market {
    /// First price.
    pub(crate) price: f64,
    /// Mean log return.
    pub(crate) drift: f64,
    /// Standard deviation of the log return.
    pub(crate) volatility: f64,
    /// Prices are multiples of this; 0 for none.
    pub(crate) tick: f64,
    /// Share of the candles that are missing.
    pub(crate) gaps: f64,
}

impl Market {
    pub(crate) const WALK: Self = Self { price: 400.0, drift: 0.0, volatility: 0.01, tick: 0.0, gaps: 0.0 };
    pub(crate) const RISING: Self = Self { drift: 0.002, ..Self::WALK };
    pub(crate) const FALLING: Self = Self { drift: -0.002, ..Self::WALK };
    pub(crate) const FLAT: Self = Self { volatility: 0.0, ..Self::WALK };
    pub(crate) const COARSE: Self = Self { volatility: 0.004, tick: 1.0, ..Self::WALK };
    pub(crate) const HOLED: Self = Self { gaps: 0.05, ..Self::WALK };

    /// The last `count` candles before `end`, fewer where some are missing.
    pub(crate) fn candles(self, timeframe: Timeframe, seed: u64, end: UnixMs, count: i64) -> Vec<Candle> {
        let mut dice = Dice(seed);
        let length = timeframe.duration_ms();
        let first = timeframe.bucket(end).0 - count * length;
        let mut price = self.round(self.price);
        let mut candles = Vec::new();
        for slot in 0..count {
            let open = price;
            let close = self.round(open * (self.drift + self.volatility * dice.normal()).exp());
            let up = 1.0 + 0.5 * self.volatility * dice.normal().abs();
            let down = 1.0 - 0.5 * self.volatility * dice.unit();
            let (high, low) = (self.round(open.max(close) * up), self.round(open.min(close) * down));
            let volume = (1000.0 * dice.unit()).floor();
            let missing = dice.unit() < self.gaps;
            price = close;
            if !missing {
                candles.push(Candle { open_time: UnixMs(first + slot * length), open, high, low, close, volume });
            }
        }
        candles
    }

    /// The same as a series.
    pub(crate) fn series(self, timeframe: Timeframe, seed: u64, end: UnixMs, count: i64) -> CandleSeries {
        CandleSeries::from_arrivals(timeframe, self.candles(timeframe, seed, end, count))
    }

    fn round(self, price: f64) -> f64 {
        if self.tick > 0.0 { (price / self.tick).round().max(1.0) * self.tick } else { price }
    }
}
