//! The badge: the answer in one line, for the middle of a sentence.

use tao_conviction_core::{Assessment, GateState, Setup};

use super::format::{Locale, Numbers};
use super::node::{Node, html};
use super::{ornament, text, words};
use crate::engine::FeedState;
use crate::market::Asset;
use crate::texts::{Said, Speaks, say};

/// The whole line, whatever is known. What a card says below it is said when the pointer rests on it.
pub(super) fn badge(asset: Asset, state: &FeedState, locale: &Locale) -> Vec<Node> {
    let mut line = vec![html("b", &[("part", "symbol")]).text(asset.symbol())];
    let (about, status, said) = match state {
        FeedState::Loading => (Said::default(), "loading", say!(locale, "loading")),
        FeedState::Unavailable(outage) => {
            let failed = outage.failures.iter().map(|(source, failure)| failure.sentence(*source, locale.texts()));
            (
                failed.fold(String::new(), |all, said| [&*all, &*said, "\n"].concat()).into(),
                "unavailable",
                say!(locale, "no data right now"),
            )
        }
        FeedState::Ready(snapshot) => {
            let assessment = &snapshot.assessment;
            line.extend(answer(assessment, locale));
            let state = assessment.data.state;
            (
                [&*words::reason(assessment, locale), "\n"].concat().into(),
                words::state(state),
                words::freshness(state, locale),
            )
        }
    };
    let dot = html("i", &[("aria-hidden", "true"), ("class", "dot")]).attr("data-state", status);
    line.push(html("span", &[("class", "then")]).child(dot).child(text("status", said)));
    vec![html("div", &[]).attr("title", [&*about, &*say!(locale, "Not financial advice.")].concat()).children(line)]
}

/// Score, verdict and setup.
fn answer(assessment: &Assessment, locale: &Locale) -> [Node; 4] {
    let passed = assessment.gates.iter().filter(|gate| gate.state == GateState::Pass).count();
    let (passed, all) = (locale.count(passed), locale.count(assessment.gates.len()));
    let (mark, gates) = match assessment.setup {
        Setup::HighConviction => ("◆ ", say!(locale, "setup {0}/{1}", passed, all)),
        Setup::Unconfirmed => ("◇ ", say!(locale, "unconfirmed {0}/{1}", passed, all)),
        Setup::None => ("◇ ", say!(locale, "no setup {0}/{1}", passed, all)),
    };
    let verdict = html("span", &[("class", "verdict"), ("part", "verdict")])
        .child(ornament(text("arrow", words::arrow(assessment.conviction))))
        .child(html("span", &[]).text(words::verdict(assessment.verdict, locale)));
    [
        html("b", &[("part", "score")]).text(words::score(assessment.conviction, locale)),
        verdict,
        text("formula", if words::is_custom(assessment) { say!(locale, "custom formula") } else { Said::default() }),
        html("span", &[("class", "then"), ("part", "setup")])
            .child(ornament(text("mark", mark)))
            .child(html("span", &[]).text(gates)),
    ]
}
