//! The Bitcoin risk regime, with hysteresis (method §5).

use serde::Serialize;

use super::window::Window;
use crate::Candle;
use crate::indicator::Ema;

/// Whether Bitcoin invites risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Regime {
    /// Fewer than two warnings, or not for two closes yet.
    RiskOn,
    /// At least two warnings at two consecutive closes.
    RiskOff,
    /// Fewer than 200 daily closes are known.
    Unknown,
}

/// The regime with the three measurements behind it, each taken at the last daily close.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegimeReport {
    /// The regime.
    pub state: Regime,
    /// How many of the three warnings the last close gives.
    pub warnings: Option<u32>,
    /// Last daily close of BTC.
    pub close: Option<f64>,
    /// EMA200 of the daily closes; a close below it is a warning.
    pub ema200: Option<f64>,
    /// Annualised realised volatility of the last 20 daily log returns.
    pub volatility: Option<f64>,
    /// 75th percentile of that volatility's last 365 values; a volatility above it is a warning.
    pub volatility_limit: Option<f64>,
    /// 0.8 × the highest high of the last 90 days; a close below it is a warning.
    pub drawdown_limit: Option<f64>,
    /// Why the regime is unknown.
    pub reason: Option<&'static str>,
}

const RETURNS: usize = 20;
const VOLATILITIES: usize = 365;
const HIGHS: usize = 90;

/// The streaming state: windows of fixed size, one closed daily candle at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct RegimeState {
    ema: Ema,
    previous_log: Option<f64>,
    returns: Window<f64, RETURNS>,
    volatilities: Ranked<VOLATILITIES>,
    highs: Ranked<HIGHS>,
    report: RegimeReport,
    streak: u32,
}

impl Default for RegimeState {
    fn default() -> Self {
        Self {
            ema: Ema::new(200),
            previous_log: None,
            returns: Window::default(),
            volatilities: Ranked::default(),
            highs: Ranked::default(),
            report: RegimeReport {
                state: Regime::Unknown,
                warnings: None,
                close: None,
                ema200: None,
                volatility: None,
                volatility_limit: None,
                drawdown_limit: None,
                reason: Some("fewer than 200 daily BTC closes"),
            },
            streak: 0,
        }
    }
}

impl RegimeState {
    /// The state after `candles`, closed daily BTC candles in order.
    pub fn over(candles: &[Candle]) -> Self {
        let mut state = Self::default();
        candles.iter().for_each(|candle| state.push(candle));
        state
    }

    /// Takes the next closed daily candle.
    pub fn push(&mut self, candle: &Candle) {
        let close = candle.close;
        self.ema.push(close);
        self.highs.push(candle.high);
        let log_close = libm::log(close);
        if let Some(previous) = self.previous_log.replace(log_close) {
            // A difference of logs, since a quotient of prices can overflow.
            self.returns.push(log_close - previous);
            if let Some(deviation) = self.returns.deviation() {
                self.volatilities.push(deviation * 365.0_f64.sqrt());
            }
        }
        let volatility = self.volatilities.window.last();
        let volatility_limit = self.volatilities.percentile(0.75);
        let drawdown_limit = self.highs.max().map(|high| 0.8 * high);
        let report = &mut self.report;
        (report.close, report.ema200) = (Some(close), self.ema.value());
        (report.volatility, report.volatility_limit, report.drawdown_limit) =
            (volatility, volatility_limit, drawdown_limit);
        let Some(ema) = report.ema200 else { return };

        let above = |value: Option<f64>, limit: Option<f64>| value.zip(limit).is_some_and(|(v, l)| v > l);
        let warnings = u32::from(close < ema)
            + u32::from(above(volatility, volatility_limit))
            + u32::from(above(drawdown_limit, Some(close)));
        report.warnings = Some(warnings);
        report.reason = None;
        if report.state == Regime::Unknown {
            report.state = Regime::RiskOn;
        }
        let says = if warnings >= 2 { Regime::RiskOff } else { Regime::RiskOn };
        // The state changes at the second consecutive close that contradicts it.
        self.streak = if says == report.state { 0 } else { self.streak + 1 };
        if self.streak >= 2 {
            (report.state, self.streak) = (says, 0);
        }
    }

    /// The regime after the last candle.
    pub const fn report(&self) -> RegimeReport {
        self.report
    }
}

/// The last `N` values, in order of size too: a new value costs one shift instead of a sort.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ranked<const N: usize> {
    window: Window<f64, N>,
    sorted: [f64; N],
}

