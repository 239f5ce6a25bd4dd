//! The replay: the score of every hour of a history, by the code that scores now, from what had closed by then.

use crate::context::{Row, merge};
use crate::{
    AssessmentState, Candle, CandleSeries, Circumstances, Family, Gate, GateOutcome, GateState, Parameters, Score,
    Setup, Timeframe, UnixMs,
};

/// What was decided at one full hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// The decision time: candles closed by then were used.
    pub at: UnixMs,
    /// The conviction score, −100 … 100.
    pub conviction: f64,
    /// Share of the evidence that was known, 0 … 1.
    pub coverage: f64,
    /// Whether there was a setup as far as candles tell: the score high enough, and no gate that candles can answer
    /// failed. Coverage, order book and catalysts of the past are not known.
    pub setup: bool,
}

/// An asset's history with its surroundings. A timeframe that is missing is left out, as it is in an assessment.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    /// The asset's candles; 1h is needed, since it gives the hours.
    pub asset: &'a [CandleSeries],
    /// Bitcoin's candles; 4h and 1d are used.
    pub btc: &'a [CandleSeries],
    /// The AI basket's, a slice a member. Each should reach as far back as the asset's: a basket without one of its
    /// members has no price.
    pub basket: &'a [&'a [CandleSeries]],
}

impl<'a> History<'a> {
    /// The asset's hours.
    pub(super) fn hours(&self) -> &'a [Candle] {
        candles(self.asset, Timeframe::H1)
    }
}

/// Decides at the close of each 1h candle that ends at or before `until`, as soon as a timeframe is ready. One pass over
/// the candles; O(1) a step.
pub fn replay(history: &History<'_>, parameters: &Parameters, until: UnixMs) -> Vec<Decision> {
    let mut replay = Replay::new(history, parameters, until);
    while replay.work(usize::MAX) {}
    replay.decisions
}

/// A replay that can be made in slices.
pub(super) struct Replay<'a> {
    pub(super) decisions: Vec<Decision>,
    state: AssessmentState,
    feeds: [Feed; 4],
    /// The hours that haven't been decided on.
    hours: &'a [Candle],
    all: usize,
    /// No decision is kept from before.
    pub(super) since: UnixMs,
    until: UnixMs,
    parameters: Parameters,
}

impl<'a> Replay<'a> {
    pub(super) fn new(history: &History<'a>, parameters: &Parameters, until: UnixMs) -> Self {
        let hours = history.hours();
        Self {
            decisions: Vec::with_capacity(hours.len()),
            state: AssessmentState::new(history.basket.len(), parameters),
            feeds: Timeframe::ALL.map(|timeframe| Feed::new(history, timeframe)),
            hours,
            all: hours.len(),
            since: UnixMs(i64::MIN),
            until,
            parameters: *parameters,
        }
    }

    /// Goes on for so many hours; false when it is done.
    pub(super) fn work(&mut self, count: usize) -> bool {
        for _ in 0..count {
            let Some((candle, rest)) = self.hours.split_first() else { return false };
            let at = candle.open_time.plus(Timeframe::H1.duration_ms());
            if at > self.until {
                self.hours = &[];
                return false;
            }
            self.hours = rest;
            self.decide(at);
        }
        true
    }

    /// How many of the hours are decided on, and how many there are.
    pub(super) const fn progress(&self) -> (usize, usize) {
        (self.all - self.hours.len(), self.all)
    }

    fn decide(&mut self, at: UnixMs) {
        for feed in &mut self.feeds {
            feed.push_closed(&mut self.state, at);
        }
        if at < self.since {
            return;
        }
        let score = self.state.score(at, &Circumstances::default());
        if let Some(conviction) = score.conviction {
            let setup = is_setup(&score, &self.parameters);
            self.decisions.push(Decision { at, conviction: conviction.score, coverage: score.coverage, setup });
        }
    }
}

/// Whether a score of the past was a setup, as far as candles tell: what only the moment itself knew (how fresh the data
/// was, the order book, catalysts) is unknown.
pub fn is_setup(score: &Score, parameters: &Parameters) -> bool {
    let beyond = |gate| matches!(gate, Gate::Data | Gate::Liquidity | Gate::Catalysts);
    let gates = score.gates.map(|outcome| match outcome.gate {
        gate if beyond(gate) => GateOutcome { state: GateState::Unknown, ..outcome },
        _ => outcome,
    });
    Setup::of(score.conviction.map(|conviction| conviction.score), &gates, parameters) != Setup::None
}

/// The families that a history can't know, for the record to name.
pub(super) fn left_out(history: &History<'_>) -> Vec<Family> {
    let mut families = vec![Family::Catalysts];
    if candles(history.btc, Timeframe::H4).is_empty() {
        families.push(Family::RelativeStrength);
    }
    if history.basket.len() < 3 {
        families.push(Family::AiSentiment);
    }
    families
}

/// The rows of one timeframe, handed over as they close.
struct Feed {
    timeframe: Timeframe,
    /// Candles of the asset, Bitcoin and the basket that opened together, one row after the other.
    cells: Vec<Option<Candle>>,
    /// Cells in a row.
    width: usize,
    next: usize,
}

impl Feed {
    fn new(history: &History<'_>, timeframe: Timeframe) -> Self {
        let mut all = vec![candles(history.asset, timeframe)];
        if matches!(timeframe, Timeframe::H4 | Timeframe::D1) {
            all.push(candles(history.btc, timeframe));
            all.extend(history.basket.iter().map(|member| candles(member, timeframe)));
        }
        let mut cells = Vec::new();
        merge(&all, |row| cells.extend_from_slice(row));
        Self { timeframe, cells, width: all.len(), next: 0 }
    }

    /// Pushes what had closed by `at` and hasn't been pushed.
    fn push_closed(&mut self, state: &mut AssessmentState, at: UnixMs) {
        let length = self.timeframe.duration_ms();
        while let Some(cells) = self.cells.get(self.next..self.next + self.width) {
            let row = match cells {
                [asset] => Row { asset: *asset, ..Row::default() },
                cells => Row::of(cells),
            };
            if row.open_time().is_none_or(|open| open.plus(length) > at) {
                return;
            }
            state.push(self.timeframe, &row);
            self.next += self.width;
        }
    }
}

fn candles(series: &[CandleSeries], timeframe: Timeframe) -> &[Candle] {
    series.iter().find(|series| series.timeframe() == timeframe).map_or(&[], CandleSeries::candles)
}
