//! The panel: the card, and beside it tabs with everything behind it.

mod catalysts;
mod chart;
mod data;
mod export;
mod gates;
mod network;
mod record;
mod why;

use std::sync::Arc;

use leptos::prelude::{ArcRwSignal, Get, GetUntracked, Set};
use tao_conviction_core::UnixMs;
use tao_conviction_core::wire::Json;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use super::format::Locale;
use super::node::{Node, html};
use crate::config::{Config, Layout};
use crate::engine::{FeedState, Standing, Work};
use crate::market::{Asset, Check, Source};
use crate::texts::{Said, say};
use chart::Chart;

/// What a reader may look into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Why,
    Gates,
    Chart,
    Catalysts,
    Record,
    Watchlist,
    Data,
}

impl Tab {
    const ALL: [Self; 7] =
        [Self::Why, Self::Gates, Self::Chart, Self::Catalysts, Self::Record, Self::Watchlist, Self::Data];

    /// Those that there are: a watchlist only where one was asked for.
    fn all(config: &Config) -> Vec<Self> {
        Self::ALL.into_iter().filter(|tab| *tab != Self::Watchlist || !config.watchlist.is_empty()).collect()
    }

    fn name(self, locale: &Locale) -> Said {
        match self {
            Self::Why => say!(locale, "Why"),
            Self::Gates => say!(locale, "Gates"),
            Self::Chart => say!(locale, "Chart"),
            Self::Catalysts => say!(locale, "Catalysts"),
            Self::Record => say!(locale, "Record"),
            Self::Watchlist => say!(locale, "Watchlist"),
            Self::Data => say!(locale, "Data"),
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Why => "why",
            Self::Gates => "gates",
            Self::Chart => "chart",
            Self::Catalysts => "catalysts",
            Self::Record => "record",
            Self::Watchlist => "watchlist",
            Self::Data => "data",
        }
    }
}

/// What one panel remembers.
#[derive(Clone)]
pub(super) struct Panel {
    tab: ArcRwSignal<Tab>,
    check: ArcRwSignal<Check>,
    chart: Chart,
    /// Begun when a reader looks, and kept while the panel shows the same.
    work: record::Place,
}

impl Panel {
    pub(super) fn new() -> Self {
        Self {
            tab: ArcRwSignal::new(Tab::Why),
            check: ArcRwSignal::new(Check::default()),
            chart: Chart::new(),
            work: Arc::default(),
        }
    }

    /// The record of what is shown, begun when it is looked at; another one's is let go.
    fn work(&self, looks: bool, source: Source, config: &Config) -> Option<Arc<Work>> {
        let mut place = self.work.lock().ok()?;
        let known = place.take().filter(|work| work.is_of(config.symbol, source, &config.data));
        *place = known.or_else(|| looks.then(|| Work::shared(config.symbol, source, &config.data)));
        place.clone()
    }

    /// Whether the reader looks at the watchlist.
    pub(super) fn lists(&self, config: &Config) -> bool {
        self.shown(config) == Tab::Watchlist && config.layout == Layout::Panel
    }

    fn shown(&self, config: &Config) -> Tab {
        let shown = self.tab.get();
        if Tab::all(config).contains(&shown) { shown } else { Tab::Why }
    }

    /// The face of the card with the tabs beside it.
    /// The sources are asked again at `next`; `list` is the watchlist.
    pub(super) fn around(
        &self,
        face: Vec<Node>,
        state: &FeedState,
        config: &Config,
        next: UnixMs,
        list: impl FnOnce() -> Vec<Node>,
        locale: &Locale,
    ) -> Vec<Node> {
        let shown = self.shown(config);
        let work = match state {
            FeedState::Ready(snapshot) => self.work(shown == Tab::Record, snapshot.source, config),
            _ => None,
        };
        let standing = work.as_ref().map(|work| work.standing().get());
        let mut face = face;
        if let Some(Standing::Done(past)) = &standing
            && let Some(line) = record::rank(past, locale)
        {
            // Below the gauge and what is said of the timeframes.
            face.insert(4.min(face.len()), line);
        }
        let content = match (shown, state) {
            (Tab::Watchlist, _) => html("div", &[("class", "listed")]).children(list()),
            (Tab::Data, _) => data::data(state, config, next, &self.check, locale),
            (Tab::Why, FeedState::Ready(snapshot)) => why::why(&snapshot.assessment, locale),
            (Tab::Gates, FeedState::Ready(snapshot)) => gates::gates(&snapshot.assessment, locale),
            (Tab::Chart, FeedState::Ready(snapshot)) => self.chart.node(snapshot, locale),
            (Tab::Record, FeedState::Ready(_)) => {
                record::record(&self.work, &standing.unwrap_or(Standing::Idle), locale)
            }
            (Tab::Catalysts, _) if config.data.catalysts.is_none() => {
                nothing(say!(locale, "Catalysts are switched off on this page."))
            }
            (Tab::Catalysts, _) if config.data.sources == [Source::Sample] => {
                nothing(say!(locale, "Beside simulated candles no catalysts are loaded."))
            }
            (Tab::Catalysts, _) if config.symbol != Asset::default() => {
                nothing(say!(locale, "Catalysts are Bittensor’s own: they are known for TAO alone."))
            }
            (Tab::Catalysts, FeedState::Ready(snapshot)) => {
                catalysts::catalysts(&snapshot.assessment, read(config, locale).as_ref(), locale)
            }
            // They don't need candles.
            (Tab::Catalysts, FeedState::Unavailable(outage)) => {
                catalysts::catalysts(&outage.assessment, read(config, locale).as_ref(), locale)
            }
            (_, FeedState::Loading) => nothing(say!(locale, "The candles are on their way.")),
            (_, FeedState::Unavailable(_)) => {
                nothing(say!(locale, "There are no candles to compute from. The Data tab says why."))
            }
        };
        let body = html("div", &[("role", "tabpanel"), ("id", "shown"), ("class", "shown"), ("tabindex", "0")])
            .attr("aria-labelledby", shown.id())
            .attr("part", shown.id())
            .child(content);
        let side = html("div", &[("class", "pane side")]).child(self.tabs(shown, config, locale)).child(body);
        let face = html("div", &[("class", "pane face")]).children(face);
        vec![html("div", &[("class", "panes")]).child(face).child(side)]
    }

