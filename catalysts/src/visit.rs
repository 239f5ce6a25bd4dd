//! What a reading goes through: the feed is fetched, then the nodes are asked in order, each over a WebSocket with a pause
//! between its calls. One function hears of everything that happens: an executor of futures, with what selects among
//! them, would be 5 KB more for every reader.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use tao_conviction_core::wire::Json;
use tao_conviction_web::{WebSocket, json, now};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};

use crate::list;
use crate::session::{Heard, Refusal, Session};

/// The public nodes want no more than a call a second.
const PAUSE_MS: u32 = 1_100;
/// For an answer, a connection, a feed.
const PATIENCE_MS: u32 = 10_000;
/// Characters of a feed.
const MAX_FEED: u32 = 64 << 10;
/// The names of all subnets are about 300 KB of hex; longer messages are not read.
const MAX_TEXT: u32 = 2 << 20;

const SILENT: &str = "did not answer within 10 seconds";
const UNREACHABLE: &str = "could not be reached from this browser";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn fetch(url: &str, options: &JsValue) -> Pending;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(done: &JsValue, milliseconds: u32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);

    /// A promise.
    type Pending;
    #[wasm_bindgen(method)]
    fn then(this: &Pending, kept: &JsValue, broken: &JsValue);

    type Response;
    #[wasm_bindgen(method, getter)]
    fn ok(this: &Response) -> bool;
    #[wasm_bindgen(method)]
    fn text(this: &Response) -> Pending;

    /// A function that takes what happens and an event.
    type Ear;
    #[wasm_bindgen(method)]
    fn bind(this: &Ear, context: &JsValue, happens: u32) -> JsValue;

    /// A text that stays with the browser.
    type Text;
    #[wasm_bindgen(method, getter)]
    fn length(this: &Text) -> u32;
    #[wasm_bindgen(catch, js_namespace = JSON)]
    fn parse(text: &Text) -> Result<JsValue, JsValue>;
}

// What happens.
const ANSWERED: u32 = 0;
const BODY: u32 = 1;
const FAILED: u32 = 2;
const OPENED: u32 = 3;
const MESSAGE: u32 = 4;
const CLOSED: u32 = 5;
const TIME: u32 = 6;

/// What is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// The feed's answer or its body.
    Feed,
    /// A connection.
    Line,
    /// The turn of the next call.
    Turn,
    /// An answer of the node.
    Answer,
    /// Nothing any more.
    Nothing,
}

/// What was found, given to whoever asked.
pub(crate) struct Found<const FULL: bool> {
    /// The feed as JSON, or why there is none.
    pub(crate) feed: Result<JsValue, &'static str>,
    /// The conversation that was of use, and with whom.
    pub(crate) session: Option<(Session<FULL>, &'static str)>,
    /// `[address, why]` of each node that was not.
    pub(crate) failures: Array,
}

struct Visit<const FULL: bool> {
    ear: Option<Ear>,
    resolve: Function,
    hand_over: Option<Box<dyn FnOnce(Found<FULL>) -> JsValue>>,
    wait: Wait,
    timer: JsValue,
    nodes: core::slice::Iter<'static, &'static str>,
    begin: fn() -> Session<FULL>,
    node: &'static str,
    session: Session<FULL>,
    socket: Option<WebSocket>,
    /// The call whose turn has to come.
    call: String,
    found: Found<FULL>,
}

/// Fetches the feed, if there is one, asks the nodes, and makes of what was found what the promise resolves to.
pub(crate) fn visit<const FULL: bool>(
    feed: Option<&str>,
    nodes: &'static [&'static str],
    begin: fn() -> Session<FULL>,
    hand_over: impl FnOnce(Found<FULL>) -> JsValue + 'static,
) -> Promise {
    let mut hand_over: Option<Box<dyn FnOnce(Found<FULL>) -> JsValue>> = Some(Box::new(hand_over));
    Promise::new(&mut |resolve, _| {
        let visit = Rc::new(RefCell::new(Visit {
            ear: None,
            resolve,
            hand_over: hand_over.take(),
            wait: Wait::Feed,
            timer: JsValue::UNDEFINED,
            nodes: nodes.iter(),
            begin,
            node: "",
            session: begin(),
            socket: None,
            call: String::new(),
            found: Found { feed: Err(UNREACHABLE), session: None, failures: Array::new() },
        }));
        let own = visit.clone();
        // The browser frees it when nothing can call it any more.
        let ear = Closure::<dyn Fn(u32, JsValue)>::new(move |happens: u32, event: JsValue| {
            // Nothing happens while something is heard of.
            if let Ok(mut visit) = own.try_borrow_mut() {
                visit.hear(happens, &event);
            }
        });
        let mut visit = visit.borrow_mut();
        visit.ear = Some(ear.into_js_value().unchecked_into());
        match feed {
            Some(url) => visit.fetch(url),
            None => visit.next_node(),
        }
    })
}

