//! The gauge: an arc from −100 to +100 whose fill starts at zero, with the number and its word inside.

use leptos::prelude::*;

use super::card::Shown;
use super::format::Numbers;
use super::words;

/// Half a circle of radius 112 around (140, 132), from −100 on the left over 0 at the top to +100 on the right.
const ARC: &str = "M28 132A112 112 0 0 1 252 132";

pub(super) fn gauge(shown: Shown) -> impl IntoView {
    let locale = shown.locale;
    let conviction = Memo::new(move |_| shown.with(|snapshot| snapshot.assessment.conviction));
    let text = move || conviction.get().map_or_else(|| "?".to_owned(), |score| locale.signed(score, 0));
    let verdict = move || shown.with(|snapshot| words::verdict(snapshot.assessment.verdict));
    // A tenth of a point is finer than a pixel, and whole numbers need no float formatting in the wasm.
    let tenths = move || {
        #[expect(clippy::cast_possible_truncation, reason = "−1000 … 1000")]
        let tenths = (10.0 * conviction.get().unwrap_or(0.0)) as i32;
        tenths.clamp(-1000, 1000)
    };
    let dashes = move || {
        let value = tenths();
        format!("0 {} {} 3000", 1000 + value.min(0), value.abs())
    };
    let turn = move || format!("rotate(calc({} * 0.09deg))", tenths());
    let label = move || format!("Conviction {} on a scale from minus 100 to plus 100", text());
    view! {
        <div class="dial">
            <svg viewBox="0 0 280 140" class="gauge" role="img" aria-label=label part="gauge">
                <path d=ARC class="track" />
                <path d=ARC class="fill" pathLength="2000" stroke-dasharray=dashes />
                <path d="M140 17V36" class="zero" />
                {[-40, -15, 15, 40].map(tick).collect_view()}
                {move || conviction.get().map(|_| view! { <circle cx="140" cy="20" r="7" class="knob" style:transform=turn /> })}
            </svg>
            <span class="end low" aria-hidden="true">"−100"</span>
            <span class="end high" aria-hidden="true">"+100"</span>
            <div class="read">
                <strong class="score" part="score">{text}</strong>
                <span class="verdict" part="verdict">
                    <span aria-hidden="true">{move || arrow(conviction.get())}</span>
                    {verdict}
                </span>
            </div>
        </div>
    }
}

/// A mark on the inner side of the arc where a verdict changes.
fn tick(value: i32) -> impl IntoView {
    let turn = format!("rotate({} 140 132)", f64_tenths(value * 9));
    view! { <path d="M140 30V36" class="tick" transform=turn /> }
}

/// A tenth of `tenths` as decimal text.
fn f64_tenths(tenths: i32) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

fn arrow(conviction: Option<f64>) -> &'static str {
    match conviction {
        Some(score) if score >= 15.0 => "▲ ",
        Some(score) if score <= -15.0 => "▼ ",
        _ => "",
    }
}
