//! What is seen. A component is a function of what it is given; none of them fetches.

mod alert;
mod badge;
mod card;
mod format;
mod gauge;
mod node;
#[cfg(feature = "panel")]
mod panel;
mod setup;
mod sparkline;
mod states;
mod status;
mod timeframes;
mod words;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use serde::Serialize;
use std::borrow::Cow;
#[cfg(feature = "panel")]
use tao_conviction_core::UnixMs;
use tao_conviction_core::{Assessment, Verdict};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Element};

use crate::config::{Config, Layout};
use crate::engine::{Feed, FeedState};
use crate::texts::say;
use format::Locale;
use node::{Node, html, svg};

/// The feed that a widget shows now.
#[derive(Clone)]
pub(crate) struct CurrentFeed(Rc<RefCell<Feed>>);

impl CurrentFeed {
    pub(crate) fn new(config: &Config) -> Self {
        Self(Rc::new(RefCell::new(Feed::shared(config.symbol, &config.data))))
    }

    fn set(&self, feed: Feed) {
        // The old feed is dropped after the borrow has ended: it may be the last user of it.
        drop(self.0.replace(feed));
    }

    fn state(&self) -> ArcRwSignal<FeedState> {
        self.0.borrow().state()
    }

    pub(crate) fn refresh(&self) {
        self.0.borrow().refresh();
    }

    #[cfg(feature = "panel")]
    fn next(&self) -> UnixMs {
        self.0.borrow().next()
    }
}

/// How often "2 min ago" is written anew.
const CLOCK_TICK_MS: u32 = 30_000;

/// A whole widget: follows its settings and its feed, and tells `host` by events.
///
/// There is a single reactive closure: every component below is a plain function from data to nodes, and only what
/// differs is changed in the page. One closure for each text and attribute cost 15 KB more (brotli).
pub(crate) fn widget(config: ArcRwSignal<Arc<Config>>, feed: CurrentFeed, host: Element) -> impl IntoView {
    let source = ArcRwSignal::new(feed.state());
    let tick = ArcTrigger::new();
    let ticking = tick.clone();
    // Stopped when the widget goes, with what it stores.
    StoredValue::new_local(Interval::new(CLOCK_TICK_MS, move || ticking.notify()));
    let feed = StoredValue::new_local(feed);
    #[cfg(feature = "panel")]
    let panel = panel::Panel::new();
    let (wanted, followed) = (config.clone(), source.clone());
    // What is shown, what was announced of it, whether it has been ready, and whether what is waited for was there.
    Effect::new(move |before: Option<(Arc<Config>, FeedState, bool, bool)>| {
        let settings = wanted.get();
        let (shown, announced, was_ready, mut was_reached) =
            before.unwrap_or_else(|| (settings.clone(), FeedState::Loading, false, false));
        if shown.symbol != settings.symbol || shown.data != settings.data {
            feed.with_value(|feed| {
                feed.set(Feed::shared(settings.symbol, &settings.data));
                followed.set(feed.state());
            });
            was_reached = false;
        }
        let state = followed.get().get();
        // A setting that fetches nothing, such as the theme, is no news.
        let ready = if state.is(&announced) { was_ready } else { announce(&host, &state, was_ready) };
        if let FeedState::Ready(snapshot) = &state
            && let Some(reached) = alert::reached(&snapshot.assessment, settings.alert)
        {
            // Once, until it was no longer so.
            if reached && !was_reached {
                dispatch(&host, "tao-setup", &snapshot.assessment, snapshot.price);
            }
            was_reached = reached;
        }
        (settings, state, ready, was_reached)
    });
    move || {
        tick.track();
        let settings = config.get();
        let Config { symbol: asset, theme, layout, .. } = *settings;
        let locale = Locale::new(&settings);
        let state = source.get().get();
        let (face, name, tone) = match &state {
            FeedState::Loading => (states::skeleton(&locale), "loading", "flat"),
            FeedState::Ready(snapshot) => {
                let assessment = &snapshot.assessment;
                (
                    card::card(snapshot, settings.alert, &locale),
                    words::state(assessment.data.state),
                    tone(assessment.verdict),
                )
            }
            FeedState::Unavailable(outage) => {
                let retry = move || feed.with_value(CurrentFeed::refresh);
                (states::unavailable(asset, outage, retry, &locale), "unavailable", "flat")
            }
        };
        let face = if layout == Layout::Badge { badge::badge(asset, &state, &locale) } else { face };
        // The card's part draws a card whatever is asked: the loader brings the panel's part for a panel.
        #[cfg(feature = "panel")]
        let face = if layout == Layout::Panel {
            let next = feed.with_value(CurrentFeed::next);
            panel.around(face, &state, &settings, next, &locale)
        } else {
            face
        };
        let (language, direction) = locale.lang();
        html("section", &[("class", "tao"), ("part", "card"), ("role", "group")])
            .attr("lang", language)
            .attr("dir", direction)
            .attr("aria-label", say!(&locale, "{0} conviction", asset.symbol()))
            .attr("aria-busy", if name == "loading" { "true" } else { "false" })
            .attr("data-theme", theme.name())
            .attr("data-layout", layout.name())
            .attr("data-state", name)
            .attr("data-tone", tone)
            .children(face)
    }
}

