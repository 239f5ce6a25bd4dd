//! The widget's sentences: short, plain, no hype, no advice. Pure, so that each is tested.

use tao_conviction_core::{
    Assessment, DataReport, DataState, Gate, GateReport, GateState, Setup, Timeframe, TimeframeReport, Verdict,
};

use super::format::Numbers;
use crate::texts::{Said, Speaks, place, say};

/// The verdict as it is shown.
pub(super) fn verdict(verdict: Verdict, locale: &impl Speaks) -> Said {
    match verdict {
        Verdict::StrongBullish => say!(locale, "Strong bullish"),
        Verdict::Bullish => say!(locale, "Bullish"),
        Verdict::Neutral => say!(locale, "Neutral"),
        Verdict::Bearish => say!(locale, "Bearish"),
        Verdict::StrongBearish => say!(locale, "Strong bearish"),
        Verdict::InsufficientData => say!(locale, "Insufficient data"),
    }
}

/// Where the score points, for those who don't see colours.
pub(super) fn arrow(conviction: Option<f64>) -> &'static str {
    match conviction {
        Some(score) if score >= 15.0 => "▲ ",
        Some(score) if score <= -15.0 => "▼ ",
        _ => "",
    }
}

/// The score as it is shown: a whole number, unless rounding would carry it over a limit that it hasn't reached: 39.6
/// beside "below +40" is not +40.
pub(super) fn score(conviction: Option<f64>, locale: &impl Numbers) -> String {
    let Some(conviction) = conviction else { return "?".to_owned() };
    if Verdict::of(Some(conviction.round()), 1.0) == Verdict::of(Some(conviction), 1.0) {
        locale.signed(conviction, 0)
    } else {
        locale.signed((10.0 * conviction).trunc() / 10.0, 1)
    }
}

/// The freshness state as styles and programs know it.
pub(super) const fn state(state: DataState) -> &'static str {
    match state {
        DataState::Live => "live",
        DataState::Delayed => "delayed",
        DataState::Cached => "cached",
        DataState::Partial => "partial",
        DataState::Unavailable => "unavailable",
        DataState::Simulated => "simulated",
    }
}

/// The freshness state as it is shown.
pub(super) fn freshness(state: DataState, locale: &impl Speaks) -> Said {
    match state {
        DataState::Live => say!(locale, "live"),
        DataState::Delayed => say!(locale, "delayed"),
        DataState::Cached => say!(locale, "cached"),
        DataState::Partial => say!(locale, "partial"),
        DataState::Unavailable => say!(locale, "unavailable"),
        DataState::Simulated => say!(locale, "simulated"),
    }
}

/// The multi-timeframe score and how many timeframes stand behind it.
pub(super) fn mtf(assessment: &Assessment, locale: &impl Numbers) -> Said {
    let ready = assessment.mtf.timeframes.iter().filter(|report| report.ready).count();
    match assessment.mtf.score {
        Some(score) => {
            let (aligned, ready) = (locale.plain(assessment.mtf.aligned.into(), 0), locale.count(ready));
            let said = say!(locale, "MTF {0} · {1} of {2} timeframes agree", locale.signed(score, 0), aligned, ready);
            // Else nobody could tell why the score is so much smaller.
            let damp = if assessment.damp < 1.0 { say!(locale, " · BTC risk-off: halved") } else { Said::default() };
            let custom = if is_custom(assessment) { say!(locale, " · custom formula") } else { Said::default() };
            [&*said, &*damp, &*custom].concat().into()
        }
        None => say!(locale, "MTF unknown · no timeframe is ready"),
    }
}

/// Whether other timeframes or weights than the published ones make the score.
pub(super) fn is_custom(assessment: &Assessment) -> bool {
    assessment.formula == "custom"
}

/// What a gate is called.
pub(super) fn gate_name(gate: Gate, locale: &impl Speaks) -> Said {
    match gate {
        Gate::Data => say!(locale, "data"),
        Gate::Trend => say!(locale, "trend"),
        Gate::Proximity => say!(locale, "proximity"),
        Gate::Mtf => say!(locale, "timeframes"),
        Gate::Rsi => say!(locale, "RSI"),
        Gate::Momentum => say!(locale, "momentum"),
        Gate::Relative => say!(locale, "relative strength"),
        Gate::Regime => say!(locale, "regime"),
        Gate::Liquidity => say!(locale, "liquidity"),
        Gate::Catalysts => say!(locale, "catalysts"),
    }
}

