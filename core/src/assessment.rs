//! The Assessment: everything the widget says at one moment, in one shape for the example program, the element, its
//! events and the JS API (method §10, schema 1).

use serde::{Deserialize, Serialize};

use crate::catalyst::{self, Catalyst, ChainFacts, Event, RiskFlag, RiskName};
use crate::context::{
    self, CorrelationReport, MIN_MEMBERS, Regime, RegimeReport, RegimeState, RelativeStrength, Sentiment,
};
use crate::conviction::coverage;
use crate::gate::{self, Outcome};
use crate::reading::Indicators;
use crate::{
    CandleSeries, Conviction, Family, Gate, GateState, Mtf, Parameters, Setup, Stack, Timeframe, TimeframeState,
    UnixMs, Verdict,
};

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
    fn checked(&self) -> Self {
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
    let inputs = &inputs.checked();
    let at = inputs.at;
    let series = Timeframe::ALL.map(|timeframe| of(inputs.candles, timeframe));
    let states = series.map(|series| series.map(|series| TimeframeState::over(series.closed(at), parameters)));
    let mut readings = states.map(|state| state.and_then(|state| state.reading()));
    for (reading, weight) in readings.iter_mut().zip(parameters.timeframes) {
        *reading = reading.filter(|_| weight > 0.0);
    }
    let mtf = Mtf::of(&readings, parameters);
    let data = data_report(inputs, parameters);

    let context = Context::of(inputs);
    let catalysts = catalyst::catalysts(inputs.chain, inputs.feed, at);
    let relative = context.relative.map(|relative| relative.value);
    let sentiment = context.sentiment.map(|sentiment| sentiment.value);
    let risk_off = context.regime.state == Regime::RiskOff;
    let conviction = Conviction::of(mtf.as_ref(), relative, catalysts.value, sentiment, risk_off, parameters);
    let others = [relative.is_some(), catalysts.value.is_some(), sentiment.is_some()];
    let coverage = coverage(mtf.as_ref(), others, parameters);

    let mut risk_flags = catalysts.risk_flags;
    let own = gate::from_readings(&readings, parameters);
    let gates = gates(inputs, parameters, &context, &data, coverage, catalysts.value.is_some(), &own, &mut risk_flags);

    let score = conviction.map(|conviction| conviction.score);
    let setup = match GateState::all(&gates.iter().map(|gate| verdict_of(gate.state)).collect::<Vec<_>>()) {
        _ if !score.is_some_and(|score| score >= parameters.setup_conviction) => Setup::None,
        GateState::Pass => Setup::HighConviction,
        GateState::Unknown => Setup::Unconfirmed,
        GateState::Fail => Setup::None,
    };
    let reports: Vec<TimeframeReport> = Timeframe::ALL
        .into_iter()
        .zip(states)
        .zip(parameters.timeframes)
        .filter(|(_, weight)| *weight > 0.0)
        .map(|((timeframe, state), weight)| timeframe_report(timeframe, state, weight, parameters))
        .collect();
    // The newest close; of several timeframes that closed together, the shortest is asked.
    let closed_at = |series: &CandleSeries| {
        let last = series.closed(at).last()?;
        Some((last.open_time.plus(series.timeframe().duration_ms()), last.close))
    };
    let newest = series.iter().flatten().filter_map(|series| closed_at(series)).rev();
    let last_close = newest.max_by_key(|(closed_at, _)| *closed_at).map(|(_, close)| close);
    Assessment {
        schema: SCHEMA,
        symbol: inputs.symbol.to_owned(),
        quote: inputs.quote.to_owned(),
        at,
        price: inputs.price.or(last_close),
        conviction: score,
        verdict: Verdict::of(score, coverage),
        setup,
        coverage,
        agreement: mtf.map(|mtf| mtf.agreement),
        strength: mtf.map(|mtf| mtf.strength),
        damp: conviction.map_or(1.0, |conviction| conviction.damp),
        formula: if parameters.is_custom() { "custom" } else { "published" },
        mtf: MtfReport {
            score: mtf.map(|mtf| mtf.score),
            agreement: mtf.map(|mtf| mtf.agreement),
            strength: mtf.map(|mtf| mtf.strength),
            aligned: mtf.map_or(0, |mtf| mtf.aligned),
            timeframes: reports,
        },
        families: families(inputs, parameters, conviction.as_ref(), [None, relative, catalysts.value, sentiment]),
        gates,
        regime: context.regime,
        correlation: context.correlation,
        catalysts: catalysts.list,
        risk_flags,
        data,
    }
}

