//! What Bittensor's chain and a curated feed say. A card has it read by a part of its own, which the loader fetches when a
//! score of TAO is shown; a panel reads it itself, since it shows more of it. One reading serves all widgets of a page. The
//! score is there before it, and without it the family is unknown.

#[cfg(feature = "panel")]
mod past;
mod reading;

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use futures::future::{FutureExt, Shared, WeakShared};
use js_sys::Promise;
#[cfg(not(feature = "panel"))]
use js_sys::{Function, Reflect};
use tao_conviction_core::UnixMs;
#[cfg(not(feature = "panel"))]
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::market::{beside_module, now};
#[cfg(feature = "panel")]
pub(crate) use past::look as past;
pub(crate) use reading::Reading;

/// The module that reads for a card.
#[cfg(not(feature = "panel"))]
const PART: &str = "catalysts.js";
/// A reading of another visit is as good as one's own for so long; one's own is made again about once an hour: what the
/// chain says here moves slowly, and a reading takes 76 KB.
const FRESH_MS: i64 = 10 * 60_000;
const OWN_FRESH_MS: i64 = 55 * 60_000;
/// After a failure.
const REST_MS: i64 = 5 * 60_000;

type Load = Pin<Box<dyn Future<Output = ()>>>;

/// What is known beside one feed.
struct Kept {
    /// Its URL, empty for our own.
    of: String,
    reading: Option<Rc<Reading>>,
    /// When it is read again; nothing before this page has read it.
    due: Option<UnixMs>,
    under_way: Option<WeakShared<Load>>,
}

thread_local! {
    /// Fetches a module that lies beside this one, given by the loader.
    #[cfg(not(feature = "panel"))]
    static FETCH: RefCell<Option<Function>> = const { RefCell::new(None) };
    static KEPT: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
}

/// Takes the loader's way to fetch a part.
#[cfg(not(feature = "panel"))]
pub(crate) fn fetch_parts_by(fetch: Function) {
    FETCH.set(Some(fetch));
}

/// What is kept beside the feed `of`: there is always something.
#[inline(never)]
fn find<'a>(all: &'a mut Vec<Kept>, of: &str) -> Option<&'a mut Kept> {
    if all.iter().all(|kept| kept.of != of) {
        all.push(Kept { of: of.to_owned(), reading: None, due: None, under_way: None });
    }
    all.iter_mut().find(|kept| kept.of == of)
}

/// The last reading.
pub(crate) fn known(of: &str) -> Option<Rc<Reading>> {
    KEPT.with_borrow_mut(|all| find(all, of)?.reading.clone())
}

/// Takes over a reading that was stored, by this tab or another one, unless a newer one is known.
pub(crate) fn keep(of: &str, stored: &JsValue) {
    let Some(reading) = Reading::of(stored) else { return };
    KEPT.with_borrow_mut(|all| {
        let kept = find(all, of).filter(|kept| kept.reading.as_ref().is_none_or(|own| own.chain_at < reading.chain_at));
        if let Some(kept) = kept {
            #[cfg(feature = "panel")]
            reading.keep_network(kept.reading.as_deref());
            kept.reading = Some(Rc::new(reading));
        }
    });
}

/// Forgets when a reading is due: those times mean nothing after the clock was set back.
pub(crate) fn forget() {
    KEPT.with_borrow_mut(|all| all.iter_mut().for_each(|kept| kept.due = None));
}

/// Reads what is due; nothing when nothing is.
pub(crate) fn load(of: &str) -> Option<Shared<Load>> {
    let at = now();
    KEPT.with_borrow_mut(|all| {
        let kept = find(all, of)?;
        let joined = kept.under_way.as_ref().and_then(WeakShared::upgrade).filter(|load| load.peek().is_none());
        if joined.is_some() {
            return joined;
        }
        let fresh = match (kept.due, &kept.reading) {
            (Some(due), _) => at < due,
            (None, Some(reading)) => at.since(reading.chain_at) < FRESH_MS && reading.suffices(),
            (None, None) => false,
        };
        if fresh {
            return None;
        }
        let load: Load = Box::pin(read(of.to_owned()));
        let load = load.shared();
        kept.under_way = load.downgrade();
        // It goes on though nobody waits: what was begun is stored for the next one.
        wasm_bindgen_futures::spawn_local(load.clone());
        Some(load)
    })
}

/// A part that can't be had, or that fails, leaves everything as it was.
async fn read(of: String) {
    let before = known(&of).map_or(JsValue::UNDEFINED, |reading| reading.stored.clone());
    let url = if of.is_empty() { beside_module("catalysts.json") } else { of.clone() };
    let reading = ask(before, url).await.ok().as_ref().and_then(Reading::of);
    KEPT.with_borrow_mut(|all| {
        let Some(kept) = find(all, &of) else { return };
        let rest = if reading.as_ref().is_some_and(|reading| reading.whole) { OWN_FRESH_MS } else { REST_MS };
        kept.due = Some(now().plus(rest));
        if let Some(reading) = reading {
            kept.reading = Some(Rc::new(reading));
        }
    });
}

#[cfg(feature = "panel")]
async fn ask(before: JsValue, url: String) -> Result<JsValue, JsValue> {
    resolved(tao_conviction_catalysts::read::<true>(before, &url).into()).await
}

#[cfg(not(feature = "panel"))]
async fn ask(before: JsValue, url: String) -> Result<JsValue, JsValue> {
    let fetch = FETCH.with_borrow(Clone::clone).ok_or(JsValue::NULL)?;
    let part = resolved(fetch.call1(&JsValue::UNDEFINED, &PART.into())?).await?;
    let read: Function = Reflect::get(&part, &"read".into())?.dyn_into()?;
    resolved(read.call2(&JsValue::UNDEFINED, &before, &url.into())?).await
}

async fn resolved(promise: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&promise)).await
}
