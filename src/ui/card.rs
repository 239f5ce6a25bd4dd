//! The card: the answer in a second, the reason in five.

use super::format::{Locale, Numbers};
use super::gauge::gauge;
use super::node::{Node, html};
use super::setup::setup;
use super::sparkline::sparkline;
use super::status::{disclaimer, status};
use super::timeframes::timeframes;
use super::words;
use super::{ornament, text};
use crate::engine::Snapshot;
use crate::market::{Asset, Source};
use crate::texts::say;

/// The face of a widget that has candles. `alert` is the level at which readers may be told.
pub(super) fn card(snapshot: &Snapshot, alert: Option<f64>, locale: &Locale) -> Vec<Node> {
    let (assessment, source) = (&snapshot.assessment, snapshot.source);
    let pair = format!("{}/{} · {}", snapshot.asset.symbol(), source.quote(), source.name());
    let banner = if source == Source::Sample { say!(locale, "Simulated data, not a market") } else { "".into() };
    let price = snapshot.price.map(|price| locale.price(price));
    let money = html("div", &[("class", "money")])
        .attr("title", pair)
        .child(text("price", price.unwrap_or_default()))
        .child(change(snapshot.change_24h, locale));
    vec![
        text("banner", banner),
        html("div", &[("class", "head")]).child(identity(snapshot.asset)).child(money),
        gauge(assessment, locale),
        text("mtf", words::mtf(assessment, locale)),
        setup(assessment, alert, locale),
        timeframes(&assessment.mtf, locale),
        sparkline(&snapshot.spark, locale),
        text("reason", words::reason(assessment, locale)),
        status(snapshot, locale),
        disclaimer(locale),
        html("div", &[("role", "status")]).child(text("only-heard", words::summary(assessment, locale))),
    ]
}

/// Symbol and name of the asset, with its coin.
pub(super) fn identity(asset: Asset) -> Node {
    let coin = if asset == Asset::default() { "τ" } else { asset.symbol().get(..1).unwrap_or_default() };
    let name = html("div", &[]).child(text("symbol", asset.symbol())).child(text("name", asset.name()));
    html("div", &[("class", "who")]).child(ornament(text("coin", coin))).child(name)
}

pub(super) fn change(change: Option<f64>, locale: &Locale) -> Node {
    let (tone, arrow) = match change {
        Some(change) if change > 0.0 => ("bull", "▲ "),
        Some(change) if change < 0.0 => ("bear", "▼ "),
        _ => ("flat", ""),
    };
    let percent = change.map(|change| say!(locale, "{0} % ", locale.signed(100.0 * change, 2)));
    html("div", &[])
        .attr("data-tone", tone)
        .child(ornament(text("arrow", arrow)))
        .child(text("change", percent.unwrap_or_default()))
        .child(html("span", &[("class", "faint")]).text(say!(locale, "24 h")))
}
