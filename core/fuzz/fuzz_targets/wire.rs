//! Arbitrary bytes as an exchange's answer: decoding never panics, and what a series then accepts is valid.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tao_conviction_core::wire::{Json, binance, bybit, coinbase, hyperliquid, kraken, okx};
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
    let Ok(answer) = serde_json::from_slice::<Json>(data) else { return };
    check(binance::candles(&answer));
    check(kraken::candles(&answer, "TAO"));
    check(kraken::candles(&answer, ""));
    check(coinbase::candles(&answer));
    check(hyperliquid::candles(&answer, "TAO", "1h"));
    check(bybit::candles(&answer, "TAOUSDT"));
    check(bybit::candles(&answer, ""));
    check(okx::candles(&answer));
    for refusal in [binance::refusal, kraken::refusal, coinbase::refusal, bybit::refusal, okx::refusal] {
        let _ = refusal(&answer);
    }
});
