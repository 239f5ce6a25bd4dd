//! The two faces without a score: loading, and nothing could be had.

use leptos::prelude::*;

use super::card::identity;
use super::status::disclaimer;
use super::text;
use crate::engine::Outage;
use crate::market::{Asset, Failure, Source, now};

/// Grey shapes in the places where the numbers will stand. Nothing in them varies, so they are a single piece of markup.
pub(super) fn skeleton() -> impl IntoView {
    view! {
        <div class="skeleton">
            <div class="head"><i class="coin"></i><i class="bone"></i></div>
            <div class="dial">
                <svg viewBox="0 0 280 140" class="gauge" aria-hidden="true">
                    <path d="M28 132A112 112 0 0 1 252 132" class="track"></path>
                </svg>
            </div>
            <i class="bone center"></i>
            <i class="bone block"></i>
            <i class="bone block low"></i>
            <p role="status">"Fetching candles…"</p>
        </div>
        {disclaimer()}
    }
}

/// What failed, source by source, when it is tried again, and a way to try now.
pub(super) fn unavailable<R: Fn() + 'static>(asset: Asset, outage: &Outage, retry: R) -> impl IntoView + use<R> {
    let line = |(source, failure): &(Source, Failure)| text("failure", format!("{} {failure}.", source.name()));
    let lines = outage.failures.iter().map(line).collect_view();
    let asking = outage.retry_at.is_none();
    let next = outage.retry_at.map_or("", |time| in_words(time.since(now())));
    view! {
        <div class="head">{identity(asset)}</div>
        <div class="notice" part="notice" role="alert">
            <p class="headline">"No data right now"</p>
            <p>"There is no score without candles, and none is invented."</p>
            <div class="failures">{lines}</div>
        </div>
        <div class="next">
            <button type="button" part="retry" disabled=asking on:click=move |_| retry()>
                {text("ask", if asking { "Asking…" } else { "Try now" })}
            </button>
            {text("when", next)}
        </div>
        {disclaimer()}
    }
}

fn in_words(milliseconds: i64) -> &'static str {
    match milliseconds {
        ..15_000 => "Next try in a few seconds.",
        15_000..75_000 => "Next try within a minute.",
        _ => "Next try within five minutes.",
    }
}
