//! An Assessment taken apart: everything that each of its figures was computed from, so that they can be rebuilt from
//! this alone, by hand or by another program (`core/tests/explanation.rs` does).

use serde::Serialize;

use crate::assessment::Inputs;
use crate::catalyst::ChainFacts;
use crate::context::{MemberReport, MemberState, RelativeStrength};
use crate::state::{AssessmentState, Track};
use crate::{Assessment, Family, Gate, GateState, ParameterValues, Parameters, Timeframe};

/// An Assessment with its workings. Serialises like the Assessment: camelCase, unknown = `null`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The Assessment: its indicators, families, points, gates and catalysts are part of the explanation.
    pub assessment: Assessment,
    /// The weights, periods and thresholds that it was made with.
    pub parameters: ParameterValues,
    /// What the terms of each ready timeframe are made of, beside the indicators in the Assessment.
    pub readings: Vec<ReadingWorkings>,
    /// The changes and volatilities behind relative strength.
    pub relative_strength: Option<RelativeStrength>,
    /// What each member of the AI basket says, in the order of the inputs; nothing for one with too few candles.
    pub basket: Vec<Option<MemberReport>>,
    /// The facts of the chain behind the catalysts.
    pub chain: Option<ChainFacts>,
    /// Order-book depth within ±0.5 % of mid, in the quote currency.
    pub depth: Option<f64>,
    /// A second source's close of the last closed 1h candle.
    pub second_close: Option<f64>,
    /// From the points to the score.
    pub multipliers: Option<Multipliers>,
    /// Everything that could not be counted, with the reason.
    pub unknowns: Vec<Unknown>,
}

/// The part of an [`Explanation`] that can't be computed from the Assessment: it alone, for those who show an Assessment's
/// workings beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Workings {
    /// As [`Explanation::readings`].
    pub readings: Vec<ReadingWorkings>,
    /// As [`Explanation::relative_strength`].
    pub relative_strength: Option<RelativeStrength>,
    /// As [`Explanation::basket`].
    pub basket: Vec<Option<MemberReport>>,
    /// As [`Explanation::multipliers`].
    pub multipliers: Option<Multipliers>,
}

/// What a timeframe's trend and momentum are made of; alignment, RSI and strength follow from the Assessment itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadingWorkings {
    /// Which timeframe.
    pub timeframe: Timeframe,
    /// The crossovers of the trend term, which is the mean of their ranks.
    pub crossovers: Vec<CrossoverWorkings>,
    /// `ln(close/close₋ₙ)` over the momentum's look-back.
    pub change: f64,
    /// n, in candles.
    pub steps: u32,
    /// The points that the reading brings to the MTF score: `100 · weight · reading / Σ weight`.
    pub points: f64,
}

/// One crossover: `rank(distance/(σ·κ))`, σ being the timeframe's volatility.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CrossoverWorkings {
    /// Span of the short average, in candles.
    pub short: u32,
    /// Span of the long one.
    pub long: u32,
    /// The difference of the two averages of the log close.
    pub distance: f64,
    /// κ, its standard deviation under a random walk of unit step.
    pub kappa: f64,
    /// Its rank, −1 … 1.
    pub rank: f64,
}

/// The way from the families' points to the score: `composite · byAgreement · byStrength · damp`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Multipliers {
    /// Sum of the families' points.
    pub composite: f64,
    /// `0.5 + 0.5 · agreement`.
    pub by_agreement: f64,
    /// `0.6 + 0.4 · strength`.
    pub by_strength: f64,
    /// 0.5 when the composite is above 0 and Bitcoin is risk-off, else 1.
    pub damp: f64,
    /// Their product: the conviction.
    pub score: f64,
}

/// Something that could not be counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unknown {
    /// What.
    #[serde(flatten)]
    pub what: Missing,
    /// Why.
    pub reason: String,
}