/// Why a gate fails, with its numbers.
fn blocked_by(gate: &GateReport, data: &DataReport, locale: &impl Numbers) -> Said {
    let value = gate.value.unwrap_or_default();
    let plain = |decimals| locale.plain(value, decimals);
    // Shares are said in percent, all other limits as they are.
    let factor = if gate.gate == Gate::Data { 100.0 } else { 1.0 };
    let limit = locale.plain(factor * gate.threshold, 0);
    let (place, shown) = match gate.gate {
        Gate::Data if value < gate.threshold => {
            (place!("{0} % of the evidence is known, {1} % needed"), locale.plain(100.0 * value, 0))
        }
        Gate::Data => match (data.stale.as_slice(), &data.contradicted_by) {
            ([], Some(second)) => (place!("{0} is over 1 % apart"), second.source.clone()),
            (stale, _) => {
                let names: Vec<Said> = stale.iter().map(|timeframe| timeframe.name().into()).collect();
                (place!("over two lengths old: {0}"), enumerated(&names, locale))
            }
        },
        Gate::Trend => (place!("{0} % from the 1h EMA200"), locale.signed(100.0 * value, 1)),
        Gate::Proximity if value > 0.0 => (place!("{0} ATR above the 1h EMA200, limit {1}"), plain(1)),
        Gate::Proximity => (place!("below the 1h EMA200"), String::new()),
        Gate::Mtf => (place!("{0} point up, 3 with the day needed"), plain(0)),
        Gate::Rsi => (place!("{0} on 1h"), plain(0)),
        other => return gate_name(other, locale),
    };
    let fact = locale.say(place, &[&shown, &limit]);
    say!(locale, "{0}: {1}", gate_name(gate.gate, locale), fact)
}

/// The setup's headline, and the line that explains it.
pub(super) fn setup(assessment: &Assessment, locale: &impl Numbers) -> (Said, Said) {
    let gates = &assessment.gates;
    let passed = gates.iter().filter(|gate| gate.state == GateState::Pass).count();
    let (passed, all) = (locale.count(passed), locale.count(gates.len()));
    let count = say!(locale, "{0} of {1} gates", passed, all);
    match assessment.setup {
        Setup::HighConviction => (say!(locale, "High-conviction setup"), count),
        Setup::Unconfirmed => {
            let unknown = gates.iter().filter(|gate| gate.state == GateState::Unknown);
            let names: Vec<Said> = unknown.map(|gate| gate_name(gate.gate, locale)).collect();
            let said = say!(locale, "{0}; unknown: {1}", count, enumerated(&names, locale));
            (say!(locale, "Unconfirmed setup"), said)
        }
        Setup::None => {
            let failed = gates.iter().find(|gate| gate.state == GateState::Fail);
            let explained = match (assessment.conviction, failed) {
                (None, _) => say!(locale, "No score yet"),
                (Some(conviction), Some(gate)) if conviction >= 40.0 => {
                    say!(locale, "Blocked by {0}", blocked_by(gate, &assessment.data, locale))
                }
                _ => say!(locale, "Conviction is below +40; {0} of {1} gates pass", passed, all),
            };
            (say!(locale, "No setup"), explained)
        }
    }
}