    /// The row of tabs: one is in the order of the Tab key, the arrow keys go on from there.
    fn tabs(&self, shown: Tab, config: &Config, locale: &Locale) -> Node {
        let tabs = Tab::all(config).into_iter().map(|tab| {
            let chosen = self.tab.clone();
            html("button", &[("type", "button"), ("role", "tab"), ("aria-controls", "shown"), ("part", "tab")])
                .keyed(tab.id())
                .attr("id", tab.id())
                .attr("aria-selected", if tab == shown { "true" } else { "false" })
                .attr("tabindex", if tab == shown { "0" } else { "-1" })
                .on_click(move || chosen.set(tab))
                .text(tab.name(locale))
        });
        let tabs = tabs.collect();
        let chosen = self.tab.clone();
        html("div", &[("role", "tablist"), ("class", "tabs")])
            .attr("aria-label", say!(locale, "Details"))
            .on("keydown", move |event| {
                let list = property(&event, "currentTarget");
                let all: Vec<Tab> = Tab::ALL.into_iter().filter(|tab| button(&list, *tab).is_some()).collect();
                if let Some(tab) = next(&all, chosen.get_untracked(), &property(&event, "key")) {
                    chosen.set(tab);
                    // A button in the page takes the focus.
                    let _ = button(&list, tab).map(|button| button.focus());
                    if let Some(event) = event.dyn_ref::<web_sys::Event>() {
                        event.prevent_default();
                    }
                }
            })
            .children(tabs)
    }
}

/// The tab that a key leads to.
fn next(all: &[Tab], from: Tab, key: &JsValue) -> Option<Tab> {
    let place = all.iter().position(|tab| *tab == from)?;
    let last = all.len() - 1;
    let to = match key.as_string()?.as_str() {
        "ArrowRight" => (place + 1) % all.len(),
        "ArrowLeft" => place.checked_sub(1).unwrap_or(last),
        "Home" => 0,
        "End" => last,
        _ => return None,
    };
    all.get(to).copied()
}

/// What is known of the chain.
fn read(config: &Config, locale: &Locale) -> Option<network::Reading> {
    let known = config.data.catalysts.as_deref().and_then(crate::catalysts::known)?;
    let shown = known.network();
    // Where no node answers at all, none that keeps old blocks is asked.
    let month = if shown == Json::Null {
        network::Month::of(&Json::Null, false, locale)
    } else {
        let past = crate::catalysts::past().get();
        network::Month::of(&past.values, past.asking, locale)
    };
    Some(network::Reading { shown, failures: known.failures(), month })
}

fn property(value: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(value, &name.into()).unwrap_or_default()
}

/// A tab's button, if the list has it.
fn button(list: &JsValue, tab: Tab) -> Option<HtmlElement> {
    let found = list.dyn_ref::<Element>()?.query_selector(&format!("#{}", tab.id())).ok()?;
    found?.dyn_into().ok()
}

fn nothing(words: Said) -> Node {
    html("p", &[("class", "nothing")]).text(words)
}

/// A row of a table without lines of its own: name, explanation, value.
fn row(name: impl Into<Said>, detail: impl Into<Said>, value: impl Into<Said>) -> Node {
    let label = html("div", &[]).child(super::text("label", name)).child(super::text("caption", detail));
    html("div", &[("class", "row")]).child(label).child(super::text("value", value))
}
