//! `assess()` against the method written a second time (`support/reference.rs`): every number and every word of the
//! Assessment that the method defines, at many decision times, on synthetic markets and on real candles. The paths are
//! those of the JSON; one that appears in the Assessment and is not computed by the reference fails the test too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/reference.rs"]
mod reference;
mod support;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use support::synthetic::Market;
use tao_conviction_core::catalyst::{ChainFacts, Event, Kind, Launch, RiskName};
use tao_conviction_core::{
    Candle, CandleSeries, Gate, GateState, Inputs, ParameterValues, Parameters, Provenance, Setup, Timeframe, UnixMs,
    assess,
};

use reference::{Columns, Frame, Surroundings};

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
/// 2025-06-01, the end of the synthetic candles.
const END: UnixMs = UnixMs(1_748_736_000_000);

/// Everything that is assessed, at one or more times.
#[derive(Default)]
struct Scenario {
    name: String,
    candles: Vec<CandleSeries>,
    btc: Vec<CandleSeries>,
    basket: Vec<Vec<CandleSeries>>,
    chain: Option<ChainFacts>,
    feed: Option<Vec<Event>>,
    depth: Option<f64>,
    /// The second source's price over the own one, minus 1.
    second_source: Option<f64>,
}

/// A number (or its absence) or a word that the reference expects.
#[derive(Debug)]
enum Expected {
    Number(Option<f64>),
    Word(&'static str),
    Absent,
}

fn columns(series: &[CandleSeries], timeframe: Timeframe, at: UnixMs) -> Columns {
    let length = timeframe.duration_ms();
    let closed: Vec<Candle> = series
        .iter()
        .filter(|series| series.timeframe() == timeframe)
        .flat_map(|series| series.candles().iter().copied())
        .filter(|candle| candle.open_time.0 + length <= at.0)
        .collect();
    Columns {
        length,
        time: closed.iter().map(|candle| candle.open_time.0).collect(),
        high: closed.iter().map(|candle| candle.high).collect(),
        low: closed.iter().map(|candle| candle.low).collect(),
        close: closed.iter().map(|candle| candle.close).collect(),
    }
}

impl Scenario {
    /// The expected Assessment by JSON path, and the crate's own.
    fn both(&self, at: UnixMs) -> (BTreeMap<String, Expected>, Value) {
        let own = Timeframe::ALL.map(|timeframe| columns(&self.candles, timeframe, at));
        let second = self.second_source.zip(own[1].close.last()).map(|(apart, close)| close * (1.0 + apart));
        let members: Vec<&[CandleSeries]> = self.basket.iter().map(Vec::as_slice).collect();
        let mut inputs = Inputs::new("TAO", at, &self.candles);
        (inputs.btc, inputs.basket, inputs.depth) = (&self.btc, &members, self.depth);
        (inputs.chain, inputs.feed) = (self.chain.as_ref(), self.feed.as_deref());
        inputs.provenance = Provenance { confirmation: second.map(|close| ("other", close)), ..Provenance::default() };
        let assessment = serde_json::to_value(assess(&inputs, &Parameters::default())).unwrap();
        (self.expected(at, &own, second), assessment)
    }

