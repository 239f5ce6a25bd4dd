//! Exponential moving average.

/// `EMA(n)`: α = 2/(n+1), seeded with the mean of the first n values at index n−1 (TA-Lib).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ema {
    alpha: f64,
    period: u32,
    count: u32,
    value: f64,
}

impl Ema {
    /// A fresh state for `period` values, at least 1.
    pub fn new(period: u32) -> Self {
        let period = period.max(1);
        Self { alpha: 2.0 / (f64::from(period) + 1.0), period, count: 0, value: 0.0 }
    }

    /// Takes the next value.
    #[inline]
    pub fn push(&mut self, x: f64) {
        if self.count >= self.period {
            self.value += (x - self.value) * self.alpha;
        } else {
            // A running mean instead of a sum: it stays among the values, so no price is too large for it.
            self.count += 1;
            self.value += (x - self.value) / f64::from(self.count);
        }
    }

    /// The average, once `period` values have been seen.
    #[inline]
    pub fn value(&self) -> Option<f64> {
        (self.count >= self.period).then_some(self.value)
    }
}
