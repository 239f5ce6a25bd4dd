//! Traceability: every figure of an Assessment is rebuilt from the JSON of its Explanation alone, without a candle and
//! without the code that made it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::Value;
use support::synthetic::Market;
use tao_conviction_core::candle::complete;
use tao_conviction_core::catalyst::{ChainFacts, Event, Kind, Launch, RiskName};
use tao_conviction_core::{CandleSeries, Inputs, ParameterValues, Parameters, Provenance, Timeframe, UnixMs, explain};

const DAY: i64 = 86_400_000;

/// `2Φ(z) − 1` by its power series, which is exact enough up to 6 and 1 to the last digit beyond.
fn rank(z: f64) -> f64 {
    if z.abs() > 6.0 {
        return z.signum();
    }
    let (mut term, mut sum) = (z, z);
    for n in 1..200 {
        term *= -z * z / (2.0 * f64::from(n));
        sum += term / f64::from(2 * n + 1);
    }
    sum * (2.0 / std::f64::consts::PI).sqrt()
}

fn clamp(x: f64) -> f64 {
    x.clamp(-1.0, 1.0)
}

/// `a/b`, and 0 in a market that doesn't move.
fn over(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}

/// A number of the explanation.
fn n(value: &Value, key: &str) -> f64 {
    known(value, key).unwrap_or_else(|| panic!("`{key}` is unknown in {value}"))
}

fn known(value: &Value, key: &str) -> Option<f64> {
    assert!(value.get(key).is_some(), "there is no `{key}` in {value}");
    value[key].as_f64()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("`{key}` is no list in {value}"))
}

fn numbers(value: &Value, key: &str) -> Vec<f64> {
    list(value, key).iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Equal up to the rounding of the last operations.
fn same(what: &str, shown: Option<f64>, rebuilt: Option<f64>) {
    let fits = match (shown, rebuilt) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * (1.0 + a.abs()),
        (None, None) => true,
        _ => false,
    };
    assert!(fits, "{what} is {shown:?}, rebuilt {rebuilt:?}");
}

/// A gate's name, conditions, value and threshold.
type Expected = (&'static str, Vec<Option<bool>>, Option<f64>, f64);

/// Takes an Explanation apart and puts it together again.
struct Rebuilt<'a> {
    e: &'a Value,
    a: &'a Value,
    p: &'a Value,
}

