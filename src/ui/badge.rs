//! The badge: the answer in one line, for the middle of a sentence.

use tao_conviction_core::{Assessment, GateState, Setup};

use super::format::Locale;
use super::node::{Node, html};
use super::{ornament, text, words};
use crate::engine::FeedState;
use crate::market::Asset;

/// The whole line, whatever is known. What a card says below it is said when the pointer rests on it.
pub(super) fn badge(asset: Asset, state: &FeedState, locale: &Locale) -> Vec<Node> {
    let mut line = vec![html("b", &[("part", "symbol")]).text(asset.symbol())];
    let (about, status) = match state {
        FeedState::Loading => (String::new(), "loading"),
        FeedState::Unavailable(outage) => {
            let failed = outage.failures.iter().map(|(source, failure)| format!("{} {failure}.", source.name()));
            (failed.collect::<Vec<_>>().join("\n"), "no data right now")
        }
        FeedState::Ready(snapshot) => {
            let assessment = &snapshot.assessment;
            line.extend(answer(assessment, locale));
            (words::reason(assessment, locale), words::state(assessment.data.state))
        }
    };
    let dot = html("i", &[("aria-hidden", "true"), ("class", "dot")]).attr("data-state", status);
    line.push(html("span", &[("class", "then")]).child(dot).child(text("status", status)));
    vec![html("div", &[]).attr("title", [about.as_str(), "\nNot financial advice."].concat()).children(line)]
}

/// Score, verdict and setup.
fn answer(assessment: &Assessment, locale: &Locale) -> [Node; 3] {
    let passed = assessment.gates.iter().filter(|gate| gate.state == GateState::Pass).count();
    let (mark, setup) = match assessment.setup {
        Setup::HighConviction => ("◆ ", "setup"),
        Setup::Unconfirmed => ("◇ ", "unconfirmed"),
        Setup::None => ("◇ ", "no setup"),
    };
    let verdict = html("span", &[("class", "verdict"), ("part", "verdict")])
        .child(ornament(text("arrow", words::arrow(assessment.conviction))))
        .child(html("span", &[]).text(words::verdict(assessment.verdict)));
    let gates = format!("{setup} {passed}/{}", assessment.gates.len());
    [
        html("b", &[("part", "score")]).text(words::score(assessment.conviction, locale)),
        verdict,
        html("span", &[("class", "then"), ("part", "setup")])
            .child(ornament(text("mark", mark)))
            .child(html("span", &[]).text(gates)),
    ]
}
