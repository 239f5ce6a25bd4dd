//! The streaming state of a whole assessment: one closed candle or one running candle at a time, in O(1), with memory
//! that doesn't depend on the history. The batch feeds the same state, so both give the same bits.

use crate::assessment::{Inputs, of};
use crate::context::{
    Basket, CorrelationReport, CorrelationState, MemberState, Regime, RegimeReport, RegimeState, RelativeState,
    RelativeStrength, Row, Sentiment, correlation_basket, merge, relative_basket,
};
use crate::conviction::coverage;
use crate::gate::{Evidence, gates};
use crate::{
    Candle, Conviction, GateOutcome, Mtf, Parameters, Reading, Setup, Timeframe, TimeframeState, UnixMs, Verdict,
};

/// What a score needs to know beside the candles, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Circumstances {
    /// Value of the catalysts' family, −1 … 1 (method §7).
    pub catalysts: Option<f64>,
    /// Risk flags that the chain and the feed raise.
    pub risk_flags: u32,
    /// Order-book depth within ±0.5 % of mid, in the quote currency.
    pub depth: Option<f64>,
    /// A second source's close of the last closed 1h candle.
    pub second_close: Option<f64>,
}

/// Everything that is scored at one moment, in numbers alone: nothing is allocated for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The readings of 15m, 1h, 4h and 1d; unknown while warming up, and for a timeframe without a weight.
    pub readings: [Option<Reading>; 4],
    /// What the timeframes say together.
    pub mtf: Option<Mtf>,
    /// Relative strength against Bitcoin and the AI basket.
    pub relative_strength: Option<RelativeStrength>,
    /// How the AI basket trades.
    pub ai_sentiment: Option<Sentiment>,
    /// The Bitcoin risk regime.
    pub regime: RegimeReport,
    /// The score with its parts; unknown without an MTF score.
    pub conviction: Option<Conviction>,
    /// Share of the evidence that is known, 0 … 1.
    pub coverage: f64,
    /// The score in words.
    pub verdict: Verdict,
    /// The ten gates, in the order of the method.
    pub gates: [GateOutcome; 10],
    /// Whether there is a setup.
    pub setup: Setup,
}

/// The asset on one timeframe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Track {
    pub(crate) timeframe: Timeframe,
    pub(crate) state: TimeframeState,
    first: Option<UnixMs>,
    /// Open time of the last row, whoever had a candle in it.
    last_row: Option<UnixMs>,
}

impl Track {
    fn push(&mut self, candle: &Candle) {
        self.first.get_or_insert(candle.open_time);
        self.state.push(candle);
    }

    /// When its last candle closed, and at what price.
    pub(crate) fn closed(&self) -> Option<(UnixMs, f64)> {
        let (open_time, close) = self.state.last()?;
        Some((open_time.plus(self.timeframe.duration_ms()), close))
    }

    /// Whether its last closed candle is older than two lengths at `at`.
    pub(crate) fn is_stale(&self, at: UnixMs) -> bool {
        self.closed().is_some_and(|(closed_at, _)| at.since(closed_at) > 2 * self.timeframe.duration_ms())
    }

    /// Candles that are missing between its first and its last.
    pub(crate) fn gaps(&self) -> u32 {
        let (Some(first), Some((last, _))) = (self.first, self.state.last()) else { return 0 };
        let slots = last.since(first) / self.timeframe.duration_ms() + 1;
        u32::try_from(slots.saturating_sub(i64::from(self.state.count()))).unwrap_or(u32::MAX)
    }
}

/// The state of an asset with its surroundings, after the closed candles that it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct AssessmentState {
    parameters: Parameters,
    pub(crate) tracks: [Track; 4],
    pub(crate) rejected: u32,
    pub(crate) has_btc: bool,
    relative: RelativeState,
    relative_basket: Basket,
    correlation: CorrelationState,
    correlation_basket: Basket,
    pub(crate) members: Vec<MemberState>,
    regime: RegimeState,
}

impl AssessmentState {
    /// A fresh state for an asset beside an AI basket of `members`, all of which count.
    pub fn new(members: usize, parameters: &Parameters) -> Self {
        let track =
            |timeframe| Track { timeframe, state: TimeframeState::new(parameters), first: None, last_row: None };
        Self {
            parameters: *parameters,
            tracks: Timeframe::ALL.map(track),
            rejected: 0,
            has_btc: false,
            relative: RelativeState::new(),
            relative_basket: Basket::whole(members),
            correlation: CorrelationState::default(),
            correlation_basket: Basket::whole(members),
            members: vec![MemberState::new(); members],
            regime: RegimeState::default(),
        }
    }

    /// The state after everything that had closed at `inputs.at`. A member of the basket counts from then on if it has
    /// candles enough by then: 43 of 4h for relative strength, 31 of 1d for the correlation.
    pub fn over(inputs: &Inputs<'_>, parameters: &Parameters) -> Self {
        let at = inputs.at;
        let closed = |series, timeframe| of(series, timeframe).map(|series| series.closed(at)).unwrap_or_default();
        let mut state = Self::new(inputs.basket.len(), parameters);
        state.has_btc = !inputs.btc.is_empty();
        for (timeframe, weight) in Timeframe::ALL.into_iter().zip(parameters.timeframes) {
            if let Some(series) = of(inputs.candles, timeframe).filter(|_| weight > 0.0) {
                state.rejected = state.rejected.saturating_add(series.quality().rejected);
            }
            let own = closed(inputs.candles, timeframe);
            if !matters(timeframe) {
                own.iter().for_each(|candle| state.take(timeframe, &Row { asset: Some(*candle), ..Row::default() }));
                continue;
            }
            let members: Vec<&[Candle]> = inputs.basket.iter().map(|member| closed(member, timeframe)).collect();
            if timeframe == Timeframe::H4 {
                state.relative_basket = relative_basket(&members);
            } else {
                state.correlation_basket = correlation_basket(&members);
            }
            let all: Vec<&[Candle]> = [own, closed(inputs.btc, timeframe)].into_iter().chain(members).collect();
            merge(&all, |candles| state.take(timeframe, &Row::of(candles)));
        }
        state
    }

