//! Indicators as streaming states: one candle in, O(1) work, no allocation (method §2, TA-Lib definitions).
//!
//! Every state is `Copy`: a preview with the running candle is a push into a copy, and leaves no trace.
//! The inner loop is written for wasm: scalar `a * b + c` (wasm has no fused multiply-add: `mul_add` would call a
//! software routine), constant reciprocals instead of divisions, no `f64::max` (a call there; `f64::abs` is one
//! instruction), and no `if` on which way the price went: up or down is a coin's toss that no processor can predict,
//! and costs 2 to 6 ns a candle in V8 (`docs/benchmarks.md`). Gains, losses and directional movements are taken apart
//! by |x| and by a factor of 0 or 1 instead, which is exact. Branches remain where they nearly always go one way.

mod adx;
mod atr;
mod ema;
mod ewma;
mod log_change;
mod rsi;
mod set;

pub use adx::Adx;
pub use atr::Atr;
pub use ema::Ema;
pub use ewma::{Crossover, Volatility};
pub use log_change::LogChange;
pub use rsi::Rsi;
pub use set::{IndicatorSet, Periods};
