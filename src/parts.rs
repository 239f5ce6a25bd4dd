//! The files beside this one that the loader fetches when they are needed.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

thread_local! {
    /// The loader's function that resolves to a module, started.
    static FETCH: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Takes the loader's way to fetch a file.
pub(crate) fn fetch_by(fetch: Function) {
    FETCH.set(Some(fetch));
}

/// The module of this file, which lies beside the loader; `null` where nobody fetches.
pub(crate) fn fetch(file: &str) -> JsFuture {
    let fetch = FETCH.with_borrow(Clone::clone);
    resolved(fetch.and_then(|fetch| fetch.call1(&JsValue::UNDEFINED, &file.into()).ok()).unwrap_or(JsValue::NULL))
}

/// What a promise comes to.
pub(crate) fn resolved(promise: JsValue) -> JsFuture {
    Promise::resolve(&promise).into()
}
