//! Arbitrary bytes as an exchange's order book or ticker: decoding never panics, and a depth or a change that comes out
//! is a number within its bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tao_conviction_core::Error;
use tao_conviction_core::wire::{BAND, Book, Day, Json, binance, bybit, coinbase, hyperliquid, kraken, okx};

fn book(book: Result<Book, Error>) {
    match book.and_then(|book| book.depth(BAND)) {
        Ok(depth) => {
            assert!(depth.mid > 0.0 && depth.mid.is_finite());
            assert!(depth.value >= 0.0 && depth.value.is_finite());
            assert_eq!(depth.reaches(depth.value), Some(true));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn day(day: Result<Day, Error>) {
    match day {
        Ok(day) => {
            assert!(day.last > 0.0 && day.last.is_finite());
            assert!(day.change >= -1.0 && day.change.is_finite());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(answer) = serde_json::from_slice::<Json>(data) else { return };
    book(binance::book(&answer));
    book(kraken::book(&answer, ""));
    book(coinbase::book(&answer));
    book(hyperliquid::book(&answer, "TAO"));
    book(bybit::book(&answer, "TAOUSDT"));
    book(okx::book(&answer));
    day(binance::day(&answer));
    day(coinbase::day(&answer));
    day(hyperliquid::day(&answer, "TAO"));
    day(bybit::day(&answer, "TAOUSDT"));
    day(okx::day(&answer, "TAO-USDT"));
});
