//! The Assessment: everything the widget says at one moment, in one shape for the example program, the element, its
//! events and the JS API (method §10, schema 1).

use serde::{Deserialize, Serialize};

use crate::catalyst::{self, Catalyst, ChainFacts, Event, RiskFlag, RiskName};
use crate::context::{CorrelationReport, MIN_MEMBERS, RegimeReport};
use crate::gate;
use crate::reading::Indicators;
use crate::state::{AssessmentState, Circumstances, Score, Track};
use crate::{CandleSeries, Family, Gate, GateOutcome, GateState, Parameters, Setup, Stack, Timeframe, UnixMs, Verdict};

/// Version of the Assessment's shape.
pub const SCHEMA: u32 = 1;

/// Everything an assessment is made of. What is left out is unknown, never neutral.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The asset, e.g. `TAO`.
    pub symbol: &'a str,
    /// The currency of its prices, e.g. `USD`.
    pub quote: &'a str,
    /// The decision time: only candles closed by then are used.
    pub at: UnixMs,
    /// The last price, if something newer than the last closed candle is known. Shown, never scored.
    pub price: Option<f64>,
    /// The asset's candles, one series a timeframe.
    pub candles: &'a [CandleSeries],
    /// Bitcoin's candles; 4h and 1d are used.
    pub btc: &'a [CandleSeries],
    /// The AI basket's candles, a slice a member; 4h and 1d are used.
    pub basket: &'a [&'a [CandleSeries]],
    /// What the chain says.
    pub chain: Option<&'a ChainFacts>,
    /// The curated feed.
    pub feed: Option<&'a [Event]>,
    /// Order-book depth within ±0.5 % of mid, in the quote currency.
    pub depth: Option<f64>,
    /// Where the candles come from.
    pub provenance: Provenance<'a>,
}

impl<'a> Inputs<'a> {
    /// Inputs with nothing but the asset's candles.
    pub const fn new(symbol: &'a str, at: UnixMs, candles: &'a [CandleSeries]) -> Self {
        Self {
            symbol,
            quote: "USD",
            at,
            price: None,
            candles,
            btc: &[],
            basket: &[],
            chain: None,
            feed: None,
            depth: None,
            provenance: Provenance { state: None, source: None, failures: &[], dropped: 0, confirmation: None },
        }
    }

    /// The same without numbers that are none: a price that isn't a positive number and a depth that isn't a number
    /// from 0 on are unknown, not bad news.
    pub(crate) fn checked(&self) -> Self {
        let price = |price: f64| price.is_finite() && price > 0.0;
        let confirmation = self.provenance.confirmation.filter(|(_, close)| price(*close));
        Self {
            price: self.price.filter(|own| price(*own)),
            depth: self.depth.filter(|depth| depth.is_finite() && *depth >= 0.0),
            provenance: Provenance { confirmation, ..self.provenance },
            ..*self
        }
    }
}

/// Where candles come from, as the caller knows it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Provenance<'a> {
    /// The state to report; when nothing is said, *live*, or *delayed* when a timeframe is stale.
    pub state: Option<DataState>,
    /// The source's name.
    pub source: Option<&'a str>,
    /// Sources that were asked before and failed.
    pub failures: &'a [SourceFailure],
    /// Candles that are missing beyond those that the series themselves show, e.g. dropped while resampling.
    pub dropped: u32,
    /// A second, independent source's close of the last closed 1h candle.
    pub confirmation: Option<(&'a str, f64)>,
}

/// How fresh the data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataState {
    /// From a source that answers now.
    Live,
    /// The last closed candle is older than two lengths.
    Delayed,
    /// Kept from earlier; the source doesn't answer now.
    Cached,
    /// Some inputs are still loading.
    Partial,
    /// Nothing could be had.
    Unavailable,
    /// Generated, not traded.
    Simulated,
}