impl<const N: usize> Default for Ranked<N> {
    fn default() -> Self {
        Self { window: Window::default(), sorted: [0.0; N] }
    }
}

impl<const N: usize> Ranked<N> {
    fn push(&mut self, value: f64) {
        let sorted = self.sorted.get(..self.window.len()).unwrap_or_default();
        let place_of = |value: f64| sorted.partition_point(|other| other.total_cmp(&value).is_lt());
        // The place that the oldest value leaves, or the first one that is still free.
        let free = if self.window.len() < N { self.window.len() } else { place_of(self.window.oldest()) };
        let place = place_of(value);
        self.window.push(value);
        if place > free {
            let Some(between) = self.sorted.get_mut(free..place) else { return };
            between.copy_within(1.., 0);
            if let Some(slot) = between.last_mut() {
                *slot = value;
            }
        } else {
            let Some(between) = self.sorted.get_mut(place..=free) else { return };
            between.copy_within(..free - place, 1);
            if let Some(slot) = between.first_mut() {
                *slot = value;
            }
        }
    }

    fn max(&self) -> Option<f64> {
        self.sorted.get(self.window.len().checked_sub(1)?).copied()
    }

    /// The percentile of what the window holds, by linear interpolation between closest ranks.
    fn percentile(&self, share: f64) -> Option<f64> {
        let sorted = self.sorted.get(..self.window.len())?;
        let rank = share * f64::from(u32::try_from(sorted.len().checked_sub(1)?).unwrap_or(u32::MAX));
        let below = libm::floor(rank);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 … N−1")]
        let index = below as usize;
        let low = sorted.get(index).copied()?;
        let high = sorted.get(index + 1).copied().unwrap_or(low);
        Some(low + (high - low) * (rank - below))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;

    fn day(index: i64, close: f64) -> Candle {
        let open_time = UnixMs(index * 86_400_000);
        Candle { open_time, open: close, high: close, low: close, close, volume: 1.0 }
    }

    #[test]
    fn the_percentile_interpolates_linearly() {
        let mut ranked = Ranked::<365>::default();
        assert_eq!(ranked.percentile(0.75), None);
        [4.0, 1.0, 3.0, 2.0].into_iter().for_each(|value| ranked.push(value));
        assert_eq!(ranked.percentile(0.75), Some(3.25));
        assert_eq!(ranked.window.last(), Some(2.0));
    }

    #[test]
    fn a_ranked_window_is_its_values_sorted() {
        let mut ranked = Ranked::<7>::default();
        // Rises, falls, repeats, and replaces its own extremes.
        for (count, value) in (0..200).map(|i| f64::from(i * i % 23 - i / 40)).enumerate() {
            ranked.push(value);
            let mut expected = ranked.window.seen().to_vec();
            expected.sort_by(f64::total_cmp);
            assert_eq!(ranked.sorted.get(..expected.len()).unwrap(), expected, "after {} values", count + 1);
        }
    }

    #[test]
    fn windows_forget_the_oldest() {
        let mut ranked = Ranked::<3>::default();
        [9.0, 1.0, 2.0, 3.0].into_iter().for_each(|value| ranked.push(value));
        assert_eq!((ranked.max(), ranked.window.last()), (Some(3.0), Some(3.0)));
    }

    #[test]
    fn unknown_before_the_200th_day_then_risk_on() {
        let mut state = RegimeState::default();
        for index in 0..199 {
            state.push(&day(index, 100.0));
            assert_eq!(state.report().state, Regime::Unknown);
        }
        state.push(&day(199, 100.0));
        assert_eq!(state.report().state, Regime::RiskOn);
    }

    #[test]
    fn turns_off_and_on_again_only_at_the_second_close_in_a_row() {
        let mut state = RegimeState::default();
        (0..250).for_each(|index| state.push(&day(index, 100.0)));
        let mut states = Vec::new();
        // A crash (below EMA200, over 20 % below the high, volatility up), one close back, then the crash for good.
        for (index, close) in [60.0, 100.0, 60.0, 60.0, 100.0, 60.0, 100.0, 100.0].into_iter().enumerate() {
            state.push(&day(250 + i64::try_from(index).unwrap(), close));
            states.push(state.report().state);
        }
        let (on, off) = (Regime::RiskOn, Regime::RiskOff);
        assert_eq!(states, [on, on, on, off, off, off, off, on]);
    }
}
