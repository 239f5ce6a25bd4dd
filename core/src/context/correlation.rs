//! Correlation and beta of daily log returns: shown, not scored (method §5).

use serde::Serialize;

use super::merge::{Basket, Row, merge};
use super::window::Window;
use crate::Candle;
use crate::normal::clamp;

/// How the asset's daily log returns go with another's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Correlation {
    /// Pearson's correlation, −1 … 1.
    pub correlation: f64,
    /// Covariance over the other's variance.
    pub beta: f64,
    /// Days it was measured on.
    pub days: u32,
}

/// The three correlations, each unknown where the history is too short or doesn't move.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct CorrelationReport {
    /// Against Bitcoin over the last 30 days.
    pub btc: Option<Correlation>,
    /// Against the AI basket over the last 30 days.
    pub basket: Option<Correlation>,
    /// Against Bitcoin, on those of the last 90 days on which Bitcoin fell.
    pub btc_down_days: Option<Correlation>,
}

const RECENT: usize = 30;
const LONG: usize = 90;

/// Correlation of pairs of returns (asset, other); nothing for fewer than two or when one of them doesn't move.
pub fn correlate(pairs: &[(f64, f64)]) -> Option<Correlation> {
    let days = u32::try_from(pairs.len()).ok().filter(|days| *days >= 2)?;
    let count = f64::from(days);
    let (sum_x, sum_y) = pairs.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
    let (mean_x, mean_y) = (sum_x / count, sum_y / count);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        let (dx, dy) = (x - mean_x, y - mean_y);
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    let correlation = xy / (xx * yy).sqrt();
    let correlation = if correlation.is_nan() { correlation } else { clamp(correlation) };
    let beta = xy / yy;
    (correlation.is_finite() && beta.is_finite()).then_some(Correlation { correlation, beta, days })
}

/// The streaming state: the last 90 daily log returns (asset, other) against Bitcoin and against the basket.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CorrelationState {
    btc: Returns,
    basket: Returns,
}

/// Log returns of two series between the open times that both have.
#[derive(Debug, Clone, PartialEq, Default)]
struct Returns {
    previous: Option<(f64, f64)>,
    window: Window<(f64, f64), LONG>,
}

impl Returns {
    fn push(&mut self, own: f64, other: f64) {
        if let Some((a, b)) = self.previous.replace((own, other)) {
            self.window.push((own - a, other - b));
        }
    }

    fn correlate(&self, days: usize, keep: fn(&(f64, f64)) -> bool) -> Option<Correlation> {
        let mut pairs = self.window.latest(days)?;
        pairs.retain(keep);
        correlate(&pairs)
    }
}

impl CorrelationState {
    /// Takes what closed at one open time on 1d.
    pub(crate) fn push(&mut self, row: &Row<'_>, basket: &Basket) {
        let Some(asset) = row.asset else { return };
        let own = libm::log(asset.close);
        if let Some(btc) = row.btc {
            self.btc.push(own, libm::log(btc.close));
        }
        if let Some(basket) = basket.log_price(row.basket) {
            self.basket.push(own, basket);
        }
    }

    pub(crate) fn report(&self) -> CorrelationReport {
        CorrelationReport {
            btc: self.btc.correlate(RECENT, |_| true),
            basket: self.basket.correlate(RECENT, |_| true),
            btc_down_days: self.btc.correlate(LONG, |(_, btc)| *btc < 0.0),
        }
    }
}

/// The members that have enough closed 1d candles to be compared with.
pub(crate) fn basket(members: &[&[Candle]]) -> Basket {
    Basket::of(members, RECENT)
}

/// All three from closed 1d candles.
pub fn correlate_all(asset: &[Candle], btc: &[Candle], members: &[&[Candle]]) -> CorrelationReport {
    let (basket, mut state) = (basket(members), CorrelationState::default());
    let all: Vec<&[Candle]> = [asset, btc].into_iter().chain(members.iter().copied()).collect();
    merge(&all, |candles| state.push(&Row::of(candles), &basket));
    state.report()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_correlates_fully_with_its_slope_as_beta() {
        let pairs: Vec<(f64, f64)> = (0..10).map(|i| (3.0 * f64::from(i) + 1.0, f64::from(i))).collect();
        let line = correlate(&pairs).unwrap();
        assert!((line.correlation - 1.0).abs() < 1e-15 && (line.beta - 3.0).abs() < 1e-15);
        assert_eq!(line.days, 10);
    }

    #[test]
    fn a_constructed_case() {
        // x: 1 2 3 4, y: 2 1 4 3 → Sxx = Syy = 5, Sxy = 3.
        let case = correlate(&[(1.0, 2.0), (2.0, 1.0), (3.0, 4.0), (4.0, 3.0)]).unwrap();
        assert!((case.correlation - 0.6).abs() < 1e-15 && (case.beta - 0.6).abs() < 1e-15);
    }

    #[test]
    fn what_does_not_move_has_no_correlation() {
        assert_eq!(correlate(&[(1.0, 1.0), (2.0, 1.0)]), None);
        assert_eq!(correlate(&[(1.0, 1.0)]), None);
    }
}