    fn expected(&self, at: UnixMs, own: &[Columns; 4], second: Option<f64>) -> BTreeMap<String, Expected> {
        use Expected::{Absent, Number, Word};
        let member = |timeframe| self.basket.iter().map(|member| columns(member, timeframe, at)).collect::<Vec<_>>();
        let (btc_4h, btc_1d) = (columns(&self.btc, Timeframe::H4, at), columns(&self.btc, Timeframe::D1, at));
        let frames: [Frame; 4] = own.each_ref().map(reference::frame);
        let mtf = reference::mtf(&frames);
        let relative = reference::relative_strength(&own[2], &btc_4h, &member(Timeframe::H4));
        let regime = reference::regime(&btc_1d);
        let values = [
            mtf.as_ref().map(|mtf| mtf.score / 100.0),
            relative.as_ref().map(|relative| relative.value),
            self.catalysts(at),
            reference::ai_sentiment(&member(Timeframe::D1)),
        ];
        let conviction = mtf.as_ref().map(|mtf| reference::conviction(mtf, values, regime.state == "risk-off"));
        let coverage = reference::coverage(mtf.as_ref(), values);
        let score = conviction.as_ref().map(|conviction| conviction.score);
        let stale = |x: &Columns| x.closed_at().is_some_and(|closed_at| at.0 - closed_at > 2 * x.length);
        let (gates, flags) = reference::gates(
            &frames,
            Surroundings {
                coverage,
                any_stale: own.iter().any(stale),
                second_close: second,
                btc_change: relative.as_ref().map(|relative| relative.btc_change),
                regime: regime.state,
                depth: self.depth,
                catalysts_known: values[2].is_some(),
                other_flags: self.flags(at),
            },
        );

        let mut expected = BTreeMap::new();
        let mut put = |path: String, value| assert!(expected.insert(path, value).is_none());
        let newest = own.iter().filter(|x| !x.is_empty()).max_by_key(|x| (x.closed_at(), -x.length));
        put("price".into(), Number(newest.map(|x| x.close[x.close.len() - 1])));
        put("at".into(), Number(Some(at.0 as f64)));
        put("conviction".into(), Number(score));
        put("verdict".into(), Word(reference::verdict(score, coverage)));
        put("setup".into(), Word(reference::setup(score, &gates)));
        put("coverage".into(), Number(Some(coverage)));
        put("damp".into(), Number(Some(conviction.as_ref().map_or(1.0, |conviction| conviction.damp))));
        let of_mtf = |f: &dyn Fn(&reference::Mtf) -> f64| Number(mtf.as_ref().map(f));
        for prefix in ["", "mtf."] {
            put(format!("{prefix}agreement"), of_mtf(&|mtf| mtf.agreement));
            put(format!("{prefix}strength"), of_mtf(&|mtf| mtf.strength));
        }
        put("mtf.score".into(), of_mtf(&|mtf| mtf.score));
        put("mtf.aligned".into(), Number(Some(mtf.as_ref().map_or(0.0, |mtf| mtf.aligned as f64))));

        for ((timeframe, frame), weight) in Timeframe::ALL.iter().zip(&frames).zip(reference::TIMEFRAME_WEIGHTS) {
            let mut put = |name: &str, value| put(format!("mtf.timeframes[{timeframe}].{name}"), value);
            let term = |f: &dyn Fn(&reference::Terms) -> f64| Number(frame.terms.as_ref().map(f));
            put("ready", Word(if frame.terms.is_some() { "true" } else { "false" }));
            put("candles", Number(Some(frame.candles as f64)));
            put("closedAt", Number(frame.closed_at.map(|time| time as f64)));
            put("close", Number(frame.close));
            put("ema20", Number(frame.ema[0]));
            put("ema50", Number(frame.ema[1]));
            put("ema200", Number(frame.ema[2]));
            put("rsi14", Number(frame.rsi_index));
            put("atr14", Number(frame.atr));
            put("adx14", Number(frame.adx));
            put("volatility", Number(frame.sigma));
            put("trend", term(&|terms| terms.trend));
            put("alignment", term(&|terms| terms.alignment));
            put("rsi", term(&|terms| terms.rsi));
            put("momentum", term(&|terms| terms.momentum));
            put("reading", term(&|terms| terms.reading));
            put("strength", term(&|terms| terms.strength));
            put("weight", Number(Some(weight)));
            put("stack", frame.terms.as_ref().map_or(Absent, |terms| Word(terms.stack)));
        }

        let names = ["mtf", "relativeStrength", "catalysts", "aiSentiment"];
        for (i, name) in names.into_iter().enumerate() {
            put(format!("families[{name}].value"), Number(values[i]));
            put(format!("families[{name}].weight"), Number(Some(reference::FAMILY_WEIGHTS[i])));
            let points = conviction.as_ref().and_then(|conviction| conviction.points[i]);
            put(format!("families[{name}].points"), Number(points));
        }
        for (name, state, value) in gates {
            put(format!("gates[{name}].state"), Word(state));
            let value = if name == "regime" { regime.warnings.map(|count| count as f64) } else { value };
            put(format!("gates[{name}].value"), Number(value));
        }
        let thresholds = [0.8, 0.0, 6.0, 3.0, 70.0, 0.0, 0.0, 2.0, 50_000.0, 0.0];
        let names =
            ["data", "trend", "proximity", "mtf", "rsi", "momentum", "relative", "regime", "liquidity", "catalysts"];
        for (name, threshold) in names.into_iter().zip(thresholds) {
            put(format!("gates[{name}].threshold"), Number(Some(threshold)));
        }
        put("riskFlags".into(), Number(Some(flags as f64)));

        put("regime.state".into(), Word(regime.state));
        put("regime.warnings".into(), Number(regime.warnings.map(|count| count as f64)));
        put("regime.close".into(), Number(regime.close));
        put("regime.ema200".into(), Number(regime.ema200));
        put("regime.volatility".into(), Number(regime.volatility));
        put("regime.volatilityLimit".into(), Number(regime.volatility_limit));
        put("regime.drawdownLimit".into(), Number(regime.drawdown_limit));
        let correlations = reference::correlations(&own[3], &btc_1d, &member(Timeframe::D1));
        for (name, correlation) in ["btc", "basket", "btcDownDays"].into_iter().zip(correlations) {
            let Some((pearson, beta, days)) = correlation else {
                put(format!("correlation.{name}"), Number(None));
                continue;
            };
            put(format!("correlation.{name}.correlation"), Number(Some(pearson)));
            put(format!("correlation.{name}.beta"), Number(Some(beta)));
            put(format!("correlation.{name}.days"), Number(Some(days as f64)));
        }
        expected
    }

