//! AI sentiment: how the tokens of the AI basket trade (method §5).

use serde::Serialize;

use crate::Candle;
use crate::indicator::{Ema, LogChange};

/// Members below which the basket says nothing.
pub const MIN_MEMBERS: u32 = 3;

/// Look-back of the drive, in days.
const STEPS: u32 = 7;

/// The basket's breadth and drive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sentiment {
    /// The family's value, −1 … 1: `0.5·(2·breadth − 1) + 0.5·drive`.
    pub value: f64,
    /// Share of the members whose daily close is above their EMA50, 0 … 1.
    pub breadth: f64,
    /// Mean of `rank(ln(close/close₋₇)/(σ·√7))` over the members, −1 … 1.
    pub drive: f64,
    /// Members with enough history to count.
    pub members: u32,
}

/// What one member of the basket says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberReport {
    /// Its last daily close.
    pub close: f64,
    /// EMA50 of its daily closes.
    pub ema50: f64,
    /// `ln(close/close₋₇)`.
    pub change: f64,
    /// σ of one day's log return.
    pub volatility: f64,
    /// `rank(change/(σ·√7))`.
    pub rank: f64,
}

/// One member's streaming state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MemberState {
    ema: Ema,
    change: LogChange,
    close: Option<f64>,
}

impl MemberState {
    pub(crate) fn new() -> Self {
        Self { ema: Ema::new(50), change: LogChange::new(STEPS), close: None }
    }

    /// Takes the member's next closed daily candle.
    pub(crate) fn push(&mut self, candle: &Candle) {
        self.ema.push(candle.close);
        self.change.push(libm::log(candle.close));
        self.close = Some(candle.close);
    }

    /// What it says, from its 50th candle on.
    pub(crate) fn report(&self) -> Option<MemberReport> {
        Some(MemberReport {
            close: self.close?,
            ema50: self.ema.value()?,
            change: self.change.change()?,
            volatility: self.change.volatility()?,
            rank: self.change.rank()?,
        })
    }
}

impl Sentiment {
    /// What the members say together. Unknown below 3 of them.
    pub(crate) fn of(members: &[MemberState]) -> Option<Self> {
        let (mut count, mut above, mut drive) = (0_u32, 0_u32, 0.0);
        for member in members.iter().filter_map(MemberState::report) {
            count += 1;
            above += u32::from(member.close > member.ema50);
            drive += member.rank;
        }
        if count < MIN_MEMBERS {
            return None;
        }
        let (breadth, drive) = (f64::from(above) / f64::from(count), drive / f64::from(count));
        Some(Self { value: 0.5 * (2.0 * breadth - 1.0) + 0.5 * drive, breadth, drive, members: count })
    }
}

/// AI sentiment from the members' closed 1d candles; a member counts from 50 candles on. Unknown below 3 members.
pub fn ai_sentiment(basket: &[&[Candle]]) -> Option<Sentiment> {
    let over = |candles: &&[Candle]| {
        let mut state = MemberState::new();
        candles.iter().for_each(|candle| state.push(candle));
        state
    };
    Sentiment::of(&basket.iter().map(over).collect::<Vec<_>>())
}
