//! Families, multipliers, verdict and setup (method §6).

use serde::Serialize;

use crate::{GateOutcome, GateState, Mtf, Parameters};

/// A family of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Family {
    /// The multi-timeframe score, as MTF/100.
    Mtf,
    /// Relative strength against Bitcoin and the AI basket.
    RelativeStrength,
    /// Bittensor's own catalysts.
    Catalysts,
    /// How the AI tokens trade.
    AiSentiment,
}

impl Family {
    /// All of them, in the order of the method's weights.
    pub const ALL: [Self; 4] = [Self::Mtf, Self::RelativeStrength, Self::Catalysts, Self::AiSentiment];
}

/// The verdict in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Conviction ≥ 40.
    StrongBullish,
    /// Conviction ≥ 15.
    Bullish,
    /// −15 < conviction < 15.
    Neutral,
    /// −40 < conviction ≤ −15.
    Bearish,
    /// Conviction ≤ −40.
    StrongBearish,
    /// Coverage below 0.5, or no MTF score at all.
    InsufficientData,
}

impl Verdict {
    /// The verdict for a conviction and its coverage.
    pub fn of(conviction: Option<f64>, coverage: f64) -> Self {
        match conviction {
            Some(conviction) if coverage >= 0.5 => match conviction {
                c if c >= 40.0 => Self::StrongBullish,
                c if c >= 15.0 => Self::Bullish,
                c if c > -15.0 => Self::Neutral,
                c if c > -40.0 => Self::Bearish,
                _ => Self::StrongBearish,
            },
            _ => Self::InsufficientData,
        }
    }
}

/// Whether there is a setup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setup {
    /// Conviction high enough and every gate passes.
    HighConviction,
    /// Conviction high enough, no gate fails, but at least one is unknown.
    Unconfirmed,
    /// Neither.
    None,
}

impl Setup {
    /// The setup for a conviction and all gates.
    pub(crate) fn of(conviction: Option<f64>, gates: &[GateOutcome], parameters: &Parameters) -> Self {
        if !conviction.is_some_and(|conviction| conviction >= parameters.setup_conviction) {
            return Self::None;
        }
        match GateState::worst(gates.iter().map(|gate| gate.state)) {
            GateState::Pass => Self::HighConviction,
            GateState::Unknown => Self::Unconfirmed,
            GateState::Fail => Self::None,
        }
    }
}

/// The conviction score, taken apart: the families' points add up to the composite, which times the three multipliers
/// is the score, in exactly these operations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conviction {
    /// The families' values, −1 … 1, or unknown.
    pub values: [Option<f64>; 4],
    /// The families' points: `100 · weight · value / Σ weight` over the known ones.
    pub points: [Option<f64>; 4],
    /// Sum of the points, −100 … 100.
    pub composite: f64,
    /// `0.5 + 0.5 · agreement`.
    pub by_agreement: f64,
    /// `0.6 + 0.4 · strength`.
    pub by_strength: f64,
    /// 0.5 when the composite is above 0 and Bitcoin is risk-off, else 1.
    pub damp: f64,
    /// `composite · by_agreement · by_strength · damp`, −100 … 100.
    pub score: f64,
}

impl Conviction {
    /// Combines MTF with the `others` (relative strength, catalysts, AI sentiment); nothing without an MTF
    /// score.
    pub fn of(mtf: Option<&Mtf>, others: [Option<f64>; 3], risk_off: bool, parameters: &Parameters) -> Option<Self> {
        let mtf = mtf?;
        let [relative_strength, catalysts, ai_sentiment] = others;
        let values = [Some(mtf.score / 100.0), relative_strength, catalysts, ai_sentiment];
        let known: f64 =
            values.iter().zip(parameters.families).filter(|(value, _)| value.is_some()).map(|(_, w)| w).sum();
        let mut points = [None; 4];
        for ((point, value), weight) in points.iter_mut().zip(values).zip(parameters.families) {
            *point = value.map(|value| 100.0 * weight * value / known);
        }
        let composite = points.iter().flatten().sum::<f64>();
        let by_agreement = 0.5 + 0.5 * mtf.agreement;
        let by_strength = 0.6 + 0.4 * mtf.strength;
        let damp = if composite > 0.0 && risk_off { 0.5 } else { 1.0 };
        let score = composite * by_agreement * by_strength * damp;
        Some(Self { values, points, composite, by_agreement, by_strength, damp, score })
    }
}

/// The share of all evidence that is known, 0 … 1: the weights of the known families, MTF's times the share of the
/// timeframes' weight that is ready.
pub(crate) fn coverage(mtf: Option<&Mtf>, others: [bool; 3], parameters: &Parameters) -> f64 {
    let [by_mtf, rest @ ..] = parameters.families;
    let total: f64 = parameters.families.iter().sum();
    let known: f64 = rest.iter().zip(others).filter(|(_, known)| *known).map(|(weight, _)| weight).sum();
    (by_mtf * mtf.map_or(0.0, |mtf| mtf.ready) + known) / total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_change_exactly_at_the_published_limits() {
        let cases = [
            (40.0, Verdict::StrongBullish),
            (39.999, Verdict::Bullish),
            (15.0, Verdict::Bullish),
            (14.999, Verdict::Neutral),
            (-14.999, Verdict::Neutral),
            (-15.0, Verdict::Bearish),
            (-39.999, Verdict::Bearish),
            (-40.0, Verdict::StrongBearish),
        ];
        for (conviction, verdict) in cases {
            assert_eq!(Verdict::of(Some(conviction), 0.5), verdict, "{conviction}");
        }
        assert_eq!(Verdict::of(Some(50.0), 0.499), Verdict::InsufficientData);
        assert_eq!(Verdict::of(None, 1.0), Verdict::InsufficientData);
    }

    #[test]
    fn the_mock_adds_up() {
        // The picture in the design: +66, +58, +31 and an unknown family, agreement 1, strength 0.70, risk-on: +52.
        let mtf = Mtf { score: 66.0, agreement: 1.0, strength: 0.70, aligned: 4, ready: 1.0 };
        let parameters = Parameters::default();
        let conviction = Conviction::of(Some(&mtf), [Some(0.58), Some(0.31), None], false, &parameters).unwrap();
        let points: Vec<f64> =
            conviction.points.iter().flatten().map(|points| (points * 10.0).round() / 10.0).collect();
        assert_eq!(points, [44.0, 9.7, 5.2]);
        assert!((conviction.composite - 58.8).abs() < 0.1);
        assert_eq!(conviction.score.round(), 52.0);
        assert!((coverage(Some(&mtf), [true, true, false], &parameters) - 0.90).abs() < 1e-12);
    }

    #[test]
    fn risk_off_damps_only_what_points_up() {
        let parameters = Parameters::default();
        for (score, damp) in [(50.0, 0.5), (-50.0, 1.0), (0.0, 1.0)] {
            let mtf = Mtf { score, agreement: 1.0, strength: 1.0, aligned: 4, ready: 1.0 };
            let conviction = Conviction::of(Some(&mtf), [None; 3], true, &parameters).unwrap();
            assert_eq!((conviction.damp, conviction.score), (damp, score * damp));
        }
    }
}
