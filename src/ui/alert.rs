//! Tells the page by an event that a conviction was reached, and keeps a place for the bell by which readers ask to be
//! notified: `alert.js` hangs it there.

use js_sys::{Function, Reflect};
use tao_conviction_core::{Assessment, DataState, Setup};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::format::{Locale, Numbers};
use super::node::{Node, html};
use crate::parts;
use crate::texts::say;

/// Whether the level is reached; without one, whether there is a setup. Nothing is known of it where candles are old.
pub(super) fn reached(assessment: &Assessment, level: Option<f64>) -> Option<bool> {
    if matches!(assessment.data.state, DataState::Cached | DataState::Delayed | DataState::Unavailable) {
        return None;
    }
    let conviction = assessment.conviction?;
    Some(match level {
        None => assessment.setup == Setup::HighConviction,
        Some(level) if level >= 0.0 => conviction >= level,
        Some(level) => conviction <= level,
    })
}

/// Where the bell hangs, and what it says.
pub(super) fn place(level: f64, locale: &Locale) -> Node {
    let level = locale.signed(level, 0);
    html("span", &[("class", "bell")])
        .attr("data-ask", say!(locale, "Notification at a conviction of {0}, while this page is open", level))
        .attr("data-refused", say!(locale, "Notifications are blocked"))
}

/// Has the bell hung in the widget of `host`. Where its file can't be had there is none, and the event is told anyway.
pub(super) fn hang(host: &Element) {
    let host = host.clone();
    wasm_bindgen_futures::spawn_local(async move {
        let part = parts::fetch("alert.js").await.unwrap_or_default();
        let bell = Reflect::get(&part, &"bell".into()).unwrap_or_default();
        if let Some(bell) = bell.dyn_ref::<Function>() {
            // It throws nothing, and nobody could do more about it.
            let _ = bell.call1(&JsValue::UNDEFINED, &host);
        }
    });
}
