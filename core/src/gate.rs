//! The gates of the high-conviction setup, long side (method §6).

use serde::Serialize;

use crate::context::{Regime, RegimeReport};
use crate::normal::ratio;
use crate::{Parameters, Reading, Timeframe};

/// A gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Gate {
    /// Enough is known, nothing is stale, sources agree.
    Data,
    /// 1h close above its EMA200.
    Trend,
    /// Not too far above it: not chasing.
    Proximity,
    /// The day and two more timeframes point up.
    Mtf,
    /// RSI on 1h and 4h neither weak nor hot.
    Rsi,
    /// 4h momentum not negative.
    Momentum,
    /// TAO not weaker than BTC over 7 days.
    Relative,
    /// BTC not risk-off.
    Regime,
    /// An order book deep enough.
    Liquidity,
    /// No active risk flag.
    Catalysts,
}

/// What a gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GateState {
    /// It passes.
    Pass,
    /// It fails.
    Fail,
    /// What it needs is not known.
    Unknown,
}

impl GateState {
    /// Pass when all are true, fail when any is certainly false, else unknown.
    pub(crate) fn all(conditions: &[Option<bool>]) -> Self {
        let state = |condition: &Option<bool>| match condition {
            Some(true) => Self::Pass,
            Some(false) => Self::Fail,
            None => Self::Unknown,
        };
        Self::worst(conditions.iter().map(state))
    }

    /// Fail when any fails, else unknown when any is, else pass.
    pub(crate) fn worst(states: impl Iterator<Item = Self>) -> Self {
        states.fold(Self::Pass, |worst, state| match (worst, state) {
            (Self::Fail, _) | (_, Self::Fail) => Self::Fail,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Pass,
        })
    }
}

/// A gate's outcome in numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GateOutcome {
    /// Which gate.
    pub gate: Gate,
    /// What it says.
    pub state: GateState,
    /// The measured value, in the unit that [`GateReport::detail`](crate::GateReport) names.
    pub value: Option<f64>,
    /// The value it is held against.
    pub threshold: f64,
}

/// What the gates look at.
pub(crate) struct Evidence<'a> {
    /// The readings of 15m, 1h, 4h and 1d.
    pub(crate) readings: &'a [Option<Reading>; 4],
    pub(crate) coverage: f64,
    /// Whether a timeframe is stale.
    pub(crate) stale: bool,
    /// Whether a second source agrees, if one was asked.
    pub(crate) confirmed: Option<bool>,
    /// 7-day log change of the asset against Bitcoin.
    pub(crate) btc_change: Option<f64>,
    pub(crate) regime: RegimeReport,
    pub(crate) depth: Option<f64>,
    /// Whether the catalysts could be read at all.
    pub(crate) catalysts_known: bool,
    /// Risk flags that the catalysts raise.
    pub(crate) risk_flags: u32,
}

/// All ten gates, in the order of the method.
pub(crate) fn gates(evidence: &Evidence<'_>, parameters: &Parameters) -> [GateOutcome; 10] {
    let [trend, proximity, mtf, rsi, momentum] = from_readings(evidence.readings, parameters);
    let enough = evidence.coverage >= parameters.min_coverage - 1e-12; // sums of weights such as 0.6 + 0.15 + 0.05
    let sound = [Some(enough), Some(!evidence.stale), evidence.confirmed];
    let data = outcome(Gate::Data, &sound, Some(evidence.coverage), parameters.min_coverage);
    let strong = evidence.btc_change.map(|change| change >= 0.0);
    let risk_on = match evidence.regime.state {
        Regime::RiskOn => Some(true),
        Regime::RiskOff => Some(false),
        Regime::Unknown => None,
    };
    let deep = evidence.depth.map(|depth| depth >= parameters.min_depth);
    let raised = [data.state == GateState::Fail, deep == Some(false)].map(u32::from);
    let flags = evidence.risk_flags + raised.iter().sum::<u32>();
    let calm = if flags > 0 { Some(false) } else { evidence.catalysts_known.then_some(true) };
    let counted = (flags > 0 || evidence.catalysts_known).then(|| f64::from(flags));
    [
        data,
        trend,
        proximity,
        mtf,
        rsi,
        momentum,
        outcome(Gate::Relative, &[strong], evidence.btc_change, 0.0),
        outcome(Gate::Regime, &[risk_on], evidence.regime.warnings.map(f64::from), 2.0),
        outcome(Gate::Liquidity, &[deep], evidence.depth, parameters.min_depth),
        outcome(Gate::Catalysts, &[calm], counted, 0.0),
    ]
}

