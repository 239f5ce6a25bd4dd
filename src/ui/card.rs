//! The card: the answer in a second, the reason in five.

use std::sync::Arc;

use leptos::prelude::*;

use super::format::{Locale, Numbers};
use super::gauge::gauge;
use super::setup::setup;
use super::sparkline::sparkline;
use super::status::status;
use super::timeframes::timeframes;
use super::words;
use crate::engine::{FeedState, Snapshot};
use crate::market::{Asset, Source};

/// What the card's parts read: the snapshot that is shown, and through it whatever each part draws.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    state: Memo<FeedState>,
    pub(super) locale: Locale,
}

impl Shown {
    /// Something of the snapshot; its default in the moment in which the card is being taken away.
    pub(super) fn with<T: Default>(self, read: impl FnOnce(&Snapshot) -> T) -> T {
        self.state.with(|state| match state {
            FeedState::Ready(snapshot) => read(snapshot),
            _ => T::default(),
        })
    }
}

/// The face of a widget that has candles.
pub(super) fn card(state: Memo<FeedState>, locale: Locale, tick: Signal<()>) -> impl IntoView {
    let shown = Shown { state, locale };
    let asset = Memo::new(move |_| shown.with(|snapshot| snapshot.asset));
    let price = move || shown.with(|snapshot| snapshot.assessment.price.map(|price| locale.price(price)));
    let pair = move || {
        shown.with(|snapshot| {
            let source = snapshot.source;
            format!("{}/{} · {}", snapshot.asset.symbol(), source.quote(), source.name())
        })
    };
    let change = Memo::new(move |_| shown.with(|snapshot| snapshot.change_24h));
    let summary = move || shown.with(|snapshot| words::summary(&snapshot.assessment, &locale));
    let reason = move || shown.with(|snapshot| words::reason(&snapshot.assessment, &locale));
    let mtf = move || shown.with(|snapshot| words::mtf(&snapshot.assessment, &locale));
    let simulated = Memo::new(move |_| shown.with(|snapshot| snapshot.source == Source::Sample));
    view! {
        {move || simulated.get().then(|| view! { <p class="banner" part="banner">"Simulated data, not a market"</p> })}
        <header class="head">
            {move || identity(asset.get())}
            <div class="money" title=pair>
                <span class="price" part="price">{price}</span>
                <span class="change" part="change" data-tone=move || direction(change.get())>
                    {move || change.get().map(|change| change_words(locale, change))}
                </span>
            </div>
        </header>
        {gauge(shown)}
        <p class="mtf" part="mtf">{mtf}</p>
        {setup(shown)}
        {timeframes(shown)}
        {sparkline(shown)}
        <p class="reason" part="reason">{reason}</p>
        {status(shown, tick)}
        <p class="only-heard" role="status">{summary}</p>
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

fn direction(change: Option<f64>) -> &'static str {
    match change {
        Some(change) if change > 0.0 => "bull",
        Some(change) if change < 0.0 => "bear",
        _ => "flat",
    }
}

fn change_words(locale: Locale, change: f64) -> impl IntoView {
    let arrow = match direction(Some(change)) {
        "bull" => "▲",
        "bear" => "▼",
        _ => "",
    };
    let text: Arc<str> = format!("{} %", locale.signed(100.0 * change, 2)).into();
    view! {
        <span aria-hidden="true">{arrow}</span>
        " "
        {text}
        " "
        <span class="faint">"24 h"</span>
    }
}
