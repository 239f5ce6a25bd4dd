//! The card: the answer in a second, the reason in five.

use leptos::prelude::*;

use super::format::{Locale, Numbers};
use super::gauge::gauge;
use super::setup::setup;
use super::sparkline::sparkline;
use super::status::status;
use super::timeframes::timeframes;
use super::words;
use crate::engine::Snapshot;
use crate::market::{Asset, Source};

/// The face of a widget that has candles.
pub(super) fn card(snapshot: &Snapshot, locale: &Locale) -> impl IntoView + use<> {
    let (assessment, source) = (&snapshot.assessment, snapshot.source);
    let pair = format!("{}/{} · {}", snapshot.asset.symbol(), source.quote(), source.name());
    let simulated = source == Source::Sample;
    view! {
        {simulated.then(|| view! { <p class="banner" part="banner">"Simulated data, not a market"</p> })}
        <header class="head">
            {identity(snapshot.asset)}
            <div class="money" title=pair>
                <span class="price" part="price">{assessment.price.map(|price| locale.price(price))}</span>
                {snapshot.change_24h.map(|change| change_words(locale, change))}
            </div>
        </header>
        {gauge(assessment, locale)}
        <p class="mtf" part="mtf">{words::mtf(assessment, locale)}</p>
        {setup(assessment, locale)}
        {timeframes(&assessment.mtf, locale)}
        {sparkline(&snapshot.spark)}
        <p class="reason" part="reason">{words::reason(assessment, locale)}</p>
        {status(snapshot, locale)}
        <p class="only-heard" role="status">{words::summary(assessment, locale)}</p>
    }
}

/// Symbol and name of the asset, with its coin.
pub(super) fn identity(asset: Asset) -> impl IntoView {
    let coin = if asset == Asset::default() { "τ" } else { asset.symbol().get(..1).unwrap_or_default() };
    view! {
        <div class="who">
            <span class="coin" aria-hidden="true">{coin}</span>
            <div>
                <span class="symbol">{asset.symbol()}</span>
                <span class="name">{asset.name()}</span>
            </div>
        </div>
    }
}

fn change_words(locale: &Locale, change: f64) -> impl IntoView + use<> {
    let (tone, arrow) = match change {
        c if c > 0.0 => ("bull", "▲ "),
        c if c < 0.0 => ("bear", "▼ "),
        _ => ("flat", ""),
    };
    view! {
        <span class="change" part="change" data-tone=tone>
            <span aria-hidden="true">{arrow}</span>
            {format!("{} % ", locale.signed(100.0 * change, 2))}
            <span class="faint">"24 h"</span>
        </span>
    }
}