    fn catalysts(&self, at: UnixMs) -> Option<f64> {
        if self.chain.is_none() && self.feed.is_none() {
            return None;
        }
        let age = |time: UnixMs| (at.0 - time.0) as f64 / DAY as f64;
        let mut dated: Vec<(f64, f64, f64, f64)> = Vec::new();
        for event in self.feed.iter().flatten() {
            dated.push((f64::from(event.direction), event.magnitude, event.half_life_days, age(event.at)));
        }
        let mut states = Vec::new();
        if let Some(chain) = &self.chain {
            dated.extend(chain.last_halving.map(|time| (1.0, 0.30, 180.0, age(time))));
            let soon = chain.next_halving.is_some_and(|next| (0.0..=60.0).contains(&-age(next)));
            states.push(if soon { 0.15 } else { 0.0 });
            let launches = chain.launches.iter().map(|launch| age(launch.at)).filter(|age| (0.0..=30.0).contains(age));
            states.push(launches.map(|age| 0.10 * 2.0_f64.powf(-age / 14.0)).sum::<f64>().min(0.30));
            states.push(if chain.staked_share.is_some_and(|share| share > 0.6) { 0.10 } else { 0.0 });
            states.push(if chain.staked_share_change.is_some_and(|change| change < -0.02) { -0.20 } else { 0.0 });
            states.push(if chain.nakamoto.is_some_and(|nakamoto| nakamoto <= 3) { -0.15 } else { 0.0 });
            states.push(if chain.emission_hhi.is_some_and(|hhi| hhi > 0.20) { -0.10 } else { 0.0 });
        }
        Some(reference::catalysts(&dated, &states))
    }

    /// Risk flags from the chain and the feed; the feed's are up for one half-life here.
    fn flags(&self, at: UnixMs) -> usize {
        let concentrated = self.chain.as_ref().and_then(|chain| chain.nakamoto).is_some_and(|nakamoto| nakamoto <= 3);
        let up = |event: &&Event| {
            let age = (at.0 - event.at.0) as f64 / DAY as f64;
            event.risk_flag.is_some() && (0.0..event.half_life_days).contains(&age)
        };
        usize::from(concentrated) + self.feed.iter().flatten().filter(up).count()
    }

