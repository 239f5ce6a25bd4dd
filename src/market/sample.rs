//! Simulated candles that ship beside the widget, moved in time so that they end around now.

use tao_conviction_core::wire::Json;
use tao_conviction_core::{Candle, Error, Timeframe, UnixMs};
use tao_conviction_web::json;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::http::Answer;
use super::{Failure, Request};

#[wasm_bindgen]
extern "C" {
    /// Where this module was loaded from: the sample lies beside it, whatever page embeds it.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static MODULE_URL: String;
}

pub(super) fn url(request: &Request<'_>) -> String {
    beside_module(&format!("sample/{}.json", request.asset.symbol()))
}

pub(super) fn decode(answer: &Answer, request: &Request<'_>) -> Result<Vec<Candle>, Failure> {
    if answer.status == 404 {
        return Err(Failure::Unlisted(request.asset.symbol()));
    }
    answer.check_status()?;
    // Read by hand down to the rows, since each file holds those of four timeframes.
    let file = answer.parse()?;
    let get = |value: &JsValue, name: &str| js_sys::Reflect::get(value, &name.into()).unwrap_or_default();
    let end = get(&file, "end").as_f64().unwrap_or_default();
    let rows = get(&get(&get(&file, "timeframes"), request.timeframe.name()), "rows");
    let rows = json(&rows, Json::MAX_DEPTH);
    #[expect(clippy::cast_possible_truncation, reason = "a date in whole milliseconds")]
    Ok(placed(&rows, UnixMs(end as i64), request.timeframe, request.now)?)
}

/// The URL of a file that was deployed beside this module.
pub(crate) fn beside_module(path: &str) -> String {
    MODULE_URL.with(|url| {
        let folder = url.rfind('/').and_then(|end| url.get(..=end)).unwrap_or_default();
        format!("{folder}{path}")
    })
}

/// Rows of open, high, low, close and volume as if they ended at the next midnight instead of at the midnight `end`:
/// moved by whole days, so that buckets stay aligned, newest first, and nothing that closes after `now`. The running
/// candle is left out: a part of it would have to be invented.
fn placed(rows: &Json, end: UnixMs, timeframe: Timeframe, now: UnixMs) -> Result<Vec<Candle>, Error> {
    let day = Timeframe::D1.duration_ms();
    let shift = Timeframe::D1.bucket(now).plus(day).since(end);
    let length = timeframe.duration_ms();
    let mut open_time = end.plus(shift);
    let mut candles = Vec::new();
    for row in rows.list()?.iter().rev() {
        let [open, high, low, close, volume] = row.numbers()?;
        open_time = open_time.plus(-length);
        if open_time.plus(length) <= now {
            candles.push(Candle { open_time, open, high, low, close, volume });
        }
    }
    Ok(candles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_sample_ends_around_now_and_is_long_enough() {
        let file: serde_json::Value = serde_json::from_str(include_str!("../../sample/TAO.json")).unwrap();
        let end = UnixMs(file["end"].as_i64().unwrap());
        // Noon, a minute before and a minute after midnight.
        for now in [1_800_014_400_000, 1_800_057_540_000, 1_800_057_660_000].map(UnixMs) {
            for timeframe in Timeframe::ALL {
                let rows: Json = serde_json::from_value(file["timeframes"][timeframe.name()]["rows"].clone()).unwrap();
                let candles = placed(&rows, end, timeframe, now).unwrap();
                let last = candles.first().unwrap().open_time.plus(timeframe.duration_ms());
                assert!(last <= now && last.plus(timeframe.duration_ms()) > now, "{timeframe} {last:?} {now:?}");
                assert!(candles.len() > 461, "{timeframe}: {}", candles.len());
                let series = tao_conviction_core::CandleSeries::from_arrivals(timeframe, candles);
                assert_eq!((series.quality().rejected, series.gaps(now)), (0, 0));
            }
        }
    }
}
