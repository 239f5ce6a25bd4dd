//! The venues as the decoders' tests know them: how each writes candles, and which decoder reads them.
#![allow(dead_code, reason = "each test file uses a part")]

use serde_json::{Value, json};
use tao_conviction_core::wire::{Json, binance, bybit, coinbase, hyperliquid, kraken, okx};
use tao_conviction_core::{Candle, Error};

pub(crate) const HOUR: i64 = 3_600_000;

/// A venue's way to write candles, and ours to read them.
pub(crate) struct Venue {
    pub(crate) name: &'static str,
    pub(crate) encode: fn(&[Candle]) -> Value,
    pub(crate) decode: fn(&Value) -> Result<Vec<Candle>, String>,
    /// Where the rows stand in an answer.
    pub(crate) rows: &'static str,
    /// Where open time, open, high, low, close and volume stand in a row, or their names.
    pub(crate) cells: [&'static str; 6],
}

fn said<T>(result: Result<T, Error>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

/// Through text, as it comes over the wire.
pub(crate) fn read(value: &Value) -> Json {
    serde_json::from_str(&value.to_string()).unwrap()
}

/// Prices as text with eight places.
pub(crate) fn text(number: f64) -> String {
    format!("{number:.8}")
}

fn map(candles: &[Candle], row: impl Fn(&Candle) -> Value) -> Value {
    candles.iter().map(row).collect()
}

pub(crate) const VENUES: [Venue; 6] = [
    Venue {
        name: "binance",
        encode: |candles| {
            map(candles, |c| {
                let time = c.open_time.0;
                json!([
                    time,
                    text(c.open),
                    text(c.high),
                    text(c.low),
                    text(c.close),
                    text(c.volume),
                    time + HOUR - 1,
                    "1.0",
                    9,
                    "1.0",
                    "1.0",
                    "0"
                ])
            })
        },
        decode: |value| said(binance::candles(&read(value))),
        rows: "",
        cells: ["0", "1", "2", "3", "4", "5"],
    },
    Venue {
        name: "kraken",
        encode: |candles| {
            let rows = map(candles, |c| {
                let time = c.open_time.0 / 1000;
                json!([time, text(c.open), text(c.high), text(c.low), text(c.close), "7.0", text(c.volume), 9])
            });
            json!({"error": [], "result": {"TAOUSD": rows, "last": 1}})
        },
        decode: |value| said(kraken::candles(&read(value), "TAO")),
        rows: "/result/TAOUSD",
        cells: ["0", "1", "2", "3", "4", "6"],
    },
    Venue {
        name: "coinbase",
        encode: |candles| map(candles, |c| json!([c.open_time.0 / 1000, c.low, c.high, c.open, c.close, c.volume])),
        decode: |value| said(coinbase::candles(&read(value))),
        rows: "",
        cells: ["0", "3", "2", "1", "4", "5"],
    },
    Venue {
        name: "hyperliquid",
        encode: |candles| {
            map(candles, |c| {
                let time = c.open_time.0;
                json!({"T": time + HOUR - 1, "c": text(c.close), "h": text(c.high), "i": "1h", "l": text(c.low), "n": 9,
                    "o": text(c.open), "s": "TAO", "t": time, "v": text(c.volume)})
            })
        },
        decode: |value| said(hyperliquid::candles(&read(value), "TAO", "1h")),
        rows: "",
        cells: ["t", "o", "h", "l", "c", "v"],
    },
    Venue {
        name: "bybit",
        encode: |candles| {
            let rows = map(candles, |c| {
                let time = c.open_time.0.to_string();
                json!([time, text(c.open), text(c.high), text(c.low), text(c.close), text(c.volume), "1.0"])
            });
            let result = json!({"symbol": "TAOUSDT", "category": "spot", "list": rows});
            json!({"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": 1})
        },
        decode: |value| said(bybit::candles(&read(value), "TAOUSDT")),
        rows: "/result/list",
        cells: ["0", "1", "2", "3", "4", "5"],
    },
    Venue {
        name: "okx",
        encode: |candles| {
            let rows = map(candles, |c| {
                let time = c.open_time.0.to_string();
                json!([time, text(c.open), text(c.high), text(c.low), text(c.close), text(c.volume), "1.0", "1.0", "1"])
            });
            json!({"code": "0", "msg": "", "data": rows})
        },
        decode: |value| said(okx::candles(&read(value))),
        rows: "/data",
        cells: ["0", "1", "2", "3", "4", "5"],
    },
];