    /// Compares at `at`, and returns the words of the Assessment, so that a test can tell what it has met.
    fn compare(&self, at: UnixMs) -> BTreeSet<String> {
        let (expected, assessment) = self.both(at);
        let mut own = BTreeMap::new();
        flatten("", &assessment, &mut own);
        let mut met = BTreeSet::new();
        for (path, expected) in &expected {
            let place = format!("{} at {}: {path}", self.name, at.0);
            let found = own.remove(path).unwrap_or_else(|| panic!("{place} is missing"));
            match (expected, &found) {
                (Expected::Number(Some(expected)), Value::Number(found)) => {
                    let found = found.as_f64().unwrap();
                    let off = (found - expected).abs() / expected.abs().max(1.0);
                    assert!(off <= 1e-9, "{place}: {found}, expected {expected}");
                }
                (Expected::Number(None) | Expected::Absent, Value::Null) => {}
                (Expected::Word(word), Value::String(found)) => {
                    assert_eq!(word, found, "{place}");
                    met.insert(format!("{path}={word}"));
                }
                (Expected::Word(word), Value::Bool(found)) => assert_eq!(*word, found.to_string(), "{place}"),
                (expected, found) => panic!("{place}: {found}, expected {expected:?}"),
            }
        }
        assert!(own.is_empty(), "{} at {}: not in the reference: {own:?}", self.name, at.0);
        met
    }
}

/// What is not a number of the method: names, texts and where the data came from.
const NOT_SCORED: [&str; 6] = ["schema", "symbol", "quote", "formula", "catalysts", "data"];

/// Leaves of the JSON by path; entries of a list go by their name. Risk flags are counted.
fn flatten(path: &str, value: &Value, out: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let text = matches!(name.as_str(), "detail" | "reason" | "timeframe" | "family" | "gate");
                if !text && !NOT_SCORED.contains(&inner.as_str()) {
                    flatten(&inner, value, out);
                }
            }
        }
        Value::Array(entries) if path == "riskFlags" => {
            out.insert(path.to_owned(), entries.len().into());
        }
        Value::Array(entries) => {
            for entry in entries {
                let name = ["timeframe", "family", "gate"].iter().find_map(|key| entry.get(*key)).unwrap();
                flatten(&format!("{path}[{}]", name.as_str().unwrap()), entry, out);
            }
        }
        leaf => {
            out.insert(path.to_owned(), leaf.clone());
        }
    }
}

fn all_timeframes(market: Market, seed: u64, counts: [i64; 4]) -> Vec<CandleSeries> {
    let make = |(index, timeframe): (usize, Timeframe)| {
        // A day moves further than a quarter of an hour.
        let steps = (timeframe.duration_ms() as f64 / HOUR as f64).sqrt();
        let market = Market { volatility: market.volatility * steps, drift: market.drift * steps, ..market };
        market.series(timeframe, seed + index as u64, END, counts[index])
    };
    Timeframe::ALL.into_iter().enumerate().map(make).collect()
}

fn basket(members: u64, market: Market) -> Vec<Vec<CandleSeries>> {
    (0..members)
        .map(|member| {
            let seed = 100 * (member + 1);
            vec![market.series(Timeframe::H4, seed, END, 120), market.series(Timeframe::D1, seed + 1, END, 130)]
        })
        .collect()
}

fn event(days: i64, direction: i8, risk_flag: Option<RiskName>) -> Event {
    Event {
        kind: Kind::Announcement,
        title: "An event".into(),
        at: END.plus(-days * DAY),
        direction,
        magnitude: 0.5,
        half_life_days: 20.0,
        source_url: "https://example.org/".into(),
        risk_flag,
        until: None,
    }
}