/// The Assessment. Serialises to the documented JSON: camelCase, times in Unix ms, unknown = `null` with a reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    /// Version of this shape.
    pub schema: u32,
    /// The asset.
    pub symbol: String,
    /// The currency of its prices.
    pub quote: String,
    /// The decision time.
    pub at: UnixMs,
    /// The last known price.
    pub price: Option<f64>,
    /// The score, −100 … 100.
    pub conviction: Option<f64>,
    /// The score in words.
    pub verdict: Verdict,
    /// Whether there is a setup.
    pub setup: Setup,
    /// Share of the evidence that is known, 0 … 1.
    pub coverage: f64,
    /// How far the timeframes agree, 0 … 1.
    pub agreement: Option<f64>,
    /// How strong their trends are, 0 … 1.
    pub strength: Option<f64>,
    /// 0.5 when a positive score is damped by the regime, else 1.
    pub damp: f64,
    /// `published`, or `custom` when a parameter was changed.
    pub formula: &'static str,
    /// The multi-timeframe score.
    pub mtf: MtfReport,
    /// The families of evidence with their points.
    pub families: Vec<FamilyReport>,
    /// The ten gates.
    pub gates: Vec<GateReport>,
    /// The Bitcoin risk regime.
    pub regime: RegimeReport,
    /// Correlations, shown and not scored.
    pub correlation: CorrelationReport,
    /// Catalysts with what they count now.
    pub catalysts: Vec<Catalyst>,
    /// Active risk flags.
    pub risk_flags: Vec<RiskFlag>,
    /// Quality and origin of the data.
    pub data: DataReport,
}

/// The multi-timeframe score.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MtfReport {
    /// −100 … 100; unknown when no timeframe is ready.
    pub score: Option<f64>,
    /// 0 … 1.
    pub agreement: Option<f64>,
    /// 0 … 1.
    pub strength: Option<f64>,
    /// Timeframes with |reading| ≥ 0.10 and the sign of the score.
    pub aligned: u32,
    /// The timeframes with a weight, shortest first, ready or not.
    pub timeframes: Vec<TimeframeReport>,
}

/// One timeframe with everything its reading is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeframeReport {
    /// Which one.
    pub timeframe: Timeframe,
    /// Whether it is warmed up.
    pub ready: bool,
    /// Closed candles used.
    pub candles: u32,
    /// When the last of them closed.
    pub closed_at: Option<UnixMs>,
    /// Its close.
    pub close: Option<f64>,
    /// EMA20.
    pub ema20: Option<f64>,
    /// EMA50.
    pub ema50: Option<f64>,
    /// EMA200.
    pub ema200: Option<f64>,
    /// RSI14.
    pub rsi14: Option<f64>,
    /// ATR14.
    pub atr14: Option<f64>,
    /// ADX14.
    pub adx14: Option<f64>,
    /// σ of one candle's log return.
    pub volatility: Option<f64>,
    /// Trend term.
    pub trend: Option<f64>,
    /// Alignment term.
    pub alignment: Option<f64>,
    /// RSI term.
    pub rsi: Option<f64>,
    /// Momentum term.
    pub momentum: Option<f64>,
    /// The reading, −1 … 1.
    pub reading: Option<f64>,
    /// The strength, 0 … 1.
    pub strength: Option<f64>,
    /// The timeframe's weight.
    pub weight: f64,
    /// The order of close and averages.
    pub stack: Option<Stack>,
    /// Why it is not ready.
    pub reason: Option<String>,
}

/// A family of evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FamilyReport {
    /// Which one.
    pub family: Family,
    /// −1 … 1.
    pub value: Option<f64>,
    /// Its weight.
    pub weight: f64,
    /// `100 · weight · value / Σ weight` over the known families.
    pub points: Option<f64>,
    /// Why it is unknown.
    pub reason: Option<&'static str>,
}

/// A gate with what it measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GateReport {
    /// Which one.
    pub gate: Gate,
    /// Its outcome.
    pub state: GateState,
    /// The measured value.
    pub value: Option<f64>,
    /// The value it is held against.
    pub threshold: f64,
    /// What the value is, and what else decided.
    pub detail: String,
}

/// Quality and origin of the data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DataReport {
    /// How fresh it is.
    pub state: DataState,
    /// The source's name.
    pub source: Option<String>,
    /// Sources that were asked before and failed, in that order.
    pub failures: Vec<SourceFailure>,
    /// When the newest closed candle closed.
    pub as_of: Option<UnixMs>,
    /// Candles refused as invalid.
    pub rejected_candles: u32,
    /// Closed candles that are missing.
    pub gaps: u32,
    /// Timeframes whose last closed candle is older than two lengths.
    pub stale: Vec<Timeframe>,
    /// The second source, when its price agrees.
    pub confirmed_by: Option<String>,
    /// The second source and its price, when it doesn't.
    pub contradicted_by: Option<Confirmation>,
}

