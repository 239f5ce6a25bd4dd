//! Whether there is a setup, and which gate blocks it.

use leptos::prelude::*;
use tao_conviction_core::{Assessment, Setup};

use super::format::Locale;
use super::words;

pub(super) fn setup(assessment: &Assessment, locale: &Locale) -> impl IntoView + use<> {
    let (state, mark) = match assessment.setup {
        Setup::HighConviction => ("yes", "◆"),
        Setup::Unconfirmed => ("unknown", "◇"),
        Setup::None => ("no", "◇"),
    };
    let (headline, detail) = words::setup(assessment, locale);
    view! {
        <p class="setup" part="setup" data-setup=state>
            <span aria-hidden="true">{mark}</span>
            <b>{headline}</b>
            <span class="detail">{detail}</span>
        </p>
    }
}
