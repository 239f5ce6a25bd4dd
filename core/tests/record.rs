//! The track record: that it can't see the future, that it finds what is there, and that it finds nothing where nothing is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss
)]

use std::path::{Path, PathBuf};

use tao_conviction_core::candle::{complete, parse_csv};
use tao_conviction_core::record::{
    Decision, Edge, Forecast, HORIZONS, History, Recorder, outcomes, record, replay, spearman, walk_forward,
};
use tao_conviction_core::{Candle, CandleSeries, Inputs, Parameters, Timeframe, UnixMs, assess};

const HOUR: i64 = 3_600_000;

/// SplitMix64, and normal numbers from it.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Twelve uniform ones: near enough to a normal one for a walk.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// Hours whose log returns `step` tells, with highs and lows around them, and the longer timeframes built from them.
fn market(count: i64, random: &mut Random, mut step: impl FnMut(i64, &mut Random) -> f64) -> Vec<CandleSeries> {
    let mut price = 100.0_f64;
    let hours: Vec<Candle> = (0..count)
        .map(|i| {
            let open = price;
            price *= step(i, random).exp();
            let (high, low) = (open.max(price) * 1.002, open.min(price) * 0.998);
            Candle { open_time: UnixMs(i * HOUR), open, high, low, close: price, volume: 1.0 }
        })
        .collect();
    complete(&[CandleSeries::from_arrivals(Timeframe::H1, hours)], UnixMs(count * HOUR)).0
}

fn walk(count: i64, seed: u64) -> Vec<CandleSeries> {
    market(count, &mut Random(seed), |_, random| 0.008 * random.normal())
}

const fn alone(asset: &[CandleSeries]) -> History<'_> {
    History { asset, btc: &[], basket: &[] }
}

fn end(asset: &[CandleSeries]) -> UnixMs {
    let hours = asset.iter().find(|series| series.timeframe() == Timeframe::H1).unwrap();
    hours.candles().last().unwrap().open_time.plus(HOUR)
}

fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/candles");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: there is no {}", folder.display());
    None
}

fn series(timeframe: Timeframe, file: &Path) -> CandleSeries {
    CandleSeries::from_arrivals(timeframe, parse_csv(&std::fs::read_to_string(file).unwrap()).unwrap())
}

/// TAO and Bitcoin as recorded, the whole span.
fn recorded() -> Option<(Vec<CandleSeries>, Vec<CandleSeries>)> {
    let folder = shared()?;
    let tao = [
        series(Timeframe::M15, &folder.join("TAOUSDT_binance-usdm_15m_2024-10-23_2025-09-30.csv")),
        series(Timeframe::H1, &folder.join("TAOUSDT_binance-spot_1h_2024-04-11_2025-09-30.csv")),
        series(Timeframe::D1, &folder.join("TAOUSDT_binance-spot_1d_2024-04-11_2025-09-30.csv")),
    ];
    let btc = [series(Timeframe::H1, &folder.join("BTCUSDT_binance-usdm_1h_2022-10-24_2025-09-30.csv"))];
    let until = end(&tao);
    Some((complete(&tao, until).0, complete(&btc, until).0))
}

/// What had closed by `at`, and after it candles of another world.
fn scrambled(all: &[CandleSeries], at: UnixMs, random: &mut Random) -> Vec<CandleSeries> {
    all.iter()
        .map(|series| {
            let length = series.timeframe().duration_ms();
            let candles = series.candles().iter().map(|candle| {
                if candle.open_time.plus(length) <= at {
                    return *candle;
                }
                let factor = (0.3 * random.normal()).exp();
                let [open, high, low, close] =
                    [candle.open, candle.high, candle.low, candle.close].map(|price| price * factor);
                Candle { open, high, low, close, ..*candle }
            });
            CandleSeries::from_arrivals(series.timeframe(), candles)
        })
        .collect()
}

fn cut(all: &[CandleSeries], at: UnixMs) -> Vec<CandleSeries> {
    all.iter().map(|series| CandleSeries::from_arrivals(series.timeframe(), series.closed(at).to_vec())).collect()
}

fn until(decisions: &[Decision], at: UnixMs) -> Vec<Decision> {
    decisions.iter().copied().filter(|decision| decision.at <= at).collect()
}

/// The walk-forward forecasts by `at`, without the outcomes, which come later.
fn foretold(history: &History<'_>, decisions: &[Decision], at: UnixMs, horizon: u32) -> Vec<(usize, f64, f64)> {
    let hours = history.asset.iter().find(|series| series.timeframe() == Timeframe::H1).unwrap();
    let made = walk_forward(decisions, &outcomes(decisions, hours.candles(), horizon), horizon);
    let by_then = |forecast: &&Forecast| decisions[forecast.index].at <= at;
    made.iter().filter(by_then).map(|forecast| (forecast.index, forecast.probability, forecast.base)).collect()
}