/// Why, in one sentence: the trend over the timeframes, the daily RSI, and how the asset fares against Bitcoin, or
/// where that isn't known the place of its price.
pub(super) fn reason(assessment: &Assessment, locale: &impl Numbers) -> Said {
    let reports = &assessment.mtf.timeframes;
    let ready: Vec<&TimeframeReport> = reports.iter().filter(|report| report.ready).collect();
    if ready.is_empty() {
        let longest = reports.iter().map(|report| report.candles).max().unwrap_or(0);
        return say!(
            locale,
            "Too little history to say anything: the longest timeframe has {0} candles.",
            locale.plain(longest.into(), 0)
        );
    }
    let pointing = |test: fn(f64) -> bool| ready.iter().filter(|report| report.reading.is_some_and(test)).count();
    let (up, down) = (pointing(|reading| reading >= 0.10), pointing(|reading| reading <= -0.10));
    let all = ready.len();
    let (ups, downs, of) = (locale.count(up), locale.count(down), locale.count(all));
    let (place, first) = match (up, down) {
        (0, 0) => (place!("No timeframe has a clear trend"), Said::default()),
        (up, 0) if up == all => (place!("Trend is up on {0}"), every(all, locale)),
        (0, down) if down == all => (place!("Trend is down on {0}"), every(all, locale)),
        (_, 0) => (place!("Trend is up on {0} of {1} timeframes"), ups.into()),
        (0, _) => (place!("Trend is down on {0} of {1} timeframes"), downs.clone().into()),
        _ => (place!("Timeframes disagree: trend is up on {0} and down on {2} of {1}"), ups.into()),
    };
    let mut said = locale.say(place, &[&first, &of, &downs]);
    let mut rest = Vec::new();
    if let Some((report, rsi)) = ready.last().and_then(|report| Some((report, report.rsi14?))) {
        let place = match rsi {
            r if r >= 70.0 => place!("the {0} RSI of {1} is high"),
            r if r <= 30.0 => place!("the {0} RSI of {1} is low"),
            r if r >= 60.0 => place!("the {0} RSI of {1} is firm"),
            r if r <= 40.0 => place!("the {0} RSI of {1} is weak"),
            _ => place!("the {0} RSI of {1} is near its middle"),
        };
        rest.push(locale.say(place, &[&adjective(report.timeframe, locale), &locale.plain(rsi, 0)]));
    }
    let hour = ready.iter().find(|report| report.timeframe == Timeframe::H1);
    let relative = assessment.gates.iter().find(|gate| gate.gate == Gate::Relative).and_then(|gate| gate.value);
    if let Some(change) = relative {
        // The gate measures a log change.
        let percent = 100.0 * (libm::exp(change) - 1.0);
        let place = if percent >= 0.0 {
            place!("{0} gains on BTC ({1}\u{a0}% in 7 days)")
        } else {
            place!("{0} loses on BTC ({1}\u{a0}% in 7 days)")
        };
        rest.push(locale.say(place, &[&assessment.symbol, &locale.signed(percent, 1)]));
    } else if let Some((close, average)) = hour.and_then(|report| report.close.zip(report.ema200)) {
        let distance = 100.0 * (close / average - 1.0);
        let place = if distance >= 0.0 {
            place!("the price is {0} % above its hourly EMA200")
        } else {
            place!("the price is {0} % below its hourly EMA200")
        };
        rest.push(locale.say(place, &[&locale.plain(distance.abs(), 1)]));
    }
    let last = rest.len().saturating_sub(1);
    for (index, part) in rest.into_iter().enumerate() {
        let place = if index == last { place!("{0}, and {1}") } else { place!("{0}, {1}") };
        said = locale.say(place, &[&said, &part]);
    }
    said = say!(locale, "{0}.", said);
    let warming: Vec<Said> =
        reports.iter().filter(|report| !report.ready).map(|report| report.timeframe.name().into()).collect();
    let tail = if warming.is_empty() {
        Said::default()
    } else {
        say!(locale, " Still warming up and left out: {0}.", enumerated(&warming, locale))
    };
    [&*said, &*tail, &*contradiction(assessment, locale)].concat().into()
}

/// Both prices, where two sources disagree (method §8).
fn contradiction(assessment: &Assessment, locale: &impl Numbers) -> Said {
    let hour = assessment.mtf.timeframes.iter().find(|report| report.timeframe == Timeframe::H1);
    let own = assessment.data.source.as_deref().zip(hour.and_then(|report| report.close));
    match own.zip(assessment.data.contradicted_by.as_ref()) {
        Some(((source, close), second)) => say!(
            locale,
            " Sources disagree: the last hour closed at {0} on {1} and at {2} on {3}.",
            locale.plain(close, 2),
            source,
            locale.plain(second.close, 2),
            second.source
        ),
        None => Said::default(),
    }
}

/// The widget in one sentence, for readers who listen.
pub(super) fn summary(assessment: &Assessment, locale: &impl Numbers) -> Said {
    let (headline, detail) = setup(assessment, locale);
    let score = score(assessment.conviction, locale);
    let words = verdict(assessment.verdict, locale);
    say!(locale, "{0} conviction {1} of 100, {2}. {3}. {4}.", assessment.symbol, score, words, headline, detail)
}

fn every(count: usize, locale: &impl Numbers) -> Said {
    match count {
        1 => say!(locale, "the one timeframe that is ready"),
        2 => say!(locale, "both timeframes"),
        4 => say!(locale, "all four timeframes"),
        count => say!(locale, "all {0} timeframes", locale.count(count)),
    }
}

fn adjective(timeframe: Timeframe, locale: &impl Speaks) -> Said {
    match timeframe {
        Timeframe::M15 => say!(locale, "15-minute"),
        Timeframe::H1 => say!(locale, "hourly"),
        Timeframe::H4 => say!(locale, "4-hour"),
        Timeframe::D1 => say!(locale, "daily"),
    }
}

