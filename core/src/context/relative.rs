//! Relative strength against Bitcoin and the AI basket (method §5).

use serde::Serialize;

use super::merge::{Basket, Row, merge};
use crate::Candle;
use crate::indicator::LogChange;

/// Seven days of 4h candles.
pub(crate) const STEPS: u32 = 42;

/// How the asset fared against its surroundings over the last 7 days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RelativeStrength {
    /// The family's value, −1 … 1: the mean of the ranks that are known.
    pub value: f64,
    /// Log change of asset/BTC over 42 × 4h.
    pub btc_change: f64,
    /// σ of one 4h log return of asset/BTC.
    pub btc_volatility: f64,
    /// `rank(change/(σ·√42))`.
    pub btc_rank: f64,
    /// Log change against the basket, when the basket is known.
    pub basket_change: Option<f64>,
    /// σ of one 4h log return against it.
    pub basket_volatility: Option<f64>,
    /// `rank(change/(σ·√42))` of that change.
    pub basket_rank: Option<f64>,
}

/// The streaming state of both ratios.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RelativeState {
    btc: LogChange,
    basket: LogChange,
}

impl RelativeState {
    pub(crate) fn new() -> Self {
        Self { btc: LogChange::new(STEPS), basket: LogChange::new(STEPS) }
    }

    /// Takes what closed at one open time on 4h; only what is there on both sides of a ratio moves it.
    pub(crate) fn push(&mut self, row: &Row<'_>, basket: &Basket) {
        let Some(asset) = row.asset else { return };
        let own = libm::log(asset.close);
        if let Some(btc) = row.btc {
            self.btc.push(own - libm::log(btc.close));
        }
        if let Some(basket) = basket.log_price(row.basket) {
            self.basket.push(own - basket);
        }
    }

    /// Unknown when fewer than 43 open times are shared with Bitcoin.
    pub(crate) fn report(&self) -> Option<RelativeStrength> {
        let ranked = |ratio: &LogChange| Some((ratio.change()?, ratio.volatility()?, ratio.rank()?));
        let (btc_change, btc_volatility, btc_rank) = ranked(&self.btc)?;
        let basket = ranked(&self.basket);
        Some(RelativeStrength {
            value: basket.map_or(btc_rank, |(.., rank)| 0.5 * (btc_rank + rank)),
            btc_change,
            btc_volatility,
            btc_rank,
            basket_change: basket.map(|(change, ..)| change),
            basket_volatility: basket.map(|(_, volatility, _)| volatility),
            basket_rank: basket.map(|(.., rank)| rank),
        })
    }
}

/// The members that have enough closed 4h candles to be compared with.
pub(crate) fn basket(members: &[&[Candle]]) -> Basket {
    Basket::of(members, usize::try_from(STEPS).unwrap_or(usize::MAX))
}

/// Relative strength from closed 4h candles. Unknown when fewer than 43 open times are shared with Bitcoin; the
/// basket joins in when at least 3 members have as many.
pub fn relative_strength(asset: &[Candle], btc: &[Candle], members: &[&[Candle]]) -> Option<RelativeStrength> {
    let (basket, mut state) = (basket(members), RelativeState::new());
    let all: Vec<&[Candle]> = [asset, btc].into_iter().chain(members.iter().copied()).collect();
    merge(&all, |candles| state.push(&Row::of(candles), &basket));
    state.report()
}
