//! The gauge: an arc from −100 to +100 whose fill starts at zero, with the number and its word inside.

use leptos::prelude::*;
use tao_conviction_core::Assessment;

use super::format::Locale;
use super::{text, words};

/// The gauge of an assessment. Half a circle of radius 112 around (140, 132), from −100 on the left over 0 at the top
/// to +100 on the right; marks where a verdict changes.
pub(super) fn gauge(assessment: &Assessment, locale: &Locale) -> impl IntoView + use<> {
    let conviction = assessment.conviction;
    let score = words::score(conviction, locale);
    // A tenth of a point is finer than a pixel, and whole numbers need no float formatting in the wasm.
    #[expect(clippy::cast_possible_truncation, reason = "−1000 … 1000")]
    let tenths = ((10.0 * conviction.unwrap_or(0.0)) as i32).clamp(-1000, 1000);
    // The arc is 2000 units long. The knob is a dash of no length with round caps, so that it moves as the fill does;
    // without a score it lies before the beginning.
    let fill = arc("fill", tenths.abs(), 1000 + tenths.min(0));
    let knob = |class| arc(class, 0, if conviction.is_some() { 1000 + tenths } else { -500 });
    let label = format!("Conviction {score} on a scale from minus 100 to plus 100");
    let arrow = match conviction {
        Some(score) if score >= 15.0 => "▲ ",
        Some(score) if score <= -15.0 => "▼ ",
        _ => "",
    };
    view! {
        <div class="dial">
            <svg viewBox="0 0 280 140" class="gauge" role="img" aria-label=label part="gauge">
                <path d="M28 132A112 112 0 0 1 252 132" class="track" />
                {fill}
                <path d="M140 17V36" class="zero" />
                <g class="tick">
                    <path d="M140 30V36" transform="rotate(-36 140 132)" />
                    <path d="M140 30V36" transform="rotate(-13.5 140 132)" />
                    <path d="M140 30V36" transform="rotate(13.5 140 132)" />
                    <path d="M140 30V36" transform="rotate(36 140 132)" />
                </g>
                {knob("knob")}
                {knob("knob hole")}
            </svg>
            <span class="end low" aria-hidden="true">"−100"</span>
            <span class="end high" aria-hidden="true">"+100"</span>
            <div class="read">
                {text("score", score)}
                <div>
                    <i aria-hidden="true">{text("arrow", arrow)}</i>
                    {text("verdict", words::verdict(assessment.verdict))}
                </div>
            </div>
        </div>
    }
}

/// One dash on the arc: so long, from there on. The arc is drawn in two pieces that meet away from the top, where every
/// fill begins: Chromium draws a stray cap where a dash begins exactly on a joint.
fn arc(class: &'static str, length: i32, from: i32) -> impl IntoView {
    let (dashes, offset) = (format!("{length} 3000"), (-from).to_string());
    view! {
        <path
            d="M28 132A112 112 0 0 1 84 35A112 112 0 0 1 252 132"
            pathLength="2000"
            class=class
            stroke-dasharray=dashes
            stroke-dashoffset=offset
        />
    }
}
