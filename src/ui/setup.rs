//! Whether there is a setup, and which gate blocks it.

use tao_conviction_core::{Assessment, Setup};

use super::alert;
use super::format::Locale;
use super::node::{Node, html};
use super::{ornament, text, words};

pub(super) fn setup(assessment: &Assessment, alert: Option<f64>, locale: &Locale) -> Node {
    let (state, mark) = match assessment.setup {
        Setup::HighConviction => ("yes", "◆"),
        Setup::Unconfirmed => ("unknown", "◇"),
        Setup::None => ("no", "◇"),
    };
    let (headline, detail) = words::setup(assessment, locale);
    html("div", &[("class", "setup"), ("part", "setup")])
        .attr("data-setup", state)
        .child(ornament(text("mark", mark)))
        .child(text("headline", headline))
        .child(text("detail", detail))
        .children(alert.map(|level| alert::place(level, locale)).into_iter().collect())
}
