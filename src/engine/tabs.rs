//! One poller a browser: of all tabs of a site that show the same, one holds a lock and asks the sources; it stores the
//! candles, tells the others by a channel, and they draw from the storage. When it goes, the lock goes to the next.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortController;

use crate::config::DataConfig;
use crate::market::Asset;

/// Of the messages' shape: another version's channel has another name.
const VERSION: &str = "1";

#[wasm_bindgen]
extern "C" {
    type Locks;
    #[wasm_bindgen(method)]
    fn request(this: &Locks, name: &str, options: &JsValue, holding: &Function) -> Promise;

    type BroadcastChannel;
    #[wasm_bindgen(catch, constructor)]
    fn new(name: &str) -> Result<BroadcastChannel, JsValue>;
    #[wasm_bindgen(catch, method, js_name = postMessage)]
    fn post(this: &BroadcastChannel, message: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, setter, js_name = onmessage)]
    fn on_message(this: &BroadcastChannel, listener: Option<&Function>);
    #[wasm_bindgen(method)]
    fn close(this: &BroadcastChannel);
}

/// What is heard from the other tabs.
pub(super) enum Heard {
    /// A tab that has just come wants to know what is known.
    Hello,
    /// A reader of another tab wants the sources to be asked.
    Refresh,
    /// What the leader knows.
    News(JsValue),
}

/// This tab among the others that show the same.
pub(super) struct Tabs {
    name: String,
    locks: Locks,
    channel: RefCell<Option<Channel>>,
    listener: Rc<dyn Fn(Heard)>,
    lock: RefCell<Option<Lock>>,
    /// The browser lets no one lead here.
    refused: Rc<Cell<bool>>,
}

type Channel = (BroadcastChannel, Closure<dyn Fn(JsValue)>);

/// A lock that is held or waited for; dropping it gives it back.
struct Lock {
    abort: AbortController,
    release: Rc<RefCell<Option<Function>>>,
    held: Rc<Cell<bool>>,
    /// Tells the one who waits; dropping it tells them that it won't be.
    granted: Rc<Cell<Option<oneshot::Sender<()>>>>,
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.abort.abort();
        drop(self.granted.take());
        if let Some(release) = self.release.take() {
            // Resolving a promise does not fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

impl Tabs {
    /// Joins the tabs that show `asset` from the same sources; nothing where a browser or a page can't share.
    pub(super) fn join(asset: Asset, config: &DataConfig, listener: Rc<dyn Fn(Heard)>) -> Option<Self> {
        let navigator = js_sys::Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
        let locks = js_sys::Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
        let sources: Vec<&str> = config.sources.iter().map(|source| source.id()).collect();
        let proxy = config.proxy.as_deref().unwrap_or_default();
        let name = ["tao-conviction", VERSION, asset.symbol(), &sources.join(","), proxy].join("|");
        let (channel, lock) = (RefCell::default(), RefCell::default());
        let tabs = Self { name, locks: locks.unchecked_into(), channel, listener, lock, refused: Rc::default() };
        tabs.open().then_some(tabs)
    }

    fn open(&self) -> bool {
        if self.channel.borrow().is_some() {
            return true;
        }
        let Ok(channel) = BroadcastChannel::new(&self.name) else { return false };
        let listener = self.listener.clone();
        let heard = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let message = js_sys::Reflect::get(&event, &"data".into()).unwrap_or_default();
            listener(match message.as_string().as_deref() {
                Some("hello") => Heard::Hello,
                Some("refresh") => Heard::Refresh,
                _ => Heard::News(message),
            });
        });
        channel.on_message(Some(heard.as_ref().unchecked_ref()));
        // A message of a few bytes is taken.
        let _ = channel.post(&"hello".into());
        self.channel.replace(Some((channel, heard)));
        true
    }

    /// Waits until this tab leads.
    pub(super) async fn lead(&self) {
        if self.leads() || !self.open() {
            return;
        }
        let Ok(abort) = AbortController::new() else { return };
        let (granted, wait) = oneshot::channel();
        let (granted, held) = (Rc::new(Cell::new(Some(granted))), Rc::new(Cell::new(false)));
        let release = Rc::new(RefCell::new(None));
        let (kept, holds, told) = (release.clone(), held.clone(), granted.clone());
        let holding = Closure::once_into_js(move |_: JsValue| {
            holds.set(true);
            // Whoever doesn't wait any more has given the lock back.
            let _ = told.take().map(|granted| granted.send(()));
            Promise::new(&mut |resolve, _| {
                kept.replace(Some(resolve));
            })
        });
        let options = js_sys::Object::new();
        // A plain object takes any property.
        let _ = js_sys::Reflect::set(&options, &"signal".into(), &abort.signal());
        let ended = self.locks.request(&self.name, &options, holding.unchecked_ref());
        let (refused, signal, waiting) = (self.refused.clone(), abort.signal(), granted.clone());
        self.lock.replace(Some(Lock { abort, release, held, granted }));
        wasm_bindgen_futures::spawn_local(async move {
            let ended = wasm_bindgen_futures::JsFuture::from(ended).await;
            // Where a page may not lock; what was given up ends by an error too.
            refused.set(ended.is_err() && !signal.aborted());
            drop(waiting.take());
        });
        // Granted, given up or refused.
        let _ = wait.await;
    }

    /// Whether nobody can lead here, so that each tab has to ask for itself.
    pub(super) fn refused(&self) -> bool {
        self.refused.get()
    }

    /// Whether this tab asks the sources for all.
    pub(super) fn leads(&self) -> bool {
        self.lock.borrow().as_ref().is_some_and(|lock| lock.held.get())
    }

    /// Lets another tab lead.
    pub(super) fn release(&self) {
        // The lock is dropped after the borrow has ended.
        drop(self.lock.take());
    }

    /// Leaves the channel too, as a page in the back/forward cache has to; leading again joins it again.
    pub(super) fn leave(&self) {
        self.release();
        if let Some((channel, _)) = self.channel.take() {
            channel.on_message(None);
            channel.close();
        }
    }

    /// Tells the others.
    pub(super) fn post(&self, message: &JsValue) {
        if let Some((channel, _)) = &*self.channel.borrow() {
            // What can't be cloned would be refused; numbers and texts can.
            let _ = channel.post(message);
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.leave();
    }
}

/// A message's list.
pub(super) fn list(items: &[JsValue]) -> JsValue {
    let list = Array::new();
    for item in items {
        list.push(item);
    }
    list.into()
}
