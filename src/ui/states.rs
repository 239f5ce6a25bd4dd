//! The two faces without a score: loading, and nothing could be had.

use std::borrow::Cow;

use super::card::identity;
use super::format::Locale;
use super::node::{Node, html};
use super::status::disclaimer;
use super::text;
use crate::engine::Outage;
use crate::market::{Asset, Failure, Source, now};
use crate::texts::{Speaks, say};

/// Grey shapes in the places where the numbers will stand. Nothing in them varies, so they are a single piece of markup.
pub(super) fn skeleton(locale: &Locale) -> Vec<Node> {
    let shapes = "<div class='head'><i class='coin'></i><i class='bone'></i></div>\
        <div class='dial'><svg viewBox='0 0 280 140' class='gauge' aria-hidden='true'>\
        <path d='M28 132A112 112 0 0 1 252 132' class='track'/></svg></div>\
        <i class='bone center'></i><i class='bone block'></i><i class='bone block low'></i>";
    let drawn = html("div", &[("class", "skeleton")]).markup(shapes);
    let said = html("p", &[("class", "fetching"), ("role", "status")]).text(say!(locale, "Fetching candles…"));
    vec![drawn, said, disclaimer(locale)]
}

/// What failed, source by source, when it is tried again, and a way to try now.
pub(super) fn unavailable(
    asset: Asset,
    outage: &Outage,
    retry: impl Fn() + Send + Sync + 'static,
    locale: &Locale,
) -> Vec<Node> {
    let line = |(source, failure): &(Source, Failure)| text("failure", failure.sentence(*source, locale.texts()));
    let lines = outage.failures.iter().map(line).collect();
    let asking = outage.retry_at.is_none();
    let next = outage.retry_at.map_or_else(Cow::default, |time| in_words(time.since(now()), locale));
    let notice = html("div", &[("class", "notice"), ("part", "notice"), ("role", "alert")])
        .child(html("p", &[("class", "headline")]).text(say!(locale, "No data right now")))
        .child(html("p", &[]).text(say!(locale, "There is no score without candles, and none is invented.")))
        .child(html("div", &[("class", "failures")]).children(lines));
    let button = html("button", &[("type", "button"), ("part", "retry")])
        .flag("disabled", asking)
        .on_click(retry)
        .child(text("ask", if asking { say!(locale, "Asking…") } else { say!(locale, "Try now") }));
    vec![
        html("div", &[("class", "head")]).child(identity(asset)),
        notice,
        html("div", &[("class", "next")]).child(button).child(text("when", next)),
        disclaimer(locale),
    ]
}

fn in_words(milliseconds: i64, locale: &Locale) -> Cow<'static, str> {
    match milliseconds {
        ..15_000 => say!(locale, "Next try in a few seconds."),
        15_000..75_000 => say!(locale, "Next try within a minute."),
        _ => say!(locale, "Next try within five minutes."),
    }
}