/// A source that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceFailure {
    /// Its name.
    pub source: String,
    /// Why, in words.
    pub reason: String,
}

/// A second source's price.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Confirmation {
    /// The second source.
    pub source: String,
    /// Its close of the last closed 1h candle.
    pub close: f64,
}

/// Assesses an asset at `inputs.at`, from candles closed by then.
pub fn assess(inputs: &Inputs<'_>, parameters: &Parameters) -> Assessment {
    AssessmentState::over(inputs, parameters).assess(inputs)
}

pub(crate) fn of(series: &[CandleSeries], timeframe: Timeframe) -> Option<&CandleSeries> {
    series.iter().find(|series| series.timeframe() == timeframe && !series.candles().is_empty())
}

impl AssessmentState {
    /// The Assessment of this state with what `inputs` knows beside the candles, which are not read: everything that
    /// had closed by `inputs.at` must have been pushed, and nothing that hadn't.
    pub fn assess(&self, inputs: &Inputs<'_>) -> Assessment {
        self.report(inputs).0
    }

    /// The Assessment, and the numbers that it reports.
    pub(crate) fn report(&self, inputs: &Inputs<'_>) -> (Assessment, Score) {
        let (inputs, parameters) = (&inputs.checked(), self.parameters());
        let at = inputs.at;
        let catalysts = catalyst::catalysts(inputs.chain, inputs.feed, at);
        let mut risk_flags = catalysts.risk_flags;
        let circumstances = Circumstances {
            catalysts: catalysts.value,
            risk_flags: u32::try_from(risk_flags.len()).unwrap_or(u32::MAX),
            depth: inputs.depth,
            second_close: inputs.provenance.confirmation.map(|(_, close)| close),
        };
        let score = self.score(at, &circumstances);
        let Score { mtf, conviction, .. } = score;
        let data = self.data_report(inputs);
        let gates = score.gates.map(|outcome| gate_report(outcome, &data));
        let flag = |name, reason: &str| RiskFlag { name, reason: reason.to_owned(), since: None };
        for gate in gates.iter().filter(|gate| gate.state == GateState::Fail) {
            match gate.gate {
                Gate::Data => risk_flags.push(flag(RiskName::Data, &gate.detail)),
                Gate::Liquidity => risk_flags.push(flag(RiskName::Liquidity, &gate.detail)),
                _ => {}
            }
        }
        // The newest close; of several timeframes that closed together, the shortest is asked.
        let last_close = self.tracks.iter().filter_map(Track::closed).rev().max_by_key(|(closed_at, _)| *closed_at);
        let timeframes = self.tracks.iter().zip(parameters.timeframes).filter(|(_, weight)| *weight > 0.0);
        let assessment = Assessment {
            schema: SCHEMA,
            symbol: inputs.symbol.to_owned(),
            quote: inputs.quote.to_owned(),
            at,
            price: inputs.price.or(last_close.map(|(_, close)| close)),
            conviction: conviction.map(|conviction| conviction.score),
            verdict: score.verdict,
            setup: score.setup,
            coverage: score.coverage,
            agreement: mtf.map(|mtf| mtf.agreement),
            strength: mtf.map(|mtf| mtf.strength),
            damp: conviction.map_or(1.0, |conviction| conviction.damp),
            formula: if parameters.is_custom() { "custom" } else { "published" },
            mtf: MtfReport {
                score: mtf.map(|mtf| mtf.score),
                agreement: mtf.map(|mtf| mtf.agreement),
                strength: mtf.map(|mtf| mtf.strength),
                aligned: mtf.map_or(0, |mtf| mtf.aligned),
                timeframes: timeframes.map(|(track, weight)| timeframe_report(track, weight, parameters)).collect(),
            },
            families: self.families(&score, catalysts.value),
            gates: gates.into(),
            regime: score.regime,
            correlation: self.correlation(),
            catalysts: catalysts.list,
            risk_flags,
            data,
        };
        (assessment, score)
    }

