//! The connection check: one small answer of every venue, Bittensor node and host of a signal, since nobody but the reader can
//! tell what is reachable from where they are. Nothing of it is scored.

use futures::future::{Either, join_all, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{JSON, Reflect};
use tao_conviction_core::Timeframe;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, WebSocket};

use super::{Asset, Failure, Request, Source, now, page};

/// Bittensor's public nodes, in the order in which they would be asked.
pub(crate) const NODES: [&str; 4] = [
    "wss://entrypoint-finney.opentensor.ai:443",
    "wss://lite.chain.opentensor.ai:443",
    "wss://bittensor-finney.api.onfinality.io/public-ws",
    "wss://rpc.blockmachine.io",
];
/// The hosts of the signals, and what is small there.
const HOSTS: [(&str, &str); 3] = [
    // Counts as no question of the hour's sixty.
    ("api.github.com", "https://api.github.com/rate_limit"),
    ("openrouter.ai", "https://openrouter.ai/api/v1/models/count"),
    ("api.alternative.me", "https://api.alternative.me/fng/?limit=1"),
];
/// The first block of Bittensor's main chain.
const GENESIS: &str = "0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03";
const NODE_TIMEOUT_MS: u32 = 8_000;

/// How far a check has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Check {
    /// Whether answers are still awaited.
    pub(crate) running: bool,
    /// What is known, in the order of the list; nothing where an answer is awaited.
    pub(crate) probes: Vec<(&'static str, Option<Probe>)>,
}

/// What became of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Probe {
    /// From the question to the answer, or to giving up.
    pub(crate) milliseconds: i64,
    /// What was got, or what went wrong.
    pub(crate) outcome: Result<String, String>,
    /// Nothing was heard at all, which a page's own policy looks like too.
    pub(crate) blocked: bool,
}

/// Asks everybody at once, and tells `heard` each time the picture changes. The hosts of `signals` only where they are on.
pub(crate) async fn check(asset: Asset, proxy: Option<String>, signals: bool, heard: impl Fn(Check)) {
    let hosts: &[(&str, &str)] = if signals { &HOSTS } else { &[] };
    let names =
        Source::DEFAULT.iter().map(|source| source.name()).chain(NODES).chain(hosts.iter().map(|(name, _)| *name));
    let check = std::cell::RefCell::new(Check { running: true, probes: names.map(|name| (name, None)).collect() });
    heard(check.borrow().clone());
    let tell = |place: usize, probe: Probe| {
        let mut check = check.borrow_mut();
        if let Some((_, known)) = check.probes.get_mut(place) {
            *known = Some(probe);
        }
        check.running = check.probes.iter().any(|(_, known)| known.is_none());
        heard(check.clone());
    };
    let venues = Source::DEFAULT.iter().enumerate().map(|(place, source)| {
        let (tell, proxy) = (&tell, proxy.as_deref());
        async move { tell(place, venue(*source, asset, proxy).await) }
    });
    let nodes = NODES.iter().enumerate().map(|(place, url)| {
        let tell = &tell;
        async move { tell(Source::DEFAULT.len() + place, node(url).await) }
    });
    let hosts = hosts.iter().enumerate().map(|(place, (_, url))| {
        let tell = &tell;
        async move { tell(Source::DEFAULT.len() + NODES.len() + place, host(url).await) }
    });
    futures::future::join3(join_all(venues), join_all(nodes), join_all(hosts)).await;
}

/// Whether a host answers this browser: what it answers matters only where it refuses.
async fn host(url: &str) -> Probe {
    let at = now();
    let answer = page(url).await;
    let blocked = answer.as_ref().is_err_and(|failure| *failure == Failure::Unreachable);
    let outcome = match answer {
        Ok(answer) => match answer.status {
            200..=299 => Ok("its answer".to_owned()),
            status @ (403 | 429) => Err(Failure::RateLimited(status, 0).to_string()),
            status @ 500.. => Err(Failure::Status(status).to_string()),
            status => Ok(Failure::Status(status).to_string()),
        },
        Err(failure) => Err(failure.to_string()),
    };
    Probe { milliseconds: now().since(at), outcome, blocked }
}