/// Times around the end of the synthetic candles, aligned and not, back to where the day is still warming up.
const TIMES: [i64; 7] = [0, -1, HOUR / 2, -2 * DAY, -9 * DAY - 7, -60 * DAY, 3 * HOUR];

#[test]
fn synthetic_markets() {
    let markets = [
        ("walk", Market::WALK),
        ("rising", Market::RISING),
        ("falling", Market::FALLING),
        ("flat", Market::FLAT),
        ("coarse ticks", Market::COARSE),
        ("with gaps", Market::HOLED),
        ("tiny prices", Market { price: 1e-7, ..Market::WALK }),
    ];
    let down = Market { drift: -0.004, ..Market::HOLED };
    let mut met = BTreeSet::new();
    for (index, (name, market)) in markets.into_iter().enumerate() {
        let candles = all_timeframes(market, 1000 * index as u64, [1500, 1000, 700, 560]);
        for (around, btc, days, members) in [
            ("BTC up", Market::RISING, 260, 0),
            ("BTC down, with gaps", down, 300, 2),
            ("with a basket", Market::WALK, 450, 5),
        ] {
            let scenario = Scenario {
                name: format!("{name}, {around}"),
                candles: candles.clone(),
                btc: vec![btc.series(Timeframe::H4, 7, END, 300), btc.series(Timeframe::D1, 8, END, days)],
                basket: basket(members, if members == 5 { Market::HOLED } else { Market::WALK }),
                feed: (members > 0).then(|| vec![event(3, 1, None), event(30, -1, None), event(-2, 1, None)]),
                chain: None,
                depth: Some(if members == 2 { 20_000.0 } else { 70_000.0 }),
                second_source: (members != 2).then_some(0.004),
            };
            for time in TIMES {
                met.append(&mut scenario.compare(END.plus(time)));
            }
        }
    }
    for word in [
        "regime.state=risk-on",
        "regime.state=risk-off",
        "mtf.timeframes[1d].stack=bull",
        "mtf.timeframes[1d].stack=bear",
        "mtf.timeframes[1d].stack=mixed",
        "verdict=strong-bullish",
        "verdict=neutral",
        "verdict=strong-bearish",
    ] {
        assert!(met.contains(word), "no scenario shows {word}");
    }
    for gate in ["data", "trend", "proximity", "mtf", "rsi", "momentum", "relative", "regime", "liquidity"] {
        for state in ["pass", "fail"] {
            let word = format!("gates[{gate}].state={state}");
            assert!(met.contains(&word), "no scenario shows {word}");
        }
    }
}

#[test]
fn little_is_known() {
    let short = all_timeframes(Market::WALK, 5, [600, 461, 460, 30]);
    let mut met = BTreeSet::new();
    for (name, keep) in
        [("nothing", vec![]), ("15m", vec![0]), ("1h", vec![1]), ("not ready", vec![2, 3]), ("all", vec![0, 1, 2, 3])]
    {
        let candles = keep.iter().map(|index: &usize| short[*index].clone()).collect();
        let scenario = Scenario { name: format!("little: {name}"), candles, ..Scenario::default() };
        for time in TIMES {
            met.append(&mut scenario.compare(END.plus(time)));
        }
    }
    // The shortest timeframe ended long ago: its readings are stale, and the price is the newest one that is known.
    let mut candles = short.clone();
    candles[0] = Market::WALK.series(Timeframe::M15, 9, END.plus(-3 * DAY), 600);
    let scenario = Scenario { name: "little: 15m ended".into(), candles, ..Scenario::default() };
    for time in TIMES {
        met.append(&mut scenario.compare(END.plus(time)));
    }
    assert!(met.contains("verdict=insufficient-data"));
    assert!(met.contains("gates[mtf].state=unknown"));
}

