//! Candles from exchanges: the only room that talks to them. One file an exchange.

mod asset;
mod binance;
mod bybit;
#[cfg(feature = "panel")]
mod check;
mod coinbase;
mod failure;
#[cfg(feature = "panel")]
mod history;
mod http;
mod hyperliquid;
mod kraken;
mod okx;
mod pace;
mod router;
mod sample;
mod stream;
mod surroundings;

pub(crate) use asset::{Asset, SYMBOLS};
#[cfg(feature = "panel")]
pub(crate) use check::{Check, Probe, check};
pub(crate) use failure::Failure;
#[cfg(feature = "panel")]
pub(crate) use history::{End, answers, reach_back};
#[cfg(feature = "panel")]
pub(crate) use http::page;
#[cfg(feature = "panel")]
pub(crate) use router::resting;
pub(crate) use router::{Market, update};
pub(crate) use sample::beside_module;
pub(crate) use stream::{Event, Many, Socket};
pub(crate) use surroundings::{Centre, Surroundings, keep_depth, known, load, shelve, shelved, wanted};
pub(crate) use tao_conviction_web::{json, now};

use tao_conviction_core::wire::{self, Book, Json, Refusal};
use tao_conviction_core::{Candle, CandleSeries, Timeframe, UnixMs};

use http::Answer;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/src/browser.js")]
extern "C" {
    /// Lets the browser do what is waiting: a task of its own begins.
    pub(crate) async fn breathe();
}

/// A place that candles come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// Binance spot, through its market-data host.
    Binance,
    /// Kraken spot.
    Kraken,
    /// Coinbase Exchange spot.
    Coinbase,
    /// Hyperliquid perpetuals.
    Hyperliquid,
    /// Bybit spot.
    Bybit,
    /// OKX spot.
    Okx,
    /// Simulated candles that ship with the widget.
    Sample,
}

impl Source {
    const ALL: [Self; 7] =
        [Self::Binance, Self::Kraken, Self::Coinbase, Self::Hyperliquid, Self::Bybit, Self::Okx, Self::Sample];
    /// The real ones, in the order in which they are asked when nothing else is said.
    pub(crate) const DEFAULT: [Self; 6] =
        [Self::Binance, Self::Kraken, Self::Coinbase, Self::Hyperliquid, Self::Bybit, Self::Okx];

