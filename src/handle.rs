//! The JavaScript side: mounts a widget into an element and hands out a handle to it.

use core::any::Any;

use leptos::mount::mount_to;
use leptos::prelude::{ArcRwSignal, Update};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, ShadowRoot};

use crate::config::Config;
use crate::ui::{self, CurrentFeed};

/// A mounted widget. `free()` takes it away, with its requests and timers.
#[wasm_bindgen]
pub struct Handle {
    config: ArcRwSignal<Config>,
    feed: CurrentFeed,
    /// Dropping it unmounts.
    _widget: Box<dyn Any>,
}

/// Mounts a widget into `element`, which should be empty; `config` holds attributes as text, e.g.
/// `{symbol: "TAO", theme: "dark"}`. Events (`tao-ready`, `tao-update`, `tao-error`) are dispatched on the host of the
/// shadow root that `element` is in, or on `element` itself.
#[wasm_bindgen]
pub fn mount(element: HtmlElement, config: &JsValue) -> Handle {
    let mut settings = Config::default();
    for attribute in Config::ATTRIBUTES {
        let value = js_sys::Reflect::get(config, &attribute.into()).ok().and_then(|value| value.as_string());
        apply(&mut settings, attribute, value.as_deref());
    }
    let root = element.get_root_node();
    let host: Element = root.dyn_ref::<ShadowRoot>().map_or_else(|| element.clone().into(), ShadowRoot::host);
    ui::adopt_styles(&root);
    let feed = CurrentFeed::new(&settings);
    let config = ArcRwSignal::new(settings);
    let (for_widget, feed_for_widget) = (config.clone(), feed.clone());
    let widget = mount_to(element, move || ui::widget(for_widget, feed_for_widget, host));
    Handle { config, feed, _widget: Box::new(widget) }
}

#[wasm_bindgen]
impl Handle {
    /// Sets an attribute, or with `undefined` its default.
    pub fn set(&self, attribute: &str, value: Option<String>) {
        self.config.update(|config| apply(config, attribute, value.as_deref()));
    }

    /// Asks the sources now.
    pub fn refresh(&self) {
        self.feed.refresh();
    }
}

fn apply(config: &mut Config, attribute: &str, value: Option<&str>) {
    if let Err(rejected) = config.set(attribute, value) {
        web_sys::console::warn_1(&rejected.to_string().into());
    }
}

/// The version of this build.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
