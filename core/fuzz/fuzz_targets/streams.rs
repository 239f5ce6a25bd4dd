//! Arbitrary bytes as a message of a stream: decoding never panics, and a candle that comes out has a date as its open
//! time and is the asset's that was asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tao_conviction_core::wire::{Json, Stream};

fuzz_target!(|data: &[u8]| {
    let Ok(message) = serde_json::from_slice::<Json>(data) else { return };
    for stream in [Stream::Binance, Stream::Kraken, Stream::Hyperliquid, Stream::Bybit] {
        match stream.candle(&message, "TAO") {
            Ok(Some(candle)) => {
                assert!(candle.open_time.0.unsigned_abs() <= 8_640_000_000_000_000);
                // No message is about two assets.
                assert!(!matches!(stream.candle(&message, "BTC"), Ok(Some(_))));
            }
            Ok(None) => {}
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
