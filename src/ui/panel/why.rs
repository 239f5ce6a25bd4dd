//! Why: the families of evidence with their points, and the multipliers that make the score of them.

use tao_conviction_core::context::Regime;
use tao_conviction_core::{Assessment, Family, FamilyReport, Gate};

use super::super::format::{Locale, Numbers};
use super::super::node::{Node, html, svg};
use super::super::{path, text, words};
use super::row;

pub(super) fn why(assessment: &Assessment, locale: &Locale) -> Node {
    let families = assessment.families.iter().map(|family| line(family, assessment, locale)).collect();
    let composite = assessment.families.iter().filter_map(|family| family.points).reduce(|sum, points| sum + points);
    let number = |value: Option<f64>, decimals| value.map_or_else(|| "–".to_owned(), |v| locale.signed(v, decimals));
    let factor = |known: Option<f64>, base: f64| {
        let (a, b) = (locale.plain(base, 1), locale.plain(1.0 - base, 1));
        match known {
            Some(value) => {
                (format!("{a} + {b} × {}", locale.plain(value, 2)), locale.plain(base + (1.0 - base) * value, 2))
            }
            None => (format!("{a} + {b} × unknown"), "–".to_owned()),
        }
    };
    let (agreement, by_agreement) = factor(assessment.agreement, 0.5);
    let (strength, by_strength) = factor(assessment.strength, 0.6);
    let regime = match assessment.regime.state {
        Regime::RiskOn => "Bitcoin is risk-on",
        Regime::RiskOff => "Bitcoin is risk-off: a positive score is halved",
        Regime::Unknown => "unknown: nothing is halved",
    };
    html("div", &[("class", "why")])
        .child(html("div", &[("class", "families")]).children(families))
        .child(row(
            "Composite",
            format!("of the {} % that is known", locale.plain(100.0 * assessment.coverage, 0)),
            number(composite, 1),
        ))
        .child(row("× agreement", agreement, by_agreement))
        .child(row("× strength", strength, by_strength))
        .child(row("× regime", regime.to_owned(), locale.plain(assessment.damp, 2)))
        .child(
            row(
                "Conviction",
                words::verdict(assessment.verdict).to_owned(),
                words::score(assessment.conviction, locale),
            )
            .attr("data-tone", super::super::tone(assessment.verdict)),
        )
}

fn line(family: &FamilyReport, assessment: &Assessment, locale: &Locale) -> Node {
    let tone = match family.value {
        None => "unknown",
        Some(value) if value > 0.0 => "bull",
        Some(value) if value < 0.0 => "bear",
        Some(_) => "flat",
    };
    // In a box of 2000 units, as the timeframes' bars are.
    #[expect(clippy::cast_possible_truncation, reason = "−1000 … 1000")]
    let width = (1000.0 * family.value.unwrap_or(0.0)) as i32;
    let bar = svg(
        "svg",
        &[("viewBox", "0 0 2000 60"), ("preserveAspectRatio", "none"), ("class", "bar"), ("aria-hidden", "true")],
    )
    .child(path("track", "M0 30H2000"))
    .child(path("fill", format!("M1000 30h{width}")))
    .child(path("middle", "M1000 0V60"));
    let value = family.value.map_or_else(|| "unknown".to_owned(), |value| locale.signed(100.0 * value, 0));
    let points = family.points.map_or_else(|| "–".to_owned(), |points| locale.signed(points, 1));
    let caption = family.reason.map_or_else(|| caption(family.family, assessment, locale), str::to_owned);
    let label = html("div", &[]).child(text("label", name(family.family))).child(text("caption", caption));
    html("div", &[("class", "family"), ("part", "family")])
        .attr("data-tone", tone)
        .child(label)
        .child(bar)
        .child(text("reading", value))
        .child(text("weight", format!("× {}", locale.plain(family.weight, 2))))
        .child(text("points", points))
}

const fn name(family: Family) -> &'static str {
    match family {
        Family::Mtf => "MTF score",
        Family::RelativeStrength => "Relative strength",
        Family::Catalysts => "Catalysts",
        Family::AiSentiment => "AI sentiment",
    }
}

fn caption(family: Family, assessment: &Assessment, locale: &Locale) -> String {
    match family {
        Family::Mtf => {
            let ready = assessment.mtf.timeframes.iter().filter(|report| report.ready).count();
            format!("{} of {ready} timeframes agree", assessment.mtf.aligned)
        }
        Family::RelativeStrength => {
            let gate = assessment.gates.iter().find(|gate| gate.gate == Gate::Relative).and_then(|gate| gate.value);
            gate.map_or_else(String::new, |change| {
                let percent = locale.signed(100.0 * (libm::exp(change) - 1.0), 1);
                format!("{}/BTC {percent}\u{a0}% in 7 days", assessment.symbol)
            })
        }
        Family::Catalysts => format!("{} of Bittensor’s own", assessment.catalysts.len()),
        Family::AiSentiment => "how AI tokens fare, and how many of them".to_owned(),
    }
}
