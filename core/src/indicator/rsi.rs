//! Relative strength index.

/// Wilder's RSI: the first value comes from the mean of the first n gains and losses; `100·G/(G+L)`, and 50 when
/// `G+L = 0`, where TA-Lib says 0 (a market that doesn't move is neutral, not oversold).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rsi {
    period: u32,
    count: u32,
    keep: f64,
    half_share: f64,
    gain: f64,
    loss: f64,
}

impl Rsi {
    /// A fresh state for `period` changes, at least 1.
    pub fn new(period: u32) -> Self {
        let period = period.max(1);
        let share = 1.0 / f64::from(period);
        Self { period, count: 0, keep: 1.0 - share, half_share: 0.5 * share, gain: 0.0, loss: 0.0 }
    }

    /// Takes the next change of the close.
    #[inline]
    pub fn push(&mut self, change: f64) {
        // x + |x| is twice the gain and |x| − x twice the loss, exactly: no branch on a coin's toss.
        let half = change * self.half_share;
        let size = half.abs();
        if self.count >= self.period {
            self.gain = self.gain * self.keep + (size + half);
            self.loss = self.loss * self.keep + (size - half);
        } else {
            self.count += 1;
            self.gain += size + half;
            self.loss += size - half;
        }
    }

    /// The index, 0 … 100, once `period` changes have been seen.
    #[inline]
    pub fn value(&self) -> Option<f64> {
        if self.count < self.period {
            return None;
        }
        let sum = self.gain + self.loss;
        Some(if sum > 0.0 { 100.0 * (self.gain / sum) } else { 50.0 })
    }
}
