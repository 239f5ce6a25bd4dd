//! The same set asked of everyone: RSI14, EMA20, EMA50, EMA200, ATR14 and ADX14 at each candle of a year of 15 minutes,
//! written to six columns. `main.rs` times it natively, `wasm.rs` hands it to JavaScript.

pub mod assessment;
pub mod contender;
pub mod market;
pub mod replay;
#[cfg(target_arch = "wasm32")]
mod wasm;