impl Rebuilt<'_> {
    fn check(&self) {
        let mtf = self.mtf();
        let values = [mtf.map(|(score, ..)| score / 100.0), self.relative(), self.catalysts(), self.sentiment()];
        let damp = self.regime();
        let score = self.conviction(mtf, values, damp);
        let coverage = self.coverage(values);
        self.gates(coverage, values[2].is_some());
        let verdict = match score {
            Some(score) if coverage >= 0.5 => match score {
                s if s >= 40.0 => "strong-bullish",
                s if s >= 15.0 => "bullish",
                s if s > -15.0 => "neutral",
                s if s > -40.0 => "bearish",
                _ => "strong-bearish",
            },
            _ => "insufficient-data",
        };
        assert_eq!(self.a["verdict"], verdict);
        self.setup(score);
        self.unknowns();
    }

    fn timeframe(&self, name: &str) -> Option<&Value> {
        list(&self.a["mtf"], "timeframes").iter().find(|report| report["timeframe"] == name)
    }

    /// A ready timeframe.
    fn ready(&self, name: &str) -> Option<&Value> {
        self.timeframe(name).filter(|report| report["ready"] == true)
    }

    /// Score, agreement and strength.
    fn mtf(&self) -> Option<(f64, f64, f64)> {
        let terms = numbers(self.p, "terms");
        let (mut weights, mut sum, mut absolute, mut strengths) = (0.0, 0.0, 0.0, 0.0);
        let mut readings = Vec::new();
        for report in list(&self.a["mtf"], "timeframes") {
            let name = report["timeframe"].as_str().unwrap();
            let workings = list(self.e, "readings").iter().find(|workings| workings["timeframe"] == name);
            if report["ready"] == false {
                assert!(workings.is_none() && report["reading"].is_null(), "{name}");
                continue;
            }
            let workings = workings.unwrap();
            let (close, atr, volatility) = (n(report, "close"), n(report, "atr14"), n(report, "volatility"));
            let [fast, middle, slow] = ["ema20", "ema50", "ema200"].map(|key| n(report, key));
            let ranks: Vec<f64> = list(workings, "crossovers")
                .iter()
                .map(|pair| {
                    let (a, b) = (1.0 - 1.0 / n(pair, "short"), 1.0 - 1.0 / n(pair, "long"));
                    let kappa = (a * a / (1.0 - a * a) - 2.0 * a * b / (1.0 - a * b) + b * b / (1.0 - b * b)).sqrt();
                    same("kappa", known(pair, "kappa"), Some(kappa));
                    let rebuilt = rank(over(n(pair, "distance"), volatility * kappa));
                    same("rank", known(pair, "rank"), Some(rebuilt));
                    rebuilt
                })
                .collect();
            let trend = ranks.iter().sum::<f64>() / 3.0;
            let alignment = (clamp(over(close - fast, atr))
                + clamp(over(fast - middle, atr))
                + clamp(over(middle - slow, 2.0 * atr)))
                / 3.0;
            let rsi = clamp((n(report, "rsi14") - 50.0) / 25.0);
            let momentum = rank(over(n(workings, "change"), volatility * n(workings, "steps").sqrt()));
            let parts = [("trend", trend), ("alignment", alignment), ("rsi", rsi), ("momentum", momentum)];
            for (key, value) in parts {
                same(key, known(report, key), Some(value));
            }
            let reading: f64 = parts.iter().zip(&terms).map(|((_, value), weight)| value * weight).sum();
            let strength = ((n(report, "adx14") - 15.0) / 20.0).clamp(0.0, 1.0);
            same("reading", known(report, "reading"), Some(reading));
            same("strength", known(report, "strength"), Some(strength));
            let stack = match [close, fast, middle, slow] {
                [a, b, c, d] if a > b && b > c && c > d => "bull",
                [a, b, c, d] if a < b && b < c && c < d => "bear",
                _ => "mixed",
            };
            assert_eq!(report["stack"], stack, "{name}");
            let weight = n(report, "weight");
            weights += weight;
            sum += weight * reading;
            absolute += weight * reading.abs();
            strengths += weight * strength;
            readings.push((reading, n(workings, "points")));
        }
        let mtf = &self.a["mtf"];
        let rebuilt = (weights > 0.0).then(|| (100.0 * sum / weights, over(sum.abs(), absolute), strengths / weights));
        for (key, value) in [
            ("score", rebuilt.map(|(score, ..)| score)),
            ("agreement", rebuilt.map(|(_, agreement, _)| agreement)),
            ("strength", rebuilt.map(|(.., strength)| strength)),
        ] {
            same(key, known(mtf, key), value);
        }
        if let Some((score, ..)) = rebuilt {
            same("points of the timeframes", Some(score), Some(readings.iter().map(|(_, points)| points).sum()));
            let aligned = readings.iter().filter(|(reading, _)| reading * score > 0.0 && reading.abs() >= 0.10).count();
            assert_eq!(mtf["aligned"], aligned);
        }
        rebuilt
    }

    fn relative(&self) -> Option<f64> {
        let relative = &self.e["relativeStrength"];
        if relative.is_null() {
            return None;
        }
        let ranked = |name: &str| {
            let change = known(relative, &format!("{name}Change"))?;
            let rebuilt = rank(over(change, n(relative, &format!("{name}Volatility")) * 42.0_f64.sqrt()));
            same(name, known(relative, &format!("{name}Rank")), Some(rebuilt));
            Some(rebuilt)
        };
        let btc = ranked("btc").unwrap();
        Some(ranked("basket").map_or(btc, |basket| (btc + basket) / 2.0))
    }

    fn sentiment(&self) -> Option<f64> {
        let members: Vec<&Value> = list(self.e, "basket").iter().filter(|member| !member.is_null()).collect();
        if members.len() < 3 {
            return None;
        }
        let count = members.len() as f64;
        let above = members.iter().filter(|member| n(member, "close") > n(member, "ema50")).count() as f64;
        let drives = members.iter().map(|member| {
            let rebuilt = rank(over(n(member, "change"), n(member, "volatility") * 7.0_f64.sqrt()));
            same("rank of a member", known(member, "rank"), Some(rebuilt));
            rebuilt
        });
        Some(0.5 * (2.0 * above / count - 1.0) + 0.5 * drives.sum::<f64>() / count)
    }

    fn catalysts(&self) -> Option<f64> {
        let at = n(self.a, "at");
        let all = list(self.a, "catalysts");
        let decayed = |catalyst: &Value| {
            let signed = n(catalyst, "direction") * n(catalyst, "magnitude");
            let Some(half_life) = known(catalyst, "halfLifeDays") else { return signed };
            let age = (at - n(catalyst, "at")) / DAY as f64;
            if age < 0.0 { 0.0 } else { signed * 2.0_f64.powf(-age / half_life) }
        };
        let launches: f64 = all.iter().filter(|catalyst| catalyst["kind"] == "subnet-launch").map(decayed).sum();
        let mut sum = 0.0;
        for catalyst in all {
            let share = if catalyst["kind"] == "subnet-launch" && launches > 0.3 { 0.3 / launches } else { 1.0 };
            same("impact", known(catalyst, "impact"), Some(share * decayed(catalyst)));
            sum += share * decayed(catalyst);
        }
        let read = !self.e["chain"].is_null() || list(self.a, "families")[2]["value"].is_number();
        read.then(|| clamp(sum))
    }

    /// The damping that the regime asks for.
    fn regime(&self) -> f64 {
        let regime = &self.a["regime"];
        if regime["warnings"].is_number() {
            let [close, ema, volatility, limit, drawdown] =
                ["close", "ema200", "volatility", "volatilityLimit", "drawdownLimit"].map(|key| known(regime, key));
            let warnings = [close < ema, volatility > limit, close < drawdown].map(u32::from);
            assert_eq!(regime["warnings"], warnings.iter().sum::<u32>());
        }
        if regime["state"] == "risk-off" { 0.5 } else { 1.0 }
    }

    fn conviction(&self, mtf: Option<(f64, f64, f64)>, values: [Option<f64>; 4], damp: f64) -> Option<f64> {
        let weights = numbers(self.p, "families");
        let families = list(self.a, "families");
        let sum: f64 = weights.iter().zip(values).filter(|(_, value)| value.is_some()).map(|(weight, _)| weight).sum();
        for ((family, value), weight) in families.iter().zip(values).zip(&weights) {
            same("value of a family", known(family, "value"), value);
            same("weight", known(family, "weight"), Some(*weight));
            let points = mtf.and(value).map(|value| 100.0 * weight * value / sum);
            same("points", known(family, "points"), points);
            assert_eq!(family["reason"].is_null(), value.is_some());
        }
        let Some((_, agreement, strength)) = mtf else {
            assert!(self.e["multipliers"].is_null() && self.a["conviction"].is_null());
            return None;
        };
        let shown = &self.e["multipliers"];
        // These add up and multiply to the last bit.
        let composite: f64 = families.iter().filter_map(|family| known(family, "points")).sum();
        assert_eq!(shown["composite"], composite);
        let damp = if composite > 0.0 { damp } else { 1.0 };
        let (by_agreement, by_strength) = (n(shown, "byAgreement"), n(shown, "byStrength"));
        same("by agreement", Some(by_agreement), Some(0.5 + 0.5 * agreement));
        same("by strength", Some(by_strength), Some(0.6 + 0.4 * strength));
        assert_eq!((&shown["damp"], &self.a["damp"]), (&Value::from(damp), &Value::from(damp)));
        let score = composite * by_agreement * by_strength * damp;
        assert_eq!((&shown["score"], &self.a["conviction"]), (&Value::from(score), &Value::from(score)));
        Some(score)
    }

    fn coverage(&self, values: [Option<f64>; 4]) -> f64 {
        let timeframes = list(&self.a["mtf"], "timeframes");
        let weight = |ready: bool| -> f64 {
            timeframes.iter().filter(|report| ready || report["ready"] == true).map(|report| n(report, "weight")).sum()
        };
        let shares = [weight(false) / weight(true)]
            .into_iter()
            .chain(values[1..].iter().map(|value| f64::from(u8::from(value.is_some()))));
        let weights = numbers(self.p, "families");
        let coverage =
            shares.zip(&weights).map(|(share, weight)| share * weight).sum::<f64>() / weights.iter().sum::<f64>();
        same("coverage", known(self.a, "coverage"), Some(coverage));
        n(self.a, "coverage")
    }

    fn gates(&self, coverage: f64, catalysts_known: bool) {
        let p = |key| n(self.p, key);
        let (hour, four, day) = (self.ready("1h"), self.ready("4h"), self.ready("1d"));
        let data = &self.a["data"];
        let second = known(self.e, "secondClose").zip(self.timeframe("1h").and_then(|hour| known(hour, "close")));
        let agrees = second.map(|(second, own)| (second / own - 1.0).abs() <= 0.01);
        assert_eq!(
            (data["confirmedBy"].is_string(), data["contradictedBy"].is_object()),
            (agrees == Some(true), agrees == Some(false))
        );
        let fresh = list(data, "stale").is_empty();
        let limits = numbers(self.p, "rsiLimits");
        let readings: Vec<f64> =
            list(&self.a["mtf"], "timeframes").iter().filter_map(|report| known(report, "reading")).collect();
        let up = readings.iter().filter(|reading| **reading >= 0.10).count();
        let open = list(&self.a["mtf"], "timeframes").len() - readings.len();
        let three = if up >= 3 {
            Some(true)
        } else if up + open < 3 {
            Some(false)
        } else {
            None
        };
        let above = hour.map(|hour| n(hour, "close") / n(hour, "ema200") - 1.0);
        let distance = hour.map(|hour| over(n(hour, "close") - n(hour, "ema200"), n(hour, "atr14")));
        let change = (!self.e["relativeStrength"].is_null()).then(|| n(&self.e["relativeStrength"], "btcChange"));
        let depth = known(self.e, "depth");
        let flags = list(self.a, "riskFlags").len();
        let regime = match self.a["regime"]["state"].as_str().unwrap() {
            "risk-on" => Some(true),
            "risk-off" => Some(false),
            _ => None,
        };
        let rsi = |report: Option<&Value>| report.map(|report| n(report, "rsi14"));
        let momentum = four.map(|four| n(four, "momentum"));
        let expected: [Expected; 10] = [
            (
                "data",
                vec![Some(coverage >= p("minCoverage") - 1e-12), Some(fresh), agrees],
                Some(coverage),
                p("minCoverage"),
            ),
            ("trend", vec![hour.map(|hour| n(hour, "close") > n(hour, "ema200"))], above, 0.0),
            (
                "proximity",
                vec![distance.map(|distance| distance > 0.0 && distance <= p("maxDistance"))],
                distance,
                p("maxDistance"),
            ),
            ("mtf", vec![day.map(|day| n(day, "reading") >= 0.10), three], Some(up as f64), 3.0),
            (
                "rsi",
                vec![rsi(hour).map(|rsi| rsi >= limits[0] && rsi <= limits[1]), rsi(four).map(|rsi| rsi < limits[2])],
                rsi(hour),
                limits[1],
            ),
            ("momentum", vec![momentum.map(|momentum| momentum >= 0.0)], momentum, 0.0),
            ("relative", vec![change.map(|change| change >= 0.0)], change, 0.0),
            ("regime", vec![regime], known(&self.a["regime"], "warnings"), 2.0),
            ("liquidity", vec![depth.map(|depth| depth >= p("minDepth"))], depth, p("minDepth")),
            (
                "catalysts",
                vec![if flags > 0 { Some(false) } else { catalysts_known.then_some(true) }],
                (flags > 0 || catalysts_known).then_some(flags as f64),
                0.0,
            ),
        ];
        let gates = list(self.a, "gates");
        assert_eq!(gates.len(), expected.len());
        for (gate, (name, conditions, value, threshold)) in gates.iter().zip(expected) {
            let state = if conditions.contains(&Some(false)) {
                "fail"
            } else if conditions.contains(&None) {
                "unknown"
            } else {
                "pass"
            };
            assert_eq!((gate["gate"].as_str(), gate["state"].as_str()), (Some(name), Some(state)), "{gate}");
            same(name, known(gate, "value"), value);
            same(name, known(gate, "threshold"), Some(threshold));
        }
    }

    fn setup(&self, score: Option<f64>) {
        let states: Vec<&str> = list(self.a, "gates").iter().map(|gate| gate["state"].as_str().unwrap()).collect();
        let setup = if score.is_none_or(|score| score < n(self.p, "setupConviction")) || states.contains(&"fail") {
            "none"
        } else if states.contains(&"unknown") {
            "unconfirmed"
        } else {
            "high-conviction"
        };
        assert_eq!(self.a["setup"], setup);
    }

    /// Each unknown is named once, with a reason.
    fn unknowns(&self) {
        let all = list(self.e, "unknowns");
        assert!(all.iter().all(|unknown| !unknown["reason"].as_str().unwrap().is_empty()));
        let count = |what: &str| all.iter().filter(|unknown| unknown["what"] == what).count();
        let unready = list(&self.a["mtf"], "timeframes").iter().filter(|report| report["ready"] == false).count();
        let families = list(self.a, "families").iter().filter(|family| family["value"].is_null()).count();
        let gates = list(self.a, "gates").iter().filter(|gate| gate["state"] == "unknown").count();
        assert_eq!((count("timeframe"), count("family"), count("gate")), (unready, families, gates));
        assert_eq!(count("regime") > 0, self.a["regime"]["state"] == "unknown");
    }
}

