//! Simulated candles that ship beside the widget, moved in time so that they end around now.

use serde::Deserialize;
use tao_conviction_core::{Candle, Timeframe, UnixMs};
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Failure, Request, http};

#[wasm_bindgen]
extern "C" {
    /// Where this module was loaded from: the sample lies beside it, whatever page embeds it.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static MODULE_URL: String;
}

/// A file of `sample/`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Sample {
    /// The midnight at which it ends.
    end: i64,
    timeframes: Timeframes,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Timeframes {
    #[serde(rename = "15m")]
    m15: Rows,
    #[serde(rename = "1h")]
    h1: Rows,
    #[serde(rename = "4h")]
    h4: Rows,
    #[serde(rename = "1d")]
    d1: Rows,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Rows {
    start: i64,
    rows: Vec<[f64; 5]>,
}

pub(super) async fn candles(request: &Request<'_>) -> Result<Vec<Candle>, Failure> {
    let url = beside_module(&format!("sample/{}.json", request.asset.symbol()));
    let answer = http::get(&url).await?;
    if answer.status == 404 {
        return Err(Failure::Unlisted(request.asset.symbol()));
    }
    answer.check_status()?;
    Ok(answer.decode::<Sample>()?.at(request.timeframe, request.now))
}

/// The URL of a file that was deployed beside this module.
pub(crate) fn beside_module(path: &str) -> String {
    MODULE_URL.with(|url| {
        let folder = url.rfind('/').and_then(|end| url.get(..=end)).unwrap_or_default();
        format!("{folder}{path}")
    })
}

impl Sample {
    /// The candles of `timeframe` as if the sample ended at the next midnight: moved by whole days, so that buckets
    /// stay aligned, and cut off after `now`. The running candle is left out: a part of it would have to be invented.
    fn at(&self, timeframe: Timeframe, now: UnixMs) -> Vec<Candle> {
        let day = Timeframe::D1.duration_ms();
        let shift = Timeframe::D1.bucket(now).plus(day).0.saturating_sub(self.end);
        let Rows { start, rows } = match timeframe {
            Timeframe::M15 => &self.timeframes.m15,
            Timeframe::H1 => &self.timeframes.h1,
            Timeframe::H4 => &self.timeframes.h4,
            Timeframe::D1 => &self.timeframes.d1,
        };
        let length = timeframe.duration_ms();
        let mut open_time = UnixMs(start.saturating_add(shift));
        let mut candles = Vec::new();
        for [open, high, low, close, volume] in rows.iter().copied() {
            let next = open_time.plus(length);
            if next > now {
                break;
            }
            candles.push(Candle { open_time, open, high, low, close, volume });
            open_time = next;
        }
        candles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_sample_ends_around_now_and_is_long_enough() {
        let text = include_str!("../../sample/TAO.json");
        let sample: Sample = serde_json::from_str(text).unwrap();
        // Noon, a minute before and a minute after midnight.
        for now in [1_800_014_400_000, 1_800_057_540_000, 1_800_057_660_000].map(UnixMs) {
            for timeframe in Timeframe::ALL {
                let candles = sample.at(timeframe, now);
                let last = candles.last().unwrap().open_time.plus(timeframe.duration_ms());
                assert!(last <= now && last.plus(timeframe.duration_ms()) > now, "{timeframe} {last:?} {now:?}");
                assert!(candles.len() > 461, "{timeframe}: {}", candles.len());
                let series = tao_conviction_core::CandleSeries::from_arrivals(timeframe, candles);
                assert_eq!((series.quality().rejected, series.gaps(now)), (0, 0));
            }
        }
    }
}