    /// The name used in attributes and in the Assessment, the one shown, and the currency of its prices.
    const fn facts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Binance => ("binance", "Binance", "USDT"),
            Self::Kraken => ("kraken", "Kraken", "USD"),
            Self::Coinbase => ("coinbase", "Coinbase", "USD"),
            // A contract's price is not a spot price.
            Self::Hyperliquid => ("hyperliquid", "Hyperliquid perpetual", "USDC"),
            Self::Bybit => ("bybit", "Bybit", "USDT"),
            Self::Okx => ("okx", "OKX", "USDT"),
            Self::Sample => ("sample", "sample candles", "USD"),
        }
    }

    /// The name used in attributes and in the Assessment.
    pub(crate) const fn id(self) -> &'static str {
        self.facts().0
    }

    /// The name shown.
    pub(crate) const fn name(self) -> &'static str {
        self.facts().1
    }

    /// The currency of its prices.
    pub(crate) const fn quote(self) -> &'static str {
        self.facts().2
    }

    /// The name shown for an id in an Assessment.
    #[cfg(feature = "panel")]
    pub(crate) fn name_of(id: &str) -> &str {
        Self::parse(id).map_or(id, |source| source.name())
    }

    pub(crate) fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.id().eq_ignore_ascii_case(id))
    }

    /// Asks for the last `count` candles, the running one included, and checks them.
    async fn candles(self, request: Request<'_>) -> Result<Candles, Failure> {
        let base = if self == Self::Coinbase { coinbase::base(request) } else { None };
        let asked = base.unwrap_or(request);
        let most = match self {
            Self::Coinbase => coinbase::MAX_ROWS,
            Self::Okx => okx::MAX_ROWS,
            _ => u32::MAX,
        };
        let mut candles = Vec::new();
        for page in asked.pages(most) {
            candles.extend(self.page(&page).await?);
        }
        let asked = Request { now: request.now, ..asked };
        let candles = match self {
            Self::Sample => Candles { closed: candles, running: None },
            _ => Candles::split(candles, &asked)?,
        };
        let candles = candles.check(&asked)?;
        if base.is_none() {
            return Ok(candles);
        }
        // A bucket in which one is missing is left out, and so a gap.
        let closed = CandleSeries::from_arrivals(asked.timeframe, candles.closed)
            .resample(request.timeframe, request.now)?
            .series
            .candles()
            .to_vec();
        Candles { closed, running: None }.check(&request)
    }

    /// Asks for no more candles than one answer holds.
    async fn page(self, request: &Request<'_>) -> Result<Vec<Candle>, Failure> {
        let (url, body) = match self {
            Self::Binance => (binance::url(request), None),
            Self::Kraken => (kraken::url(request), None),
            Self::Coinbase => (coinbase::url(request), None),
            Self::Hyperliquid => (hyperliquid::url(request), Some(hyperliquid::body(request))),
            Self::Bybit => (bybit::url(request), None),
            Self::Okx => (okx::url(request), None),
            Self::Sample => (sample::url(request), None),
        };
        let answer = self.ask(&url, body).await?;
        self.rows(answer, request)
    }

    /// The candles in an answer.
    fn rows(self, answer: Answer, request: &Request<'_>) -> Result<Vec<Candle>, Failure> {
        if self == Self::Sample {
            return sample::decode(&answer, request);
        }
        let symbol = request.asset.symbol();
        let json = answer.read(request.asset, self.refusal())?;
        Ok(match self {
            Self::Kraken => wire::kraken::candles(&json, kraken::base(request)),
            Self::Coinbase => wire::coinbase::candles(&json),
            Self::Hyperliquid => wire::hyperliquid::candles(&json, symbol, request.timeframe.name()),
            Self::Bybit => wire::bybit::candles(&json, &format!("{symbol}USDT")),
            Self::Okx => wire::okx::candles(&json),
            Self::Binance | Self::Sample => wire::binance::candles(&json),
        }?)
    }

    /// How a body says that the request was refused.
    fn refusal(self) -> fn(&Json) -> Option<Refusal> {
        match self {
            Self::Kraken => wire::kraken::refusal,
            Self::Coinbase => wire::coinbase::refusal,
            // An unknown coin is reported to be answered with HTTP 500, like any other trouble: nothing is made of it.
            Self::Hyperliquid => |_| None,
            Self::Bybit => wire::bybit::refusal,
            Self::Okx => wire::okx::refusal,
            Self::Binance | Self::Sample => wire::binance::refusal,
        }
    }

    /// Asks for the order book; the simulated market has none.
    async fn book(self, request: Request<'_>) -> Result<Book, Failure> {
        let request = &request;
        let (url, body) = match self {
            Self::Binance => (binance::book_url(request), None),
            Self::Kraken => (kraken::book_url(request), None),
            Self::Coinbase => (coinbase::book_url(request), None),
            Self::Hyperliquid => (hyperliquid::url(request), Some(hyperliquid::book_body(request))),
            Self::Bybit => (bybit::book_url(request), None),
            Self::Okx => (okx::book_url(request), None),
            Self::Sample => return Err(Failure::Empty),
        };
        let symbol = request.asset.symbol();
        let json = self.ask(&url, body).await?.read(request.asset, self.refusal())?;
        Ok(match self {
            Self::Kraken => wire::kraken::book(&json, kraken::base(request)),
            Self::Coinbase => wire::coinbase::book(&json),
            Self::Hyperliquid => wire::hyperliquid::book(&json, symbol),
            Self::Bybit => wire::bybit::book(&json, &format!("{symbol}USDT")),
            Self::Okx => wire::okx::book(&json),
            Self::Binance | Self::Sample => wire::binance::book(&json),
        }?)
    }

    /// One request, in its turn.
    async fn ask(self, url: &str, body: Option<String>) -> Result<Answer, Failure> {
        pace::turn(self).await;
        breathe().await;
        http::ask(url, body).await
    }
}

/// Forgets who was asked, rested or waited for until when: those times mean nothing after the clock was set back.
pub(crate) fn forget_times() {
    pace::forget();
    router::forget();
    surroundings::forget();
}

