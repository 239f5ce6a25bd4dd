//! The ten gates: what each measures, what it asks for, and whether that is so.

use tao_conviction_core::{Assessment, Gate, GateReport, GateState, Parameters};

use super::super::format::{Locale, Numbers};
use super::super::node::{Node, html};
use super::super::{ornament, text, words};
use crate::market::Source;

pub(super) fn gates(assessment: &Assessment, locale: &Locale) -> Node {
    let rows = assessment.gates.iter().map(|gate| line(gate, assessment, locale)).collect();
    html("ul", &[("class", "gates")]).children(rows)
}

fn line(gate: &GateReport, assessment: &Assessment, locale: &Locale) -> Node {
    let (state, mark, heard) = match gate.state {
        GateState::Pass => ("pass", "✓", "passed: "),
        GateState::Fail => ("fail", "✕", "failed: "),
        GateState::Unknown => ("unknown", "?", "unknown: "),
    };
    html("li", &[("class", "gate"), ("part", "gate")])
        .attr("data-gate", state)
        .child(ornament(text("mark", mark)))
        .child(html("div", &[]).child(text("only-heard", heard)).child(text("label", words::gate_name(gate.gate))))
        .child(text("measured", measured(gate, assessment, locale)))
        .child(text("limit", limit(gate.gate, locale)))
}

/// What the gate found.
fn measured(gate: &GateReport, assessment: &Assessment, numbers: &impl Numbers) -> String {
    let Some(value) = gate.value else { return "unknown".to_owned() };
    let percent = |value: f64, decimals| format!("{}\u{a0}%", numbers.signed(100.0 * value, decimals));
    match gate.gate {
        Gate::Data => {
            let second = match (&assessment.data.confirmed_by, &assessment.data.contradicted_by) {
                (Some(source), _) => format!("{} agrees", Source::name_of(source)),
                (None, Some(second)) => format!("{} disagrees", Source::name_of(&second.source)),
                (None, None) => "no second source".to_owned(),
            };
            format!("{}\u{a0}% known, {second}", numbers.plain(100.0 * value, 0))
        }
        Gate::Trend => format!("{} from EMA200 on 1h", percent(value, 1)),
        Gate::Proximity => format!("{} ATR from EMA200 on 1h", numbers.signed(value, 1)),
        Gate::Mtf => format!("{} point up", numbers.plain(value, 0)),
        Gate::Rsi => format!("{} on 1h", numbers.plain(value, 1)),
        Gate::Momentum => format!("{} on 4h", numbers.signed(value, 2)),
        Gate::Relative => format!("{} on BTC in 7 days", percent(libm::exp(value) - 1.0, 1)),
        Gate::Regime => format!("{} warnings about BTC", numbers.plain(value, 0)),
        Gate::Liquidity => format!("{} {}", numbers.plain(value, 0), assessment.quote),
        Gate::Catalysts => format!("{} risk flags", numbers.plain(value, 0)),
    }
}

/// What the gate asks for.
fn limit(gate: Gate, numbers: &impl Numbers) -> String {
    let parameters = Parameters::default();
    match gate {
        Gate::Data => format!("≥ {}\u{a0}%, fresh, confirmed", numbers.plain(100.0 * parameters.min_coverage, 0)),
        Gate::Trend => "> 0".to_owned(),
        Gate::Proximity => format!("0 … {}", numbers.plain(parameters.max_distance, 0)),
        Gate::Mtf => "≥ 3, 1d among them".to_owned(),
        Gate::Rsi => {
            let [low, high, hot] = parameters.rsi_limits.map(|limit| numbers.plain(limit, 0));
            format!("{low} … {high}; 4h < {hot}")
        }
        Gate::Momentum | Gate::Relative => "≥ 0".to_owned(),
        Gate::Regime => "< 2".to_owned(),
        Gate::Liquidity => format!("≥ {} at ±0.5\u{a0}%", numbers.plain(parameters.min_depth, 0)),
        Gate::Catalysts => "none".to_owned(),
    }
}
