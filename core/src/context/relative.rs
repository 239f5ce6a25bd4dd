//! Relative strength against Bitcoin and the AI basket (method §5).

use super::join::{basket_log_price, join};
use super::sentiment::MIN_MEMBERS;
use crate::Candle;
use crate::indicator::LogChange;

/// Seven days of 4h candles.
const STEPS: u32 = 42;

/// How the asset fared against its surroundings over the last 7 days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RelativeStrength {
    /// The family's value, −1 … 1: the mean of the ranks that are known.
    pub value: f64,
    /// Log change of asset/BTC over 42 × 4h.
    pub btc_change: f64,
    /// `rank(z)` of that change.
    pub btc_rank: f64,
    /// Log change against the basket, when the basket is known.
    pub basket_change: Option<f64>,
    /// `rank(z)` of that change.
    pub basket_rank: Option<f64>,
}

/// Relative strength from closed 4h candles. Unknown when fewer than 43 open times are shared with Bitcoin; the
/// basket joins in when at least 3 members have as many.
pub fn relative_strength(asset: &[Candle], btc: &[Candle], basket: &[&[Candle]]) -> Option<RelativeStrength> {
    let mut against_btc = LogChange::new(STEPS);
    join(&[asset, btc], |_, closes| {
        if let [a, b] = closes {
            against_btc.push(libm::log(*a) - libm::log(*b));
        }
    });
    let (btc_change, btc_rank) = (against_btc.change()?, against_btc.rank()?);

    let enough = usize::try_from(STEPS).unwrap_or(usize::MAX);
    let members: Vec<&[Candle]> = basket.iter().copied().filter(|member| member.len() > enough).collect();
    let mut against_basket = LogChange::new(STEPS);
    if members.len() >= MIN_MEMBERS {
        let all: Vec<&[Candle]> = core::iter::once(asset).chain(members).collect();
        join(&all, |_, closes| {
            if let [a, members @ ..] = closes {
                against_basket.push(libm::log(*a) - basket_log_price(members));
            }
        });
    }
    let (basket_change, basket_rank) = (against_basket.change(), against_basket.rank());
    let basket_rank = basket_change.and(basket_rank);
    let value = basket_rank.map_or(btc_rank, |rank| 0.5 * (btc_rank + rank));
    Some(RelativeStrength { value, btc_change, btc_rank, basket_change, basket_rank })
}
