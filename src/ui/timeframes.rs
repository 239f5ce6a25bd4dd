//! The timeframes side by side, each a bar that grows from the middle.

use leptos::prelude::*;
use tao_conviction_core::{MtfReport, TimeframeReport};

use super::format::{Locale, Numbers};

pub(super) fn timeframes(mtf: &MtfReport, locale: &Locale) -> impl IntoView + use<> {
    let items = mtf.timeframes.iter().map(|report| timeframe(report, locale)).collect_view();
    view! { <ul class="timeframes">{items}</ul> }
}

fn timeframe(report: &TimeframeReport, locale: &Locale) -> impl IntoView + use<> {
    let name = report.timeframe.name();
    let tone = match report.reading {
        Some(reading) if reading >= 0.10 => "bull",
        Some(reading) if reading <= -0.10 => "bear",
        Some(_) => "flat",
        None => "unknown",
    };
    let number = report.reading.map_or_else(|| "–".to_owned(), |reading| locale.signed(100.0 * reading, 0));
    let caption = match report.rsi14.filter(|_| report.ready) {
        Some(rsi) => format!("RSI {}", locale.plain(rsi, 0)),
        None => "warming up".to_owned(),
    };
    // In a box of 2000 units: whole numbers are fine enough, and need no float formatting.
    #[expect(clippy::cast_possible_truncation, reason = "−1000 … 1000")]
    let width = (1000.0 * report.reading.unwrap_or(0.0)) as i32;
    view! {
        <li class="timeframe" part="timeframe" data-timeframe=name data-tone=tone title=report.reason.clone()>
            <span class="label">{name}</span>
            <svg viewBox="0 0 2000 60" preserveAspectRatio="none" class="bar" aria-hidden="true">
                <rect width="2000" height="60" class="track" />
                <rect height="60" class="fill" x=(1000 + width.min(0)).to_string() width=width.abs().to_string() />
                <path d="M1000 0V60" class="middle" />
            </svg>
            <b class="number" part="reading">{number}</b>
            <span class="caption">{caption}</span>
        </li>
    }
}
