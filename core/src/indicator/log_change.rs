//! The change of a log price over a fixed number of steps, and how unusual it is.

use super::Volatility;
use crate::normal::{rank, ratio};

/// Longest look-back, in steps.
pub(crate) const MAX_STEPS: usize = 64;

/// `ln(x/x₋ₙ)` and its rank `rank(ln(x/x₋ₙ)/(σ·√n))`, with σ from the same steps (method §3 and §5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogChange {
    steps: usize,
    seen: usize,
    position: usize,
    last: f64,
    change: f64,
    volatility: Volatility,
    ring: [f64; MAX_STEPS],
}

impl LogChange {
    /// A fresh state that looks `steps` back, 1 … 64 (held inside).
    pub fn new(steps: u32) -> Self {
        let steps = usize::try_from(steps).unwrap_or(MAX_STEPS).clamp(1, MAX_STEPS);
        Self {
            steps,
            seen: 0,
            position: 0,
            last: 0.0,
            change: 0.0,
            volatility: Volatility::default(),
            ring: [0.0; MAX_STEPS],
        }
    }

    /// Takes the next log price.
    #[inline]
    pub fn push(&mut self, log_price: f64) {
        if self.seen > 0 {
            self.volatility.push(log_price - self.last);
        }
        if let Some(slot) = self.ring.get_mut(self.position) {
            self.change = log_price - *slot;
            *slot = log_price;
        }
        self.position = if self.position + 1 == self.steps { 0 } else { self.position + 1 };
        self.seen = self.seen.saturating_add(1);
        self.last = log_price;
    }

    /// The log change over the look-back, once there are `steps + 1` prices.
    #[inline]
    pub fn change(&self) -> Option<f64> {
        (self.seen > self.steps).then_some(self.change)
    }

    /// σ of one step, once there are two prices.
    #[inline]
    pub fn volatility(&self) -> Option<f64> {
        self.volatility.value()
    }

    /// How unusual the change is, −1 … 1; 0 in a flat market.
    pub fn rank(&self) -> Option<f64> {
        let (change, volatility) = (self.change()?, self.volatility()?);
        let steps = f64::from(u32::try_from(self.steps).unwrap_or(u32::MAX));
        Some(rank(ratio(change, volatility * steps.sqrt())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_change_looks_back_exactly_that_many_steps() {
        let mut state = LogChange::new(3);
        for price in [1.0, 2.0, 4.0] {
            state.push(price);
            assert_eq!(state.change(), None);
        }
        state.push(8.0);
        assert_eq!(state.change(), Some(7.0));
        state.push(16.0);
        assert_eq!(state.change(), Some(14.0));
    }

    #[test]
    fn a_flat_market_ranks_zero() {
        let mut state = LogChange::new(2);
        (0..5).for_each(|_| state.push(3.0));
        assert_eq!(state.rank(), Some(0.0));
    }
}