/// What is asked of a source.
#[derive(Debug, Clone, Copy)]
struct Request<'a> {
    asset: Asset,
    timeframe: Timeframe,
    /// How many candles, the running one included.
    count: u32,
    now: UnixMs,
    proxy: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// When the newest candle that is asked for opened: the running one.
    const fn newest(&self) -> UnixMs {
        self.timeframe.bucket(self.now)
    }

    /// When the oldest one opened.
    const fn oldest(&self) -> UnixMs {
        self.newest().plus(-(self.count as i64 - 1) * self.timeframe.duration_ms())
    }

    /// Requests for at most `most` candles each that are together this one, newest first.
    fn pages(self, most: u32) -> impl Iterator<Item = Request<'a>> {
        let length = self.timeframe.duration_ms();
        (0..self.count.div_ceil(most)).map(move |page| {
            let before = page * most;
            let now = self.newest().plus(-i64::from(before) * length);
            Self { count: (self.count - before).min(most), now, ..self }
        })
    }

    /// The URL of `path` on the exchange's own host, or on the proxy.
    fn url(&self, host: &str, path: &str) -> String {
        format!("{}{path}", self.proxy.unwrap_or(host))
    }
}

/// How far in the future candles may lie before it is the source that is wrong and not this computer's clock.
const FARTHEST_MS: i64 = 10 * 366 * 24 * 60 * 60_000;

/// What a source sent.
struct Candles {
    closed: Vec<Candle>,
    running: Option<Candle>,
}

impl Candles {
    /// The newest candle of an answer is still running, and is never scored, whatever this computer's clock says: the
    /// clock may be ahead of the venue's, and the candle is kept while time goes on. Candles of the future are dropped
    /// before; one length is allowed for a clock that is behind.
    ///
    /// A single candle of the future is a broken row; several mean that this computer's clock is behind, and then
    /// yesterday would be shown as today.
    fn split(mut candles: Vec<Candle>, request: &Request<'_>) -> Result<Self, Failure> {
        let latest = request.newest().plus(request.timeframe.duration_ms());
        let mut ahead: Vec<UnixMs> =
            candles.iter().map(|candle| candle.open_time).filter(|time| *time > latest).collect();
        ahead.sort_unstable();
        ahead.dedup();
        if let [_, .., newest] = ahead.as_slice() {
            // No clock is years behind: those are times in another unit.
            if newest.since(request.now) > FARTHEST_MS {
                return Err(Failure::Body("its candles are of another age".into()));
            }
            return Err(Failure::ClockBehind(newest.since(request.now) / 60_000));
        }
        candles.retain(|candle| candle.open_time <= latest);
        let newest = candles.iter().map(|candle| candle.open_time).max();
        let running = candles.iter().rfind(|candle| Some(candle.open_time) == newest).copied();
        candles.retain(|candle| Some(candle.open_time) != newest);
        Ok(Self { closed: candles, running })
    }

    /// Refuses an answer in which too many candles are invalid or none is closed. What is invalid among the rest is
    /// left for the series to reject and count.
    fn check(mut self, request: &Request<'_>) -> Result<Self, Failure> {
        let valid = |candle: &Candle| candle.defect(request.timeframe).is_none();
        let total = self.closed.len();
        let rejected = total - self.closed.iter().filter(|candle| valid(candle)).count();
        // One broken candle in a hundred is a broken candle; more is a broken source.
        if rejected * 100 > total {
            return Err(Failure::Invalid { rejected, total });
        }
        let ended = |candle: &&Candle| candle.open_time.plus(request.timeframe.duration_ms()) <= request.now;
        if !self.closed.iter().filter(ended).any(valid) {
            return Err(Failure::Empty);
        }
        self.running = self.running.filter(valid);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH: i64 = 15 * 60_000;
    /// 2025-09-12 10:07 UTC.
    pub(super) const NOW: UnixMs = UnixMs(1_757_671_620_000);

    /// What is asked at [`NOW`].
    pub(super) fn request(symbol: &str, timeframe: Timeframe, count: u32) -> Request<'static> {
        Request { asset: Asset::parse(symbol).unwrap(), timeframe, count, now: NOW, proxy: None }
    }

    fn candle(index: i64) -> Candle {
        Candle { open_time: UnixMs(index * LENGTH), open: 1.0, high: 1.0, low: 1.0, close: 1.0, volume: 0.0 }
    }

