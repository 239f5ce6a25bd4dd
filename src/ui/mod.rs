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
#[cfg(feature = "panel")]
mod watchlist;
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
#[cfg(feature = "panel")]
use crate::engine::{Progress, Watch};
use crate::texts::say;
use format::Locale;
use node::{Node, html, svg};

/// The feed that a widget shows now, and those of a watchlist.
#[derive(Clone)]
pub(crate) struct CurrentFeed(Rc<RefCell<Feed>>, #[cfg(feature = "panel")] Rc<RefCell<Watch>>);

impl CurrentFeed {
    pub(crate) fn new(config: &Config) -> Self {
        Self(
            Rc::new(RefCell::new(begun(config))),
            #[cfg(feature = "panel")]
            Rc::default(),
        )
    }

    fn set(&self, feed: Feed) {
        // The old feed is dropped after the borrow has ended: it may be the last user of it.
        drop(self.0.replace(feed));
    }

    /// What is known of the assets of a watchlist, and how far it has come.
    #[cfg(feature = "panel")]
    fn rows(&self) -> (Vec<watchlist::Row>, Progress) {
        // Let go of before anything is told: whoever listens may change a setting.
        let (rows, progress) = (self.1.borrow().rows(), self.1.borrow().progress());
        (rows.into_iter().map(|(asset, state)| (asset, state.map(|state| state.get()))).collect(), progress)
    }

    fn state(&self) -> ArcRwSignal<FeedState> {
        self.0.borrow().state()
    }

    pub(crate) fn refresh(&self) {
        self.0.borrow().refresh();
        #[cfg(feature = "panel")]
        self.1.borrow().refresh();
    }

    #[cfg(feature = "panel")]
    pub(crate) fn workings(&self) -> JsValue {
        let FeedState::Ready(snapshot) = self.state().get_untracked() else { return JsValue::NULL };
        let json = serde_wasm_bindgen::Serializer::json_compatible();
        snapshot.workings.serialize(&json).unwrap_or(JsValue::NULL)
    }

    #[cfg(feature = "panel")]
    fn next(&self) -> UnixMs {
        self.0.borrow().next()
    }
}

/// The feed of what a widget shows.
#[cfg(not(feature = "panel"))]
fn begun(config: &Config) -> Feed {
    Feed::shared(config.symbol, &config.data)
}

/// The feed of what a widget shows; of a watchlist that of its first asset, which is one of its rows.
#[cfg(feature = "panel")]
fn begun(config: &Config) -> Feed {
    if config.layout == Layout::Watchlist {
        let first = watchlist::assets(config).first().copied().unwrap_or_default();
        return Feed::row(first, &config.data);
    }
    Feed::shared(config.symbol, &config.data)
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
    let (panel, listed, moved) = (panel::Panel::new(), watchlist::Watchlist::new(), ArcTrigger::new());
    #[cfg(feature = "panel")]
    watch(&config, &panel, feed, &moved, &tick, &host);
    let (wanted, followed) = (config.clone(), source.clone());
    // What is shown, what was announced of it, whether it has been ready, and whether what is waited for was there.
    Effect::new(move |before: Option<(Arc<Config>, FeedState, bool, bool)>| {
        let settings = wanted.get();
        let (shown, announced, was_ready, mut was_reached) =
            before.unwrap_or_else(|| (settings.clone(), FeedState::Loading, false, false));
        let same = shown.symbol == settings.symbol && shown.data == settings.data;
        #[cfg(feature = "panel")]
        let same = same && shown.layout == settings.layout && shown.watchlist == settings.watchlist;
        if !same {
            feed.with_value(|feed| {
                feed.set(begun(&settings));
                followed.set(feed.state());
            });
            was_reached = false;
        }
        let state = followed.get().get();
        #[cfg(feature = "panel")]
        if settings.layout == Layout::Watchlist {
            // Each of its rows is told of by itself.
            return (settings, FeedState::Loading, was_ready, false);
        }
        // A setting that fetches nothing, such as the theme, is no news.
        let ready = if state.is(&announced) { was_ready } else { announce(&host, &state, was_ready) };
        let reached = announce_setup(&host, &state, settings.alert, was_reached);
        (settings, state, ready, reached)
    });
    move || {
        tick.track();
        let settings = config.get();
        let Config { symbol: asset, theme, layout, .. } = *settings;
        let locale = Locale::new(&settings);
        #[cfg(feature = "panel")]
        moved.track();
        #[cfg(feature = "panel")]
        let list = || {
            let (rows, progress) = feed.with_value(CurrentFeed::rows);
            let moved = moved.clone();
            let halt: watchlist::Halt = Arc::new(move |halt| {
                feed.with_value(|feed| feed.1.borrow_mut().halt(halt));
                moved.notify();
            });
            (listed.list(&rows, progress, &halt, &locale), watchlist::state(&rows))
        };
        let state = source.get().get();
        // Only what is shown is put together: a price may move many times a second.
        let card = || match &state {
            _ if layout == Layout::Badge => badge::badge(asset, &state, &locale),
            FeedState::Loading => states::skeleton(&locale),
            FeedState::Ready(snapshot) => card::card(snapshot, settings.alert, &locale),
            FeedState::Unavailable(outage) => {
                let retry = move || feed.with_value(CurrentFeed::refresh);
                states::unavailable(asset, outage, retry, &locale)
            }
        };
        let (name, tone) = match &state {
            FeedState::Loading => ("loading", "flat"),
            FeedState::Ready(snapshot) => {
                (words::state(snapshot.assessment.data.state), tone(snapshot.assessment.verdict))
            }
            FeedState::Unavailable(_) => ("unavailable", "flat"),
        };
        #[cfg(not(feature = "panel"))]
        let face = card();
        #[cfg(feature = "panel")]
        let (face, name, tone) = if layout == Layout::Watchlist {
            let (list, name) = list();
            (list, name, "flat")
        } else {
            (card(), name, tone)
        };
        // The card's part draws a card whatever is asked: the loader brings the panel's part for a panel.
        #[cfg(feature = "panel")]
        let face = if layout == Layout::Panel {
            let next = feed.with_value(CurrentFeed::next);
            panel.around(face, &state, &settings, next, || list().0, &locale)
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

/// Keeps the rows of a watchlist loading while it is looked at, and tells `host` of each that has changed.
#[cfg(feature = "panel")]
fn watch(
    config: &ArcRwSignal<Arc<Config>>,
    panel: &panel::Panel,
    feed: StoredValue<CurrentFeed, LocalStorage>,
    moved: &ArcTrigger,
    tick: &ArcTrigger,
    host: &Element,
) {
    let (config, panel, moved, tick, host) = (config.clone(), panel.clone(), moved.clone(), tick.clone(), host.clone());
    // The rows as they were told of with whether what is waited for was there, and whether there had been a score.
    Effect::new(move |before: Option<(Vec<(watchlist::Row, bool)>, bool)>| {
        moved.track();
        tick.track();
        let settings = config.get();
        let alone = settings.layout == Layout::Watchlist;
        let assets = if alone || panel.lists(&settings) { watchlist::assets(&settings) } else { Vec::new() };
        let further = feed.with_value(|feed| {
            let mut watch = feed.1.borrow_mut();
            watch.set(&assets, &settings.data);
            watch.go_on()
        });
        if further {
            moved.notify();
        }
        let (rows, _) = feed.with_value(CurrentFeed::rows);
        let (told, mut ready) = before.unwrap_or_default();
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            let known = told.iter().find(|((asset, _), _)| *asset == row.0);
            let mut reached = known.is_some_and(|(_, reached)| *reached);
            if let (true, Some(state)) = (alone, &row.1) {
                // A price that moves is no news: in a list there would be too many.
                if !known.and_then(|((_, known), _)| known.as_ref()).is_some_and(|known| state.says_the_same(known)) {
                    ready = announce(&host, state, ready);
                }
                reached = announce_setup(&host, state, settings.alert, reached);
            }
            all.push((row, reached));
        }
        (all, ready)
    });
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

/// Tells the page that what is waited for is there: once, until it was no longer so. Returns whether it is.
fn announce_setup(host: &Element, state: &FeedState, level: Option<f64>, was_reached: bool) -> bool {
    let FeedState::Ready(snapshot) = state else { return was_reached };
    let Some(reached) = alert::reached(&snapshot.assessment, level) else { return was_reached };
    if reached && !was_reached {
        dispatch(host, "tao-setup", &snapshot.assessment, snapshot.price);
    }
    reached
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