#[test]
fn a_setup_and_what_blocks_it() {
    // The hour rises without running away, the longer timeframes rise steadily.
    let (mild, steady) = (Market { drift: 0.0007, ..Market::WALK }, Market { drift: 0.0025, ..Market::WALK });
    let candles = |seed| {
        let market = |timeframe| if timeframe < Timeframe::H4 { mild } else { steady };
        Timeframe::ALL.map(|timeframe| market(timeframe).series(timeframe, seed, END, 700)).to_vec()
    };
    let chain = ChainFacts {
        last_halving: Some(END.plus(-100 * DAY)),
        next_halving: Some(END.plus(40 * DAY)),
        staked_share: Some(0.7),
        staked_share_change: Some(-0.03),
        nakamoto: Some(4),
        emission_hhi: Some(0.3),
        launches: vec![
            Launch { netuid: 5, at: END.plus(-DAY) },
            Launch { netuid: 6, at: END.plus(-29 * DAY) },
            Launch { netuid: 7, at: END.plus(-31 * DAY) },
        ],
    };
    let mut met = BTreeSet::new();
    for seed in 0..12 {
        let make = |second_source, feed: Vec<Event>, nakamoto| Scenario {
            name: format!("setup {seed}"),
            candles: candles(seed),
            btc: vec![
                Market::FALLING.series(Timeframe::H4, 7, END, 300),
                Market { volatility: 0.01, ..Market::RISING }.series(Timeframe::D1, 8, END, 230),
            ],
            basket: basket(4, Market { drift: 0.003, ..Market::WALK }),
            chain: Some(ChainFacts { nakamoto, ..chain.clone() }),
            feed: Some(feed),
            depth: Some(80_000.0),
            second_source,
        };
        let risk = vec![event(5, -1, Some(RiskName::Regulatory)), event(21, 1, Some(RiskName::Incident))];
        for scenario in [
            make(Some(0.0), vec![event(1, 1, None)], Some(4)),
            make(None, vec![event(1, 1, None)], None),
            make(Some(-0.011), vec![], Some(4)),
            make(Some(0.0), risk, Some(3)),
        ] {
            for time in [0, -5 * HOUR, -26 * HOUR] {
                met.append(&mut scenario.compare(END.plus(time)));
            }
        }
    }
    for word in ["high-conviction", "unconfirmed", "none"] {
        assert!(met.contains(&format!("setup={word}")), "no scenario is {word}");
    }
}

#[test]
fn the_regime_of_a_restless_bitcoin_day_by_day() {
    let btc = vec![Market { volatility: 0.03, ..Market::WALK }.series(Timeframe::D1, 77, END, 420)];
    let scenario = Scenario { name: "regime".into(), btc, ..Scenario::default() };
    let met: BTreeSet<String> = (0..230)
        .flat_map(|days| scenario.compare(END.plus(-days * DAY)))
        .filter(|word| word.starts_with("regime"))
        .collect();
    assert_eq!(met.len(), 3, "{met:?}");
}

/// Thresholds set to exactly what was measured, so that `≤` can be told from `<`.
#[test]
fn a_limit_belongs_to_the_side_that_the_method_says() {
    let candles = Timeframe::ALL.map(|timeframe| Market::RISING.series(timeframe, 3, END, 700));
    let mut inputs = Inputs::new("TAO", END, &candles);
    inputs.depth = Some(1234.5);
    let published = ParameterValues::default();
    let with = |values| assess(&inputs, &Parameters::new(values).unwrap());
    let measured = with(published);
    let value = |gate| measured.gates.iter().find(|report| report.gate == gate).unwrap().value.unwrap();
    let state = |gate, values| with(values).gates.iter().find(|report| report.gate == gate).unwrap().state;
    let up = f64::next_up;
    let down = f64::next_down;

    let (near, far) = (value(Gate::Proximity), down(value(Gate::Proximity)));
    assert_eq!(state(Gate::Proximity, ParameterValues { max_distance: near, ..published }), GateState::Pass);
    assert_eq!(state(Gate::Proximity, ParameterValues { max_distance: far, ..published }), GateState::Fail);

    let hour = value(Gate::Rsi);
    let four = measured.mtf.timeframes[2].rsi14.unwrap();
    let rsi = |low, high, hot| state(Gate::Rsi, ParameterValues { rsi_limits: [low, high, hot], ..published });
    assert_eq!(rsi(hour, hour, up(four)), GateState::Pass);
    assert_eq!(rsi(up(hour), 100.0, up(four)), GateState::Fail);
    assert_eq!(rsi(0.0, down(hour), up(four)), GateState::Fail);
    assert_eq!(rsi(hour, hour, four), GateState::Fail);

    let depth = |min_depth| state(Gate::Liquidity, ParameterValues { min_depth, ..published });
    assert_eq!((depth(1234.5), depth(up(1234.5))), (GateState::Pass, GateState::Fail));

    // Nothing else stands in the way here but what is unknown.
    let open = ParameterValues { max_distance: 1e6, rsi_limits: [0.0, 100.0, 100.0], min_depth: 0.0, ..published };
    let open = ParameterValues { min_coverage: 0.0, ..open };
    let conviction = measured.conviction.unwrap();
    let setup = |setup_conviction| with(ParameterValues { setup_conviction, ..open }).setup;
    assert_eq!((setup(conviction), setup(up(conviction))), (Setup::Unconfirmed, Setup::None));
}

