//! The candles, in the shape that each contender takes them; converting them is not timed.

use tao_conviction_core::candle::parse_csv;
use tao_conviction_core::{Candle, Timeframe, UnixMs};

/// One series in every shape.
#[derive(Default)]
pub struct Market {
    pub candles: Vec<Candle>,
    pub high: Vec<f64>,
    pub low: Vec<f64>,
    pub close: Vec<f64>,
    pub wickra: Vec<wickra_core::Candle>,
    pub yata: Vec<yata::core::Candle>,
    pub ta: Vec<ta::DataItem>,
}

impl Market {
    pub fn new(candles: Vec<Candle>) -> Self {
        let column = |f: fn(&Candle) -> f64| candles.iter().map(f).collect();
        let wickra = candles.iter().map(|c| {
            let time = c.open_time.0;
            wickra_core::Candle::new(c.open, c.high, c.low, c.close, c.volume, time).expect("a valid candle")
        });
        let yata = candles.iter().map(|c| yata::core::Candle {
            open: c.open,
            high: c.high,
            low: c.low,
            close: c.close,
            volume: c.volume,
        });
        let ta = candles.iter().map(|c| {
            let item = ta::DataItem::builder().open(c.open).high(c.high).low(c.low).close(c.close);
            item.volume(c.volume).build().expect("a valid candle")
        });
        Self {
            high: column(|c| c.high),
            low: column(|c| c.low),
            close: column(|c| c.close),
            wickra: wickra.collect(),
            yata: yata.collect(),
            ta: ta.collect(),
            candles,
        }
    }

    /// The candles of a CSV file, or a simulated year of 15-minute candles when no file is given.
    pub fn read(path: Option<&str>) -> Result<Self, String> {
        let Some(path) = path else { return Ok(Self::new(simulated(35_040))) };
        let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        Ok(Self::new(parse_csv(&text).map_err(|error| format!("{path}: {error}"))?))
    }
}

/// A seeded random walk of 15-minute candles.
pub fn simulated(count: i64) -> Vec<Candle> {
    let mut state = 2026_u64;
    let mut unit = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / 16_777_216.0
    };
    let mut close = 400.0;
    (0..count)
        .map(|slot| {
            let open: f64 = close;
            close = open * (1.0 + 0.01 * (unit() - 0.5));
            let high = open.max(close) * (1.0 + 0.002 * unit());
            let low = open.min(close) * (1.0 - 0.002 * unit());
            let open_time = UnixMs(slot * Timeframe::M15.duration_ms());
            Candle { open_time, open, high, low, close, volume: 1.0 }
        })
        .collect()
}
