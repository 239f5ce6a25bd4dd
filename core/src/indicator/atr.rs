//! Average true range.

/// Wilder's ATR: the first value is the mean of the first n true ranges (TA-Lib: TR\[1..=n\]).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Atr {
    period: u32,
    count: u32,
    share: f64,
    value: f64,
}

impl Atr {
    /// A fresh state for `period` true ranges, at least 1.
    pub fn new(period: u32) -> Self {
        let period = period.max(1);
        Self { period, count: 0, share: 1.0 / f64::from(period), value: 0.0 }
    }

    /// Takes the next true range.
    #[inline]
    pub fn push(&mut self, true_range: f64) {
        if self.count >= self.period {
            self.value += (true_range - self.value) * self.share;
        } else {
            self.count += 1;
            self.value += (true_range - self.value) / f64::from(self.count);
        }
    }

    /// The average, in the quote currency, once `period` true ranges have been seen.
    #[inline]
    pub fn value(&self) -> Option<f64> {
        (self.count >= self.period).then_some(self.value)
    }
}
