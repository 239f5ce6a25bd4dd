//! The reader for cards, as the module `catalysts.js`. A panel has its own, which reads what it shows too.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// [`tao_conviction_catalysts::read`] of what is scored.
#[wasm_bindgen]
pub fn read(before: JsValue, url: &str) -> Promise {
    tao_conviction_catalysts::read::<false>(before, url)
}

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

fn main() {}
