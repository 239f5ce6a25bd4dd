//! When to be quiet: a page that nobody looks at, or that is offline, asks nothing. Unless its reader wants to be notified.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use futures::future::AbortHandle;
#[cfg(feature = "panel")]
use futures::future::abortable;
#[cfg(feature = "panel")]
use gloo_timers::future::TimeoutFuture;
use tao_conviction_core::UnixMs;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

use crate::market::now;

/// A page that was left for a moment is soon looked at again.
const GRACE_MS: i64 = 30_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Document)]
    type Page;
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    static PAGE: Page;
    #[wasm_bindgen(method, getter)]
    fn hidden(this: &Page) -> bool;

    type Reader;
    #[wasm_bindgen(thread_local_v2, js_name = navigator)]
    static READER: Reader;
    #[wasm_bindgen(method, getter, js_name = onLine)]
    fn on_line(this: &Reader) -> bool;
    #[wasm_bindgen(method, getter)]
    fn connection(this: &Reader) -> JsValue;
}

/// The sleep that is under way, if somebody sleeps: ending it wakes them.
pub(super) type Nap = Rc<RefCell<Option<AbortHandle>>>;

thread_local! {
    static HIDDEN_SINCE: Cell<Option<UnixMs>> = const { Cell::new(None) };
    /// The page's widgets, and those of them that are in view.
    static WIDGETS: Cell<(i32, i32)> = const { Cell::new((0, 0)) };
    /// In the back/forward cache, or on the way there.
    static GONE: Cell<bool> = const { Cell::new(false) };
    /// A reader wants to be notified of what happens while nobody looks.
    #[cfg(feature = "panel")]
    static AWAKE: Cell<bool> = const { Cell::new(false) };
    static NAPS: RefCell<Vec<Weak<RefCell<Option<AbortHandle>>>>> = const { RefCell::new(Vec::new()) };
}

/// A widget, in view or out of it.
pub(crate) struct View(Cell<bool>);

impl View {
    /// One that has just come into view.
    pub(crate) fn new() -> Self {
        count(1, 1);
        Self(Cell::new(true))
    }

    pub(crate) fn set(&self, seen: bool) {
        if self.0.replace(seen) != seen {
            count(0, if seen { 1 } else { -1 });
            wake();
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        count(-1, -i32::from(self.0.get()));
    }
}

fn count(widgets: i32, seen: i32) {
    WIDGETS.with(|counts| {
        let (all, in_view) = counts.get();
        counts.set((all + widgets, in_view + seen));
    });
}

/// Whether anything may be asked at `at`.
pub(crate) fn may_ask(at: UnixMs) -> bool {
    let hidden = HIDDEN_SINCE.get().is_some_and(|since| at.since(since) >= GRACE_MS);
    let unseen = matches!(WIDGETS.get(), (1.., 0));
    #[cfg(feature = "panel")]
    let (hidden, unseen) = (hidden && !AWAKE.get(), unseen && !AWAKE.get());
    !hidden && !unseen && !GONE.get() && !is_offline()
}

/// Goes on asking though nobody looks, or stops that.
#[cfg(feature = "panel")]
pub(crate) fn stay_awake(on: bool) {
    AWAKE.set(on);
    wake();
}

/// Whether the browser says that there is no network.
pub(super) fn is_offline() -> bool {
    !READER.with(Reader::on_line)
}

/// Whether the page is being left.
pub(super) fn is_gone() -> bool {
    GONE.get()
}

/// Whether the reader wants to save data.
pub(super) fn saves_data() -> bool {
    let connection = READER.with(Reader::connection);
    js_sys::Reflect::get(&connection, &"saveData".into()).is_ok_and(|saves| saves.is_truthy())
}

/// Waits until something may be asked.
#[cfg(feature = "panel")]
pub(super) async fn until_may_ask() {
    const LONGEST_MS: u32 = 30_000;
    let nap = Nap::default();
    wake_on_change(&nap);
    while !may_ask(now()) {
        let (sleep, end) = abortable(TimeoutFuture::new(LONGEST_MS));
        nap.replace(Some(end));
        // Ended or over: the answer is looked at again.
        let _ = sleep.await;
    }
}

/// Lets `nap` be ended whenever the answer of [`may_ask`] may have changed.
pub(super) fn wake_on_change(nap: &Nap) {
    let first = NAPS.with_borrow_mut(|naps| {
        naps.retain(|nap| nap.strong_count() > 0);
        naps.push(Rc::downgrade(nap));
        naps.len() == 1
    });
    thread_local!(static LISTENING: Cell<bool> = const { Cell::new(false) });
    if first && !LISTENING.replace(true) {
        listen();
    }
}

fn listen() {
    let Some(window) = web_sys::window() else { return };
    let on = |target: &EventTarget, event: &str, change: fn()| {
        let heard = Closure::<dyn Fn(JsValue)>::new(move |_| {
            change();
            wake();
        });
        // The page lives as long as the listener.
        let _ = target.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
        heard.forget();
    };
    let look = || HIDDEN_SINCE.set(PAGE.with(Page::hidden).then(now));
    look();
    if let Some(document) = window.document() {
        on(&document, "visibilitychange", look);
    }
    on(&window, "online", || {});
    on(&window, "offline", || {});
    on(&window, "pagehide", || GONE.set(true));
    on(&window, "pageshow", || GONE.set(false));
}

fn wake() {
    let naps: Vec<Nap> = NAPS.with_borrow(|naps| naps.iter().filter_map(Weak::upgrade).collect());
    for nap in naps {
        if let Some(nap) = nap.take() {
            nap.abort();
        }
    }
}
