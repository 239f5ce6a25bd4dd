//! What is seen. A component is a function of what it is given; none of them fetches.

mod card;
mod format;
mod gauge;
mod setup;
mod sparkline;
mod states;
mod status;
mod timeframes;
mod words;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use serde::Serialize;
use tao_conviction_core::{Assessment, DataState, Verdict};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Element, Node};

use crate::config::Config;
use crate::engine::{Feed, FeedState};
use format::Locale;

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
}

/// How often "2 min ago" is written anew.
const CLOCK_TICK: Duration = Duration::from_secs(30);

/// A whole widget: follows its settings and its feed, and tells `host` by events.
pub(crate) fn widget(config: ArcRwSignal<Config>, feed: CurrentFeed, host: Element) -> impl IntoView {
    let config = RwSignal::from(config);
    let source = RwSignal::new(feed.state());
    let state = Memo::new(move |_| source.get().get());
    let locale = Locale::from(Memo::new(move |_| config.with(|config| config.locale.clone())));

    let wanted = Memo::new(move |_| config.with(|config| (config.symbol, config.data.clone())));
    let current = feed.clone();
    Effect::watch(
        move || wanted.get(),
        move |(symbol, data), _, _| {
            current.set(Feed::shared(*symbol, data));
            source.set(current.state());
        },
        false,
    );
    let announced = Rc::new(RefCell::new(false));
    Effect::new(move |_| state.with(|state| announce(&host, state, &mut announced.borrow_mut())));

    let tick = RwSignal::new(());
    if let Ok(interval) = set_interval_with_handle(move || tick.set(()), CLOCK_TICK) {
        on_cleanup(move || interval.clear());
    }

    let kind = Memo::new(move |_| state.with(Kind::of));
    let symbol = move || config.with(|config| config.symbol);
    let feed = StoredValue::new_local(feed);
    let retry = move || feed.with_value(CurrentFeed::refresh);
    let body = move || match kind.get() {
        Kind::Loading => states::skeleton(symbol()).into_any(),
        Kind::Unavailable => states::unavailable(state, tick.into(), retry).into_any(),
        Kind::Ready => card::card(state, locale, tick.into()).into_any(),
    };
    view! {
        <section
            class="tao"
            part="card"
            role="group"
            aria-label=move || format!("{} conviction", symbol().symbol())
            aria-busy=move || (kind.get() == Kind::Loading).to_string()
            data-theme=move || config.with(|config| config.theme.name())
            data-state=move || state.with(state_name)
            data-tone=move || state.with(tone)
        >
            {body}
        </section>
    }
}

/// Which of the three faces is shown; changes within one face redraw only what changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Loading,
    Ready,
    Unavailable,
}

impl Kind {
    const fn of(state: &FeedState) -> Self {
        match state {
            FeedState::Loading => Self::Loading,
            FeedState::Ready(_) => Self::Ready,
            FeedState::Unavailable(_) => Self::Unavailable,
        }
    }
}

fn state_name(state: &FeedState) -> &'static str {
    match state {
        FeedState::Loading => "loading",
        FeedState::Unavailable(_) => "unavailable",
        FeedState::Ready(snapshot) => match snapshot.assessment.data.state {
            DataState::Live => "live",
            DataState::Delayed => "delayed",
            DataState::Cached => "cached",
            DataState::Partial => "partial",
            DataState::Unavailable => "unavailable",
            DataState::Simulated => "simulated",
        },
    }
}

/// Where the score points: the only thing that colour says.
fn tone(state: &FeedState) -> &'static str {
    match state {
        FeedState::Ready(snapshot) => match snapshot.assessment.verdict {
            Verdict::StrongBullish | Verdict::Bullish => "bull",
            Verdict::StrongBearish | Verdict::Bearish => "bear",
            Verdict::Neutral | Verdict::InsufficientData => "flat",
        },
        _ => "flat",
    }
}

/// Tells the page what the widget shows: `tao-ready` once, `tao-update` each time, `tao-error` when there is nothing.
fn announce(host: &Element, state: &FeedState, ready: &mut bool) {
    match state {
        FeedState::Loading => {}
        FeedState::Ready(snapshot) => {
            if !core::mem::replace(ready, true) {
                dispatch(host, "tao-ready", &snapshot.assessment);
            }
            dispatch(host, "tao-update", &snapshot.assessment);
        }
        FeedState::Unavailable(outage) => dispatch(host, "tao-error", &outage.assessment),
    }
}

fn dispatch(host: &Element, name: &str, assessment: &Assessment) {
    let json = serde_wasm_bindgen::Serializer::json_compatible();
    let detail = assessment.serialize(&json).unwrap_or(JsValue::NULL);
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
pub(crate) fn adopt_styles(root: &Node) {
    const TEXT: &str = concat!(include_str!("../../style/tokens.css"), include_str!("../../style/widget.css"));
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
