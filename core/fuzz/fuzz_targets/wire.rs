//! Arbitrary bytes as an exchange's answer: decoding never panics, and what a series then accepts is valid.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tao_conviction_core::wire::{binance::Klines, kraken::Ohlc};
use tao_conviction_core::{Candle, CandleSeries, Error, Timeframe};

fn check(candles: Result<Vec<Candle>, Error>) {
    match candles {
        Ok(candles) => {
            let series = CandleSeries::from_arrivals(Timeframe::H1, candles);
            assert!(series.candles().iter().all(|candle| candle.defect(Timeframe::H1).is_none()));
            assert!(series.candles().is_sorted_by(|a, b| a.open_time < b.open_time));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fuzz_target!(|data: &[u8]| {
    if let Ok(klines) = serde_json::from_slice::<Klines>(data) {
        check(klines.candles());
    }
    if let Ok(ohlc) = serde_json::from_slice::<Ohlc>(data) {
        check(ohlc.candles("TAO"));
        check(ohlc.candles(""));
    }
});
