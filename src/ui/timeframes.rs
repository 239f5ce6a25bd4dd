//! The timeframes side by side, each a bar that grows from the middle.

use tao_conviction_core::{MtfReport, Parameters, TimeframeReport};

use super::format::{Locale, Numbers};
use super::node::{Node, html, svg};
use super::{path, text};
use crate::texts::{Said, say};

pub(super) fn timeframes(mtf: &MtfReport, locale: &Locale) -> Node {
    let items = mtf.timeframes.iter().map(|report| timeframe(report, locale)).collect();
    html("ul", &[("class", "timeframes")]).children(items)
}

fn timeframe(report: &TimeframeReport, locale: &Locale) -> Node {
    let name = report.timeframe.name();
    let tone = match report.reading {
        Some(reading) if reading >= 0.10 => "bull",
        Some(reading) if reading <= -0.10 => "bear",
        Some(_) => "flat",
        None => "unknown",
    };
    let number = report.reading.map_or_else(|| "–".to_owned(), |reading| locale.signed(100.0 * reading, 0));
    let caption = match report.rsi14.filter(|_| report.ready) {
        Some(rsi) => say!(locale, "RSI {0}", locale.plain(rsi, 0)),
        None => say!(locale, "warming up"),
    };
    // In a box of 2000 units: whole numbers are fine enough, and need no float formatting.
    #[expect(clippy::cast_possible_truncation, reason = "−1000 … 1000")]
    let width = (1000.0 * report.reading.unwrap_or(0.0)) as i32;
    let bar = format!("M1000 30h{width}");
    let drawing = svg(
        "svg",
        &[("viewBox", "0 0 2000 60"), ("preserveAspectRatio", "none"), ("class", "bar"), ("aria-hidden", "true")],
    )
    .child(path("track", "M0 30H2000"))
    .child(path("fill", bar))
    .child(path("middle", "M1000 0V60"));
    html("li", &[("class", "timeframe"), ("part", "timeframe")])
        .attr("data-timeframe", name)
        .attr("data-tone", tone)
        .maybe("title", (!report.ready).then(|| warming(report, locale)))
        .child(text("label", name))
        .child(drawing)
        .child(text("reading", number))
        .child(text("caption", caption))
}

/// How far the candles reach of those that are needed.
fn warming(report: &TimeframeReport, locale: &Locale) -> Said {
    let (candles, needed) = (f64::from(report.candles), f64::from(Parameters::default().warm_up));
    say!(locale, "warming up: {0} of {1} closed candles", locale.plain(candles, 0), locale.plain(needed, 0))
}
