//! Every indicator against vectors of TA-Lib C 0.8.1 on real candles: at most 1e-9 apart, and known from the same
//! candle on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use tao_conviction_core::indicator::{IndicatorSet, Periods};
use tao_conviction_core::{CandleSeries, Timeframe, UnixMs};

/// Columns of the vectors: row, ts_ms, close, rsi14, ema20, ema50, ema200, macd, signal, hist, atr14, adx14, …
const COLUMNS: [(&str, usize); 6] =
    [("rsi14", 3), ("ema20", 4), ("ema50", 5), ("ema200", 6), ("atr14", 10), ("adx14", 11)];

fn compare(vectors: &str, series: Option<CandleSeries>) {
    let (Some(folder), Some(series)) = (support::shared_data(), series) else { return };
    let text = std::fs::read_to_string(folder.join("vectors/talib").join(vectors)).expect("a vector file");
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let first: i64 = rows[0][1].parse().unwrap();
    let from =
        series.candles().iter().position(|candle| candle.open_time.0 == first).expect("the vectors' first candle");
    let mut set = IndicatorSet::new(&Periods::default());
    let mut compared = 0;
    for (row, candle) in rows.iter().zip(&series.candles()[from..]) {
        assert_eq!(row[1], candle.open_time.0.to_string(), "{vectors}: the same candle");
        set.push(candle);
        let [ema20, ema50, ema200] = set.emas();
        let ours = [set.rsi(), ema20, ema50, ema200, set.atr(), set.adx()];
        for ((name, column), value) in COLUMNS.into_iter().zip(ours) {
            let expected: Option<f64> = (!row[column].is_empty()).then(|| row[column].parse().unwrap());
            match (value, expected) {
                (Some(value), Some(expected)) => {
                    assert!((value - expected).abs() <= 1e-9, "{vectors} row {}: {name} {value} {expected}", row[0]);
                    compared += 1;
                }
                (value, expected) => assert_eq!(value, expected, "{vectors} row {}: {name}", row[0]),
            }
        }
    }
    assert!(compared > 1500, "{vectors}: {compared} values compared");
}

#[test]
fn fifteen_minutes() {
    let series = support::series("TAOUSDT_binance-usdm_15m_", Timeframe::M15);
    compare("talib081_TAOUSDT_usdm_15m_first1000.csv", series);
}

#[test]
fn one_hour() {
    compare("talib081_TAOUSDT_spot_1h_first1500.csv", support::series("TAOUSDT_binance-spot_1h_", Timeframe::H1));
}

#[test]
fn four_hours() {
    // The vectors begin before the exchange's own 4h file, so these candles are built from the 1h ones.
    let series = support::series("TAOUSDT_binance-spot_1h_", Timeframe::H1)
        .map(|hours| hours.resample(Timeframe::H4, UnixMs(i64::MAX)).expect("a longer timeframe").series);
    compare("talib081_TAOUSDT_spot_4h_first800.csv", series);
}

#[test]
fn one_day() {
    compare("talib081_TAOUSDT_spot_1d_first.csv", support::series("TAOUSDT_binance-spot_1d_", Timeframe::D1));
}
