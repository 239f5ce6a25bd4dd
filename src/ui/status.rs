//! The footer: how fresh, from where, as of when, and what this is not.

use leptos::prelude::*;
use tao_conviction_core::DataState;

use super::card::Shown;
use super::words;
use crate::market::{beside_module, now};

pub(super) fn status(shown: Shown, tick: Signal<()>) -> impl IntoView {
    let locale = shown.locale;
    let state = Memo::new(move |_| shown.with(|snapshot| Some(snapshot.assessment.data.state)));
    let source = move || shown.with(|snapshot| snapshot.source.name());
    let as_of = Memo::new(move |_| shown.with(|snapshot| snapshot.assessment.data.as_of));
    let moment = move || {
        tick.track();
        // Data that is not fresh says so with its time: "as of 12:04".
        let kept = matches!(state.get(), Some(DataState::Cached | DataState::Delayed));
        let prefix = if kept { "as of " } else { "" };
        as_of.get().map(|time| format!("{prefix}{}", locale.moment(time, now())))
    };
    let exact = move || as_of.get().map(|time| format!("Last closed candle: {}", locale.exact(time)));
    let trouble = move || {
        shown.with(|snapshot| {
            let failures = &snapshot.assessment.data.failures;
            let lines: Vec<String> =
                failures.iter().map(|failure| format!("{} {}", failure.source, failure.reason)).collect();
            (!lines.is_empty()).then(|| lines.join("\n"))
        })
    };
    view! {
        <footer class="foot" part="footer">
            <span class="state" part="status" data-state=move || state.get().map(words::state)>
                <i aria-hidden="true"></i>
                {move || state.get().map(words::state)}
            </span>
            <span part="source" title=trouble>{source}</span>
            <time part="time" tabindex="0" title=exact>{moment}</time>
            <a class="how" href=beside_module("index.html#method") target="_blank" rel="noopener noreferrer">"How?"</a>
        </footer>
        {disclaimer()}
    }
}

/// What this is not; always in sight.
pub(super) fn disclaimer() -> impl IntoView {
    view! { <p class="disclaimer" part="disclaimer">"Not financial advice. Not the chain's own “conviction” locks."</p> }
}