fn check(inputs: &Inputs<'_>, parameters: &Parameters) -> Value {
    let e: Value = serde_json::from_str(&serde_json::to_string(&explain(inputs, parameters)).unwrap()).unwrap();
    assert_eq!(e["assessment"], serde_json::to_value(tao_conviction_core::assess(inputs, parameters)).unwrap());
    Rebuilt { e: &e, a: &e["assessment"], p: &e["parameters"] }.check();
    e
}

fn facts(at: UnixMs) -> ChainFacts {
    let launch = |netuid, days: i64| Launch { netuid, at: at.plus(-days * DAY) };
    ChainFacts {
        last_halving: Some(at.plus(-200 * DAY)),
        next_halving: Some(at.plus(50 * DAY)),
        staked_share: Some(0.7),
        staked_share_change: Some(-0.03),
        nakamoto: Some(9),
        emission_hhi: Some(0.3),
        launches: (0..5).map(|index| launch(index, i64::from(index))).collect(),
    }
}

fn feed(at: UnixMs, flag: Option<RiskName>) -> Vec<Event> {
    let event = |kind, days: i64, direction| Event {
        kind,
        title: "An event".into(),
        at: at.plus(-days * DAY),
        direction,
        magnitude: 0.3,
        half_life_days: 12.0,
        source_url: "https://example.org/".into(),
        risk_flag: flag,
        until: None,
    };
    vec![event(Kind::Announcement, 4, 1), event(Kind::Regulatory, 30, -1), event(Kind::Listing, -5, 1)]
}

