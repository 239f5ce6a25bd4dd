//! What Bittensor's chain and a curated feed say. Read by a part of its own, which the loader fetches when a score of TAO
//! is shown; one reading for all widgets of a page. Nothing waits for it, and without it the family is unknown.

mod reading;

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use futures::future::{FutureExt, Shared, WeakShared};
use js_sys::{Function, Promise, Reflect};
use tao_conviction_core::UnixMs;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::config::Catalysts;
use crate::market::{Asset, beside_module, now};
pub(crate) use reading::Reading;

/// The module that reads.
const PART: &str = "catalysts.js";
/// A reading of another visit is as good as one's own for so long; one's own is made again about once an hour: what the
/// chain says here moves slowly, and a reading takes 76 KB.
const FRESH_MS: i64 = 10 * 60_000;
const OWN_FRESH_MS: i64 = 55 * 60_000;
/// After a failure.
const REST_MS: i64 = 5 * 60_000;

type Load = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    /// Fetches a module that lies beside this one, given by the loader.
    static FETCH: RefCell<Option<Function>> = const { RefCell::new(None) };
    /// What is known under each setting.
    static KEPT: RefCell<Vec<(Catalysts, Rc<Reading>)>> = const { RefCell::new(Vec::new()) };
    /// When it is read again.
    static DUE: RefCell<Vec<(Catalysts, UnixMs)>> = const { RefCell::new(Vec::new()) };
    static UNDER_WAY: RefCell<Vec<(Catalysts, WeakShared<Load>)>> = const { RefCell::new(Vec::new()) };
}

/// Takes the loader's way to fetch a part.
pub(crate) fn fetch_parts_by(fetch: Function) {
    FETCH.set(Some(fetch));
}

/// Whether there are catalysts for `asset` under this setting: they are Bittensor's own.
pub(crate) fn concern(asset: Asset, of: &Catalysts) -> bool {
    asset == Asset::default() && *of != Catalysts::Off
}

/// The last reading.
pub(crate) fn known(of: &Catalysts) -> Option<Rc<Reading>> {
    KEPT.with_borrow(|all| all.iter().find(|(own, _)| own == of).map(|(_, reading)| reading.clone()))
}

/// Takes over a reading that was stored, by this tab or another one, unless a newer one is known.
pub(crate) fn keep(of: &Catalysts, stored: &JsValue) {
    if let Some(reading) = Reading::of(stored)
        && known(of).is_none_or(|own| own.chain_at < reading.chain_at)
    {
        put(of, reading);
    }
}

/// Forgets when a reading is due: those times mean nothing after the clock was set back.
pub(crate) fn forget() {
    DUE.take();
}

/// Reads what is due; nothing when nothing is.
pub(crate) fn load(of: &Catalysts) -> Option<Shared<Load>> {
    let joined = UNDER_WAY.with_borrow_mut(|all| {
        all.retain(|(_, load)| load.upgrade().is_some_and(|load| load.peek().is_none()));
        all.iter().find(|(own, _)| own == of).and_then(|(_, load)| load.upgrade())
    });
    if joined.is_some() {
        return joined;
    }
    let at = now();
    let due = match DUE.with_borrow(|all| all.iter().find(|(own, _)| own == of).map(|(_, due)| *due)) {
        Some(due) => due <= at,
        None => known(of).is_none_or(|reading| at.since(reading.chain_at) >= FRESH_MS),
    };
    let fetch = FETCH.with_borrow(Clone::clone).filter(|_| due)?;
    let load: Load = Box::pin(read(of.clone(), fetch));
    let load = load.shared();
    // It goes on though nobody waits: what was begun is stored for the next one.
    wasm_bindgen_futures::spawn_local(load.clone());
    UNDER_WAY.with_borrow_mut(|all| all.extend(load.downgrade().map(|weak| (of.clone(), weak))));
    Some(load)
}

/// A part that can't be had, or that fails, leaves everything as it was.
async fn read(of: Catalysts, fetch: Function) {
    let rest = match ask(&of, &fetch).await.ok().as_ref().and_then(Reading::of) {
        Some(reading) => {
            let rest = if reading.whole { OWN_FRESH_MS } else { REST_MS };
            put(&of, reading);
            rest
        }
        None => REST_MS,
    };
    DUE.with_borrow_mut(|all| {
        all.retain(|(own, _)| *own != of);
        all.push((of, now().plus(rest)));
    });
}

async fn ask(of: &Catalysts, fetch: &Function) -> Result<JsValue, JsValue> {
    let part = resolved(fetch.call1(&JsValue::UNDEFINED, &PART.into())?).await?;
    let read: Function = Reflect::get(&part, &"read".into())?.dyn_into()?;
    let before = known(of).map_or(JsValue::UNDEFINED, |reading| reading.stored.clone());
    let url = match of {
        Catalysts::Feed(url) => url.clone(),
        _ => beside_module("catalysts.json"),
    };
    resolved(read.call3(&JsValue::UNDEFINED, &before, &url.into(), &cfg!(feature = "panel").into())?).await
}

async fn resolved(promise: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&promise)).await
}

fn put(of: &Catalysts, reading: Reading) {
    KEPT.with_borrow_mut(|all| {
        all.retain(|(own, _)| own != of);
        all.push((of.clone(), Rc::new(reading)));
    });
}
