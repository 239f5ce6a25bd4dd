//! The gauge: an arc from −100 to +100 whose fill starts at zero, with the number and its word inside.

use tao_conviction_core::Assessment;

use super::format::{Locale, Numbers};
use super::node::{Node, html, svg};
use super::{ornament, text, words};
use crate::texts::say;

/// The marks at zero and where a verdict changes.
const MARKS: &str = "<path d='M140 17V36' class='zero'/><g class='tick'>\
    <path d='M140 30V36' transform='rotate(-36 140 132)'/><path d='M140 30V36' transform='rotate(-13.5 140 132)'/>\
    <path d='M140 30V36' transform='rotate(13.5 140 132)'/><path d='M140 30V36' transform='rotate(36 140 132)'/></g>";

/// The gauge of an assessment. Half a circle of radius 112 around (140, 132), from −100 on the left over 0 at the top
/// to +100 on the right; marks where a verdict changes.
pub(super) fn gauge(assessment: &Assessment, locale: &Locale) -> Node {
    let conviction = assessment.conviction;
    let score = words::score(conviction, locale);
    // A tenth of a point is finer than a pixel, and whole numbers need no float formatting in the wasm.
    #[expect(clippy::cast_possible_truncation, reason = "−1000 … 1000")]
    let tenths = ((10.0 * conviction.unwrap_or(0.0)) as i32).clamp(-1000, 1000);
    // The arc is 2000 units long. The knob is a dash of no length with round caps, so that it moves as the fill does;
    // without a score it lies before the beginning.
    let fill = arc("fill", tenths.abs(), 1000 + tenths.min(0));
    let knob = |class| arc(class, 0, if conviction.is_some() { 1000 + tenths } else { -500 });
    let label = say!(locale, "Conviction {0} on a scale from minus 100 to plus 100", score);
    let drawing = svg("svg", &[("viewBox", "0 0 280 140"), ("class", "gauge"), ("role", "img"), ("part", "gauge")])
        .attr("aria-label", label)
        .child(svg("path", &[("d", "M28 132A112 112 0 0 1 252 132"), ("class", "track")]))
        .child(fill)
        .child(svg("g", &[]).markup(MARKS))
        .child(knob("knob"))
        .child(knob("knob hole"));
    let verdict = html("div", &[])
        .child(ornament(text("arrow", words::arrow(conviction))))
        .child(text("verdict", words::verdict(assessment.verdict, locale)));
    html("div", &[("class", "dial")])
        .child(drawing)
        .child(html("span", &[("class", "end low"), ("aria-hidden", "true")]).text(locale.signed(-100.0, 0)))
        .child(html("span", &[("class", "end high"), ("aria-hidden", "true")]).text(locale.signed(100.0, 0)))
        .child(html("div", &[("class", "read")]).child(text("score", score)).child(verdict))
}

/// One dash on the arc: so long, from there on. The arc is drawn in two pieces that meet away from the top, where every
/// fill begins: Chromium draws a stray cap where a dash begins exactly on a joint.
fn arc(class: &'static str, length: i32, from: i32) -> Node {
    let (dashes, offset) = (format!("{length} 3000"), (-from).to_string());
    svg("path", &[("d", "M28 132A112 112 0 0 1 84 35A112 112 0 0 1 252 132"), ("pathLength", "2000")])
        .attr("class", class)
        .attr("stroke-dasharray", dashes)
        .attr("stroke-dashoffset", offset)
}
