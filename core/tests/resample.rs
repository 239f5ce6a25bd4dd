//! The resampler against the exchange's own 4h and 1d candles: not one mismatch.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use tao_conviction_core::{CandleSeries, Timeframe, UnixMs};

fn assert_same(base: &CandleSeries, native: &CandleSeries, least: usize) {
    let built = base.resample(native.timeframe(), UnixMs(i64::MAX)).unwrap().series;
    let first = built.candles()[0].open_time.max(native.candles()[0].open_time);
    let own: Vec<_> = native.candles().iter().filter(|candle| candle.open_time >= first).collect();
    let ours: Vec<_> = built.candles().iter().filter(|candle| candle.open_time >= first).collect();
    assert_eq!(own.len(), ours.len(), "as many candles");
    assert!(own.len() >= least, "{} candles compared", own.len());
    for (native, built) in own.into_iter().zip(ours) {
        let prices = |candle: &tao_conviction_core::Candle| [candle.open, candle.high, candle.low, candle.close];
        assert_eq!((native.open_time, prices(native)), (built.open_time, prices(built)));
        // Volumes are sums of rounded volumes: equal to the exchange's last digit.
        assert!((native.volume - built.volume).abs() < 1e-6 * native.volume.max(1.0), "{native:?} {built:?}");
    }
}

#[test]
fn fifteen_minutes_make_the_exchanges_own_hours() {
    let Some(base) = support::series("TAOUSDT_binance-spot_15m_2024-12-31", Timeframe::M15) else { return };
    let native = support::series("TAOUSDT_binance-spot_1h_", Timeframe::H1).unwrap();
    assert_same(&base, &native, 6_000);
}

#[test]
fn hours_make_the_exchanges_own_four_hours() {
    let Some(base) = support::series("TAOUSDT_binance-spot_1h_", Timeframe::H1) else { return };
    let native = support::series("TAOUSDT_binance-spot_4h_", Timeframe::H4).unwrap();
    assert_same(&base, &native, 2_000);
}

#[test]
fn hours_make_the_exchanges_own_days() {
    let Some(base) = support::series("TAOUSDT_binance-spot_1h_", Timeframe::H1) else { return };
    let native = support::series("TAOUSDT_binance-spot_1d_", Timeframe::D1).unwrap();
    assert_same(&base, &native, 500);
}
