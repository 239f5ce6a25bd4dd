//! Stands in for the crate `wasm-streams`, which Leptos brings for server functions. The real one exports classes to
//! JavaScript, and exports are never removed as dead code: every visitor would download 15 KB (5 KB compressed) of streams that
//! nothing uses. This project has no server functions, so nothing here can be reached.

use futures_util::stream::{Pending, Stream, pending};
use wasm_bindgen::JsValue;
use web_sys::ReadableStream as Raw;

/// A stream of the browser.
#[derive(Debug)]
pub struct ReadableStream(Raw);

impl ReadableStream {
    /// Takes a stream of the browser.
    pub fn from_raw(raw: Raw) -> Self {
        Self(raw)
    }

    /// Gives it back.
    pub fn into_raw(self) -> Raw {
        self.0
    }

    /// Would make a stream of the browser from one of Rust.
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        unreachable!("there are no server functions to stream to")
    }

    /// Would read it in Rust.
    pub fn into_stream(self) -> Pending<Result<JsValue, JsValue>> {
        pending()
    }
}
