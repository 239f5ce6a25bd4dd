//! The two faces without a score: loading, and nothing could be had.

use leptos::prelude::*;

use super::card::identity;
use super::status::disclaimer;
use crate::engine::Outage;
use crate::market::{Asset, Source, now};

/// Grey shapes in the places where the numbers will stand.
pub(super) fn skeleton(asset: Asset) -> impl IntoView {
    view! {
        <header class="head">{identity(asset)} <span class="bone short"></span></header>
        <div class="dial">
            <svg viewBox="0 0 280 140" class="gauge" aria-hidden="true">
                <path d="M28 132A112 112 0 0 1 252 132" class="track" />
            </svg>
            <div class="read"><span class="bone"></span></div>
        </div>
        <p class="mtf"><span class="bone wide"></span></p>
        <p class="setup"><span class="bone"></span></p>
        <p class="reason" role="status">"Fetching candles…"</p>
        {disclaimer()}
    }
}

/// What failed, source by source, when it is tried again, and a way to try now.
pub(super) fn unavailable<R: Fn() + 'static>(asset: Asset, outage: &Outage, retry: R) -> impl IntoView + use<R> {
    let lines = outage.failures.iter().map(|(source, failure)| line(*source, failure.to_string())).collect_view();
    let asking = outage.retry_at.is_none();
    let next = outage.retry_at.map_or("", |time| in_words(time.since(now())));
    view! {
        <header class="head">{identity(asset)}</header>
        <div class="notice" part="notice" role="alert">
            <p class="headline">"No data right now"</p>
            <p>"There is no score without candles, and none is invented."</p>
            <ul>{lines}</ul>
        </div>
        <p class="next">
            <button type="button" part="retry" disabled=asking on:click=move |_| retry()>
                {if asking { "Asking…" } else { "Try now" }}
            </button>
            <span>{next}</span>
        </p>
        {disclaimer()}
    }
}

fn line(source: Source, reason: String) -> impl IntoView {
    view! {
        <li>
            <b>{source.name()}</b>
            " "
            {reason}
        </li>
    }
}

fn in_words(milliseconds: i64) -> &'static str {
    match milliseconds {
        ..15_000 => "Next try in a few seconds.",
        15_000..75_000 => "Next try within a minute.",
        _ => "Next try within five minutes.",
    }
}
