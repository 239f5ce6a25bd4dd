//! Arbitrary bytes as an exchange's answer: decoding never panics, and what a series then accepts is valid.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::de::DeserializeOwned;
use tao_conviction_core::wire::{binance, bybit, coinbase, hyperliquid, kraken, okx};
use tao_conviction_core::{Candle, CandleSeries, Error, Timeframe};

fn check<T: DeserializeOwned>(data: &[u8], candles: impl Fn(&T) -> Result<Vec<Candle>, Error>) {
    let Ok(answer) = serde_json::from_slice::<T>(data) else { return };
    match candles(&answer) {
        Ok(candles) => {
            let series = CandleSeries::from_arrivals(Timeframe::H1, candles);
            assert!(series.candles().iter().all(|candle| candle.defect(Timeframe::H1).is_none()));
            assert!(series.candles().is_sorted_by(|a, b| a.open_time < b.open_time));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fuzz_target!(|data: &[u8]| {
    check(data, binance::Klines::candles);
    check(data, |ohlc: &kraken::Ohlc| ohlc.candles("TAO"));
    check(data, |ohlc: &kraken::Ohlc| ohlc.candles(""));
    check(data, coinbase::Candles::candles);
    check(data, |snapshot: &hyperliquid::Snapshot| snapshot.candles("TAO", "1h"));
    check(data, |kline: &bybit::Kline| {
        let _ = kline.refusal();
        kline.candles("TAOUSDT")
    });
    check(data, |kline: &bybit::Kline| kline.candles(""));
    check(data, |candles: &okx::Candles| {
        let _ = candles.refusal();
        candles.candles()
    });
});
