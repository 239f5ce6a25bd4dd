//! A socket to a venue's stream: opened, told what to send, and closed when dropped. What becomes of it is the engine's
//! business.

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use js_sys::JSON;
use tao_conviction_core::Candle;
use tao_conviction_core::wire::{Json, Stream};
use tao_conviction_web::{WebSocket, json};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

use super::{Asset, Source};

/// Longer messages are no candles.
const MAX_TEXT: usize = 64 << 10;

/// What happens on a socket.
pub(crate) enum Event {
    /// It is open and subscribed.
    Open,
    /// The running candle.
    Candle(Candle),
    /// Something else was said: it lives.
    Alive,
    /// It is closed, or never opened.
    Closed,
}

/// An open socket.
pub(crate) struct Socket {
    venue: Stream,
    asset: Asset,
    socket: WebSocket,
    events: UnboundedReceiver<(u8, JsValue)>,
    listeners: [Closure<dyn Fn(JsValue)>; 3],
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Before the closures go: the socket would still tell of its end.
        self.listen([&JsValue::NULL; 3]);
        self.socket.close();
    }
}

impl Source {
    /// The venue's stream, if it has one that is used.
    pub(crate) const fn stream(self) -> Option<Stream> {
        match self {
            Self::Binance => Some(Stream::Binance),
            Self::Kraken => Some(Stream::Kraken),
            Self::Hyperliquid => Some(Stream::Hyperliquid),
            Self::Bybit => Some(Stream::Bybit),
            Self::Coinbase | Self::Okx | Self::Sample => None,
        }
    }
}

impl Socket {
    /// Opens a socket, behind the proxy's host where there is one; nothing where the browser refuses at once.
    pub(crate) fn open(venue: Stream, asset: Asset, proxy: Option<&str>) -> Option<Self> {
        let (host, path) = venue.address(asset.symbol());
        let base = proxy.map_or_else(|| host.to_owned(), |proxy| proxy.replacen("http", "ws", 1));
        let socket = WebSocket::new(&[&base, path.as_str()].concat()).ok()?;
        let (sender, events) = unbounded();
        let listeners = [0, 1, 2].map(|kind| {
            let sender = sender.clone();
            Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
                let data = js_sys::Reflect::get(&event, &"data".into()).unwrap_or_default();
                // Nobody listens any more when the receiver is gone.
                let _ = sender.unbounded_send((kind, data));
            })
        });
        let this = Self { venue, asset, socket, events, listeners };
        this.listen(this.listeners.each_ref().map(AsRef::as_ref));
        Some(this)
    }

    fn listen(&self, [open, message, close]: [&JsValue; 3]) {
        self.socket.on_open(open);
        self.socket.on_message(message);
        self.socket.on_close(close);
    }

    /// What happens next.
    pub(crate) async fn next(&mut self) -> Event {
        match self.events.next().await {
            Some((0, _)) => {
                if let Some(text) = self.venue.subscription(self.asset.symbol()) {
                    self.say(&text);
                }
                Event::Open
            }
            Some((1, data)) => self.read(&data).map_or(Event::Alive, Event::Candle),
            _ => Event::Closed,
        }
    }

    /// Keeps the venue from hanging up.
    pub(crate) fn ping(&self) {
        if let Some(text) = self.venue.ping() {
            self.say(text);
        }
    }

    fn say(&self, text: &str) {
        // Refused before it is open and after it was closed, which is heard of.
        let _ = self.socket.send(text);
    }

    fn read(&self, data: &JsValue) -> Option<Candle> {
        let text = data.as_string().filter(|text| text.len() <= MAX_TEXT)?;
        let message = JSON::parse(&text).ok()?;
        self.venue.candle(&json(&message, Json::MAX_DEPTH), self.asset.symbol()).ok()?
    }
}