impl<const FULL: bool> Visit<FULL> {
    fn hear(&mut self, happens: u32, event: &JsValue) {
        match (self.wait, happens) {
            (Wait::Feed, ANSWERED) => {
                let response: &Response = event.unchecked_ref();
                if response.ok() {
                    self.await_(&response.text(), BODY);
                } else {
                    self.take_feed(Err("is not there: answered with an error"));
                }
            }
            (Wait::Feed, BODY) => {
                let text: &Text = event.unchecked_ref();
                let large = text.length() > MAX_FEED;
                self.take_feed(if large {
                    Err("is larger than 64 KB")
                } else {
                    parse(text).map_err(|_| "is not JSON")
                });
            }
            (Wait::Feed, FAILED) => self.take_feed(Err(UNREACHABLE)),
            (Wait::Feed, TIME) => self.take_feed(Err(SILENT)),
            (Wait::Line, OPENED) => self.first_turn(),
            (Wait::Line, CLOSED) => self.give_up(&Self::ended(event, UNREACHABLE)),
            (Wait::Line, TIME) => self.give_up(&Refusal::Is(SILENT)),
            (Wait::Turn, TIME) => self.send(),
            (Wait::Answer, MESSAGE) => match self.session.hear(&read(event), now()) {
                Ok(Heard::Answer) => self.next_turn(),
                Ok(Heard::Other) => {}
                Err(why) => self.give_up(&why),
            },
            // What is known already is kept.
            (Wait::Turn | Wait::Answer, CLOSED) => match self.session.skip(Self::ended(event, "hung up")) {
                Ok(()) => self.finish(),
                Err(why) => self.give_up(&why),
            },
            (Wait::Answer, TIME) => match self.session.skip(Refusal::Is(SILENT)) {
                Ok(()) => self.next_turn(),
                Err(why) => self.give_up(&why),
            },
            // What was waited for before.
            _ => {}
        }
    }

    /// Whom to tell of it.
    fn ear(&self, happens: u32) -> JsValue {
        self.ear.as_ref().map_or(JsValue::NULL, |ear| ear.bind(&JsValue::NULL, happens))
    }

    fn wait(&mut self, wait: Wait, milliseconds: u32) {
        clear_timeout(&self.timer);
        self.wait = wait;
        self.timer = set_timeout(&self.ear(TIME), milliseconds);
    }

    fn await_(&self, pending: &Pending, happens: u32) {
        pending.then(&self.ear(happens), &self.ear(FAILED));
    }

    /// A plain request without credentials.
    fn fetch(&mut self, url: &str) {
        let options = Object::new();
        for (name, value) in [("credentials", "omit"), ("referrerPolicy", "no-referrer")] {
            // A plain object takes any property.
            let _ = Reflect::set(&options, &name.into(), &value.into());
        }
        self.await_(&fetch(url, &options), ANSWERED);
        self.wait(Wait::Feed, PATIENCE_MS);
    }

    fn take_feed(&mut self, feed: Result<JsValue, &'static str>) {
        self.found.feed = feed;
        self.next_node();
    }

    /// How a connection ended: by the other side's word, if it gave one and somebody sees it.
    fn ended(event: &JsValue, otherwise: &'static str) -> Refusal {
        let reason = if FULL { Reflect::get(event, &"reason".into()).unwrap_or_default() } else { JsValue::UNDEFINED };
        match reason.as_string() {
            Some(said) if !said.is_empty() => Refusal::HungUp(said),
            _ => Refusal::Is(otherwise),
        }
    }

    fn next_node(&mut self) {
        self.hang_up();
        let Some(node) = self.nodes.next() else { return self.hand_over() };
        (self.node, self.session) = (node, (self.begin)());
        match WebSocket::new(node) {
            Ok(socket) => {
                socket.on_open(&self.ear(OPENED));
                socket.on_message(&self.ear(MESSAGE));
                let closed = self.ear(CLOSED);
                socket.on_close(&closed);
                socket.on_error(&closed);
                self.socket = Some(socket);
                self.wait(Wait::Line, PATIENCE_MS);
            }
            Err(_) => self.give_up(&Refusal::Is("is refused by this page")),
        }
    }

    fn hang_up(&mut self) {
        if let Some(socket) = self.socket.take() {
            let null = JsValue::NULL;
            socket.on_open(&null);
            socket.on_message(&null);
            socket.on_close(&null);
            socket.on_error(&null);
            socket.close();
        }
    }

    fn give_up(&mut self, why: &Refusal) {
        if FULL {
            self.found.failures.push(&list([self.node.into(), why.text().into()]));
        }
        self.next_node();
    }

    /// Whether there is another call.
    fn next_call(&mut self) -> bool {
        let call = self.session.call();
        if call.is_none() {
            self.finish();
        }
        self.call = call.unwrap_or_default();
        !self.call.is_empty()
    }

    fn first_turn(&mut self) {
        if self.next_call() {
            self.send();
        }
    }

    fn next_turn(&mut self) {
        if self.next_call() {
            self.wait(Wait::Turn, PAUSE_MS);
        }
    }

    fn send(&mut self) {
        if let Some(socket) = &self.socket {
            // Refused only when it is closed, which is heard next.
            let _ = socket.send(&self.call);
        }
        self.wait(Wait::Answer, PATIENCE_MS);
    }

    fn finish(&mut self) {
        self.hang_up();
        let session = core::mem::replace(&mut self.session, (self.begin)());
        self.found.session = Some((session, self.node));
        self.hand_over();
    }

    fn hand_over(&mut self) {
        clear_timeout(&self.timer);
        self.wait = Wait::Nothing;
        // Else it and the browser would keep each other.
        self.ear = None;
        let nothing = Found { feed: Err(UNREACHABLE), session: None, failures: Array::new() };
        let found = core::mem::replace(&mut self.found, nothing);
        if let Some(hand_over) = self.hand_over.take() {
            // A resolver doesn't throw.
            let _ = self.resolve.call1(&JsValue::UNDEFINED, &hand_over(found));
        }
    }
}

/// A message; what is no JSON, or too long, is nothing that was asked for.
fn read(event: &JsValue) -> Json {
    let data = Reflect::get(event, &"data".into()).unwrap_or_default();
    let text: &Text = data.unchecked_ref();
    // What isn't text is no JSON either.
    let message = if text.length() > MAX_TEXT { None } else { parse(text).ok() };
    message.map_or(Json::Null, |message| json(&message, Json::MAX_DEPTH))
}
