//! One timeframe's reading: trend, alignment, RSI and momentum in one number from −1 to 1 (method §3).

use serde::Serialize;

use crate::indicator::{Crossover, IndicatorSet, LogChange};
use crate::normal::{clamp, ratio};
use crate::{Candle, Parameters, UnixMs};

/// The order of close and averages, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stack {
    /// close > EMA20 > EMA50 > EMA200.
    Bull,
    /// close < EMA20 < EMA50 < EMA200.
    Bear,
    /// Anything else.
    Mixed,
}

/// What one timeframe says, with everything it was computed from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Close of the last candle, in the quote currency.
    pub close: f64,
    /// EMA 20, 50 and 200 of the closes.
    pub emas: [f64; 3],
    /// RSI, 0 … 100.
    pub rsi_index: f64,
    /// ATR, in the quote currency.
    pub atr: f64,
    /// ADX, 0 … 100.
    pub adx: f64,
    /// σ of one candle's log return.
    pub volatility: f64,
    /// Trend term, −1 … 1.
    pub trend: f64,
    /// Alignment term, −1 … 1.
    pub alignment: f64,
    /// RSI term, −1 … 1.
    pub rsi: f64,
    /// Momentum term, −1 … 1.
    pub momentum: f64,
    /// `0.35·trend + 0.30·alignment + 0.20·rsi + 0.15·momentum`, −1 … 1.
    pub reading: f64,
    /// `clamp01((ADX − 15)/20)`, 0 … 1.
    pub strength: f64,
    /// The order of close and averages.
    pub stack: Stack,
}

/// What is known of a timeframe's indicators, warming up or not.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Indicators {
    pub(crate) emas: [Option<f64>; 3],
    pub(crate) rsi: Option<f64>,
    pub(crate) atr: Option<f64>,
    pub(crate) adx: Option<f64>,
    pub(crate) volatility: Option<f64>,
}

/// The streaming state of one timeframe: memory and work per candle don't depend on the history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeframeState {
    weights: [f64; 4],
    warm_up: u32,
    indicators: IndicatorSet,
    crossovers: Option<[Crossover; 3]>,
    change: LogChange,
    count: u32,
    last: Option<(UnixMs, f64)>,
}

/// The pairs of spans of the trend term.
const CROSSOVERS: [(u32, u32); 3] = [(8, 24), (16, 48), (32, 96)];

impl TimeframeState {
    /// A fresh state.
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            weights: parameters.terms,
            warm_up: parameters.warm_up,
            indicators: IndicatorSet::new(&parameters.periods),
            crossovers: None,
            change: LogChange::new(parameters.momentum_steps),
            count: 0,
            last: None,
        }
    }

    /// A state that has seen `candles`, in that order.
    pub fn over(candles: &[Candle], parameters: &Parameters) -> Self {
        let mut state = Self::new(parameters);
        candles.iter().for_each(|candle| state.push(candle));
        state
    }

    /// Takes the next closed candle. No allocation, no branch on the history's length after the warm-up.
    #[inline]
    pub fn push(&mut self, candle: &Candle) {
        let log_close = libm::log(candle.close);
        self.indicators.push(candle);
        self.change.push(log_close);
        match &mut self.crossovers {
            Some(crossovers) => crossovers.iter_mut().for_each(|pair| pair.push(log_close)),
            None => self.crossovers = Some(CROSSOVERS.map(|(short, long)| Crossover::new(short, long, log_close))),
        }
        self.count = self.count.saturating_add(1);
        self.last = Some((candle.open_time, candle.close));
    }

    /// The reading as if `running` closed as it stands now. This state does not change.
    pub fn preview(&self, running: &Candle) -> Option<Reading> {
        let mut copy = *self;
        copy.push(running);
        copy.reading()
    }

    /// How many candles were taken.
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// Open time and close of the last candle taken.
    pub const fn last(&self) -> Option<(UnixMs, f64)> {
        self.last
    }

    pub(crate) fn indicators(&self) -> Indicators {
        Indicators {
            emas: self.indicators.emas(),
            rsi: self.indicators.rsi(),
            atr: self.indicators.atr(),
            adx: self.indicators.adx(),
            volatility: self.change.volatility(),
        }
    }

    /// The three crossovers of the trend term with their spans.
    pub(crate) fn crossovers(&self) -> impl Iterator<Item = ((u32, u32), Crossover)> {
        CROSSOVERS.into_iter().zip(self.crossovers.into_iter().flatten())
    }

    /// The log change that the momentum term ranks.
    pub(crate) fn change(&self) -> Option<f64> {
        self.change.change()
    }

    /// The reading, or nothing while the timeframe is warming up.
    pub fn reading(&self) -> Option<Reading> {
        if self.count < self.warm_up {
            return None;
        }
        let (_, close) = self.last?;
        let [Some(fast), Some(middle), Some(slow)] = self.indicators.emas() else { return None };
        let (rsi_index, atr, adx) = (self.indicators.rsi()?, self.indicators.atr()?, self.indicators.adx()?);
        let (volatility, momentum) = (self.change.volatility()?, self.change.rank()?);
        let [a, b, c] = self.crossovers?.map(|pair| pair.rank(volatility));
        let trend = (a + b + c) / 3.0;
        let alignment = (clamp(ratio(close - fast, atr))
            + clamp(ratio(fast - middle, atr))
            + clamp(ratio(middle - slow, 2.0 * atr)))
            / 3.0;
        let rsi = clamp((rsi_index - 50.0) / 25.0);
        let [by_trend, by_alignment, by_rsi, by_momentum] = self.weights;
        let reading = by_trend * trend + by_alignment * alignment + by_rsi * rsi + by_momentum * momentum;
        let strength = clamp((adx - 15.0) / 20.0);
        let stack = if close > fast && fast > middle && middle > slow {
            Stack::Bull
        } else if close < fast && fast < middle && middle < slow {
            Stack::Bear
        } else {
            Stack::Mixed
        };
        Some(Reading {
            close,
            emas: [fast, middle, slow],
            rsi_index,
            atr,
            adx,
            volatility,
            trend,
            alignment,
            rsi,
            momentum,
            reading,
            strength: if strength > 0.0 { strength } else { 0.0 },
            stack,
        })
    }
}
