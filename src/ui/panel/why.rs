//! Why: the families of evidence with their points, and the multipliers that make the score of them.

use tao_conviction_core::context::Regime;
use tao_conviction_core::{Assessment, Family, FamilyReport, Gate};

use super::super::format::{Locale, Numbers};
use super::super::node::{Node, html, svg};
use super::super::{path, text, words};
use super::row;
use crate::texts::{Said, say};

pub(super) fn why(assessment: &Assessment, locale: &Locale) -> Node {
    let families = assessment.families.iter().map(|family| line(family, assessment, locale)).collect();
    let composite = assessment.families.iter().filter_map(|family| family.points).reduce(|sum, points| sum + points);
    let number = |value: Option<f64>, decimals| value.map_or_else(|| "–".to_owned(), |v| locale.signed(v, decimals));
    let factor = |known: Option<f64>, base: f64| {
        let (a, b) = (locale.plain(base, 1), locale.plain(1.0 - base, 1));
        match known {
            Some(value) => {
                (format!("{a} + {b} × {}", locale.plain(value, 2)).into(), locale.plain(base + (1.0 - base) * value, 2))
            }
            None => (say!(locale, "{0} + {1} × unknown", a, b), "–".to_owned()),
        }
    };
    let (agreement, by_agreement) = factor(assessment.agreement, 0.5);
    let (strength, by_strength) = factor(assessment.strength, 0.6);
    let regime = match assessment.regime.state {
        Regime::RiskOn => say!(locale, "Bitcoin is risk-on"),
        Regime::RiskOff => say!(locale, "Bitcoin is risk-off: a positive score is halved"),
        Regime::Unknown => say!(locale, "unknown: nothing is halved"),
    };
    html("div", &[("class", "why")])
        .child(html("div", &[("class", "families")]).children(families))
        .child(row(
            say!(locale, "Composite"),
            say!(locale, "of the {0} % that is known", locale.plain(100.0 * assessment.coverage, 0)),
            number(composite, 1),
        ))
        .child(row(say!(locale, "× agreement"), agreement, by_agreement))
        .child(row(say!(locale, "× strength"), strength, by_strength))
        .child(row(say!(locale, "× regime"), regime, locale.plain(assessment.damp, 2)))
        .child(
            row(
                say!(locale, "Conviction"),
                words::verdict(assessment.verdict, locale),
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
    let value = family.value.map_or_else(|| say!(locale, "unknown"), |value| locale.signed(100.0 * value, 0).into());
    let points = family.points.map_or_else(|| "–".to_owned(), |points| locale.signed(points, 1));
    let caption = caption(family, assessment, locale);
    let label = html("div", &[]).child(text("label", name(family.family, locale))).child(text("caption", caption));
    html("div", &[("class", "family"), ("part", "family")])
        .attr("data-tone", tone)
        .child(label)
        .child(bar)
        .child(text("reading", value))
        .child(text("weight", format!("× {}", locale.plain(family.weight, 2))))
        .child(text("points", points))
}

fn name(family: Family, locale: &Locale) -> Said {
    match family {
        Family::Mtf => say!(locale, "MTF score"),
        Family::RelativeStrength => say!(locale, "Relative strength"),
        Family::Catalysts => say!(locale, "Catalysts"),
        Family::AiSentiment => say!(locale, "AI sentiment"),
    }
}

fn caption(report: &FamilyReport, assessment: &Assessment, locale: &Locale) -> Said {
    if let Some(reason) = report.reason {
        return unknown(reason, locale);
    }
    match report.family {
        Family::Mtf => {
            let ready = assessment.mtf.timeframes.iter().filter(|report| report.ready).count();
            say!(
                locale,
                "{0} of {1} timeframes agree",
                locale.plain(assessment.mtf.aligned.into(), 0),
                locale.count(ready)
            )
        }
        Family::RelativeStrength => {
            let gate = assessment.gates.iter().find(|gate| gate.gate == Gate::Relative).and_then(|gate| gate.value);
            gate.map_or_else(Said::default, |change| {
                let percent = locale.signed(100.0 * (libm::exp(change) - 1.0), 1);
                say!(locale, "{0}/BTC {1}\u{a0}% in 7 days", assessment.symbol, percent)
            })
        }
        Family::Catalysts => say!(locale, "{0} of Bittensor’s own", locale.count(assessment.catalysts.len())),
        Family::AiSentiment => say!(locale, "how AI tokens fare, and how many of them"),
    }
}

/// Why a family's value is unknown, from the core's own words.
pub(super) fn unknown(reason: &'static str, locale: &Locale) -> Said {
    match reason {
        "no timeframe is ready" => say!(locale, "no timeframe is ready"),
        "no BTC candles" => say!(locale, "no BTC candles"),
        "fewer than 43 4h candles in common with BTC" => say!(locale, "fewer than 43 4h candles in common with BTC"),
        "neither the chain nor a feed could be read" => say!(locale, "neither the chain nor a feed could be read"),
        "no AI basket" => say!(locale, "no AI basket"),
        "fewer than 3 AI tokens with 50 daily candles" => {
            say!(locale, "fewer than 3 AI tokens with 50 daily candles")
        }
        other => other.into(),
    }
}
