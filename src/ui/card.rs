//! The card: the answer in a second, the reason in five.

use leptos::prelude::*;

use super::format::{Locale, Numbers};
use super::gauge::gauge;
use super::setup::setup;
use super::sparkline::sparkline;
use super::status::status;
use super::text;
use super::timeframes::timeframes;
use super::words;
use crate::engine::Snapshot;
use crate::market::{Asset, Source};

/// The face of a widget that has candles.
pub(super) fn card(snapshot: &Snapshot, locale: &Locale) -> impl IntoView + use<> {
    let (assessment, source) = (&snapshot.assessment, snapshot.source);
    let pair = format!("{}/{} · {}", snapshot.asset.symbol(), source.quote(), source.name());
    let banner = if source == Source::Sample { "Simulated data, not a market" } else { "" };
    let price = assessment.price.map(|price| locale.price(price));
    view! {
        {text("banner", banner)}
        <div class="head">
            {identity(snapshot.asset)}
            <div class="money" title=pair>
                {text("price", price.unwrap_or_default())}
                {change(snapshot.change_24h, locale)}
            </div>
        </div>
        {gauge(assessment, locale)}
        {text("mtf", words::mtf(assessment, locale))}
        {setup(assessment, locale)}
        {timeframes(&assessment.mtf, locale)}
        {sparkline(&snapshot.spark)}
        {text("reason", words::reason(assessment, locale))}
        {status(snapshot, locale)}
        <div role="status">{text("only-heard", words::summary(assessment, locale))}</div>
    }
}

/// Symbol and name of the asset, with its coin.
pub(super) fn identity(asset: Asset) -> impl IntoView {
    let coin = if asset == Asset::default() { "τ" } else { asset.symbol().get(..1).unwrap_or_default() };
    view! {
        <div class="who">
            <i aria-hidden="true">{text("coin", coin)}</i>
            <div>{text("symbol", asset.symbol())} {text("name", asset.name())}</div>
        </div>
    }
}

fn change(change: Option<f64>, locale: &Locale) -> impl IntoView + use<> {
    let (tone, arrow) = match change {
        Some(change) if change > 0.0 => ("bull", "▲ "),
        Some(change) if change < 0.0 => ("bear", "▼ "),
        _ => ("flat", ""),
    };
    let percent = change.map(|change| format!("{} % ", locale.signed(100.0 * change, 2)));
    view! {
        <div data-tone=tone>
            <i aria-hidden="true">{text("arrow", arrow)}</i>
            {text("change", percent.unwrap_or_default())}
            <span class="faint">"24 h"</span>
        </div>
    }
}
