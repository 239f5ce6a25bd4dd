//! The JavaScript API of TAO Conviction: the scoring core as an ES module of its own, for pages, workers and Node, without
//! the widget. Reading of arguments is here, everything else in `core/`. The reference is `docs/js-api.md`.
//!
//! Wrong arguments throw a `TypeError` that names path, value and what is expected; nothing that a script passes may end
//! the module.

mod argument;
mod candles;
mod request;

use core::cell::Cell;

use js_sys::TypeError;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use argument::{Result, Wrong};
use request::Request;

/// The signatures below and the shapes they speak of; wasm-bindgen writes them into `scoring.d.ts`.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../types.ts");

/// Scores an asset from its own candles: `score(candlesByTimeframe, options)`.
///
/// # Errors
/// A `TypeError` for the first argument that is wrong.
#[wasm_bindgen(skip_typescript)]
pub fn score(candles: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
    answer(|| Request::of_score(candles, options))
}

/// Assesses an asset from everything that is known: `assess(inputs, options)`.
///
/// # Errors
/// A `TypeError` for the first argument that is wrong.
#[wasm_bindgen(skip_typescript)]
pub fn assess(inputs: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
    answer(|| Request::of_assess(inputs, options))
}

/// The version of this build.
#[wasm_bindgen(skip_typescript)]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// How many calls may be under way in one another.
const DEEPEST: u32 = 8;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

fn answer(read: impl FnOnce() -> Result<Request>) -> Result<JsValue, JsValue> {
    let thrown = |Wrong(message)| JsValue::from(TypeError::new(&message));
    // An argument's getter may call us again, and again: that has to end before the stack does.
    let depth = DEPTH.get();
    if depth >= DEEPEST {
        return Err(thrown(Wrong("an argument calls this function while it is read: expected plain values".into())));
    }
    DEPTH.set(depth + 1);
    let request = read();
    DEPTH.set(depth);
    let assessment = request.map_err(thrown)?.assess();
    // Every time in it is one that JavaScript can hold, so this can't fail.
    assessment.serialize(&Serializer::json_compatible()).map_err(JsValue::from)
}