fn built(base: &CandleSeries, timeframes: &[Timeframe]) -> Vec<CandleSeries> {
    timeframes.iter().map(|timeframe| base.resample(*timeframe, UnixMs(i64::MAX)).unwrap().series).collect()
}

#[test]
fn real_candles() {
    let Some(quarters) = support::series("TAOUSDT_binance-spot_15m_2024-12-31", Timeframe::M15) else { return };
    let hours = support::series("TAOUSDT_binance-spot_1h_", Timeframe::H1).unwrap();
    let btc = support::series("BTCUSDT_binance-usdm_1h_", Timeframe::H1).unwrap();
    let ether = support::series("ETHUSDT_binance-spot_1h_", Timeframe::H1).unwrap();
    let two = [Timeframe::H4, Timeframe::D1];
    let end = UnixMs(1_759_276_800_000);
    let synthetic = |seed| {
        let daily = Market { volatility: 0.05, ..Market::WALK }.series(Timeframe::D1, seed + 1, end, 500);
        vec![Market { volatility: 0.02, ..Market::WALK }.series(Timeframe::H4, seed, end, 2500), daily]
    };
    let mut candles = vec![quarters, hours.clone()];
    candles.extend(built(&hours, &two));
    let scenario = Scenario {
        name: "real".into(),
        candles,
        btc: built(&btc, &two),
        basket: vec![built(&ether, &two), synthetic(1), synthetic(3), synthetic(5)],
        feed: Some(Vec::new()),
        depth: Some(60_000.0),
        second_source: Some(0.001),
        ..Scenario::default()
    };
    let mut met = BTreeSet::new();
    // 2025-09-30 back over the year, every 37 days and a bit, at odd minutes; and the very end.
    for back in std::iter::once(0).chain((0..12).map(|step| step * 37 * DAY + step * 1_234_567 + 1)) {
        met.append(&mut scenario.compare(end.plus(-back)));
    }
    for word in
        ["verdict=strong-bullish", "verdict=strong-bearish", "regime.state=risk-off", "gates[mtf].state=unknown"]
    {
        assert!(met.contains(word), "no time shows {word}");
    }
}

#[test]
fn the_regime_on_three_years_of_real_bitcoin() {
    let Some(btc) = support::series("BTCUSDT_binance-usdm_1h_", Timeframe::H1) else { return };
    let scenario = Scenario { name: "BTC".into(), btc: built(&btc, &[Timeframe::D1]), ..Scenario::default() };
    let end = UnixMs(1_759_276_800_000);
    let met: BTreeSet<String> = (0..70)
        .flat_map(|step| scenario.compare(end.plus(-13 * step * DAY)))
        .filter(|word| word.starts_with("regime"))
        .collect();
    assert_eq!(met.len(), 3, "{met:?}");
}
