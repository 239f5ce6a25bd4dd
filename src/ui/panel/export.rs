//! The record as a file: JSON with all figures, CSV with every decision. Made in the browser, sent nowhere.

use js_sys::{Array, JSON};
use serde::Serialize;
use tao_conviction_core::UnixMs;
use tao_conviction_core::record::Record;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use crate::engine::Past;
use crate::market::End;
use crate::texts::{English, Said, Speaks, say};

#[wasm_bindgen]
extern "C" {
    type Blob;
    #[wasm_bindgen(constructor)]
    fn new(parts: &Array) -> Blob;

    #[wasm_bindgen(catch, js_namespace = URL, js_name = createObjectURL)]
    fn create_url(blob: &Blob) -> Result<String, JsValue>;
    #[wasm_bindgen(js_namespace = URL, js_name = revokeObjectURL)]
    fn revoke_url(url: &str);
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Export<'a> {
    schema: u8,
    symbol: &'static str,
    source: &'static str,
    quote: &'static str,
    since: UnixMs,
    until: UnixMs,
    candles: Vec<Extent>,
    record: &'a Option<Record>,
}

#[derive(Serialize)]
struct Extent {
    symbol: &'static str,
    timeframe: &'static str,
    from: Option<UnixMs>,
    to: Option<UnixMs>,
    count: u32,
    used: bool,
    end: String,
}

/// Why a series begins where it does.
pub(super) fn why(end: &End, name: &str, locale: &impl Speaks) -> Said {
    match end {
        End::Reached => Said::default(),
        End::Begins => say!(locale, "{0} has none older", name),
        End::Failed(failure) => say!(locale, "{0} {1}", name, failure.said(locale.texts())),
        End::Stopped => say!(locale, "stopped"),
    }
}

/// Saves all figures as JSON.
pub(super) fn json(past: &Past) {
    let candles = past.covered.iter().map(|covered| Extent {
        symbol: covered.asset.symbol(),
        timeframe: covered.timeframe.name(),
        from: covered.extent.map(|(from, ..)| from),
        to: covered.extent.map(|(_, to, _)| to),
        count: covered.extent.map_or(0, |(.., count)| count),
        used: covered.used,
        end: why(&covered.end, past.source.name(), &English).into_owned(),
    });
    let export = Export {
        schema: 1,
        symbol: past.asset.symbol(),
        source: past.source.id(),
        quote: past.source.quote(),
        since: past.since,
        until: past.until,
        candles: candles.collect(),
        record: &past.record,
    };
    let value = export.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or_default();
    let text = JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &2.into());
    save(&text.map(JsValue::from).unwrap_or_default(), &name(past, "json"));
}

/// Saves every decision as a row of numbers.
pub(super) fn csv(past: &Past) {
    let rows = Array::of1(&"ts_ms,conviction,coverage,setup".into());
    for decision in &past.decisions {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
        let numbers =
            [decision.at.0 as f64, decision.conviction, decision.coverage, f64::from(u8::from(decision.setup))];
        // Written by the browser, to the last digit that counts.
        rows.push(&numbers.into_iter().map(JsValue::from).collect::<Array>());
    }
    save(&rows.join("\n").into(), &name(past, "csv"));
}

fn name(past: &Past, ending: &str) -> String {
    ["tao-conviction-record-", past.asset.symbol(), "-", past.source.id(), ".", ending].concat()
}

/// Has the browser save a text as a file.
fn save(text: &JsValue, name: &str) {
    let Ok(url) = create_url(&Blob::new(&Array::of1(text))) else { return };
    let document = web_sys::window().and_then(|window| window.document());
    let link = document.and_then(|document| document.create_element("a").ok());
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        // A link takes any attribute.
        let _ = link.set_attribute("href", &url);
        let _ = link.set_attribute("download", name);
        link.click();
    }
    revoke_url(&url);
}
