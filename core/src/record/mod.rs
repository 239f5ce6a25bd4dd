//! The track record (method §9): the score replayed over a history, and what followed it, without flattery.

mod calibration;
mod outcome;
mod replay;
mod statistic;
mod words;

use serde::Serialize;

pub use calibration::{Calibration, Forecast, Point, calibration, forecasts};
pub use outcome::{Outcome, outcomes};
use replay::Replay;
pub use replay::{Decision, History, is_setup, replay};
pub use statistic::{
    Interval, RankCorrelation, luckiest_sharpe, mean, mean_with_interval, median, probabilistic_sharpe, ranks,
    spearman, wilson,
};
pub use words::Edge;

use crate::{Family, Parameters, Timeframe, UnixMs};

/// Horizons in hours: a day, three days, a week.
pub const HORIZONS: [u32; 3] = [24, 72, 168];
/// Where the bands of the conviction score begin, but for the lowest: the limits of the verdicts.
pub const LIMITS: [f64; 4] = [-40.0, -15.0, 15.0, 40.0];
/// Costs of a change of position, as a fraction of the price: 10 basis points.
pub const COST: f64 = 0.001;
/// Variants of the score that were tried on the history before this one was published.
pub const VARIANTS: u32 = 1;
/// Hours in a year.
const YEAR: usize = 365 * 24;
/// Seeds of the bootstraps: fixed, so that a record is the same wherever it is made.
const SEED: u64 = 2_025;

/// The record of one asset over one history.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The first decision.
    pub from: UnixMs,
    /// The last decision.
    pub to: UnixMs,
    /// How many there were, one an hour.
    pub decisions: u32,
    /// Families that the history couldn't know, and so left out of the score.
    pub left_out: Vec<Family>,
    /// The last decision's score.
    pub conviction: f64,
    /// Share of the year's scores before it that were lower.
    pub percentile: Option<f64>,
    /// What followed, a horizon each.
    pub horizons: Vec<HorizonReport>,
    /// When setups occurred, as far as candles can tell, and what followed each.
    pub setups: Vec<SetupReport>,
    /// What holding the asset while the verdict is bullish would have been like.
    pub strategy: Option<StrategyReport>,
}

/// What followed within one horizon.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HorizonReport {
    /// Its length in hours.
    pub hours: u32,
    /// All decisions together: what a score has to be better than.
    pub base: BandReport,
    /// By conviction, lowest first.
    pub bands: Vec<BandReport>,
    /// Of scores and log returns.
    pub rank_correlation: Option<RankCorrelation>,
    /// How well a probability made of the score would have done.
    pub calibration: Option<Calibration>,
    /// What this says.
    pub edge: Edge,
    /// The same in words.
    pub words: String,
}

/// What followed the decisions of one band.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BandReport {
    /// Lowest score, or nothing below.
    pub low: Option<f64>,
    /// Below this score, or nothing above.
    pub high: Option<f64>,
    /// Decisions whose outcome is known.
    pub count: u32,
    /// `count / hours`: overlapping returns say no more than this many would.
    pub effective: f64,
    /// Mean log return.
    pub mean: Option<f64>,
    /// Median log return.
    pub median: Option<f64>,
    /// Share that was up.
    pub up: Option<f64>,
    /// Wilson's 95 % interval of that share on the effective count.
    pub interval: Option<Interval>,
    /// Median of how far the price fell below the entry, as a log return.
    pub drawdown: Option<f64>,
    /// The worst of them.
    pub worst: Option<f64>,
}

/// Hours with a setup that lie within a day of each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetupReport {
    /// Its first hour.
    pub from: UnixMs,
    /// In how many hours there was a setup.
    pub hours: u32,
    /// The score when it began.
    pub conviction: f64,
    /// Log returns from its beginning, a horizon each; unknown where it isn't over.
    pub changes: [Option<f64>; 3],
    /// The lowest within the longest horizon.
    pub drawdown: Option<f64>,
}

/// Holding the asset while the verdict is bullish, else nothing, with costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StrategyReport {
    /// Whole days that were counted.
    pub days: u32,
    /// Changes of position.
    pub trades: u32,
    /// Share of hours in which the asset was held.
    pub held: f64,
    /// Sum of log returns after costs.
    pub change: f64,
    /// The asset's own over the same time.
    pub asset_change: f64,
    /// Sharpe ratio of a day.
    pub sharpe: f64,
    /// How probable it is that the true one is above 0.
    pub probabilistic_sharpe: Option<f64>,
    /// How probable it is that the true one is above what luck alone gives the best of [`VARIANTS`].
    pub deflated_sharpe: Option<f64>,
    /// Variants ever tried.
    pub variants: u32,
}

/// Replays `history` until `until` and reports what followed; `None` where no hour could be scored.
pub fn record(history: &History<'_>, parameters: &Parameters, until: UnixMs) -> Option<Record> {
    Recorder::new(*history, parameters, until).finish().1
}

