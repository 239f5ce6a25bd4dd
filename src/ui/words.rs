//! The widget's sentences: short, plain, no hype, no advice. Pure, so that each is tested.

use tao_conviction_core::{
    Assessment, DataState, Gate, GateReport, GateState, Setup, Timeframe, TimeframeReport, Verdict,
};

use super::format::Numbers;

/// The verdict as it is shown.
pub(super) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::StrongBullish => "Strong bullish",
        Verdict::Bullish => "Bullish",
        Verdict::Neutral => "Neutral",
        Verdict::Bearish => "Bearish",
        Verdict::StrongBearish => "Strong bearish",
        Verdict::InsufficientData => "Insufficient data",
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
pub(super) fn score(conviction: Option<f64>, numbers: &impl Numbers) -> String {
    let Some(conviction) = conviction else { return "?".to_owned() };
    if Verdict::of(Some(conviction.round()), 1.0) == Verdict::of(Some(conviction), 1.0) {
        numbers.signed(conviction, 0)
    } else {
        numbers.signed((10.0 * conviction).trunc() / 10.0, 1)
    }
}

/// The freshness state as it is shown.
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

/// The multi-timeframe score and how many timeframes stand behind it.
pub(super) fn mtf(assessment: &Assessment, numbers: &impl Numbers) -> String {
    let ready = assessment.mtf.timeframes.iter().filter(|report| report.ready).count();
    match assessment.mtf.score {
        Some(score) => {
            let (score, aligned) = (numbers.signed(score, 0), assessment.mtf.aligned);
            // Else nobody could tell why the score is so much smaller.
            let damp = if assessment.damp < 1.0 { " · BTC risk-off: halved" } else { "" };
            format!("MTF {score} · {aligned} of {ready} timeframes agree{damp}")
        }
        None => "MTF unknown · no timeframe is ready".to_owned(),
    }
}

/// What a gate is called.
pub(super) const fn gate_name(gate: Gate) -> &'static str {
    match gate {
        Gate::Data => "data",
        Gate::Trend => "trend",
        Gate::Proximity => "proximity",
        Gate::Mtf => "timeframes",
        Gate::Rsi => "RSI",
        Gate::Momentum => "momentum",
        Gate::Relative => "relative strength",
        Gate::Regime => "regime",
        Gate::Liquidity => "liquidity",
        Gate::Catalysts => "catalysts",
    }
}

/// Why a gate fails, with its numbers.
fn blocked_by(gate: &GateReport, numbers: &impl Numbers) -> String {
    let value = gate.value.unwrap_or_default();
    match gate.gate {
        Gate::Data if value < gate.threshold => format!(
            "data: {} % of the evidence is known, {} % needed",
            numbers.plain(100.0 * value, 0),
            numbers.plain(100.0 * gate.threshold, 0)
        ),
        Gate::Data => format!("data: {}", gate.detail),
        Gate::Trend => format!("trend: {} % from the 1h EMA200", numbers.signed(100.0 * value, 1)),
        Gate::Proximity if value > 0.0 => format!(
            "proximity: {} ATR above the 1h EMA200, limit {}",
            numbers.plain(value, 1),
            numbers.plain(gate.threshold, 0)
        ),
        Gate::Proximity => "proximity: below the 1h EMA200".to_owned(),
        Gate::Mtf => format!("timeframes: {} point up, 3 with the day needed", numbers.plain(value, 0)),
        Gate::Rsi => format!("RSI: {} on 1h", numbers.plain(value, 0)),
        other => gate_name(other).to_owned(),
    }
}

/// The setup's headline, and the line that explains it.
pub(super) fn setup(assessment: &Assessment, numbers: &impl Numbers) -> (&'static str, String) {
    let gates = &assessment.gates;
    let passed = gates.iter().filter(|gate| gate.state == GateState::Pass).count();
    let count = format!("{passed} of {} gates", gates.len());
    match assessment.setup {
        Setup::HighConviction => ("High-conviction setup", count),
        Setup::Unconfirmed => {
            let unknown = gates.iter().filter(|gate| gate.state == GateState::Unknown);
            let names: Vec<&str> = unknown.map(|gate| gate_name(gate.gate)).collect();
            ("Unconfirmed setup", format!("{count}; unknown: {}", names.join(", ")))
        }
        Setup::None => {
            let failed = gates.iter().find(|gate| gate.state == GateState::Fail);
            let explained = match (assessment.conviction, failed) {
                (None, _) => "No score yet".to_owned(),
                (Some(conviction), Some(gate)) if conviction >= 40.0 => {
                    format!("Blocked by {}", blocked_by(gate, numbers))
                }
                _ => format!("Conviction is below +40; {count} pass"),
            };
            ("No setup", explained)
        }
    }
}

