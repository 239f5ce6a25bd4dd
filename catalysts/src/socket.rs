//! One conversation with a node over a WebSocket: calls in their turn, each with its time, and closed in the end.

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Date, JSON, Object, Promise, Reflect};
use tao_conviction_core::UnixMs;
use tao_conviction_core::wire::Json;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::session::{Heard, Session};

/// The public nodes want no more than a call a second.
const PAUSE_MS: u32 = 1_100;
/// For an answer, and for a connection.
const PATIENCE_MS: u32 = 10_000;
/// Bytes of a feed.
const MAX_FEED: usize = 64 << 10;
/// The names of all subnets are about 300 KB of hex; longer messages are not read.
const MAX_TEXT: usize = 2 << 20;

#[wasm_bindgen]
extern "C" {
    fn fetch(url: &str, options: &JsValue) -> Promise;

    type Response;
    #[wasm_bindgen(method, getter)]
    fn ok(this: &Response) -> bool;
    #[wasm_bindgen(method)]
    fn text(this: &Response) -> Promise;

    type WebSocket;
    #[wasm_bindgen(catch, constructor)]
    fn new(url: &str) -> Result<WebSocket, JsValue>;
    #[wasm_bindgen(catch, method)]
    fn send(this: &WebSocket, text: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &WebSocket);
    #[wasm_bindgen(method, setter, js_name = onopen)]
    fn on_open(this: &WebSocket, listener: &JsValue);
    #[wasm_bindgen(method, setter, js_name = onmessage)]
    fn on_message(this: &WebSocket, listener: &JsValue);
    #[wasm_bindgen(method, setter, js_name = onclose)]
    fn on_close(this: &WebSocket, listener: &JsValue);
    #[wasm_bindgen(method, setter, js_name = onerror)]
    fn on_error(this: &WebSocket, listener: &JsValue);
}

/// What happens on a socket: 0 it is open, 1 a message, 2 it is closed or never opened.
type Event = (u8, JsValue);

struct Line {
    socket: WebSocket,
    events: UnboundedReceiver<Event>,
    /// Kept for as long as the socket may call them.
    _listeners: [Closure<dyn Fn(JsValue)>; 3],
}

impl Drop for Line {
    fn drop(&mut self) {
        // Before the closures go: the socket would still tell of its end.
        let null = JsValue::NULL;
        self.socket.on_open(&null);
        self.socket.on_message(&null);
        self.socket.on_close(&null);
        self.socket.on_error(&null);
        self.socket.close();
    }
}

impl Line {
    fn open(url: &str) -> Option<Self> {
        let socket = WebSocket::new(url).ok()?;
        let (sender, events) = unbounded();
        let listeners = [0, 1, 2].map(|kind| {
            let sender = sender.clone();
            Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
                let name = if kind == 2 { "reason" } else { "data" };
                let said = Reflect::get(&event, &name.into()).unwrap_or_default();
                // Nobody listens any more when the receiver is gone.
                let _ = sender.unbounded_send((kind, said));
            })
        });
        let [opened, message, closed] = listeners.each_ref().map(AsRef::as_ref);
        socket.on_open(opened);
        socket.on_message(message);
        socket.on_close(closed);
        // What a page's policy stops isn't always told as a close.
        socket.on_error(closed);
        Some(Self { socket, events, _listeners: listeners })
    }
}