fn of(series: &[CandleSeries], timeframe: Timeframe) -> Option<&CandleSeries> {
    series.iter().find(|series| series.timeframe() == timeframe && !series.candles().is_empty())
}

const fn verdict_of(state: GateState) -> Option<bool> {
    match state {
        GateState::Pass => Some(true),
        GateState::Fail => Some(false),
        GateState::Unknown => None,
    }
}

/// What surrounds the asset at the decision time.
struct Context {
    relative: Option<RelativeStrength>,
    sentiment: Option<Sentiment>,
    regime: RegimeReport,
    correlation: CorrelationReport,
}

impl Context {
    fn of(inputs: &Inputs<'_>) -> Self {
        let closed =
            |series, timeframe| of(series, timeframe).map(|series| series.closed(inputs.at)).unwrap_or_default();
        let members = |timeframe| inputs.basket.iter().map(|member| closed(member, timeframe)).collect::<Vec<_>>();
        let (own_4h, own_1d) = (closed(inputs.candles, Timeframe::H4), closed(inputs.candles, Timeframe::D1));
        let (btc_4h, btc_1d) = (closed(inputs.btc, Timeframe::H4), closed(inputs.btc, Timeframe::D1));
        let daily = members(Timeframe::D1);
        Self {
            relative: context::relative_strength(own_4h, btc_4h, &members(Timeframe::H4)),
            sentiment: context::ai_sentiment(&daily),
            regime: RegimeState::over(btc_1d).report(),
            correlation: context::correlate_all(own_1d, btc_1d, &daily),
        }
    }
}

fn timeframe_report(
    timeframe: Timeframe,
    state: Option<TimeframeState>,
    weight: f64,
    parameters: &Parameters,
) -> TimeframeReport {
    let candles = state.map_or(0, |state| state.count());
    let last = state.and_then(|state| state.last());
    let reading = state.and_then(|state| state.reading());
    let Indicators { emas: [ema20, ema50, ema200], rsi, atr, adx, volatility } =
        state.map(|state| state.indicators()).unwrap_or_default();
    let reason = match reading {
        Some(_) => None,
        None if candles == 0 => Some("no closed candles".to_owned()),
        None => Some(format!("warming up: {candles} of {} closed candles", parameters.warm_up)),
    };
    let mut report = TimeframeReport {
        timeframe,
        ready: reading.is_some(),
        candles,
        closed_at: last.map(|(open_time, _)| open_time.plus(timeframe.duration_ms())),
        close: last.map(|(_, close)| close),
        ema20,
        ema50,
        ema200,
        rsi14: rsi,
        atr14: atr,
        adx14: adx,
        volatility,
        trend: None,
        alignment: None,
        rsi: None,
        momentum: None,
        reading: None,
        strength: None,
        weight,
        stack: None,
        reason,
    };
    if let Some(reading) = reading {
        report.trend = Some(reading.trend);
        report.alignment = Some(reading.alignment);
        report.rsi = Some(reading.rsi);
        report.momentum = Some(reading.momentum);
        report.reading = Some(reading.reading);
        report.strength = Some(reading.strength);
        report.stack = Some(reading.stack);
    }
    report
}

