//! The four timeframes side by side, each a bar that grows from the middle.

use leptos::prelude::*;
use tao_conviction_core::TimeframeReport;

use super::card::Shown;
use super::format::Numbers;

pub(super) fn timeframes(shown: Shown) -> impl IntoView {
    let count = Memo::new(move |_| shown.with(|snapshot| snapshot.assessment.mtf.timeframes.len()));
    view! { <ul class="timeframes">{move || (0..count.get()).map(|index| timeframe(shown, index)).collect_view()}</ul> }
}

fn timeframe(shown: Shown, index: usize) -> impl IntoView {
    let locale = shown.locale;
    let report = Memo::new(move |_| shown.with(|snapshot| snapshot.assessment.mtf.timeframes.get(index).cloned()));
    let name = move || report.with(|report| report.as_ref().map_or("", |report| report.timeframe.name()));
    let reading = Memo::new(move |_| report.with(|report| report.as_ref().and_then(|report| report.reading)));
    let tone = move || match reading.get() {
        Some(reading) if reading >= 0.10 => "bull",
        Some(reading) if reading <= -0.10 => "bear",
        Some(_) => "flat",
        None => "unknown",
    };
    let number = move || reading.get().map_or_else(|| "–".to_owned(), |reading| locale.signed(100.0 * reading, 0));
    let below = move || report.with(|report| report.as_ref().map(|report| caption(report, locale)));
    // In a box of 2000 units: whole numbers are fine enough, and need no float formatting.
    let bar = move || {
        #[expect(clippy::cast_possible_truncation, reason = "−1000 … 1000")]
        let width = (1000.0 * reading.get().unwrap_or(0.0)) as i32;
        (1000 + width.min(0), width.abs())
    };
    let title = move || report.with(|report| report.as_ref().and_then(|report| report.reason.clone()));
    view! {
        <li class="timeframe" part="timeframe" data-timeframe=name data-tone=tone title=title>
            <span class="label">{name}</span>
            <svg viewBox="0 0 2000 60" preserveAspectRatio="none" class="bar" aria-hidden="true">
                <rect width="2000" height="60" class="track" />
                <rect height="60" class="fill" x=move || bar().0.to_string() width=move || bar().1.to_string() />
                <path d="M1000 0V60" class="middle" />
            </svg>
            <b class="number" part="reading">{number}</b>
            <span class="caption">{below}</span>
        </li>
    }
}

fn caption(report: &TimeframeReport, locale: super::format::Locale) -> String {
    match report.rsi14.filter(|_| report.ready) {
        Some(rsi) => format!("RSI {}", locale.plain(rsi, 0)),
        None => "warming up".to_owned(),
    }
}