    fn request_at(now: i64) -> Request<'static> {
        let (asset, timeframe) = (Asset::default(), Timeframe::M15);
        Request { asset, timeframe, count: 500, now: UnixMs(now * LENGTH), proxy: None }
    }

    #[test]
    fn the_newest_candle_is_the_running_one_in_whatever_order_they_come() {
        for order in [[1, 2, 3], [3, 2, 1], [2, 3, 1]] {
            let candles = Candles::split(order.map(candle).into(), &request_at(3)).unwrap();
            assert_eq!(candles.running, Some(candle(3)));
            assert!(candles.closed.iter().all(|closed| closed.open_time < UnixMs(3 * LENGTH)));
        }
        let revised = Candle { close: 0.5, low: 0.5, ..candle(3) };
        assert_eq!(Candles::split(vec![candle(2), candle(3), revised], &request_at(3)).unwrap().running, Some(revised));
    }

    #[test]
    fn a_candle_of_the_future_is_neither_running_nor_closed() {
        let candles = Candles::split([8, 9, 40].map(candle).into(), &request_at(9)).unwrap();
        assert_eq!((candles.running, candles.closed), (Some(candle(9)), vec![candle(8)]));
        // This computer's clock may be up to one length behind.
        assert_eq!(Candles::split([8, 9, 10].map(candle).into(), &request_at(9)).unwrap().running, Some(candle(10)));
    }

    #[test]
    fn every_source_has_a_name_of_its_own() {
        for source in Source::ALL {
            assert_eq!(Source::parse(source.id()), Some(source));
            assert_eq!(Source::DEFAULT.contains(&source), source != Source::Sample);
        }
        assert_eq!(Source::parse("OKX"), Some(Source::Okx));
        assert_eq!(Source::parse("mtgox"), None);
    }

    #[test]
    fn pages_touch_and_make_up_the_whole() {
        let all = request("TAO", Timeframe::H4, 7);
        let pages: Vec<_> = all.pages(3).collect();
        assert_eq!(pages.iter().map(|page| page.count).collect::<Vec<_>>(), [3, 3, 1]);
        assert_eq!((pages[0].newest(), pages[2].oldest()), (all.newest(), all.oldest()));
        for pair in pages.windows(2) {
            assert_eq!(pair[1].newest().plus(Timeframe::H4.duration_ms()), pair[0].oldest());
        }
        assert_eq!(all.pages(300).count(), 1);
        assert_eq!(request("TAO", Timeframe::H4, 300).pages(300).count(), 1);
    }

    #[test]
    fn nothing_closed_is_a_failure() {
        let check = |candles: &[i64], now| {
            let candles = candles.iter().map(|index| candle(*index)).collect();
            Candles::split(candles, &request_at(now)).and_then(|split| split.check(&request_at(now))).err()
        };
        assert_eq!(check(&[], 9), Some(Failure::Empty));
        assert_eq!(check(&[8], 9), Some(Failure::Empty));
        assert_eq!(check(&[7, 8], 9), None);
        assert_eq!(check(&[20], 9), Some(Failure::Empty));
    }

    #[test]
    fn several_candles_of_the_future_mean_that_the_clock_is_behind() {
        let split = |candles: &[i64]| {
            let candles = candles.iter().map(|index| candle(*index)).collect();
            Candles::split(candles, &request_at(9)).err()
        };
        assert_eq!(split(&[8, 9, 10, 11, 12]), Some(Failure::ClockBehind(45)));
        assert_eq!(split(&[8, 9, 40, 40]), None);
        // Milliseconds read as seconds.
        let unread = Failure::Body("its candles are of another age".into());
        assert_eq!(split(&[8_000_000, 9_000_000]), Some(unread));
        assert_eq!(split(&[8, 9, 10]), None);
    }

    #[test]
    fn a_hundredth_may_be_invalid_and_no_more() {
        let broken = |count: i64| {
            let candles = (0..200).map(|i| Candle { close: if i < count { f64::NAN } else { 1.0 }, ..candle(i) });
            Candles { closed: candles.collect(), running: None }.check(&request_at(300)).err()
        };
        assert_eq!(broken(2), None);
        assert_eq!(broken(3), Some(Failure::Invalid { rejected: 3, total: 200 }));
    }
}