/// Makes a record in slices of some milliseconds, so that a page stays awake meanwhile. The record is the same as
/// [`record`]'s to the bit.
pub struct Recorder<'a> {
    history: History<'a>,
    hours: &'a [crate::Candle],
    replay: Replay<'a>,
    outcomes: Vec<Vec<Option<Outcome>>>,
    horizons: Vec<HorizonReport>,
}

/// Hours that are replayed in one slice.
const SLICE: usize = 2_000;

impl<'a> Recorder<'a> {
    /// Begins a record of `history` until `until`.
    pub fn new(history: History<'a>, parameters: &Parameters, until: UnixMs) -> Self {
        Self {
            history,
            hours: closed_hours(&history, until),
            replay: Replay::new(&history, parameters, until),
            outcomes: Vec::new(),
            horizons: Vec::new(),
        }
    }

    /// Without decisions from before `since`, until which the candles only warm up.
    #[must_use]
    pub fn since(mut self, since: UnixMs) -> Self {
        self.replay.since = since;
        self
    }

    /// Does the next slice; false when there is none left.
    pub fn work(&mut self) -> bool {
        if self.replay.work(SLICE) {
            return true;
        }
        let Some(hours) = HORIZONS.get(self.horizons.len()) else { return false };
        let decisions = &self.replay.decisions;
        let outcomes = outcomes(decisions, self.hours, *hours);
        self.horizons.push(horizon(*hours, decisions, &outcomes));
        self.outcomes.push(outcomes);
        true
    }

    /// How much is done, 0 … 1: the statistics of a horizon count as much as a quarter of the replay.
    pub fn progress(&self) -> f64 {
        let (done, all) = self.replay.progress();
        let quarter = all.div_ceil(4).max(1);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let share = (done + quarter * self.horizons.len()) as f64 / (all + quarter * HORIZONS.len()) as f64;
        share.min(1.0)
    }

    /// The decisions, one an hour, and the record of them; no record where no hour could be scored. Whatever slices are
    /// left are done at once.
    pub fn finish(mut self) -> (Vec<Decision>, Option<Record>) {
        while self.work() {}
        let decisions = self.replay.decisions;
        let ends = decisions.first().zip(decisions.last());
        let record = ends.map(|(first, last)| Record {
            from: first.at,
            to: last.at,
            decisions: u32::try_from(decisions.len()).unwrap_or(u32::MAX),
            left_out: replay::left_out(&self.history),
            conviction: last.conviction,
            percentile: percentile(&decisions),
            horizons: self.horizons,
            setups: setups(&decisions, &self.outcomes),
            strategy: strategy(&decisions, self.hours),
        });
        (decisions, record)
    }
}

/// The hours that had closed.
fn closed_hours<'a>(history: &History<'a>, until: UnixMs) -> &'a [crate::Candle] {
    let hours = history.asset.iter().find(|series| series.timeframe() == Timeframe::H1);
    hours.map(|series| series.closed(until)).unwrap_or_default()
}

/// The share of the scores in the year before the last one that were lower than it, equal ones counted half.
fn percentile(decisions: &[Decision]) -> Option<f64> {
    let (last, before) = decisions.split_last()?;
    let year = before.get(before.len().saturating_sub(YEAR)..)?;
    let lower = year.iter().filter(|decision| decision.conviction < last.conviction).count();
    let equal = year.iter().filter(|decision| decision.conviction == last.conviction).count();
    #[expect(clippy::cast_precision_loss, reason = "a year of hours")]
    let share = (lower as f64 + equal as f64 / 2.0) / year.len() as f64;
    (!year.is_empty()).then_some(share)
}

fn horizon(hours: u32, decisions: &[Decision], outcomes: &[Option<Outcome>]) -> HorizonReport {
    let known: Vec<(f64, Outcome)> = decisions
        .iter()
        .zip(outcomes)
        .filter_map(|(decision, outcome)| Some((decision.conviction, (*outcome)?)))
        .collect();
    let base = band(hours, None, None, known.iter().map(|(_, outcome)| *outcome));
    let bands = (0..=LIMITS.len())
        .map(|place| {
            let (low, high) = (place.checked_sub(1).and_then(|below| LIMITS.get(below)), LIMITS.get(place));
            let inside = |score: f64| low.is_none_or(|low| *low <= score) && high.is_none_or(|high| score < *high);
            let own = known.iter().filter(|(score, _)| inside(*score)).map(|(_, outcome)| *outcome);
            band(hours, low.copied(), high.copied(), own)
        })
        .collect();
    let (scores, changes): (Vec<f64>, Vec<f64>) = known.iter().map(|(score, outcome)| (*score, outcome.change)).unzip();
    let block = 2 * usize::try_from(hours).unwrap_or(usize::MAX);
    let rank_correlation = spearman(&scores, &changes, block, SEED);
    let made = walk_forward(decisions, outcomes, hours);
    let calibration = calibration(&made, hours, SEED);
    let edge = Edge::of(rank_correlation.as_ref(), calibration.as_ref(), hours);
    HorizonReport { hours, base, bands, rank_correlation, words: edge.words(), calibration, edge }
}