fn families(
    inputs: &Inputs<'_>,
    parameters: &Parameters,
    conviction: Option<&Conviction>,
    fallback: [Option<f64>; 4],
) -> Vec<FamilyReport> {
    let reasons = [
        "no timeframe is ready",
        if inputs.btc.is_empty() { "no BTC candles" } else { "fewer than 43 4h candles in common with BTC" },
        "neither the chain nor a feed could be read",
        if inputs.basket.len() < MIN_MEMBERS { "no AI basket" } else { "fewer than 3 AI tokens with 50 daily candles" },
    ];
    let values = conviction.map_or(fallback, |conviction| conviction.values);
    let points = conviction.map_or([None; 4], |conviction| conviction.points);
    Family::ALL
        .into_iter()
        .zip(values)
        .zip(points)
        .zip(parameters.families)
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

fn data_report(inputs: &Inputs<'_>, parameters: &Parameters) -> DataReport {
    let at = inputs.at;
    let (mut stale, mut as_of, mut rejected, mut gaps) = (Vec::new(), None, 0_u32, inputs.provenance.dropped);
    for (timeframe, weight) in Timeframe::ALL.into_iter().zip(parameters.timeframes) {
        let Some(series) = of(inputs.candles, timeframe).filter(|_| weight > 0.0) else { continue };
        rejected = rejected.saturating_add(series.quality().rejected);
        gaps = gaps.saturating_add(series.gaps(at));
        let Some(last) = series.closed(at).last() else { continue };
        let closed_at = last.open_time.plus(timeframe.duration_ms());
        as_of = as_of.max(Some(closed_at));
        if at.since(closed_at) > 2 * timeframe.duration_ms() {
            stale.push(timeframe);
        }
    }
    let state = match inputs.provenance.state {
        Some(state) => state,
        None if as_of.is_none() => DataState::Unavailable,
        None if !stale.is_empty() => DataState::Delayed,
        None => DataState::Live,
    };
    let hour = of(inputs.candles, Timeframe::H1).and_then(|series| series.closed(at).last());
    let second = hour.zip(inputs.provenance.confirmation);
    let agrees = second.map(|(own, (_, close))| (close / own.close - 1.0).abs() <= 0.01);
    let name = |(_, (source, _)): (_, (&str, f64))| source.to_owned();
    DataReport {
        state,
        source: inputs.provenance.source.map(str::to_owned),
        failures: inputs.provenance.failures.to_vec(),
        as_of,
        rejected_candles: rejected,
        gaps,
        stale,
        confirmed_by: second.filter(|_| agrees == Some(true)).map(name),
        contradicted_by: second
            .filter(|_| agrees == Some(false))
            .map(|(_, (source, close))| Confirmation { source: source.to_owned(), close }),
    }
}

/// All ten gates, in the order of the method; raises the risk flags that follow from them.
#[expect(clippy::too_many_arguments, reason = "one argument a source of evidence, all of them local to assess()")]
fn gates(
    inputs: &Inputs<'_>,
    parameters: &Parameters,
    context: &Context,
    data: &DataReport,
    coverage: f64,
    catalysts_known: bool,
    own: &[Outcome; 5],
    risk_flags: &mut Vec<RiskFlag>,
) -> Vec<GateReport> {
    let report = |gate, conditions: &[Option<bool>], value, threshold| GateReport {
        gate,
        state: GateState::all(conditions),
        value,
        threshold,
        detail: gate::words(gate).to_owned(),
    };
    let agreement = match (&data.confirmed_by, &data.contradicted_by) {
        (Some(_), _) => Some(true),
        (_, Some(_)) => Some(false),
        _ => None,
    };
    let enough = coverage >= parameters.min_coverage - 1e-12; // sums of weights such as 0.6 + 0.15 + 0.05
    let conditions = [Some(enough), Some(data.stale.is_empty()), agreement];
    let mut first = report(Gate::Data, &conditions, Some(coverage), parameters.min_coverage);
    if !data.stale.is_empty() {
        first.detail = format!("{}; {}", first.detail, gate::stale_words(&data.stale));
    }
    match (&data.contradicted_by, &data.confirmed_by) {
        (Some(second), _) => first.detail = format!("{}; {} is over 1 % apart", first.detail, second.source),
        (None, None) => first.detail.push_str("; no second source to compare with"),
        (None, Some(second)) => first.detail = format!("{}; confirmed by {second}", first.detail),
    }
    if first.state == GateState::Fail {
        risk_flags.push(RiskFlag { name: RiskName::Data, reason: first.detail.clone(), since: None });
    }

    let change = context.relative.map(|relative| relative.btc_change);
    let warnings = context.regime.warnings.map(f64::from);
    let risk_on = match context.regime.state {
        Regime::RiskOn => Some(true),
        Regime::RiskOff => Some(false),
        Regime::Unknown => None,
    };
    let deep = inputs.depth.map(|depth| depth >= parameters.min_depth);
    if deep == Some(false) {
        let reason = gate::words(Gate::Liquidity).to_owned();
        risk_flags.push(RiskFlag { name: RiskName::Liquidity, reason, since: None });
    }
    let flags = u32::try_from(risk_flags.len()).unwrap_or(u32::MAX);
    let calm = if flags > 0 { Some(false) } else { catalysts_known.then_some(true) };

    let mut gates = vec![first];
    gates.extend(own.iter().map(|outcome| GateReport {
        gate: outcome.gate,
        state: outcome.state,
        value: outcome.value,
        threshold: outcome.threshold,
        detail: gate::words(outcome.gate).to_owned(),
    }));
    gates.push(report(Gate::Relative, &[change.map(|change| change >= 0.0)], change, 0.0));
    gates.push(report(Gate::Regime, &[risk_on], warnings, 2.0));
    gates.push(report(Gate::Liquidity, &[deep], inputs.depth, parameters.min_depth));
    gates.push(report(Gate::Catalysts, &[calm], (flags > 0 || catalysts_known).then(|| f64::from(flags)), 0.0));
    gates
}
