//! Candles for the tests: real ones from the folder beside the project, where it is there, and synthetic ones.
#![allow(dead_code, reason = "each test file uses a part")]

pub(crate) mod bounds;
pub(crate) mod synthetic;

use std::path::PathBuf;

use tao_conviction_core::candle::parse_csv;
use tao_conviction_core::{CandleSeries, Timeframe};

/// The folder of real candles and vectors, or nothing (and a line that says so) where it is absent.
pub(crate) fn shared_data() -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data"));
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("not run: ../shared/data is not beside the project; the project's own fixtures are tested elsewhere");
    None
}

/// The one candle file whose name starts with `prefix`.
pub(crate) fn series(prefix: &str, timeframe: Timeframe) -> Option<CandleSeries> {
    let folder = shared_data()?.join("candles");
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix)))
        .collect();
    names.sort();
    let path = names.pop().expect("a file with that prefix");
    let text = std::fs::read_to_string(path).expect("a readable file");
    Some(CandleSeries::from_arrivals(timeframe, parse_csv(&text).expect("valid CSV")))
}
