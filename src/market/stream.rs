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

use super::Source;

/// Longer messages are no candles.
const MAX_TEXT: usize = 64 << 10;

/// What happens on a socket.
pub(crate) enum Event {
    /// It is open and subscribed.
    Open,
    /// The running candle of the asset at this place among those that were asked for.
    Candle(usize, Candle),
    /// Something else was said: it lives.
    Alive,
    /// It is closed, or never opened.
    Closed,
}

/// What one socket serves: a card's one asset, a watchlist's all.
#[cfg(not(feature = "panel"))]
pub(crate) type Many<T> = [T; 1];
/// What one socket serves: a card's one asset, a watchlist's all.
#[cfg(feature = "panel")]
pub(crate) type Many<T> = Vec<T>;

/// An open socket.
pub(crate) struct Socket<'a> {
    venue: Stream,
    symbols: &'a Many<&'static str>,
    socket: WebSocket,
    events: UnboundedReceiver<(u8, JsValue)>,
    listeners: [Closure<dyn Fn(JsValue)>; 3],
}

impl Drop for Socket<'_> {
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

impl<'a> Socket<'a> {
    /// Opens a socket, behind the proxy's host where there is one; nothing where the browser refuses at once.
    pub(crate) fn open(venue: Stream, symbols: &'a Many<&'static str>, proxy: Option<&str>) -> Option<Self> {
        let (host, path) = venue.address(symbols);
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
        let this = Self { venue, symbols, socket, events, listeners };
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
                for symbol in self.symbols {
                    if let Some(text) = self.venue.subscription(symbol) {
                        self.say(&text);
                    }
                }
                Event::Open
            }
            Some((1, data)) => self.read(&data).map_or(Event::Alive, |(place, candle)| Event::Candle(place, candle)),
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

    fn read(&self, data: &JsValue) -> Option<(usize, Candle)> {
        let text = data.as_string().filter(|text| text.len() <= MAX_TEXT)?;
        let message = json(&JSON::parse(&text).ok()?, Json::MAX_DEPTH);
        let candle = |symbol: &&str| self.venue.candle(&message, symbol).ok()?;
        let mut candles = self.symbols.iter().map(candle).enumerate();
        candles.find_map(|(place, candle)| Some((place, candle?)))
    }
}