    fn families(&self, score: &Score, catalysts: Option<f64>) -> Vec<FamilyReport> {
        let few = u32::try_from(self.members.len()).unwrap_or(u32::MAX) < MIN_MEMBERS;
        let reasons = [
            "no timeframe is ready",
            if self.has_btc { "fewer than 43 4h candles in common with BTC" } else { "no BTC candles" },
            "neither the chain nor a feed could be read",
            if few { "no AI basket" } else { "fewer than 3 AI tokens with 50 daily candles" },
        ];
        let values = [
            score.mtf.map(|mtf| mtf.score / 100.0),
            score.relative_strength.map(|relative| relative.value),
            catalysts,
            score.ai_sentiment.map(|sentiment| sentiment.value),
        ];
        let points = score.conviction.map_or([None; 4], |conviction| conviction.points);
        Family::ALL
            .into_iter()
            .zip(values)
            .zip(points)
            .zip(self.parameters().families)
            .zip(reasons)
            .map(|((((family, value), points), weight), reason)| FamilyReport {
                family,
                value,
                weight,
                points,
                reason: value.is_none().then_some(reason),
            })
            .collect()
    }

    fn data_report(&self, inputs: &Inputs<'_>) -> DataReport {
        let as_of = self.scored().filter_map(Track::closed).map(|(closed_at, _)| closed_at).max();
        let stale: Vec<Timeframe> =
            self.scored().filter(|track| track.is_stale(inputs.at)).map(|track| track.timeframe).collect();
        let provenance = inputs.provenance;
        let state = match provenance.state {
            Some(state) => state,
            None if as_of.is_none() => DataState::Unavailable,
            None if !stale.is_empty() => DataState::Delayed,
            None => DataState::Live,
        };
        let agrees = self.confirmed(provenance.confirmation.map(|(_, close)| close));
        DataReport {
            state,
            source: provenance.source.map(str::to_owned),
            failures: provenance.failures.to_vec(),
            as_of,
            rejected_candles: self.rejected,
            gaps: self.scored().fold(provenance.dropped, |sum, track| sum.saturating_add(track.gaps())),
            stale,
            confirmed_by: provenance.confirmation.filter(|_| agrees == Some(true)).map(|(source, _)| source.to_owned()),
            contradicted_by: provenance
                .confirmation
                .filter(|_| agrees == Some(false))
                .map(|(source, close)| Confirmation { source: source.to_owned(), close }),
        }
    }
}

fn timeframe_report(track: &Track, weight: f64, parameters: &Parameters) -> TimeframeReport {
    let candles = track.state.count();
    let (reading, closed) = (track.state.reading(), track.closed());
    let Indicators { emas: [ema20, ema50, ema200], rsi, atr, adx, volatility } = track.state.indicators();
    let reason = match reading {
        Some(_) => None,
        None if candles == 0 => Some("no closed candles".to_owned()),
        None => Some(format!("warming up: {candles} of {} closed candles", parameters.warm_up)),
    };
    TimeframeReport {
        timeframe: track.timeframe,
        ready: reading.is_some(),
        candles,
        closed_at: closed.map(|(closed_at, _)| closed_at),
        close: closed.map(|(_, close)| close),
        ema20,
        ema50,
        ema200,
        rsi14: rsi,
        atr14: atr,
        adx14: adx,
        volatility,
        trend: reading.map(|reading| reading.trend),
        alignment: reading.map(|reading| reading.alignment),
        rsi: reading.map(|reading| reading.rsi),
        momentum: reading.map(|reading| reading.momentum),
        reading: reading.map(|reading| reading.reading),
        strength: reading.map(|reading| reading.strength),
        weight,
        stack: reading.map(|reading| reading.stack),
        reason,
    }
}

/// A gate in words; the data gate says what is stale and what a second source thinks.
fn gate_report(outcome: GateOutcome, data: &DataReport) -> GateReport {
    let mut detail = gate::words(outcome.gate).to_owned();
    if outcome.gate == Gate::Data {
        if !data.stale.is_empty() {
            detail = format!("{detail}; {}", gate::stale_words(&data.stale));
        }
        match (&data.contradicted_by, &data.confirmed_by) {
            (Some(second), _) => detail = format!("{detail}; {} is over 1 % apart", second.source),
            (None, None) => detail.push_str("; no second source to compare with"),
            (None, Some(second)) => detail = format!("{detail}; confirmed by {second}"),
        }
    }
    GateReport { gate: outcome.gate, state: outcome.state, value: outcome.value, threshold: outcome.threshold, detail }
}