fn outcome(gate: Gate, conditions: &[Option<bool>], value: Option<f64>, threshold: f64) -> GateOutcome {
    GateOutcome { gate, state: GateState::all(conditions), value, threshold }
}

/// The gates that need nothing but the asset's own readings (15m, 1h, 4h, 1d).
fn from_readings(readings: &[Option<Reading>; 4], parameters: &Parameters) -> [GateOutcome; 5] {
    let [_, hour, four_hours, day] = readings;
    let slow = |reading: &Reading| {
        let [.., slow] = reading.emas;
        slow
    };
    let above = hour.as_ref().map(|hour| hour.close / slow(hour) - 1.0);
    let distance = hour.as_ref().map(|hour| ratio(hour.close - slow(hour), hour.atr));
    let trend = hour.as_ref().map(|hour| hour.close > slow(hour));

    let up = readings.iter().flatten().filter(|reading| reading.reading >= 0.10).count();
    let open = readings.iter().zip(parameters.timeframes).filter(|(reading, w)| reading.is_none() && *w > 0.0).count();
    let three = match up {
        3.. => Some(true),
        _ if up + open < 3 => Some(false),
        _ => None,
    };

    let [low, high, hot] = parameters.rsi_limits;
    [
        outcome(Gate::Trend, &[trend], above, 0.0),
        outcome(
            Gate::Proximity,
            &[distance.map(|distance| distance > 0.0 && distance <= parameters.max_distance)],
            distance,
            parameters.max_distance,
        ),
        outcome(
            Gate::Mtf,
            &[day.map(|day| day.reading >= 0.10), three],
            Some(f64::from(u32::try_from(up).unwrap_or(u32::MAX))),
            3.0,
        ),
        outcome(
            Gate::Rsi,
            &[
                hour.map(|hour| hour.rsi_index >= low && hour.rsi_index <= high),
                four_hours.map(|reading| reading.rsi_index < hot),
            ],
            hour.map(|hour| hour.rsi_index),
            high,
        ),
        outcome(
            Gate::Momentum,
            &[four_hours.map(|reading| reading.momentum >= 0.0)],
            four_hours.map(|reading| reading.momentum),
            0.0,
        ),
    ]
}

/// What each gate asks for, in words without numbers: those stand in `value` and `threshold`.
pub(crate) const fn words(gate: Gate) -> &'static str {
    match gate {
        Gate::Data => "coverage of the evidence",
        Gate::Trend => "1h close over its EMA200, as a fraction",
        Gate::Proximity => "1h close above its EMA200, in ATR, and not below it",
        Gate::Mtf => "timeframes that point up, the day among them",
        Gate::Rsi => "RSI on 1h within its limits, and on 4h not hot",
        Gate::Momentum => "momentum term on 4h",
        Gate::Relative => "log change of the asset against BTC in 7 days",
        Gate::Regime => "warnings of the BTC regime",
        Gate::Liquidity => "order-book depth within 0.5 % of mid",
        Gate::Catalysts => "active risk flags",
    }
}

/// What a stale timeframe is called in the data gate's detail.
pub(crate) fn stale_words(stale: &[Timeframe]) -> String {
    let names: Vec<&str> = stale.iter().map(|timeframe| timeframe.name()).collect();
    format!("stale: {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_certain_no_outweighs_an_unknown() {
        assert_eq!(GateState::all(&[Some(true), None, Some(false)]), GateState::Fail);
        assert_eq!(GateState::all(&[Some(true), None]), GateState::Unknown);
        assert_eq!(GateState::all(&[Some(true), Some(true)]), GateState::Pass);
    }
}
