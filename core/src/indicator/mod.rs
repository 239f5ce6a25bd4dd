//! Indicators as streaming states: one candle in, O(1) work, no allocation (method §2, TA-Lib definitions).
//!
//! Every state is `Copy`: a preview with the running candle is a push into a copy, and leaves no trace.
//! The inner loop is written for wasm: scalar `a * b + c` (wasm has no fused multiply-add: `mul_add` would call a
//! software routine), comparisons instead of `f64::max` and `f64::abs` where those would become calls, and constant
//! reciprocals instead of divisions.

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
