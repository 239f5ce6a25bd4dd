//! The standalone page around the widget. It uses the same `<tao-conviction>` element as any blog; what it adds is a
//! theme switch, settings from the query, and simulated data for those who can reach no exchange.
//!
//! The page itself is `index.html`; here are only its three behaviours, by plain DOM calls: the same wasm serves every
//! embed, where there is no page of ours and nothing is done.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Document, Element, HtmlElement};

use crate::config::Config;

/// Gives the standalone page its behaviours; does nothing on any other page.
pub fn start_page() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let on_our_page = document.document_element().is_some_and(|root| root.has_attribute("data-tao-conviction-page"));
    let Some(live) = document.get_element_by_id("live").filter(|_| on_our_page) else { return };
    settings_from_query(&document, &live);
    theme_switch(&document, &live);
    offer_sample(&document, &live);
}

/// `?sources=kraken&theme=dark` sets the same attributes as the element has; the element itself judges the values.
fn settings_from_query(document: &Document, live: &Element) {
    let query = document.location().and_then(|location| location.search().ok()).unwrap_or_default();
    for (name, value) in query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('=')) {
        if Config::ATTRIBUTES.contains(&name)
            && let Ok(value) = js_sys::decode_uri_component(value)
        {
            set(live, name, &String::from(value));
        }
    }
}

fn set(element: &Element, attribute: &str, value: &str) {
    // The names are fixed ones, which every element takes.
    let _ = element.set_attribute(attribute, value);
}

fn listen(element: &Element, event: &str, heard: impl Fn() + 'static) {
    let heard = Closure::<dyn Fn()>::new(heard);
    // Element and listener live as long as the page does.
    let _ = element.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
    heard.forget();
}

/// The three buttons of `#theme` set the theme of the page and of the widgets on it.
fn theme_switch(document: &Document, live: &Element) {
    let Some(buttons) = document.get_element_by_id("theme").map(|group| group.children()) else { return };
    let widgets = document.get_elements_by_tag_name("tao-conviction");
    let Some(page) = document.document_element() else { return };
    let all: Vec<Element> = (0..buttons.length()).filter_map(|index| buttons.item(index)).collect();
    let choose = move |theme: &str| {
        for index in 0..buttons.length() {
            if let Some(button) = buttons.item(index) {
                let chosen = button.get_attribute("value").as_deref() == Some(theme);
                set(&button, "aria-pressed", if chosen { "true" } else { "false" });
            }
        }
        (0..widgets.length()).filter_map(|index| widgets.item(index)).for_each(|widget| set(&widget, "theme", theme));
        set(&page, "data-theme", theme);
    };
    if let Some(theme) = live.get_attribute("theme") {
        choose(&theme);
    }
    for button in all {
        let (choose, theme) = (choose.clone(), button.get_attribute("value").unwrap_or_default());
        listen(&button, "click", move || choose(&theme));
    }
}

/// Shows simulated candles under their banner while no exchange can be reached. The live widget keeps saying what is
/// wrong, and an embed never shows them unless it is told to.
fn offer_sample(document: &Document, live: &Element) {
    let section = document.get_element_by_id("sample").and_then(|section| section.dyn_into::<HtmlElement>().ok());
    let Some(section) = section else { return };
    let offered = section.clone();
    // A hidden element is never near the viewport, so its widget loads nothing before it is shown.
    listen(live, "tao-error", move || offered.set_hidden(false));
    listen(live, "tao-update", move || section.set_hidden(true));
}