/// A piece of text with a name: its class, and the part by which a site owner styles it.
fn text(name: &'static str, content: impl Into<Cow<'static, str>>) -> Node {
    html("span", &[]).attr("class", name).attr("part", name).text(content)
}

/// What only eyes need.
fn ornament(node: Node) -> Node {
    html("i", &[("aria-hidden", "true")]).child(node)
}

/// A line of a drawing.
fn path(name: &'static str, data: impl Into<Cow<'static, str>>) -> Node {
    svg("path", &[]).attr("class", name).attr("d", data)
}

/// Where the score points: the only thing that colour says.
const fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::StrongBullish | Verdict::Bullish => "bull",
        Verdict::StrongBearish | Verdict::Bearish => "bear",
        Verdict::Neutral | Verdict::InsufficientData => "flat",
    }
}

/// Tells the page what the widget shows: `tao-ready` once, `tao-update` each time, `tao-error` when there is nothing.
/// Returns whether it has been ready.
fn announce(host: &Element, state: &FeedState, ready: bool) -> bool {
    match state {
        FeedState::Ready(snapshot) => {
            if !ready {
                dispatch(host, "tao-ready", &snapshot.assessment, snapshot.price);
            }
            dispatch(host, "tao-update", &snapshot.assessment, snapshot.price);
            true
        }
        // Told once an outage, not again when the sources are being asked.
        FeedState::Unavailable(outage) if outage.retry_at.is_some() => {
            dispatch(host, "tao-error", &outage.assessment, None);
            ready
        }
        FeedState::Unavailable(_) | FeedState::Loading => ready,
    }
}

/// An event with the Assessment, at the price of the moment.
fn dispatch(host: &Element, name: &str, assessment: &Assessment, price: Option<f64>) {
    let json = serde_wasm_bindgen::Serializer::json_compatible();
    let detail = assessment.serialize(&json).unwrap_or(JsValue::NULL);
    // An object takes any property.
    let _ = js_sys::Reflect::set(&detail, &"price".into(), &price.map_or(JsValue::NULL, JsValue::from));
    let options = CustomEventInit::new();
    options.set_bubbles(true);
    options.set_composed(true);
    options.set_detail(&detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &options) {
        // False only says that a listener called preventDefault, which changes nothing here.
        let _ = host.dispatch_event(&event);
    }
}

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    type CSSStyleSheet;
    #[wasm_bindgen(constructor, catch)]
    fn new() -> Result<CSSStyleSheet, JsValue>;
    #[wasm_bindgen(method, catch, js_name = replaceSync)]
    fn replace_sync(this: &CSSStyleSheet, text: &str) -> Result<(), JsValue>;
}

thread_local! {
    /// One sheet for all widgets of a page.
    static STYLES: RefCell<Option<CSSStyleSheet>> = const { RefCell::new(None) };
}

/// Adopts the widget's styles in `root`, a shadow root or the document, once. Adopted sheets are the one kind that a
/// strict content security policy lets through.
pub(crate) fn adopt_styles(root: &web_sys::Node) {
    const TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/widget.css")); // packed by build.rs
    let sheet = STYLES.with_borrow_mut(|styles| {
        if styles.is_none() {
            let sheet = CSSStyleSheet::new().ok()?;
            sheet.replace_sync(TEXT).ok()?;
            *styles = Some(sheet);
        }
        styles.clone()
    });
    let (Some(sheet), Ok(adopted)) = (sheet, js_sys::Reflect::get(root, &"adoptedStyleSheets".into())) else {
        return;
    };
    let Ok(adopted) = adopted.dyn_into::<js_sys::Array>() else { return };
    if !adopted.includes(&sheet, 0) {
        adopted.push(&sheet);
    }
}
