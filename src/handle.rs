//! The JavaScript side: mounts a widget into an element and hands out a handle to it.

use core::any::Any;
use std::sync::Arc;

use leptos::mount::mount_to;
use leptos::prelude::{ArcRwSignal, Update};
#[cfg(feature = "panel")]
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, ShadowRoot};

#[cfg(not(feature = "panel"))]
use crate::catalysts::fetch_parts_by;
use crate::config::Config;
use crate::engine::View;
use crate::texts::Texts;
use crate::ui::{self, CurrentFeed};

/// A mounted widget. `free()` takes it away, with its requests and timers.
#[wasm_bindgen]
pub struct Handle {
    config: ArcRwSignal<Arc<Config>>,
    feed: CurrentFeed,
    view: View,
    #[cfg(feature = "panel")]
    _workings: Workings,
    /// Dropping it unmounts.
    _widget: Box<dyn Any>,
}

/// Mounts a widget into `element`, which should be empty; `config` holds attributes as text, e.g.
/// `{symbol: "TAO", theme: "dark"}`, and as `fetch` the loader's function that resolves to a part of the widget by its
/// file's name, started: without it a card has no catalysts. `lang` and `texts` are as in [`Handle::speak`]. Events (`tao-ready`, `tao-update`, `tao-error`) are
/// dispatched on the host of the shadow root that `element` is in, or on `element` itself.
#[wasm_bindgen]
pub fn mount(element: HtmlElement, config: &JsValue) -> Handle {
    let mut settings = Config::default();
    #[cfg(not(feature = "panel"))]
    if let Some(fetch) = js_sys::Reflect::get(config, &"fetch".into()).ok().and_then(|fetch| fetch.dyn_into().ok()) {
        fetch_parts_by(fetch);
    }
    let given = |name: &str| js_sys::Reflect::get(config, &name.into()).ok().and_then(|value| value.as_string());
    for attribute in Config::ATTRIBUTES {
        apply(&mut settings, attribute, given(attribute).as_deref());
    }
    speak(&mut settings, given("lang"), given("texts"));
    let root = element.get_root_node();
    let host: Element = root.dyn_ref::<ShadowRoot>().map_or_else(|| element.clone().into(), ShadowRoot::host);
    ui::adopt_styles(&root);
    let feed = CurrentFeed::new(&settings);
    #[cfg(feature = "panel")]
    let workings = Workings::show(&host, &feed);
    let config = ArcRwSignal::new(Arc::new(settings));
    let (for_widget, feed_for_widget) = (config.clone(), feed.clone());
    let widget = mount_to(element, move || ui::widget(for_widget, feed_for_widget, host));
    Handle {
        config,
        feed,
        view: View::new(),
        #[cfg(feature = "panel")]
        _workings: workings,
        _widget: Box::new(widget),
    }
}

