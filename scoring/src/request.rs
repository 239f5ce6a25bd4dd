//! What a call asks for, read from its arguments, and the answer that the core gives.

use tao_conviction_core::candle::complete;
use tao_conviction_core::catalyst::{ChainFacts, Event, Launch};
use tao_conviction_core::indicator::Periods;
use tao_conviction_core::{
    Assessment, CandleSeries, DataState, Error, Inputs, ParameterValues, Parameters, Provenance, UnixMs, assess,
};
use wasm_bindgen::JsValue;

use crate::argument::{Argument, Result, Wrong, shown};
use crate::candles::{Room, by_timeframe};

/// The options of `score`.
const OPTIONS: [&str; 6] = ["at", "symbol", "quote", "price", "source", "parameters"];

/// The inputs of `assess`.
const INPUTS: [&str; 14] = [
    "candles",
    "at",
    "symbol",
    "quote",
    "price",
    "btc",
    "basket",
    "chain",
    "feed",
    "depth",
    "source",
    "dropped",
    "confirmation",
    "state",
];

/// A call's arguments, checked.
pub(crate) struct Request {
    symbol: String,
    quote: String,
    at: UnixMs,
    price: Option<f64>,
    candles: Vec<CandleSeries>,
    btc: Vec<CandleSeries>,
    basket: Vec<Vec<CandleSeries>>,
    chain: Option<ChainFacts>,
    feed: Option<Vec<Event>>,
    depth: Option<f64>,
    source: Option<String>,
    dropped: u32,
    confirmation: Option<(String, f64)>,
    state: Option<DataState>,
    parameters: Parameters,
}

impl Request {
    /// From `score(candles, options)`.
    pub(crate) fn of_score(candles: JsValue, options: JsValue) -> Result<Self> {
        let series = by_timeframe(&Argument::new("candles", candles), &mut Room::new())?;
        let options = options_or_none(options, &OPTIONS)?;
        let options = Argument::new("options", options);
        let plain = Self::plain(series, &options)?;
        Ok(Self { parameters: parameters_in(&options)?, ..plain })
    }

    /// From `assess(inputs, options)`.
    pub(crate) fn of_assess(inputs: JsValue, options: JsValue) -> Result<Self> {
        let given = Argument::new("inputs", inputs);
        given.object_of(&INPUTS)?;
        let mut room = Room::new();
        let candles = by_timeframe(&given.field("candles")?, &mut room)?;
        let btc = given.optional("btc", |btc| by_timeframe(btc, &mut room))?.unwrap_or_default();
        let basket = given.optional("basket", |basket| members(basket, &mut room))?.unwrap_or_default();
        let options = Argument::new("options", options_or_none(options, &["parameters"])?);
        Ok(Self {
            btc,
            basket,
            chain: given.optional("chain", chain)?,
            feed: given.optional("feed", feed)?,
            depth: given.optional("depth", |depth| {
                depth.number_that(|depth| depth.is_finite() && depth >= 0.0, "an amount from 0, in the quote currency")
            })?,
            dropped: given.optional("dropped", |value| value.count())?.unwrap_or(0),
            confirmation: given.optional("confirmation", confirmation)?,
            state: given.optional("state", |value| value.one_of())?,
            parameters: parameters_in(&options)?,
            ..Self::plain(candles, &given)?
        })
    }