/// Markets of every kind, with everything known, with nothing but candles, and with each thing missing.
#[test]
fn every_figure_can_be_rebuilt_from_the_explanation_alone() {
    let at = UnixMs(1_748_736_000_000 + 5 * 3_600_000);
    let climb = |drift| Market { drift, ..Market::WALK };
    let markets = [
        climb(0.0008),
        climb(0.0014),
        Market::WALK,
        Market::RISING,
        Market::FALLING,
        Market::FLAT,
        Market::COARSE,
        Market::HOLED,
    ];
    let mut setups = std::collections::BTreeSet::new();
    for (index, market) in markets.into_iter().enumerate() {
        for seed in 0..6 {
            let seed = 100 * index as u64 + seed;
            let series = |seed, timeframe, count| market.series(timeframe, seed, at, count);
            let own = Timeframe::ALL.map(|timeframe| series(seed ^ timeframe as u64, timeframe, 560));
            let pair = |seed, market: Market| {
                vec![market.series(Timeframe::H4, seed, at, 200), market.series(Timeframe::D1, seed + 1, at, 420)]
            };
            let btc = pair(seed + 10, if seed.is_multiple_of(2) { Market::FALLING } else { market });
            let basket: Vec<Vec<CandleSeries>> = (0..5).map(|member| pair(seed + 20 + 2 * member, market)).collect();
            let members: Vec<&[CandleSeries]> = basket.iter().map(Vec::as_slice).collect();
            let (facts, calm, flagged) = (facts(at), feed(at, None), feed(at, Some(RiskName::Incident)));
            let own_close = own[1].candles().last().map(|candle| candle.close).unwrap();

            let mut inputs = Inputs::new("TAO", at, &own);
            check(&inputs, &Parameters::default());
            (inputs.btc, inputs.basket, inputs.chain, inputs.depth) = (&btc, &members, Some(&facts), Some(80_000.0));
            inputs.provenance =
                Provenance { confirmation: Some(("other", own_close * 1.002)), ..Provenance::default() };
            check(&inputs, &Parameters::default());
            // Easy gates, so that all three kinds of setup are among them.
            let easy =
                ParameterValues { max_distance: 20.0, rsi_limits: [0.0, 100.0, 100.0], ..ParameterValues::default() };
            for depth in [inputs.depth, None] {
                let full = check(&Inputs { depth, ..inputs }, &Parameters::new(easy).unwrap());
                setups.insert(full["assessment"]["setup"].as_str().unwrap().to_owned());
            }
            for feed in [&calm, &flagged] {
                inputs.feed = Some(feed);
                check(&inputs, &Parameters::default());
            }
            let (few, young) = (&members[..2], [own[0].clone(), series(seed, Timeframe::H1, 300)]);
            check(&Inputs { basket: few, depth: Some(10_000.0), ..inputs }, &Parameters::default());
            check(&Inputs { candles: &young, chain: None, feed: None, ..inputs }, &Parameters::default());
            check(&Inputs { candles: &[], ..inputs }, &Parameters::default());
            inputs.provenance.confirmation = Some(("other", own_close * 1.02));
            check(&Inputs { at: at.plus(2 * DAY), ..inputs }, &Parameters::default());
            let custom = ParameterValues {
                timeframes: [0.0, 1.0, 2.0, 0.5],
                terms: [0.25; 4],
                families: [0.4, 0.3, 0.0, 0.3],
                min_coverage: 0.5,
                ..ParameterValues::default()
            };
            check(&inputs, &Parameters::new(custom).unwrap());
        }
    }
    assert_eq!(setups.into_iter().collect::<Vec<_>>(), ["high-conviction", "none", "unconfirmed"]);
}

#[test]
fn so_it_is_on_real_candles() {
    let prefix = |name: &str| support::series(name, Timeframe::H1);
    let (Some(tao), Some(btc)) = (prefix("TAOUSDT_binance-spot_1h"), prefix("BTCUSDT_binance-spot_1h")) else { return };
    let last = tao.candles().last().unwrap().open_time;
    for day in 0..60 {
        let at = last.plus(-day * 6 * DAY + 1);
        let ((own, dropped), (btc, _)) =
            (complete(std::slice::from_ref(&tao), at), complete(std::slice::from_ref(&btc), at));
        let mut inputs = Inputs::new("TAO", at, &own);
        inputs.btc = &btc;
        inputs.provenance = Provenance { dropped, ..Provenance::default() };
        check(&inputs, &Parameters::default());
    }
}
