//! Tells the page by an event that a conviction was reached, and keeps a place for the bell by which readers ask to be
//! notified: the loader has `alert.js` hang it there.

use tao_conviction_core::{Assessment, DataState, Setup};

use super::format::{Locale, Numbers};
use super::node::{Node, html};
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