/// The property `workings` of a panel's element: what its figures were computed from, as core's `Workings` has it, or
/// null. The loader knows nothing of it, since every reader of a card would pay for that.
#[cfg(feature = "panel")]
struct Workings(Element, #[expect(dead_code, reason = "kept as long as it may be asked")] Closure<dyn Fn() -> JsValue>);

#[cfg(feature = "panel")]
const WORKINGS: &str = "workings";

#[cfg(feature = "panel")]
impl Workings {
    fn show(host: &Element, feed: &CurrentFeed) -> Self {
        let feed = feed.clone();
        let get = Closure::<dyn Fn() -> JsValue>::new(move || feed.workings());
        let described = js_sys::Object::new();
        for (name, value) in [("get", get.as_ref()), ("configurable", &JsValue::TRUE)] {
            // A plain object takes any property.
            let _ = js_sys::Reflect::set(&described, &name.into(), value);
        }
        // Refused only where the page itself has taken the name.
        let _ = js_sys::Reflect::define_property(host, &WORKINGS.into(), &described);
        Self(host.clone(), get)
    }
}

#[cfg(feature = "panel")]
impl Drop for Workings {
    fn drop(&mut self) {
        let _ = js_sys::Reflect::delete_property(&self.0, &WORKINGS.into());
    }
}

#[wasm_bindgen]
impl Handle {
    /// Sets an attribute, or with `undefined` its default.
    pub fn set(&self, attribute: &str, value: Option<String>) {
        self.config.update(|config| apply(Arc::make_mut(config), attribute, value.as_deref()));
    }

    /// Speaks as the page around it does: `lang` is its language, for numbers and dates where no `locale` was set before,
    /// and `texts` is what the files of `locale/` say, else English is spoken.
    pub fn speak(&self, lang: Option<String>, texts: Option<String>) {
        self.config.update(|config| speak(Arc::make_mut(config), lang, texts));
    }

    /// Whether the widget is in view or near it: a page without one that is asks for nothing.
    pub fn seen(&self, seen: bool) {
        self.view.set(seen);
    }

    /// Asks the sources now.
    pub fn refresh(&self) {
        self.feed.refresh();
    }
}

fn speak(config: &mut Config, lang: Option<String>, texts: Option<String>) {
    config.locale = config.locale.take().or(lang);
    config.texts = texts.and_then(Texts::read).map(Arc::new);
}

fn apply(config: &mut Config, attribute: &str, value: Option<&str>) {
    if let Err(rejected) = config.set(attribute, value) {
        web_sys::console::warn_1(&rejected.into());
    }
}

/// Goes on asking the sources while the page is hidden or no widget is in view, or stops that: for a page whose reader
/// wants to be notified.
#[cfg(feature = "panel")]
#[wasm_bindgen]
pub fn awake(on: bool) {
    crate::engine::stay_awake(on);
}

/// The version of this build.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::*;
    use js_sys::{JSON, Reflect};
    use leptos::prelude::document;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    fn place() -> HtmlElement {
        let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&place).unwrap();
        place
    }

    fn config(json: &str) -> JsValue {
        JSON::parse(json).unwrap()
    }

    /// Lets effects and microtasks run.
    async fn tick() {
        gloo_timers::future::TimeoutFuture::new(20).await;
    }

    fn attribute(place: &HtmlElement, name: &str) -> Option<String> {
        place.query_selector(".tao").unwrap()?.get_attribute(name)
    }

    // A proxy where nothing listens: the widget has to start without any network.
    const NOWHERE: &str = r#"{"proxy":"http://127.0.0.1:9","theme":"dark"}"#;

    #[wasm_bindgen_test]
    async fn shows_the_skeleton_at_once_and_then_why_there_is_no_score() {
        let place = place();
        let handle = mount(place.clone(), &config(NOWHERE));
        assert_eq!(attribute(&place, "data-state").as_deref(), Some("loading"));
        while attribute(&place, "data-state").as_deref() == Some("loading") {
            tick().await;
        }
        assert_eq!(attribute(&place, "data-state").as_deref(), Some("unavailable"));
        let text = place.text_content().unwrap();
        assert!(
            text.contains("Binance could not be reached") && text.contains("Kraken could not be reached"),
            "{text}"
        );
        drop(handle);
        place.remove();
    }

    #[wasm_bindgen_test]
    async fn settings_change_while_it_is_shown_and_dropping_the_handle_takes_it_away() {
        let place = place();
        let handle = mount(place.clone(), &config(NOWHERE));
        assert_eq!(attribute(&place, "data-theme").as_deref(), Some("dark"));
        handle.set("theme", Some("light".to_owned()));
        handle.set("symbol", Some("btc".to_owned()));
        tick().await;
        assert_eq!(attribute(&place, "data-theme").as_deref(), Some("light"));
        assert_eq!(attribute(&place, "aria-label").as_deref(), Some("BTC conviction"));
        handle.set("theme", None);
        tick().await;
        assert_eq!(attribute(&place, "data-theme").as_deref(), Some("auto"));
        drop(handle);
        tick().await;
        assert_eq!(place.child_element_count(), 0);
        place.remove();
    }

    #[wasm_bindgen_test]
    fn styles_are_adopted_once_by_each_root() {
        let places = [place(), place()];
        let handles = places.clone().map(|place| mount(place, &config(NOWHERE)));
        let adopted = Reflect::get(&document(), &"adoptedStyleSheets".into()).unwrap();
        let sheets: js_sys::Array = adopted.unchecked_into();
        assert_eq!(sheets.length(), 1);
        drop(handles);
        places.iter().for_each(|place| place.remove());
    }
}
