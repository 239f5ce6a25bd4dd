//! What the widget's parts share of the browser: its clock, its JSON as the core reads it, its sockets.

use js_sys::{Array, Date, Object};
use tao_conviction_core::UnixMs;
use tao_conviction_core::wire::Json;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// A socket. The crate `web-sys` has it too, with its events as types of their own, which costs more.
    pub type WebSocket;
    /// Opens one; an error where the browser refuses at once.
    #[wasm_bindgen(catch, constructor)]
    pub fn new(url: &str) -> Result<WebSocket, JsValue>;
    /// An error before it is open.
    #[wasm_bindgen(catch, method)]
    pub fn send(this: &WebSocket, text: &str) -> Result<(), JsValue>;
    /// Of no effect on one that is closed.
    #[wasm_bindgen(method)]
    pub fn close(this: &WebSocket);
    /// Sets the listener, or takes it away with `null`.
    #[wasm_bindgen(method, setter, js_name = onopen)]
    pub fn on_open(this: &WebSocket, listener: &JsValue);
    /// Likewise.
    #[wasm_bindgen(method, setter, js_name = onmessage)]
    pub fn on_message(this: &WebSocket, listener: &JsValue);
    /// Likewise.
    #[wasm_bindgen(method, setter, js_name = onclose)]
    pub fn on_close(this: &WebSocket, listener: &JsValue);
    /// Likewise. What a page's policy stops isn't always told as a close.
    #[wasm_bindgen(method, setter, js_name = onerror)]
    pub fn on_error(this: &WebSocket, listener: &JsValue);
}

/// The visitor's clock.
pub fn now() -> UnixMs {
    #[expect(clippy::cast_possible_truncation, reason = "a date in whole milliseconds")]
    UnixMs(Date::now() as i64)
}

/// A parsed body, or a part of one, in which so many levels may follow. By serde it would take 4 KB more: its errors word
/// a value of any kind, a float too.
pub fn json(value: &JsValue, left: u8) -> Json {
    if let Some(number) = value.as_f64() {
        Json::Number(number)
    } else if let Some(text) = value.as_string() {
        Json::Text(text)
    } else if value.is_null() {
        Json::Null
    } else if left == 0 || !value.is_object() {
        Json::Other
    } else if Array::is_array(value) {
        Json::List(value.unchecked_ref::<Array>().iter().map(|item| json(&item, left - 1)).collect())
    } else {
        let entries = Object::entries(value.unchecked_ref());
        let field = |entry: JsValue| {
            let entry: Array = entry.unchecked_into();
            (entry.get(0).as_string().unwrap_or_default(), json(&entry.get(1), left - 1))
        };
        Json::Object(entries.iter().map(field).collect())
    }
}