/// Why, in one sentence: the trend over the timeframes, the daily RSI, and how the asset fares against Bitcoin, or
/// where that isn't known the place of its price.
pub(super) fn reason(assessment: &Assessment, numbers: &impl Numbers) -> String {
    let reports = &assessment.mtf.timeframes;
    let ready: Vec<&TimeframeReport> = reports.iter().filter(|report| report.ready).collect();
    if ready.is_empty() {
        let longest = reports.iter().map(|report| report.candles).max().unwrap_or(0);
        return format!("Too little history to say anything: the longest timeframe has {longest} candles.");
    }
    let pointing = |test: fn(f64) -> bool| ready.iter().filter(|report| report.reading.is_some_and(test)).count();
    let (up, down) = (pointing(|reading| reading >= 0.10), pointing(|reading| reading <= -0.10));
    let all = ready.len();
    let trend = match (up, down) {
        (0, 0) => "No timeframe has a clear trend".to_owned(),
        (up, 0) if up == all => format!("Trend is up on {}", every(all)),
        (0, down) if down == all => format!("Trend is down on {}", every(all)),
        (up, 0) => format!("Trend is up on {up} of {all} timeframes"),
        (0, down) => format!("Trend is down on {down} of {all} timeframes"),
        (up, down) => format!("Timeframes disagree: trend is up on {up} and down on {down} of {all}"),
    };
    let mut parts = vec![trend];
    if let Some((report, rsi)) = ready.last().and_then(|report| Some((report, report.rsi14?))) {
        let level = match rsi {
            r if r >= 70.0 => "is high",
            r if r <= 30.0 => "is low",
            r if r >= 60.0 => "is firm",
            r if r <= 40.0 => "is weak",
            _ => "is near its middle",
        };
        parts.push(format!("the {} RSI of {} {level}", adjective(report.timeframe), numbers.plain(rsi, 0)));
    }
    let hour = ready.iter().find(|report| report.timeframe == Timeframe::H1);
    let relative = assessment.gates.iter().find(|gate| gate.gate == Gate::Relative).and_then(|gate| gate.value);
    if let Some(change) = relative {
        // The gate measures a log change.
        let percent = 100.0 * (libm::exp(change) - 1.0);
        let fares = if percent >= 0.0 { "gains" } else { "loses" };
        let change = numbers.signed(percent, 1);
        parts.push(format!("{} {fares} on BTC ({change}\u{a0}% in 7 days)", assessment.symbol));
    } else if let Some((close, average)) = hour.and_then(|report| report.close.zip(report.ema200)) {
        let distance = 100.0 * (close / average - 1.0);
        let side = if distance >= 0.0 { "above" } else { "below" };
        parts.push(format!("the price is {} % {side} its hourly EMA200", numbers.plain(distance.abs(), 1)));
    }
    let warming: Vec<&str> =
        reports.iter().filter(|report| !report.ready).map(|report| report.timeframe.name()).collect();
    let tail = match warming.as_slice() {
        [] => String::new(),
        names => format!(" Still warming up and left out: {}.", names.join(", ")),
    };
    format!("{}.{tail}{}", listed(&parts), contradiction(assessment, numbers))
}

/// Both prices, where two sources disagree (method §8).
fn contradiction(assessment: &Assessment, numbers: &impl Numbers) -> String {
    let hour = assessment.mtf.timeframes.iter().find(|report| report.timeframe == Timeframe::H1);
    let own = assessment.data.source.as_deref().zip(hour.and_then(|report| report.close));
    match own.zip(assessment.data.contradicted_by.as_ref()) {
        Some(((source, close), second)) => format!(
            " Sources disagree: the last hour closed at {} on {source} and at {} on {}.",
            numbers.plain(close, 2),
            numbers.plain(second.close, 2),
            second.source
        ),
        None => String::new(),
    }
}

/// The widget in one sentence, for readers who listen.
pub(super) fn summary(assessment: &Assessment, numbers: &impl Numbers) -> String {
    let (headline, detail) = setup(assessment, numbers);
    let score = score(assessment.conviction, numbers);
    let words = verdict(assessment.verdict);
    format!("{} conviction {score} of 100, {words}. {headline}. {detail}.", assessment.symbol)
}

fn every(count: usize) -> String {
    match count {
        1 => "the one timeframe that is ready".to_owned(),
        2 => "both timeframes".to_owned(),
        4 => "all four timeframes".to_owned(),
        count => format!("all {count} timeframes"),
    }
}

const fn adjective(timeframe: Timeframe) -> &'static str {
    match timeframe {
        Timeframe::M15 => "15-minute",
        Timeframe::H1 => "hourly",
        Timeframe::H4 => "4-hour",
        Timeframe::D1 => "daily",
    }
}

fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first}, and {second}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use tao_conviction_core::{Candle, CandleSeries, Inputs, Parameters, UnixMs, assess};

    pub(in crate::ui) struct English;

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
        assert_eq!(setup(&young, &English), ("No setup", "No score yet".to_owned()));
        assert_eq!(mtf(&young, &English), "MTF unknown · no timeframe is ready");
        assert_eq!(verdict(young.verdict), "Insufficient data");
    }

    #[test]
    fn a_high_score_names_the_gate_that_blocks_it() {
        let mut high = assessment(0.02, 500);
        high.conviction = Some(55.0);
        let (headline, detail) = setup(&high, &English);
        assert_eq!(
            (headline, detail.as_str()),
            ("No setup", "Blocked by data: 60 % of the evidence is known, 80 % needed")
        );
        let low = assessment(-0.02, 500);
        assert!(setup(&low, &English).1.starts_with("Conviction is below +40; "));
    }

    #[test]
    fn an_unconfirmed_setup_names_what_is_unknown() {
        let mut unsure = assessment(0.02, 500);
        unsure.setup = Setup::Unconfirmed;
        unsure.gates.iter_mut().for_each(|gate| gate.state = GateState::Pass);
        unsure.gates[8].state = GateState::Unknown;
        assert_eq!(setup(&unsure, &English), ("Unconfirmed setup", "9 of 10 gates; unknown: liquidity".to_owned()));
    }

    #[test]
    fn the_summary_says_score_word_and_setup() {
        let said = summary(&assessment(-0.02, 500), &English);
        assert!(said.starts_with("TAO conviction \u{2212}"), "{said}");
        assert!(said.contains("earish. No setup. "), "{said}");
    }
}
