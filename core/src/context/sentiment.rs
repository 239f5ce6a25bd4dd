//! AI sentiment: how the tokens of the AI basket trade (method §5).

use crate::Candle;
use crate::indicator::{Ema, LogChange};

/// Members below which the basket says nothing.
pub const MIN_MEMBERS: usize = 3;

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

/// AI sentiment from the members' closed 1d candles; a member counts from 50 candles on. Unknown below 3 members.
pub fn ai_sentiment(basket: &[&[Candle]]) -> Option<Sentiment> {
    let (mut members, mut above, mut drive) = (0_u32, 0_u32, 0.0);
    for candles in basket {
        let (mut ema, mut change) = (Ema::new(50), LogChange::new(7));
        for candle in *candles {
            ema.push(candle.close);
            change.push(libm::log(candle.close));
        }
        if let (Some(last), Some(average), Some(rank)) = (candles.last(), ema.value(), change.rank()) {
            members += 1;
            above += u32::from(last.close > average);
            drive += rank;
        }
    }
    if usize::try_from(members).unwrap_or(0) < MIN_MEMBERS {
        return None;
    }
    let (breadth, drive) = (f64::from(above) / f64::from(members), drive / f64::from(members));
    Some(Sentiment { value: 0.5 * (2.0 * breadth - 1.0) + 0.5 * drive, breadth, drive, members })
}
