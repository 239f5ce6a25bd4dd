//! The ten gates: what each measures, what it asks for, and whether that is so.

use tao_conviction_core::{Assessment, Gate, GateReport, GateState, Parameters};

use super::super::format::{Locale, Numbers};
use super::super::node::{Node, html};
use super::super::{ornament, text, words};
use crate::market::Source;
use crate::texts::{Said, say};

pub(super) fn gates(assessment: &Assessment, locale: &Locale) -> Node {
    let rows = assessment.gates.iter().map(|gate| line(gate, assessment, locale)).collect();
    html("ul", &[("class", "gates")]).children(rows)
}

fn line(gate: &GateReport, assessment: &Assessment, locale: &Locale) -> Node {
    let (state, mark, heard) = match gate.state {
        GateState::Pass => ("pass", "✓", say!(locale, "passed: ")),
        GateState::Fail => ("fail", "✕", say!(locale, "failed: ")),
        GateState::Unknown => ("unknown", "?", say!(locale, "unknown: ")),
    };
    html("li", &[("class", "gate"), ("part", "gate")])
        .attr("data-gate", state)
        .child(ornament(text("mark", mark)))
        .child(
            html("div", &[]).child(text("only-heard", heard)).child(text("label", words::gate_name(gate.gate, locale))),
        )
        .child(text("measured", measured(gate, assessment, locale)))
        .child(text("limit", limit(gate.gate, locale)))
}

/// What the gate found.
fn measured(gate: &GateReport, assessment: &Assessment, locale: &impl Numbers) -> Said {
    let Some(value) = gate.value else { return say!(locale, "unknown") };
    let percent = |value: f64, decimals| locale.percent(locale.signed(100.0 * value, decimals));
    match gate.gate {
        Gate::Data => {
            let second = match (&assessment.data.confirmed_by, &assessment.data.contradicted_by) {
                (Some(source), _) => say!(locale, "{0} agrees", Source::name_of(source)),
                (None, Some(second)) => say!(locale, "{0} disagrees", Source::name_of(&second.source)),
                (None, None) => say!(locale, "no second source"),
            };
            say!(locale, "{0}\u{a0}% known, {1}", locale.plain(100.0 * value, 0), second)
        }
        Gate::Trend => say!(locale, "{0} from EMA200 on 1h", percent(value, 1)),
        Gate::Proximity => say!(locale, "{0} ATR from EMA200 on 1h", locale.signed(value, 1)),
        Gate::Mtf => say!(locale, "{0} point up", locale.plain(value, 0)),
        Gate::Rsi => say!(locale, "{0} on 1h", locale.plain(value, 1)),
        Gate::Momentum => say!(locale, "{0} on 4h", locale.signed(value, 2)),
        Gate::Relative => say!(locale, "{0} on BTC in 7 days", percent(libm::exp(value) - 1.0, 1)),
        Gate::Regime => say!(locale, "{0} warnings about BTC", locale.plain(value, 0)),
        Gate::Liquidity => format!("{} {}", locale.plain(value, 0), assessment.quote).into(),
        Gate::Catalysts => say!(locale, "{0} risk flags", locale.plain(value, 0)),
    }
}

/// What the gate asks for.
fn limit(gate: Gate, locale: &impl Numbers) -> Said {
    let parameters = Parameters::default();
    match gate {
        Gate::Data => say!(locale, "≥ {0}\u{a0}%, fresh, confirmed", locale.plain(100.0 * parameters.min_coverage, 0)),
        Gate::Trend => "> 0".into(),
        Gate::Proximity => format!("0 … {}", locale.plain(parameters.max_distance, 0)).into(),
        Gate::Mtf => say!(locale, "≥ 3, 1d among them"),
        Gate::Rsi => {
            let [low, high, hot] = parameters.rsi_limits.map(|limit| locale.plain(limit, 0));
            format!("{low} … {high}; 4h < {hot}").into()
        }
        Gate::Momentum | Gate::Relative => "≥ 0".into(),
        Gate::Regime => "< 2".into(),
        Gate::Liquidity => say!(locale, "≥ {0} at ±0.5\u{a0}%", locale.plain(parameters.min_depth, 0)),
        Gate::Catalysts => say!(locale, "none"),
    }
}
