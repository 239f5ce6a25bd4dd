//! The set that a timeframe needs, in a single pass over its candles.

use serde::{Deserialize, Serialize};

use super::{Adx, Atr, Ema, Rsi};
use crate::Candle;

/// Periods of the set; the published method uses the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Periods {
    /// Fast, middle and slow EMA.
    pub ema: [u32; 3],
    /// RSI.
    pub rsi: u32,
    /// ATR.
    pub atr: u32,
    /// ADX.
    pub adx: u32,
}

impl Default for Periods {
    fn default() -> Self {
        Self { ema: [20, 50, 200], rsi: 14, atr: 14, adx: 14 }
    }
}

/// EMA 20, 50 and 200, RSI, ATR and ADX of one series of candles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndicatorSet {
    emas: [Ema; 3],
    rsi: Rsi,
    atr: Atr,
    adx: Adx,
    previous: Option<(f64, f64, f64)>,
}

impl IndicatorSet {
    /// A fresh set.
    pub fn new(periods: &Periods) -> Self {
        Self {
            emas: periods.ema.map(Ema::new),
            rsi: Rsi::new(periods.rsi),
            atr: Atr::new(periods.atr),
            adx: Adx::new(periods.adx),
            previous: None,
        }
    }

    /// Takes the next closed candle.
    #[inline]
    pub fn push(&mut self, candle: &Candle) {
        let (high, low, close) = (candle.high, candle.low, candle.close);
        for ema in &mut self.emas {
            ema.push(close);
        }
        if let Some((previous_high, previous_low, previous_close)) = self.previous {
            self.rsi.push(close - previous_close);
            // max(high − low, |high − close₋₁|, |low − close₋₁|) = max(high, close₋₁) − min(low, close₋₁)
            let top = if high > previous_close { high } else { previous_close };
            let bottom = if low < previous_close { low } else { previous_close };
            self.atr.push(top - bottom);
            self.adx.push(high - previous_high, previous_low - low);
        }
        self.previous = Some((high, low, close));
    }

    /// The three averages, fast to slow.
    #[inline]
    pub fn emas(&self) -> [Option<f64>; 3] {
        self.emas.map(|ema| ema.value())
    }

    /// The relative strength index.
    #[inline]
    pub fn rsi(&self) -> Option<f64> {
        self.rsi.value()
    }

    /// The average true range.
    #[inline]
    pub fn atr(&self) -> Option<f64> {
        self.atr.value()
    }

    /// The average directional movement index.
    #[inline]
    pub fn adx(&self) -> Option<f64> {
        self.adx.value()
    }
}
