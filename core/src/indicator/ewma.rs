//! Exponentially weighted means with decay 1 − 1/n, seeded with the first value: volatility and crossovers.

use crate::normal::{rank, ratio};

/// σ: square root of the zero-mean EWMA of squared log returns, decay 1 − 1/64, seeded with the first (method §2).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Volatility {
    variance: Option<f64>,
}

impl Volatility {
    const SHARE: f64 = 1.0 / 64.0;

    /// Takes the next log return.
    #[inline]
    pub fn push(&mut self, log_return: f64) {
        let square = log_return * log_return;
        self.variance = Some(match self.variance {
            Some(variance) => variance * (1.0 - Self::SHARE) + square * Self::SHARE,
            None => square,
        });
    }

    /// The standard deviation of one step, once there was one.
    #[inline]
    pub fn value(&self) -> Option<f64> {
        self.variance.map(f64::sqrt)
    }
}

/// One pair of EWMAs of the log price, S < L, and how unusual their distance is (method §3, after Baz et al. 2015).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossover {
    short_share: f64,
    long_share: f64,
    kappa: f64,
    short: f64,
    long: f64,
}

impl Crossover {
    /// A fresh pair, seeded with the first log price. `kappa` is the crossover's own standard deviation under a
    /// random walk of unit step: `κ² = a²/(1−a²) − 2ab/(1−ab) + b²/(1−b²)` with a = 1 − 1/S and b = 1 − 1/L.
    pub fn new(short_span: u32, long_span: u32, log_price: f64) -> Self {
        let (short_share, long_share) = (1.0 / f64::from(short_span.max(1)), 1.0 / f64::from(long_span.max(1)));
        let (a, b) = (1.0 - short_share, 1.0 - long_share);
        let kappa = (a * a / (1.0 - a * a) - 2.0 * a * b / (1.0 - a * b) + b * b / (1.0 - b * b)).sqrt();
        Self { short_share, long_share, kappa, short: log_price, long: log_price }
    }

    /// Takes the next log price.
    #[inline]
    pub fn push(&mut self, log_price: f64) {
        self.short += (log_price - self.short) * self.short_share;
        self.long += (log_price - self.long) * self.long_share;
    }

    /// E_S − E_L.
    pub fn distance(&self) -> f64 {
        self.short - self.long
    }

    /// The crossover's own standard deviation κ under a random walk of unit step.
    pub const fn kappa(&self) -> f64 {
        self.kappa
    }

    /// `rank((E_S − E_L)/(σ·κ))` for the volatility σ of one step.
    pub fn rank(&self, volatility: f64) -> f64 {
        rank(ratio(self.distance(), volatility * self.kappa))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_is_the_standard_deviation_of_the_crossover_of_a_unit_random_walk() {
        // The crossover is a linear filter of the steps: step i back enters with weight a^(i+1) … b^(i+1), so κ² is
        // the sum of the squared differences of the two geometric tails.
        for (short, long) in [(8, 24), (16, 48), (32, 96)] {
            let (a, b) = (1.0 - 1.0 / f64::from(short), 1.0 - 1.0 / f64::from(long));
            let sum: f64 = (1..5000).map(|i| (b.powi(i) - a.powi(i)).powi(2)).sum();
            let kappa = Crossover::new(short, long, 0.0).kappa;
            assert!((kappa - sum.sqrt()).abs() < 1e-9, "{kappa} {}", sum.sqrt());
        }
    }

    #[test]
    fn volatility_is_seeded_with_the_first_squared_return() {
        let mut volatility = Volatility::default();
        assert_eq!(volatility.value(), None);
        volatility.push(-0.02);
        assert!((volatility.value().unwrap() - 0.02).abs() < 1e-17);
        volatility.push(0.0);
        assert!((volatility.value().unwrap() - 0.02 * (63.0_f64 / 64.0).sqrt()).abs() < 1e-17);
    }
}