/// The forecasts that would have been made, each from what was known at its hour.
pub fn walk_forward(decisions: &[Decision], outcomes: &[Option<Outcome>], horizon: u32) -> Vec<Forecast> {
    let hour = Timeframe::H1.duration_ms();
    let scores: Vec<f64> = decisions.iter().map(|decision| decision.conviction).collect();
    let ups: Vec<Option<bool>> = outcomes.iter().map(|outcome| outcome.map(|outcome| outcome.change > 0.0)).collect();
    let hours: Vec<i64> = decisions.iter().map(|decision| decision.at.0 / hour).collect();
    forecasts(&scores, &ups, &hours, horizon)
}

fn band(hours: u32, low: Option<f64>, high: Option<f64>, outcomes: impl Iterator<Item = Outcome>) -> BandReport {
    let (changes, drawdowns): (Vec<f64>, Vec<f64>) = outcomes.map(|outcome| (outcome.change, outcome.drawdown)).unzip();
    let count = u32::try_from(changes.len()).unwrap_or(u32::MAX);
    let effective = f64::from(count) / f64::from(hours);
    let ups = u32::try_from(changes.iter().filter(|change| **change > 0.0).count()).unwrap_or(u32::MAX);
    let up = (count > 0).then(|| f64::from(ups) / f64::from(count));
    BandReport {
        low,
        high,
        count,
        effective,
        mean: mean(&changes),
        median: median(&changes),
        up,
        interval: up.and_then(|up| wilson(up, effective)),
        drawdown: median(&drawdowns),
        worst: drawdowns.iter().copied().reduce(f64::min),
    }
}

/// Stretches of hours in which a setup was there as far as candles can tell. What comes within a day of the last one
/// belongs to it: its returns would overlap with those that are told already.
fn setups(decisions: &[Decision], outcomes: &[Vec<Option<Outcome>>]) -> Vec<SetupReport> {
    let mut found: Vec<SetupReport> = Vec::new();
    let mut last: Option<UnixMs> = None;
    for (index, decision) in decisions.iter().enumerate().filter(|(_, decision)| decision.setup) {
        let goes_on = last.is_some_and(|last| decision.at.since(last) <= Timeframe::D1.duration_ms());
        last = Some(decision.at);
        match found.last_mut().filter(|_| goes_on) {
            Some(stretch) => stretch.hours += 1,
            None => {
                let of = |outcomes: &Vec<Option<Outcome>>| outcomes.get(index).copied().flatten();
                found.push(SetupReport {
                    from: decision.at,
                    hours: 1,
                    conviction: decision.conviction,
                    changes: [0, 1, 2].map(|place| outcomes.get(place).and_then(of).map(|outcome| outcome.change)),
                    drawdown: outcomes.last().and_then(of).map(|outcome| outcome.drawdown),
                });
            }
        }
    }
    found
}

/// Decided each hour, entered and left at the next candle's open.
fn strategy(decisions: &[Decision], hours: &[crate::Candle]) -> Option<StrategyReport> {
    let [.., bullish, _] = LIMITS;
    let mut next = hours.iter().skip_while(|candle| Some(candle.open_time) != decisions.first().map(|first| first.at));
    let (mut held, mut trades, mut held_hours, mut all_hours) = (false, 0_u32, 0_u32, 0_u32);
    let (mut asset_change, mut hourly) = (0.0, Vec::with_capacity(decisions.len()));
    for decision in decisions {
        // Where hours are missing, the position goes on until the next decision.
        let Some(candle) = next.find(|candle| candle.open_time >= decision.at) else { break };
        let wanted = decision.conviction >= bullish;
        let mut change = if wanted == held { 0.0 } else { -COST };
        trades += u32::from(wanted != held);
        held = wanted;
        let move_ = libm::log(candle.close / candle.open);
        asset_change += move_;
        change += if held { move_ } else { 0.0 };
        held_hours += u32::from(held);
        all_hours += 1;
        hourly.push(change);
    }
    let days: Vec<f64> = hourly.chunks_exact(24).map(|day| day.iter().sum()).collect();
    let middle = mean(&days)?;
    let variance = mean(&days.iter().map(|day| (day - middle) * (day - middle)).collect::<Vec<_>>())?;
    (variance > 0.0).then(|| StrategyReport {
        days: u32::try_from(days.len()).unwrap_or(u32::MAX),
        trades,
        held: f64::from(held_hours) / f64::from(all_hours),
        change: hourly.iter().sum(),
        asset_change,
        sharpe: middle / libm::sqrt(variance),
        probabilistic_sharpe: probabilistic_sharpe(&days, 0.0),
        deflated_sharpe: probabilistic_sharpe(&days, luckiest_sharpe(VARIANTS, 0.0)),
        variants: VARIANTS,
    })
}
