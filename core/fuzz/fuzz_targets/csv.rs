//! Arbitrary text as a CSV file: what is read can be written and read again unchanged, and what can't be read is named
//! by a line and a column that the file has.
#![no_main]

use std::fmt::Write as _;

use libfuzzer_sys::fuzz_target;
use tao_conviction_core::candle::parse_csv;
use tao_conviction_core::{Candle, Error};

const HEADER: &str = "ts_ms,open,high,low,close,volume\n";

fn bits(candle: &Candle) -> [u64; 5] {
    // NaN has many bit patterns, and is rejected by the series later.
    let number = |x: f64| if x.is_nan() { u64::MAX } else { x.to_bits() };
    [candle.open, candle.high, candle.low, candle.close, candle.volume].map(number)
}

fn check(text: &str) {
    match parse_csv(text) {
        Ok(candles) => {
            let mut written = HEADER.to_owned();
            for Candle { open_time, open, high, low, close, volume } in &candles {
                writeln!(written, "{},{open},{high},{low},{close},{volume}", open_time.0).expect("a String");
            }
            let again = parse_csv(&written).expect("what was written");
            assert_eq!(again.len(), candles.len());
            for (a, b) in candles.iter().zip(&again) {
                assert_eq!((a.open_time, bits(a)), (b.open_time, bits(b)));
            }
        }
        Err(Error::Csv { line, column, what }) => {
            assert!(line >= 1 && line <= text.lines().count().max(1), "line {line}");
            assert!((1..=7).contains(&column) && !what.is_empty(), "column {column}: {what}");
        }
        Err(other) => panic!("not an error of a file: {other}"),
    }
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    check(&text);
    // With the header in place every input gets as far as the candles.
    check(&format!("{HEADER}{text}"));
});
