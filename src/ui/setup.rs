//! Whether there is a setup, and which gate blocks it.

use leptos::prelude::*;
use tao_conviction_core::{Assessment, Setup};

use super::format::Locale;
use super::{text, words};

pub(super) fn setup(assessment: &Assessment, locale: &Locale) -> impl IntoView + use<> {
    let (state, mark) = match assessment.setup {
        Setup::HighConviction => ("yes", "◆"),
        Setup::Unconfirmed => ("unknown", "◇"),
        Setup::None => ("no", "◇"),
    };
    let (headline, detail) = words::setup(assessment, locale);
    view! {
        <div class="setup" part="setup" data-setup=state>
            <i aria-hidden="true">{text("mark", mark)}</i>
            {text("headline", headline)}
            {text("detail", detail)}
        </div>
    }
}