    /// What both functions take.
    fn plain(candles: Vec<CandleSeries>, given: &Argument<'_>) -> Result<Self> {
        let name = |field: &str, example: &str| given.optional(field, |name| name.text(example));
        Ok(Self {
            symbol: name("symbol", r#"a name such as "TAO""#)?.unwrap_or_else(|| "TAO".to_owned()),
            quote: name("quote", r#"a currency such as "USD""#)?.unwrap_or_else(|| "USD".to_owned()),
            at: match given.optional("at", |value| value.moment())? {
                Some(at) => at,
                None => Argument::new("Date.now()", js_sys::Date::now().into()).moment()?,
            },
            price: given.optional("price", price)?,
            candles,
            btc: Vec::new(),
            basket: Vec::new(),
            chain: None,
            feed: None,
            depth: None,
            source: name("source", r#"a name such as "binance""#)?,
            dropped: 0,
            confirmation: None,
            state: None,
            parameters: Parameters::default(),
        })
    }

    /// The core's answer. Timeframes that are missing are built from shorter ones first.
    pub(crate) fn assess(&self) -> Assessment {
        let (candles, dropped) = complete(&self.candles, self.at);
        let (btc, _) = complete(&self.btc, self.at);
        let members: Vec<_> = self.basket.iter().map(|member| complete(member, self.at).0).collect();
        let basket: Vec<&[CandleSeries]> = members.iter().map(Vec::as_slice).collect();
        assess(
            &Inputs {
                symbol: &self.symbol,
                quote: &self.quote,
                at: self.at,
                price: self.price,
                candles: &candles,
                btc: &btc,
                basket: &basket,
                chain: self.chain.as_ref(),
                feed: self.feed.as_deref(),
                depth: self.depth,
                provenance: Provenance {
                    state: self.state,
                    source: self.source.as_deref(),
                    failures: &[],
                    dropped: self.dropped.saturating_add(dropped),
                    confirmation: self.confirmation.as_ref().map(|(source, close)| (source.as_str(), *close)),
                },
            },
            &self.parameters,
        )
    }
}

/// The options, or an empty object where none are given.
fn options_or_none(options: JsValue, known: &[&str]) -> Result<JsValue> {
    let given = Argument::new("options", options);
    if given.is_missing() {
        return Ok(js_sys::Object::new().into());
    }
    given.object_of(known)?;
    Ok(given.value)
}

fn price(given: &Argument<'_>) -> Result<f64> {
    given.number_that(|price| price.is_finite() && price > 0.0, "a price above 0")
}

fn members(given: &Argument<'_>, room: &mut Room) -> Result<Vec<Vec<CandleSeries>>> {
    given.object("an object with candles by timeframe under each token's name")?;
    given.names()?.iter().map(|name| by_timeframe(&given.field(name)?, room)).collect()
}

fn confirmation(given: &Argument<'_>) -> Result<(String, f64)> {
    given.object_of(&["source", "close"])?;
    Ok((given.field("source")?.text(r#"a name such as "kraken""#)?, price(&given.field("close")?)?))
}

fn share(given: &Argument<'_>) -> Result<f64> {
    given.between(0.0, 1.0, "a share from 0 to 1")
}

fn chain(given: &Argument<'_>) -> Result<ChainFacts> {
    given.object_of(&[
        "lastHalving",
        "nextHalving",
        "stakedShare",
        "stakedShareChange",
        "nakamoto",
        "emissionHhi",
        "launches",
    ])?;
    Ok(ChainFacts {
        last_halving: given.optional("lastHalving", |value| value.moment())?,
        next_halving: given.optional("nextHalving", |value| value.moment())?,
        staked_share: given.optional("stakedShare", share)?,
        staked_share_change: given
            .optional("stakedShareChange", |change| change.between(-1.0, 1.0, "a change from -1 to 1"))?,
        nakamoto: given.optional("nakamoto", |value| value.count())?,
        emission_hhi: given.optional("emissionHhi", share)?,
        launches: given.optional("launches", |launches| each(launches, launch))?.unwrap_or_default(),
    })
}

fn launch(given: &Argument<'_>) -> Result<Launch> {
    given.object_of(&["netuid", "at"])?;
    let netuid = given.field("netuid")?.whole(0.0, f64::from(u16::MAX), "a subnet's number, 0 to 65535")?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 … 65535, and whole")]
    Ok(Launch { netuid: netuid as u16, at: given.field("at")?.moment()? })
}

fn feed(given: &Argument<'_>) -> Result<Vec<Event>> {
    each(given, event)
}

fn event(given: &Argument<'_>) -> Result<Event> {
    given.object_of(&[
        "kind",
        "title",
        "at",
        "direction",
        "magnitude",
        "halfLifeDays",
        "sourceUrl",
        "riskFlag",
        "until",
    ])?;
    let direction = given.field("direction")?.whole(-1.0, 1.0, "-1, 0 or 1")?;
    let days = given.field("halfLifeDays")?;
    let source = given.field("sourceUrl")?;
    // Pages make links of it: nothing but the web may stand there.
    let link = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    Ok(Event {
        kind: given.field("kind")?.one_of()?,
        title: given.field("title")?.text("what happened, in one line")?,
        at: given.field("at")?.moment()?,
        #[expect(clippy::cast_possible_truncation, reason = "-1, 0 or 1")]
        direction: direction as i8,
        magnitude: given.field("magnitude")?.between(0.0, 1.0, "0 to 1")?,
        half_life_days: days.number_that(|days| days.is_finite() && days > 0.0, "days, above 0")?,
        source_url: source.value.as_string().filter(link).ok_or_else(|| source.wrong("an http or https URL"))?,
        risk_flag: given.optional("riskFlag", |value| value.one_of())?,
        until: given.optional("until", |value| value.moment())?,
    })
}

/// The elements of an array, or the first that is wrong.
fn each<T>(given: &Argument<'_>, read: impl Fn(&Argument<'_>) -> Result<T>) -> Result<Vec<T>> {
    (0..given.list("an array")?).map(|index| read(&given.item(index)?)).collect()
}

/// The parameters in the options, as published where they say nothing.
fn parameters_in(options: &Argument<'_>) -> Result<Parameters> {
    let Some(values) = options.optional("parameters", parameter_values)? else { return Ok(Parameters::default()) };
    Parameters::new(values).map_err(|error| match error {
        Error::Parameter { name, value, expected } => {
            Wrong(format!("options.parameters.{name} is {}: expected {expected}", shown(&value.into())))
        }
        _ => options.wrong("parameters as the method allows them"),
    })
}

fn parameter_values(given: &Argument<'_>) -> Result<ParameterValues> {
    given.object_of(&[
        "timeframes",
        "terms",
        "periods",
        "momentumSteps",
        "warmUp",
        "families",
        "setupConviction",
        "minCoverage",
        "maxDistance",
        "rsiLimits",
        "minDepth",
    ])?;
    let published = ParameterValues::default();
    let number = |name, published| Ok(given.optional(name, |value| value.number())?.unwrap_or(published));
    let count = |name, published| Ok(given.optional(name, |value| value.count())?.unwrap_or(published));
    let weights = |name, published, expected: &str| {
        Ok(given.optional(name, |weights| weights.numbers(expected))?.unwrap_or(published))
    };
    Ok(ParameterValues {
        timeframes: weights("timeframes", published.timeframes, "four weights, of 15m, 1h, 4h and 1d")?,
        terms: weights("terms", published.terms, "four weights, of trend, alignment, RSI and momentum")?,
        periods: given.optional("periods", periods)?.unwrap_or(published.periods),
        momentum_steps: count("momentumSteps", published.momentum_steps)?,
        warm_up: count("warmUp", published.warm_up)?,
        families: weights(
            "families",
            published.families,
            "four weights, of MTF, relative strength, catalysts and AI sentiment",
        )?,
        setup_conviction: number("setupConviction", published.setup_conviction)?,
        min_coverage: number("minCoverage", published.min_coverage)?,
        max_distance: number("maxDistance", published.max_distance)?,
        rsi_limits: given
            .optional("rsiLimits", |limits| limits.numbers("[lowest on 1h, highest on 1h, limit on 4h]"))?
            .unwrap_or(published.rsi_limits),
        min_depth: number("minDepth", published.min_depth)?,
    })
}

fn periods(given: &Argument<'_>) -> Result<Periods> {
    given.object_of(&["ema", "rsi", "atr", "adx"])?;
    let published = Periods::default();
    let count = |name, published| Ok(given.optional(name, |value| value.count())?.unwrap_or(published));
    Ok(Periods {
        ema: given.optional("ema", averages)?.unwrap_or(published.ema),
        rsi: count("rsi", published.rsi)?,
        atr: count("atr", published.atr)?,
        adx: count("adx", published.adx)?,
    })
}

fn averages(given: &Argument<'_>) -> Result<[u32; 3]> {
    let expected = "three periods, of the fast, middle and slow EMA";
    if given.list(expected)? != 3 {
        return Err(given.wrong(expected));
    }
    Ok([given.item(0)?.count()?, given.item(1)?.count()?, given.item(2)?.count()?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use tao_conviction_core::{Candle, Timeframe};

    fn hours(count: i32) -> CandleSeries {
        let arrivals = (0..count).map(|hour| {
            let close = 400.0 + 30.0 * (f64::from(hour) / 40.0).sin();
            let open_time = UnixMs(i64::from(hour) * Timeframe::H1.duration_ms());
            Candle { open_time, open: close, high: close + 1.0, low: close - 1.0, close, volume: 1.0 }
        });
        CandleSeries::from_arrivals(Timeframe::H1, arrivals)
    }

    fn request(candles: CandleSeries, at: UnixMs) -> Request {
        Request {
            symbol: "TAO".into(),
            quote: "USD".into(),
            at,
            price: None,
            candles: vec![candles],
            btc: Vec::new(),
            basket: Vec::new(),
            chain: None,
            feed: None,
            depth: None,
            source: None,
            dropped: 0,
            confirmation: None,
            state: None,
            parameters: Parameters::default(),
        }
    }

    #[test]
    fn what_is_missing_is_built_and_what_is_given_arrives() {
        let at = UnixMs(2_000 * Timeframe::H1.duration_ms());
        let plain = request(hours(2_000), at).assess();
        let counts: Vec<u32> = plain.mtf.timeframes.iter().map(|timeframe| timeframe.candles).collect();
        assert_eq!(counts, [0, 2_000, 500, 83]);

        let close = plain.mtf.timeframes.get(1).and_then(|hour| hour.close).unwrap();
        let all = Request {
            btc: vec![hours(2_000)],
            basket: vec![vec![hours(2_000)]; 3],
            feed: Some(Vec::new()),
            depth: Some(60_000.0),
            price: Some(7.0),
            source: Some("a".into()),
            dropped: 3,
            confirmation: Some(("b".into(), close)),
            state: Some(DataState::Cached),
            ..request(hours(2_000), at)
        }
        .assess();
        assert!(all.families.iter().all(|family| family.value.is_some()), "{:?}", all.families);
        assert_eq!((all.price, all.data.gaps, all.data.state), (Some(7.0), 3, DataState::Cached));
        assert_eq!((all.data.source.as_deref(), all.data.confirmed_by.as_deref()), (Some("a"), Some("b")));
    }
}