/// Asks `node` everything.
///
/// # Errors
/// Why it can't be used, in words that follow its name.
pub(crate) async fn converse(node: &str, full: bool) -> Result<Session, String> {
    const SILENT: &str = "did not answer within 10 seconds";
    let mut line = Line::open(node).ok_or("is refused by this page")?;
    let mut session = Session::new(full);
    match next(&mut line, &mut TimeoutFuture::new(PATIENCE_MS)).await {
        Some((0, _)) => {}
        Some((_, said)) => return Err(ended(&said, "could not be reached from this browser")),
        None => return Err(SILENT.to_owned()),
    }
    let mut begun = false;
    while let Some(call) = session.call() {
        if core::mem::replace(&mut begun, true) {
            TimeoutFuture::new(PAUSE_MS).await;
        }
        // Refused only when it is closed, which is heard next.
        let _ = line.socket.send(&call);
        let mut patience = TimeoutFuture::new(PATIENCE_MS);
        loop {
            match next(&mut line, &mut patience).await {
                Some((1, data)) => {
                    if session.hear(&read(&data), now())? == Heard::Answer {
                        break;
                    }
                }
                Some((_, said)) => {
                    // What is known already is kept.
                    session.skip(&ended(&said, "hung up"))?;
                    return Ok(session);
                }
                None => {
                    session.skip(SILENT)?;
                    break;
                }
            }
        }
    }
    Ok(session)
}

/// Gets a JSON document: a plain request without credentials.
///
/// # Errors
/// Why there is none, in words.
pub(crate) async fn get(url: &str) -> Result<JsValue, &'static str> {
    let options = Object::new();
    for (name, value) in [("credentials", "omit"), ("referrerPolicy", "no-referrer")] {
        // A plain object takes any property.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    let unreachable = "could not be reached from this browser";
    let answer = async {
        let response: Response = JsFuture::from(fetch(url, &options)).await.map_err(|_| unreachable)?.unchecked_into();
        if !response.ok() {
            return Err("is not there: answered with an error");
        }
        let text = JsFuture::from(response.text()).await.map_err(|_| unreachable)?;
        let text = text.as_string().filter(|text| text.len() <= MAX_FEED).ok_or("is larger than 64 KB")?;
        JSON::parse(&text).map_err(|_| "is not JSON")
    };
    match select(Box::pin(answer), TimeoutFuture::new(PATIENCE_MS)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err("did not answer within 10 seconds"),
    }
}

/// What happens next; nothing when it takes too long.
async fn next(line: &mut Line, patience: &mut TimeoutFuture) -> Option<Event> {
    match select(line.events.next(), patience).await {
        Either::Left((event, _)) => event,
        Either::Right(_) => None,
    }
}

/// How a connection ended: by the other side's word, if it gave one.
fn ended(said: &JsValue, otherwise: &str) -> String {
    let said: String = said.as_string().unwrap_or_default().chars().filter(|c| !c.is_control()).take(80).collect();
    if said.is_empty() { otherwise.to_owned() } else { ["hung up: “", &said, "”"].concat() }
}

/// A message; what is no JSON, or too long, is nothing that was asked for.
fn read(data: &JsValue) -> Json {
    let text = data.as_string().filter(|text| text.len() <= MAX_TEXT);
    text.and_then(|text| JSON::parse(&text).ok()).map_or(Json::Null, |value| json(&value, Json::MAX_DEPTH))
}

/// A parsed body, or a part of one, in which so many levels may follow.
pub(crate) fn json(value: &JsValue, left: u8) -> Json {
    if let Some(number) = value.as_f64() {
        Json::Number(number)
    } else if let Some(text) = value.as_string() {
        Json::Text(text)
    } else if value.is_null() {
        Json::Null
    } else if left == 0 || !value.is_object() {
        Json::Other
    } else if Array::is_array(value) {
        Json::List(value.unchecked_ref::<Array>().iter().map(|item| json(&item, left - 1)).collect())
    } else {
        let entries = Object::entries(value.unchecked_ref());
        let field = |entry: JsValue| {
            let entry: Array = entry.unchecked_into();
            (entry.get(0).as_string().unwrap_or_default(), json(&entry.get(1), left - 1))
        };
        Json::Object(entries.iter().map(field).collect())
    }
}

fn now() -> UnixMs {
    #[expect(clippy::cast_possible_truncation, reason = "a date in whole milliseconds")]
    UnixMs(Date::now() as i64)
}
