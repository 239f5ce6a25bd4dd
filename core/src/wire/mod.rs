//! What exchanges send, and how it becomes candles, order books and the change of a day.
//!
//! An answer is a [`Json`], read from the browser's own `JSON.parse` there and by `serde_json` in native tests and fuzzers, so
//! one decoder is tested in both places. A decoder checks the shape; whether a candle is valid is decided by
//! [`CandleSeries`](crate::CandleSeries).

pub mod binance;
mod book;
pub mod bybit;
mod candles;
pub mod coinbase;
mod day;
pub mod hyperliquid;
mod json;
pub mod kraken;
mod number;
pub mod okx;
mod stream;

pub use book::{BAND, Book, Depth, Level};
pub use candles::Refusal;
pub use day::Day;
pub use json::Json;
pub use number::decimal;
pub use stream::Stream;
