//! Arbitrary bytes as an exchange's order book or ticker: decoding never panics, and a depth or a change that comes out
//! is a number within its bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::de::DeserializeOwned;
use tao_conviction_core::Error;
use tao_conviction_core::wire::{BAND, Book, Day, binance, bybit, coinbase, hyperliquid, kraken, okx};

fn book<T: DeserializeOwned>(data: &[u8], book: impl Fn(&T) -> Result<Book, Error>) {
    let Ok(answer) = serde_json::from_slice::<T>(data) else { return };
    match book(&answer).and_then(|book| book.depth(BAND)) {
        Ok(depth) => {
            assert!(depth.mid > 0.0 && depth.mid.is_finite());
            assert!(depth.value >= 0.0 && depth.value.is_finite());
            assert_eq!(depth.reaches(depth.value), Some(true));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn day<T: DeserializeOwned>(data: &[u8], day: impl Fn(&T) -> Result<Day, Error>) {
    let Ok(answer) = serde_json::from_slice::<T>(data) else { return };
    match day(&answer) {
        Ok(day) => {
            assert!(day.last > 0.0 && day.last.is_finite());
            assert!(day.change >= -1.0 && day.change.is_finite());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fuzz_target!(|data: &[u8]| {
    book(data, binance::Depth::book);
    book(data, |depth: &kraken::Depth| depth.book(""));
    book(data, |answer: &hyperliquid::L2Book| answer.book("TAO"));
    book(data, bybit::Orderbook::book);
    book(data, okx::Books::book);
    day(data, binance::Ticker::day);
    day(data, coinbase::Stats::day);
    day(data, |answer: &hyperliquid::MetaAndContexts| answer.day("TAO"));
    day(data, |answer: &bybit::Tickers| answer.day("TAOUSDT"));
    day(data, |answer: &okx::Tickers| answer.day("TAO-USDT"));
});