/// What can be missing; in JSON `{"what": "timeframe", "name": "1h", "reason": …}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "what", content = "name")]
pub enum Missing {
    /// A timeframe's reading.
    Timeframe(Timeframe),
    /// A family's value.
    Family(Family),
    /// What a gate needs to know.
    Gate(Gate),
    /// The Bitcoin regime.
    Regime,
}

/// Assesses an asset like [`assess`](crate::assess) and says how.
pub fn explain(inputs: &Inputs<'_>, parameters: &Parameters) -> Explanation {
    AssessmentState::over(inputs, parameters).explain(inputs)
}

/// Assesses an asset like [`assess`](crate::assess), with the workings that are in no Assessment.
pub fn work(inputs: &Inputs<'_>, parameters: &Parameters) -> (Assessment, Workings) {
    AssessmentState::over(inputs, parameters).work(inputs)
}

impl AssessmentState {
    /// [`AssessmentState::assess`] with the workings that are in no Assessment.
    pub fn work(&self, inputs: &Inputs<'_>) -> (Assessment, Workings) {
        let (assessment, score) = self.report(inputs);
        let steps = self.parameters().momentum_steps;
        let ready: f64 =
            assessment.mtf.timeframes.iter().filter(|report| report.ready).map(|report| report.weight).sum();
        let workings = |(track, weight): (&Track, &f64)| workings(track, weight / ready, steps);
        let readings = self.tracks.iter().zip(&self.parameters().timeframes).filter(|(_, weight)| **weight > 0.0);
        let workings = Workings {
            readings: readings.filter_map(workings).collect(),
            relative_strength: score.relative_strength,
            basket: self.members.iter().map(MemberState::report).collect(),
            multipliers: score.conviction.map(|conviction| Multipliers {
                composite: conviction.composite,
                by_agreement: conviction.by_agreement,
                by_strength: conviction.by_strength,
                damp: conviction.damp,
                score: conviction.score,
            }),
        };
        (assessment, workings)
    }

    /// [`AssessmentState::assess`] with all that it was computed from.
    pub fn explain(&self, inputs: &Inputs<'_>) -> Explanation {
        let (assessment, workings) = self.work(inputs);
        let checked = inputs.checked();
        let Workings { readings, relative_strength, basket, multipliers } = workings;
        Explanation {
            parameters: **self.parameters(),
            readings,
            relative_strength,
            basket,
            chain: inputs.chain.cloned(),
            depth: checked.depth,
            second_close: checked.provenance.confirmation.map(|(_, close)| close),
            multipliers,
            unknowns: unknowns(&assessment),
            assessment,
        }
    }
}

fn workings(track: &Track, share: f64, steps: u32) -> Option<ReadingWorkings> {
    let reading = track.state.reading()?;
    let crossovers = track.state.crossovers().map(|((short, long), pair)| CrossoverWorkings {
        short,
        long,
        distance: pair.distance(),
        kappa: pair.kappa(),
        rank: pair.rank(reading.volatility),
    });
    Some(ReadingWorkings {
        timeframe: track.timeframe,
        crossovers: crossovers.collect(),
        change: track.state.change()?,
        steps,
        points: 100.0 * share * reading.reading,
    })
}

fn unknowns(assessment: &Assessment) -> Vec<Unknown> {
    let timeframes = assessment.mtf.timeframes.iter().filter_map(|report| {
        Some(Unknown { what: Missing::Timeframe(report.timeframe), reason: report.reason.clone()? })
    });
    let families = assessment
        .families
        .iter()
        .filter_map(|report| Some(Unknown { what: Missing::Family(report.family), reason: report.reason?.to_owned() }));
    let regime = assessment.regime.reason.map(|reason| Unknown { what: Missing::Regime, reason: reason.to_owned() });
    let gates = assessment.gates.iter().filter(|gate| gate.state == GateState::Unknown);
    let gates =
        gates.map(|gate| Unknown { what: Missing::Gate(gate.gate), reason: format!("unknown: {}", gate.detail) });
    timeframes.chain(families).chain(regime).chain(gates).collect()
}
