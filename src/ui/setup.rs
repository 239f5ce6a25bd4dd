//! Whether there is a setup, and which gate blocks it.

use leptos::prelude::*;
use tao_conviction_core::Setup;

use super::card::Shown;
use super::words;

pub(super) fn setup(shown: Shown) -> impl IntoView {
    let locale = shown.locale;
    let state = Memo::new(move |_| {
        shown.with(|snapshot| match snapshot.assessment.setup {
            Setup::HighConviction => "yes",
            Setup::Unconfirmed => "unknown",
            Setup::None => "no",
        })
    });
    let words = Memo::new(move |_| shown.with(|snapshot| words::setup(&snapshot.assessment, &locale)));
    view! {
        <p class="setup" part="setup" data-setup=state>
            <span class="mark" aria-hidden="true">{move || if state.get() == "yes" { "◆" } else { "◇" }}</span>
            <b>{move || words.with(|(headline, _)| *headline)}</b>
            <span class="detail">{move || words.with(|(_, detail)| detail.clone())}</span>
        </p>
    }
}
