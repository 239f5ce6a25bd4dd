//! The footer: how fresh, from where, as of when, and what this is not.

use tao_conviction_core::DataState;

use super::format::Locale;
use super::node::{Node, html};
use super::{text, words};
use crate::engine::Snapshot;
use crate::market::{beside_module, now};
use crate::texts::{Said, say};

pub(super) fn status(snapshot: &Snapshot, locale: &Locale) -> Node {
    let data = &snapshot.assessment.data;
    let state = words::state(data.state);
    // Data that is not fresh says so with its time: "as of 12:04".
    let moment = data.as_of.map(|time| match data.state {
        DataState::Cached | DataState::Delayed => say!(locale, "as of {0}", locale.moment(time, now())),
        _ => locale.moment(time, now()).into(),
    });
    let exact = data.as_of.map(|time| say!(locale, "Last closed candle: {0}", locale.exact(time)));
    let failures: Vec<String> =
        data.failures.iter().map(|failure| format!("{} {}", failure.source, failure.reason)).collect();
    let titled = |title: Said, node| html("div", &[]).attr("title", title).child(node);
    let how = html("a", &[("class", "how"), ("target", "_blank"), ("rel", "noopener noreferrer")])
        .attr("href", beside_module("index.html#method"))
        .text(say!(locale, "How?"));
    html("div", &[("class", "foot"), ("part", "footer")])
        .child(html("i", &[("aria-hidden", "true"), ("class", "dot")]).attr("data-state", state))
        .child(text("status", words::freshness(data.state, locale)))
        .child(titled(failures.join("\n").into(), text("source", snapshot.source.name())))
        .child(titled(exact.unwrap_or_default(), text("time", moment.unwrap_or_default())))
        .child(how)
}

/// What this is not; always in sight.
pub(super) fn disclaimer(locale: &Locale) -> Node {
    html("p", &[("class", "disclaimer"), ("part", "disclaimer")])
        .text(say!(locale, "Not financial advice. Not the chain's own “conviction” locks."))
}
