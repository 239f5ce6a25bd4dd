//! The footer: how fresh, from where, as of when, and what this is not.

use leptos::prelude::*;
use tao_conviction_core::DataState;

use super::format::Locale;
use super::{text, words};
use crate::engine::Snapshot;
use crate::market::{beside_module, now};

pub(super) fn status(snapshot: &Snapshot, locale: &Locale) -> impl IntoView + use<> {
    let data = &snapshot.assessment.data;
    let state = words::state(data.state);
    // Data that is not fresh says so with its time: "as of 12:04".
    let prefix = if matches!(data.state, DataState::Cached | DataState::Delayed) { "as of " } else { "" };
    let moment = data.as_of.map(|time| format!("{prefix}{}", locale.moment(time, now())));
    let exact = data.as_of.map(|time| format!("Last closed candle: {}", locale.exact(time)));
    let failures: Vec<String> =
        data.failures.iter().map(|failure| format!("{} {}", failure.source, failure.reason)).collect();
    view! {
        <div class="foot" part="footer">
            <i aria-hidden="true" class="dot" data-state=state></i>
            {text("status", state)}
            <div title=failures.join("\n")>{text("source", snapshot.source.name())}</div>
            <div title=exact.unwrap_or_default()>{text("time", moment.unwrap_or_default())}</div>
            <a class="how" href=beside_module("index.html#method") target="_blank" rel="noopener noreferrer">"How?"</a>
        </div>
        {disclaimer()}
    }
}

/// What this is not; always in sight.
pub(super) fn disclaimer() -> impl IntoView {
    view! { <p class="disclaimer" part="disclaimer">"Not financial advice. Not the chain's own “conviction” locks."</p> }
}