/// One after another, with what the language sets between them.
pub(super) fn enumerated(names: &[Said], locale: &impl Speaks) -> String {
    let separator = say!(locale, ", ");
    let mut all = String::new();
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            all.push_str(&separator);
        }
        all.push_str(name);
    }
    all
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use tao_conviction_core::{Candle, CandleSeries, Inputs, Parameters, UnixMs, assess};

    pub(in crate::ui) use crate::texts::English;

    impl Numbers for English {
        fn signed(&self, value: f64, decimals: u8) -> String {
            format!("{value:+.0$}", usize::from(decimals)).replace('-', "\u{2212}")
        }

        fn plain(&self, value: f64, decimals: u8) -> String {
            format!("{value:.0$}", usize::from(decimals))
        }
    }

    /// Candles that climb by `slope` of their price a day, `count` in each timeframe, with a small wave on top.
    fn assessment(slope: f64, count: i64) -> Assessment {
        let at = UnixMs(20_000 * 86_400_000);
        let series = Timeframe::ALL.map(|timeframe| {
            let length = timeframe.duration_ms();
            let candle = |i: i64| {
                #[expect(clippy::cast_precision_loss, reason = "small")]
                let days = (i * length) as f64 / 86_400_000.0;
                let wave = if i % 2 == 0 { 0.001 } else { -0.001 };
                let close = 300.0 * (slope * days + wave).exp();
                let open_time = at.plus((i - 1) * length);
                Candle { open_time, open: close, high: close * 1.001, low: close * 0.999, close, volume: 1.0 }
            };
            CandleSeries::from_arrivals(timeframe, (1 - count..=0).map(candle))
        });
        assess(&Inputs::new("TAO", at, &series), &Parameters::default())
    }

    #[test]
    fn a_rounded_score_never_crosses_a_limit() {
        let shown = [48.4, 39.4, 39.6, 39.97, 40.0, -14.6, -15.0, 0.2].map(|score| super::score(Some(score), &English));
        assert_eq!(shown, ["+48", "+39", "+39.6", "+39.9", "+40", "\u{2212}14.6", "\u{2212}15", "+0"]);
        assert_eq!(super::score(None, &English), "?");
    }

    #[test]
    fn the_reason_is_one_plain_sentence() {
        let rising = reason(&assessment(0.02, 500), &English);
        assert!(rising.starts_with("Trend is up on "), "{rising}");
        assert!(rising.contains("the daily RSI of "), "{rising}");
        assert!(rising.contains(" % above its hourly EMA200."), "{rising}");
        let falling = reason(&assessment(-0.02, 500), &English);
        assert!(falling.starts_with("Trend is down on ") && falling.contains("% below"), "{falling}");
    }

    #[test]
    fn a_score_that_is_halved_says_so() {
        let mut halved = assessment(0.02, 500);
        assert!(!mtf(&halved, &English).contains("halved"));
        halved.damp = 0.5;
        assert!(mtf(&halved, &English).ends_with(" of 4 timeframes agree · BTC risk-off: halved"));
    }

    #[test]
    fn against_bitcoin_the_change_is_said_in_percent() {
        let mut gaining = assessment(0.02, 500);
        let mut said = |change: f64| {
            gaining
                .gates
                .iter_mut()
                .filter(|gate| gate.gate == Gate::Relative)
                .for_each(|gate| gate.value = Some(change));
            reason(&gaining, &English)
        };
        assert!(said(0.0315).ends_with(", and TAO gains on BTC (+3.2\u{a0}% in 7 days)."));
        assert!(said(-0.05).ends_with(", and TAO loses on BTC (\u{2212}4.9\u{a0}% in 7 days)."));
    }

    #[test]
    fn too_little_history_is_said() {
        let young = assessment(0.01, 100);
        assert_eq!(
            reason(&young, &English),
            "Too little history to say anything: the longest timeframe has 100 candles."
        );
        assert_eq!(setup(&young, &English), ("No setup".into(), "No score yet".into()));
        assert_eq!(mtf(&young, &English), "MTF unknown · no timeframe is ready");
        assert_eq!(verdict(young.verdict, &English), "Insufficient data");
    }

    #[test]
    fn a_high_score_names_the_gate_that_blocks_it() {
        let mut high = assessment(0.02, 500);
        high.conviction = Some(55.0);
        let (headline, detail) = setup(&high, &English);
        assert_eq!((&*headline, &*detail), ("No setup", "Blocked by data: 60 % of the evidence is known, 80 % needed"));
        let low = assessment(-0.02, 500);
        assert!(setup(&low, &English).1.starts_with("Conviction is below +40; "));
    }

    #[test]
    fn an_unconfirmed_setup_names_what_is_unknown() {
        let mut unsure = assessment(0.02, 500);
        unsure.setup = Setup::Unconfirmed;
        unsure.gates.iter_mut().for_each(|gate| gate.state = GateState::Pass);
        unsure.gates[8].state = GateState::Unknown;
        assert_eq!(setup(&unsure, &English), ("Unconfirmed setup".into(), "9 of 10 gates; unknown: liquidity".into()));
    }

    #[test]
    fn the_summary_says_score_word_and_setup() {
        let said = summary(&assessment(-0.02, 500), &English);
        assert!(said.starts_with("TAO conviction \u{2212}"), "{said}");
        assert!(said.contains("earish. No setup. "), "{said}");
    }
}