/// Fails when anything after `at` shows in a decision or in a forecast at or before it.
fn sees_nothing_after(asset: &[CandleSeries], btc: &[CandleSeries], at: UnixMs, decide: Decide) -> Result<(), String> {
    let mut random = Random(at.0.unsigned_abs());
    let whole = History { asset, btc, basket: &[] };
    let decisions = decide(&whole);
    let known = until(&decisions, at);
    for (name, change) in
        [("cut", cut as fn(&[CandleSeries], UnixMs) -> Vec<CandleSeries>), ("scrambled", |_, _| Vec::new())]
    {
        let (asset, btc) = if name == "cut" {
            (change(asset, at), change(btc, at))
        } else {
            (scrambled(asset, at, &mut random), scrambled(btc, at, &mut random))
        };
        let other = History { asset: &asset, btc: &btc, basket: &[] };
        let decided = decide(&other);
        if until(&decided, at) != known {
            return Err(format!("{name}: the scores by {} are others", at.0));
        }
        for horizon in HORIZONS {
            if foretold(&whole, &decisions, at, horizon) != foretold(&other, &decided, at, horizon) {
                return Err(format!("{name}: the forecasts over {horizon} h by {} are others", at.0));
            }
        }
    }
    Ok(())
}

type Decide = fn(&History<'_>) -> Vec<Decision>;

fn honest(history: &History<'_>) -> Vec<Decision> {
    replay(history, &Parameters::default(), UnixMs(i64::MAX))
}

/// A copy with the commonest mistake: a day is used as soon as it has opened.
fn peeking(history: &History<'_>) -> Vec<Decision> {
    let early: Vec<CandleSeries> = history
        .asset
        .iter()
        .map(|series| {
            let (length, days) = (series.timeframe().duration_ms(), series.timeframe() == Timeframe::D1);
            let moved = series.candles().iter().map(|candle| Candle {
                open_time: if days { candle.open_time.plus(-length) } else { candle.open_time },
                ..*candle
            });
            CandleSeries::from_arrivals(series.timeframe(), moved)
        })
        .collect();
    replay(&History { asset: &early, ..*history }, &Parameters::default(), UnixMs(i64::MAX))
}

#[test]
fn nothing_after_a_time_shows_at_or_before_it() {
    let asset = walk(18_000, 1);
    for hour in [11_500, 12_345, 16_001, 17_999] {
        assert_eq!(sees_nothing_after(&asset, &[], UnixMs(hour * HOUR), honest), Ok(()));
    }
}

#[test]
fn nothing_after_a_time_shows_at_or_before_it_on_the_recorded_candles() {
    let Some((tao, btc)) = recorded() else { return };
    let end = end(&tao);
    for days in [1, 7, 30, 100, 200, 333, 450] {
        let at = end.plus(-days * 24 * HOUR - 5 * HOUR);
        assert_eq!(sees_nothing_after(&tao, &btc, at, honest), Ok(()));
    }
}

#[test]
fn a_replay_that_peeks_is_caught() {
    let asset = walk(18_000, 2);
    // In the middle of a day, which it has seen to its end.
    let found = sees_nothing_after(&asset, &[], UnixMs((24 * 600 + 12) * HOUR), peeking);
    assert!(found.is_err_and(|found| found.contains("the scores")));
}

#[test]
fn the_replay_decides_what_an_assessment_says() {
    let check = |asset: &[CandleSeries], btc: &[CandleSeries]| {
        let decisions = honest(&History { asset, btc, basket: &[] });
        assert!(decisions.len() > 1_000);
        for decision in decisions.iter().step_by(decisions.len() / 40) {
            let inputs = Inputs { btc, ..Inputs::new("TAO", decision.at, asset) };
            let assessment = assess(&inputs, &Parameters::default());
            assert_eq!(assessment.conviction.map(f64::to_bits), Some(decision.conviction.to_bits()));
            assert_eq!(assessment.coverage, decision.coverage);
        }
    };
    check(&walk(18_000, 3), &walk(18_000, 4));
    if let Some((tao, btc)) = recorded() {
        check(&tao, &btc);
    }
}

/// What the example program prints for the arguments, files taken from the shared folder.
fn printed(folder: &Path, arguments: &[&str]) -> String {
    // target/…/deps/record-… is this test; Cargo builds examples beside it, in target/…/examples.
    let mut program = std::env::current_exe().unwrap();
    program.pop();
    program.pop();
    let output =
        std::process::Command::new(program.join("examples/record")).args(arguments).current_dir(folder).output();
    String::from_utf8(output.unwrap().stdout).unwrap()
}

#[test]
fn the_published_record_is_what_the_program_prints() {
    let Some(folder) = shared() else { return };
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/record.md")).unwrap();
    let mut blocks = page.split("```").skip(1).step_by(2);
    let mut checked = 0;
    while let (Some(command), Some(report)) = (blocks.next(), blocks.next()) {
        let arguments: Vec<&str> = command.split_once(" -- ").unwrap().1.split_whitespace().collect();
        let printed = printed(&folder, &arguments);
        // Bitcoin's list of stretches is left out on the page.
        let published = report.strip_prefix("text\n").unwrap().lines().filter(|line| !line.is_empty());
        let missing: Vec<&str> = published.filter(|line| !printed.lines().any(|own| own == *line)).collect();
        assert_eq!(missing, Vec::<&str>::new());
        checked += 1;
    }
    assert_eq!(checked, 2);
}

#[test]
fn a_trend_that_goes_on_is_found() {
    // Drift that turns every 40 days or so, far above the noise of a week.
    let mut drift = 0.001_2;
    let asset = market(26_000, &mut Random(5), |_, random| {
        if random.uniform() < 1.0 / 960.0 {
            drift = -drift;
        }
        drift + 0.004 * random.normal()
    });
    let record = record(&alone(&asset), &Parameters::default(), end(&asset)).unwrap();
    for horizon in &record.horizons[..2] {
        let rank = horizon.rank_correlation.unwrap();
        let calibration = horizon.calibration.as_ref().unwrap();
        assert!(rank.interval.low > 0.0, "{} h: {rank:?}", horizon.hours);
        assert!(calibration.skill > 0.0 && calibration.interval.unwrap().low > 0.0, "{} h", horizon.hours);
        assert_eq!(horizon.edge, Edge::Positive);
        assert!(calibration.points.first().unwrap().share < calibration.points.last().unwrap().share);
    }
}

#[test]
fn a_random_walk_has_no_record() {
    const SEEDS: u64 = 200;
    let mut alarms = [0_u32; 3];
    let mut edges = 0_u32;
    for seed in 0..SEEDS {
        // Eighteen months of hours, of which a year or more is scored.
        let asset = walk(13_000, 1_000 + seed);
        let record = record(&alone(&asset), &Parameters::default(), end(&asset)).unwrap();
        for (alarm, horizon) in alarms.iter_mut().zip(&record.horizons) {
            *alarm += u32::from(horizon.rank_correlation.is_some_and(|rank| !rank.interval.contains(0.0)));
            edges += u32::from(horizon.edge == Edge::Positive);
        }
    }
    println!("intervals without 0 in {SEEDS} random walks: {alarms:?}; edges found: {edges}");
    for (alarm, hours) in alarms.iter().zip(HORIZONS) {
        // At 5 % of 200: 10, and 4 … 17 in 95 of 100 cases.
        assert!((3..=19).contains(alarm), "{alarm} false alarms at {hours} h");
    }
    assert!(edges <= 9, "{edges} edges in noise");
}

#[test]
fn independent_scores_of_autocorrelated_returns_are_told_from_zero_as_often_as_promised() {
    let mut random = Random(9);
    let alarms = (0..400)
        .filter(|seed| {
            let noise: Vec<f64> = (0..2_024).map(|_| random.normal()).collect();
            let scores: Vec<f64> = (0..2_000).map(|_| random.normal()).collect();
            let returns: Vec<f64> = noise.windows(24).map(|window| window.iter().sum()).collect();
            let rank = spearman(&scores, &returns[..2_000], 48, *seed).unwrap();
            !rank.interval.contains(0.0)
        })
        .count();
    // 5 % of 400 is 20; 12 … 29 in 95 of 100 cases.
    assert!((9..=32).contains(&alarms), "{alarms}");
}

#[test]
fn candles_from_before_the_beginning_warm_up_and_are_not_decided_on() {
    let asset = walk(18_000, 3);
    let all = honest(&History { asset: &asset, btc: &[], basket: &[] });
    let since = all[all.len() / 3].at;
    let history = History { asset: &asset, btc: &[], basket: &[] };
    let (decisions, record) = Recorder::new(history, &Parameters::default(), end(&asset)).since(since).finish();
    assert_eq!(decisions, all[all.len() / 3..]);
    assert_eq!(record.unwrap().from, since);
}

#[test]
fn a_record_made_in_slices_is_the_same_and_its_progress_only_grows() {
    let asset = walk(9_000, 5);
    let until = end(&asset);
    let whole = record(&alone(&asset), &Parameters::default(), until);
    let mut recorder = Recorder::new(alone(&asset), &Parameters::default(), until);
    let mut seen = vec![recorder.progress()];
    while recorder.work() {
        seen.push(recorder.progress());
    }
    assert!(seen.len() > 5 && seen.is_sorted() && seen[0] == 0.0 && seen.last() == Some(&1.0), "{seen:?}");
    let (decisions, sliced) = recorder.finish();
    assert_eq!(decisions, replay(&alone(&asset), &Parameters::default(), until));
    assert_eq!(sliced, whole);
    // Nothing to decide on is no record, and no endless work.
    let mut empty = Recorder::new(alone(&[]), &Parameters::default(), until);
    while empty.work() {}
    assert_eq!(empty.finish(), (Vec::new(), None));
}