async fn venue(source: Source, asset: Asset, proxy: Option<&str>) -> Probe {
    let at = now();
    let request = Request { asset, timeframe: Timeframe::H1, count: 3, now: at, proxy };
    let answer = source.candles(request).await;
    let blocked = matches!(answer, Err(Failure::Unreachable));
    let outcome = match answer.map(|candles| candles.closed.iter().map(|candle| candle.open_time).max()) {
        Ok(Some(opened)) => {
            let age = at.since(opened.plus(Timeframe::H1.duration_ms())) / 60_000;
            Ok(format!("the last hour’s candle, closed {age} min ago"))
        }
        Ok(None) => Err(Failure::Empty.to_string()),
        Err(failure) => Err(failure.to_string()),
    };
    Probe { milliseconds: now().since(at), outcome, blocked }
}

/// Asks a node for the hash of its first block.
async fn node(url: &str) -> Probe {
    let at = now();
    let outcome = match select(Box::pin(first_block(url)), TimeoutFuture::new(NODE_TIMEOUT_MS)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(_) => Err("did not answer within 8 seconds".to_owned()),
    };
    let blocked = outcome == Err(UNREACHABLE.to_owned());
    let outcome = outcome.and_then(|hash| match hash.as_str() {
        GENESIS => Ok("the first block of Bittensor’s main chain".to_owned()),
        _ => Err("serves another chain".to_owned()),
    });
    Probe { milliseconds: now().since(at), outcome, blocked }
}

const UNREACHABLE: &str = "could not be reached from this browser";

/// Closes the socket whatever becomes of the question, and keeps its listeners alive as long.
struct Open(WebSocket, [Closure<dyn Fn(MessageEvent)>; 3]);

impl Drop for Open {
    fn drop(&mut self) {
        let Self(socket, _) = self;
        socket.set_onopen(None);
        socket.set_onmessage(None);
        socket.set_onclose(None);
        // Fails only for a code that none is given.
        let _ = socket.close();
    }
}

async fn first_block(url: &str) -> Result<String, String> {
    const QUESTION: &str = r#"{"jsonrpc":"2.0","id":1,"method":"chain_getBlockHash","params":[0]}"#;
    let unreachable = || UNREACHABLE.to_owned();
    let socket = WebSocket::new(url).map_err(|_| unreachable())?;
    let (sender, receiver) = futures::channel::oneshot::channel();
    let sender = std::rc::Rc::new(std::cell::Cell::new(Some(sender)));
    let answer = move |said: Option<String>| {
        // Only the first word counts, and whoever gave up isn't told.
        let _ = sender.take().map(|sender| sender.send(said));
    };
    let asking = socket.clone();
    let opened = Closure::new(move |_: MessageEvent| {
        // Open, so it sends.
        let _ = asking.send_with_str(QUESTION);
    });
    let closed = answer.clone();
    let listeners = [
        opened,
        Closure::new(move |event: MessageEvent| answer(event.data().as_string())),
        Closure::new(move |_: MessageEvent| closed(None)),
    ];
    let open = Open(socket, listeners);
    let Open(socket, [on_open, on_message, on_close]) = &open;
    socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    let said = receiver.await.ok().flatten().ok_or_else(unreachable)?;
    let answer = JSON::parse(&said).map_err(|_| "sent something else than JSON".to_owned())?;
    let get = |value: &JsValue, name: &str| Reflect::get(value, &name.into()).unwrap_or_default();
    get(&answer, "result").as_string().ok_or_else(|| {
        let said = get(&get(&answer, "error"), "message").as_string();
        said.map_or("sent no block hash".to_owned(), |text| {
            format!("says “{}”", text.chars().take(160).collect::<String>())
        })
    })
}
