//! What exchanges send, and how it becomes candles.
//!
//! The structs are fed by `serde-wasm-bindgen` in the browser and by `serde_json` in native tests and fuzzers, so one
//! decoder is tested in both places. A decoder checks the shape; whether a candle is valid is decided by
//! [`CandleSeries`](crate::CandleSeries).

pub mod binance;
pub mod kraken;
mod row;

pub use row::{Number, Row};
