//! The standalone page around the widget. It uses the same `<tao-conviction>` element as any blog; what it adds is a
//! theme switch, settings from the query, and simulated data for those who can reach no exchange.
//!
//! The same wasm serves every embed, where there is no page of ours and `main` does nothing.

use leptos::mount::mount_to;
use leptos::prelude::*;
use tao_conviction as _; // exports `mount` to the loader
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlElement};

fn main() {
    let on_our_page = document().document_element().is_some_and(|root| root.has_attribute("data-tao-conviction-page"));
    let Some(live) = find("live").filter(|_| on_our_page) else { return };
    settings_from_query(&live);
    if let Some(place) = find("theme") {
        mount_to(place, theme_switch).forget();
    }
    if let Some(place) = find("sample") {
        let section = place.clone();
        mount_to(place, move || sample(&live, section)).forget();
    }
}

fn find(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// `?sources=kraken&theme=dark` sets the same attributes as the element has; the element itself judges the values.
fn settings_from_query(live: &Element) {
    let Ok(query) = window().location().search() else { return };
    let Ok(parameters) = web_sys::UrlSearchParams::new_with_str(&query) else { return };
    for attribute in ["symbol", "theme", "locale", "sources", "proxy"] {
        if let Some(value) = parameters.get(attribute) {
            set(live, attribute, &value);
        }
    }
}

fn set(element: &Element, attribute: &str, value: &str) {
    // The names are the fixed ones above, which every element takes.
    let _ = element.set_attribute(attribute, value);
}

const THEMES: [(&str, &str); 3] = [("auto", "Auto"), ("light", "Light"), ("dark", "Dark")];

fn theme_switch() -> impl IntoView {
    let asked = find("live").and_then(|live| live.get_attribute("theme"));
    let known = THEMES.iter().map(|(name, _)| *name).find(|name| Some(*name) == asked.as_deref());
    let theme = RwSignal::new(known.unwrap_or("auto"));
    Effect::new(move |_| {
        let page = document().document_element();
        let widgets = document().get_elements_by_tag_name("tao-conviction");
        let all = (0..widgets.length()).filter_map(|index| widgets.item(index));
        for element in all {
            set(&element, "theme", theme.get());
        }
        if let Some(page) = page {
            set(&page, "data-theme", theme.get());
        }
    });
    let button = move |(name, label): (&'static str, &'static str)| {
        view! {
            <button type="button" aria-pressed=move || (theme.get() == name).to_string() on:click=move |_| theme.set(name)>
                {label}
            </button>
        }
    };
    view! { <div class="themes" role="group" aria-label="Theme">{THEMES.map(button).collect_view()}</div> }
}

/// Offers simulated candles under a banner while no exchange can be reached. The live widget keeps saying what is
/// wrong, and an embed never shows them unless it is told to.
fn sample(live: &Element, section: HtmlElement) -> impl IntoView + use<> {
    let offline = RwSignal::new(false);
    for (name, value) in [("tao-error", true), ("tao-update", false)] {
        let heard = Closure::<dyn Fn()>::new(move || offline.set(value));
        // Both live as long as the page does.
        let _ = live.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
        heard.forget();
    }
    Effect::new(move |_| section.set_hidden(!offline.get()));
    move || {
        offline.get().then(|| {
            view! {
                <div class="simulated" data-banner="simulated" role="note">
                    <strong>"Simulated data"</strong>
                    "No exchange can be reached from here, so this is the widget on generated candles. It is not a market and says nothing about TAO. The live widget above goes on trying."
                </div>
                <tao-conviction sources="sample"></tao-conviction>
            }
        })
    }
}
