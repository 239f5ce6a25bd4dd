//! What exchanges send, and how it becomes candles, order books and the change of a day.
//!
//! The structs are fed by `serde-wasm-bindgen` in the browser and by `serde_json` in native tests and fuzzers, so one
//! decoder is tested in both places. A decoder checks the shape; whether a candle is valid is decided by
//! [`CandleSeries`](crate::CandleSeries).

pub mod binance;
mod book;
pub mod bybit;
pub mod coinbase;
mod day;
pub mod hyperliquid;
pub mod kraken;
pub mod okx;
mod row;
mod rows;

pub use book::{BAND, Book, Depth, Level, Sides};
pub use day::Day;
pub use row::{Number, Row};
pub use rows::RowsOr;