    /// Takes what closed at one open time of `timeframe`: the asset's candle, and on 4h and 1d Bitcoin's and the
    /// basket's beside it, since only what is there together can be compared. Candles that break the rules of method
    /// §1, don't open together or aren't later than the last ones are rejected and counted. Allocates nothing.
    pub fn push(&mut self, timeframe: Timeframe, row: &Row<'_>) {
        let Some(open_time) = row.open_time() else { return };
        let last = self.tracks.iter().find(|track| track.timeframe == timeframe).and_then(|track| track.last_row);
        let later = last.is_none_or(|last| last < open_time);
        let sound = |candle: &Candle| candle.open_time == open_time && candle.defect(timeframe).is_none();
        if later && row.asset.iter().chain(&row.btc).chain(row.basket.iter().flatten()).all(sound) {
            self.has_btc |= row.btc.is_some();
            self.take(timeframe, row);
        } else {
            self.rejected = self.rejected.saturating_add(1);
        }
    }

    fn take(&mut self, timeframe: Timeframe, row: &Row<'_>) {
        if let Some(track) = self.tracks.iter_mut().find(|track| track.timeframe == timeframe) {
            track.last_row = row.open_time();
            row.asset.iter().for_each(|candle| track.push(candle));
        }
        if timeframe == Timeframe::H4 {
            self.relative.push(row, &self.relative_basket);
        } else if timeframe == Timeframe::D1 {
            self.correlation.push(row, &self.correlation_basket);
            if let Some(btc) = &row.btc {
                self.regime.push(btc);
            }
            for (member, candle) in self.members.iter_mut().zip(row.basket) {
                candle.iter().for_each(|candle| member.push(candle));
            }
        }
    }

    /// The score at `at`, from the closed candles alone. Allocates nothing.
    pub fn score(&self, at: UnixMs, circumstances: &Circumstances) -> Score {
        self.score_of(self.tracks.map(|track| track.state.reading()), at, circumstances)
    }

    /// The score as if the asset's `running` candles (15m, 1h, 4h, 1d) closed as they stand now, the surroundings left
    /// as they were at the last close: a running candle is compared with nothing that isn't running too. This state
    /// doesn't change, and nothing is allocated.
    pub fn preview(&self, running: &[Option<Candle>; 4], at: UnixMs, circumstances: &Circumstances) -> Score {
        let mut readings = [None; 4];
        for ((reading, track), candle) in readings.iter_mut().zip(&self.tracks).zip(running) {
            *reading = candle.as_ref().map_or_else(|| track.state.reading(), |candle| track.state.preview(candle));
        }
        self.score_of(readings, at, circumstances)
    }

    fn score_of(&self, mut readings: [Option<Reading>; 4], at: UnixMs, circumstances: &Circumstances) -> Score {
        let parameters = &self.parameters;
        for (reading, weight) in readings.iter_mut().zip(parameters.timeframes) {
            *reading = reading.filter(|_| weight > 0.0);
        }
        let mtf = Mtf::of(&readings, parameters);
        let (relative_strength, ai_sentiment) = (self.relative.report(), Sentiment::of(&self.members));
        let regime = self.regime.report();
        let values = [
            relative_strength.map(|relative| relative.value),
            circumstances.catalysts,
            ai_sentiment.map(|sentiment| sentiment.value),
        ];
        let conviction = Conviction::of(mtf.as_ref(), values, regime.state == Regime::RiskOff, parameters);
        let coverage = coverage(mtf.as_ref(), values.map(|value| value.is_some()), parameters);
        let gates = gates(
            &Evidence {
                readings: &readings,
                coverage,
                stale: self.scored().any(|track| track.is_stale(at)),
                confirmed: self.confirmed(circumstances.second_close),
                btc_change: relative_strength.map(|relative| relative.btc_change),
                regime,
                depth: circumstances.depth,
                catalysts_known: circumstances.catalysts.is_some(),
                risk_flags: circumstances.risk_flags,
            },
            parameters,
        );
        let score = conviction.map(|conviction| conviction.score);
        Score {
            readings,
            mtf,
            relative_strength,
            ai_sentiment,
            regime,
            conviction,
            coverage,
            verdict: Verdict::of(score, coverage),
            setup: Setup::of(score, &gates, parameters),
            gates,
        }
    }

    /// Whether a second source's 1h close is at most 1 % from this one's (method §8).
    pub(crate) fn confirmed(&self, second_close: Option<f64>) -> Option<bool> {
        let hour = self.tracks.iter().find(|track| track.timeframe == Timeframe::H1)?;
        let (_, own) = hour.closed()?;
        Some((second_close? / own - 1.0).abs() <= 0.01)
    }

    /// The timeframes that have a weight.
    pub(crate) fn scored(&self) -> impl Iterator<Item = &Track> {
        self.tracks.iter().zip(self.parameters.timeframes).filter(|(_, weight)| *weight > 0.0).map(|(track, _)| track)
    }

    pub(crate) fn correlation(&self) -> CorrelationReport {
        self.correlation.report()
    }

    /// What the state was made with.
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }
}

/// Whether the surroundings are read on `timeframe`.
const fn matters(timeframe: Timeframe) -> bool {
    matches!(timeframe, Timeframe::H4 | Timeframe::D1)
}
