//! Seven days of hourly closes with the EMA200 dashed.

use core::fmt::Write;

use super::node::{Node, html, svg};
use super::path;
use crate::texts::{Speaks, say};

const WIDTH: f64 = 3320.0;
const HEIGHT: f64 = 520.0;
/// Room for half a stroke above and below.
const MARGIN: f64 = 20.0;

/// The two lines as SVG path data, and where the close ends.
#[derive(Debug, Clone, PartialEq, Default)]
struct Lines {
    closes: String,
    average: String,
    end: String,
}

impl Lines {
    fn of(points: &[(f64, Option<f64>)]) -> Option<Self> {
        let values = || points.iter().flat_map(|(close, average)| core::iter::once(*close).chain(*average));
        let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let last = u32::try_from(points.len()).ok()?.checked_sub(1).filter(|last| *last > 0)?;
        let place = |index: usize, value: f64| {
            let x = WIDTH * f64::from(u32::try_from(index).unwrap_or(0)) / f64::from(last);
            let part = if high > low { (value - low) / (high - low) } else { 0.5 };
            let y = MARGIN + (1.0 - part) * (HEIGHT - 2.0 * MARGIN);
            #[expect(clippy::cast_possible_truncation, reason = "inside the box")]
            let place = (x as i32, y as i32);
            place
        };
        let mut lines = Self::default();
        for (index, (close, average)) in points.iter().enumerate() {
            let close = place(index, *close);
            add(&mut lines.closes, close);
            if let Some(average) = average {
                add(&mut lines.average, place(index, *average));
            }
            // A line of no length with a round cap is a dot that isn't stretched with the box.
            lines.end = format!("M{} {}h0", close.0, close.1);
        }
        Some(lines)
    }
}

fn add(path: &mut String, (x, y): (i32, i32)) {
    let command = if path.is_empty() { 'M' } else { 'L' };
    // Writing to a String does not fail.
    let _ = write!(path, "{command}{x} {y}");
}

pub(super) fn sparkline(points: &[(f64, Option<f64>)], locale: &impl Speaks) -> Node {
    let lines = Lines::of(points).unwrap_or_default();
    let hidden = lines.closes.is_empty();
    let drawing = svg("svg", &[("viewBox", "0 0 3320 520"), ("preserveAspectRatio", "none"), ("aria-hidden", "true")])
        .child(path("average", lines.average))
        .child(path("closes", lines.closes))
        .child(path("end", lines.end));
    let average = html("span", &[])
        .child(html("i", &[("class", "dash")]))
        .child(html("span", &[]).text(say!(locale, "EMA 200 · 1h")));
    html("figure", &[("class", "spark"), ("part", "sparkline")])
        .flag("hidden", hidden)
        .child(drawing)
        .child(html("figcaption", &[]).child(html("span", &[]).text(say!(locale, "7 days"))).child(average))
}

/// The closes of a row's week, every fourth of them, without a caption.
#[cfg(feature = "panel")]
pub(super) fn small(points: &[(f64, Option<f64>)]) -> Node {
    let closes: Vec<_> = points.iter().rev().step_by(4).rev().map(|(close, _)| (*close, None)).collect();
    let lines = Lines::of(&closes).unwrap_or_default();
    svg(
        "svg",
        &[("viewBox", "0 0 3320 520"), ("preserveAspectRatio", "none"), ("class", "week"), ("aria-hidden", "true")],
    )
    .child(path("closes", lines.closes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_span_the_box() {
        let lines = Lines::of(&[(1.0, None), (3.0, Some(2.0)), (2.0, Some(2.0))]).unwrap();
        assert_eq!(lines.closes, "M0 500L1660 20L3320 260");
        assert_eq!(lines.average, "M1660 260L3320 260");
        assert_eq!(lines.end, "M3320 260h0");
    }

    #[test]
    fn a_flat_week_runs_through_the_middle_and_a_single_point_is_no_line() {
        assert_eq!(Lines::of(&[(5.0, None), (5.0, None)]).unwrap().closes, "M0 260L3320 260");
        assert_eq!(Lines::of(&[(5.0, None)]), None);
        assert_eq!(Lines::of(&[]), None);
    }
}
