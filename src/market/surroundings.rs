//! What surrounds an asset: Bitcoin and the AI tokens, loaded once for all widgets of a page and kept until the next
//! 4h or 1d candle closes. What can't be had is left out, and so unknown; nothing waits for it.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use futures::future::{FutureExt, Shared, WeakShared, poll_fn};
use tao_conviction_core::wire::{BAND, Depth};
use tao_conviction_core::{CandleSeries, Parameters, Timeframe, UnixMs};

use super::router::{MAX_KEPT, missing};
use super::{Asset, Failure, Request, Source, now};

/// Timeframes that are read of the surroundings, with the candles that a first view asks for of Bitcoin and of a
/// member of the basket (the running one included): 42 changes on 4h and 365 volatilities on 1d, and slack.
const WANTED: [(Timeframe, u32, u32); 2] = [(Timeframe::D1, 500, 120), (Timeframe::H4, 300, 100)];
/// How long a series that could not be had is left alone, and how long one of an asset that isn't listed.
const REST_MS: i64 = 5 * 60_000;
const UNLISTED_MS: i64 = 24 * 60 * 60_000;

/// How old an order book may be before it is unknown, and before it is asked for again.
const BOOK_KEPT_MS: i64 = 20 * 60_000;
const BOOK_FRESH_MS: i64 = 60_000;
/// Candles that a second source is asked for, to compare the last closed hour (method §8).
const CONFIRMING: u32 = 3;

/// The series that are known, fresh ones only: what is older than two lengths says nothing about now.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Surroundings {
    /// Bitcoin's.
    pub(crate) btc: Vec<CandleSeries>,
    /// The basket's, a list a member.
    pub(crate) basket: Vec<Vec<CandleSeries>>,
    /// What stands in the asset's order book within ±0.5 % of mid, in the quote currency.
    pub(crate) depth: Option<f64>,
    /// The asset's last hours as a second source has them.
    pub(crate) second: Option<(Source, CandleSeries)>,
}

/// What is surrounded: an asset, the source of its candles, the one to compare it with, and the way to both.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Centre {
    pub(crate) asset: Asset,
    pub(crate) source: Source,
    pub(crate) second: Option<Source>,
    pub(crate) proxy: Option<String>,
}

/// What all who wait for a load share; dropping the last one ends its requests.
type Load = Pin<Box<dyn Future<Output = ()>>>;
type Loading = Shared<Load>;
/// A load that may be under way: from which source, through which proxy.
type UnderWay = (Source, Option<String>, WeakShared<Load>);

/// One series of one asset from one source.
struct Shelf {
    source: Source,
    proxy: Option<String>,
    asset: Asset,
    series: CandleSeries,
    /// Not to be asked for before.
    rest_until: UnixMs,
}

/// An asset's order book as one source had it.
struct Kept {
    source: Source,
    proxy: Option<String>,
    asset: Asset,
    at: UnixMs,
    /// Unknown when it couldn't be had, or was cut off too early to say that there is little.
    depth: Option<f64>,
}

thread_local! {
    static BOOKS: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
    static SHELVES: RefCell<Vec<Shelf>> = const { RefCell::new(Vec::new()) };
    static UNDER_WAY: RefCell<Vec<UnderWay>> = const { RefCell::new(Vec::new()) };
}

/// What is known of the surroundings at `at`.
pub(crate) fn known(centre: &Centre, at: UnixMs) -> Surroundings {
    let Centre { asset, source, second, ref proxy } = *centre;
    SHELVES.with_borrow(|shelves| {
        let from = |of: Asset, source: Source| {
            let own = shelves.iter().filter(move |shelf| shelf.is(of, source, proxy.as_deref()));
            own.map(|shelf| &shelf.series).filter(|series| is_fresh(series, at)).cloned()
        };
        let series = |of: Asset| from(of, source).collect::<Vec<_>>();
        let mut btc = series(Asset::BITCOIN);
        if asset == Asset::BITCOIN {
            // Nothing is strong or weak beside itself; the regime is read on 1d.
            btc.retain(|series| series.timeframe() == Timeframe::D1);
        }
        let members = Asset::basket().filter(|member| *member != asset).map(series);
        let hour = |second| from(asset, second).find(|series| series.timeframe() == Timeframe::H1);
        Surroundings {
            btc,
            basket: members.filter(|series| !series.is_empty()).collect(),
            depth: book_of(centre, at, BOOK_KEPT_MS).flatten(),
            second: second.and_then(|second| Some((second, hour(second)?))),
        }
    })
}

/// Every series that surrounds `centre`, whether it is known or not.
pub(crate) fn wanted(centre: &Centre) -> Vec<(Asset, Source, Timeframe)> {
    let Centre { asset, source, second, .. } = *centre;
    let members = Asset::basket().filter(|member| *member != asset);
    let mut all: Vec<_> = std::iter::once(Asset::BITCOIN)
        .chain(members)
        .flat_map(|of| WANTED.map(|(timeframe, ..)| (of, source, timeframe)))
        .collect();
    all.extend(second.map(|second| (asset, second, Timeframe::H1)));
    all
}

/// A series as it is known.
pub(crate) fn shelved(asset: Asset, source: Source, proxy: Option<&str>, timeframe: Timeframe) -> Option<CandleSeries> {
    SHELVES.with_borrow(|shelves| {
        let own = |shelf: &&Shelf| shelf.is(asset, source, proxy) && shelf.series.timeframe() == timeframe;
        shelves.iter().find(own).map(|shelf| shelf.series.clone())
    })
}

/// Puts a series that was kept elsewhere on its shelf.
pub(crate) fn shelve(asset: Asset, source: Source, proxy: Option<&str>, series: CandleSeries) {
    SHELVES.with_borrow_mut(|shelves| {
        let own = |shelf: &Shelf| shelf.is(asset, source, proxy) && shelf.series.timeframe() == series.timeframe();
        shelves.retain(|shelf| !own(shelf));
        let proxy = proxy.map(str::to_owned);
        shelves.push(Shelf { source, proxy, asset, series, rest_until: UnixMs(0) });
    });
}

/// Takes over what another tab knows of the order book.
pub(crate) fn keep_depth(centre: &Centre, at: UnixMs, depth: Option<f64>) {
    let Centre { asset, source, ref proxy, .. } = *centre;
    BOOKS.with_borrow_mut(|books| {
        books.retain(|kept| (kept.asset, kept.source, &kept.proxy) != (asset, source, proxy));
        books.push(Kept { source, proxy: proxy.clone(), asset, at, depth });
    });
}

/// Forgets the order books, and what isn't asked for before which time.
pub(super) fn forget() {
    BOOKS.take();
    SHELVES.with_borrow_mut(|shelves| shelves.iter_mut().for_each(|shelf| shelf.rest_until = UnixMs(0)));
}

/// Loads what is missing of them; nothing when nothing is.
pub(crate) fn load(centre: Centre) -> Option<impl Future<Output = ()>> {
    let mut next = next_load(&centre);
    next.is_some().then_some(async move {
        // What was joined may have been for another asset.
        while let Some(loading) = next {
            loading.await;
            next = next_load(&centre);
        }
    })
}

/// A load that is under way, whoever began it, or one of what is missing.
fn next_load(centre: &Centre) -> Option<Loading> {
    let Centre { asset, source, second, ref proxy } = *centre;
    let joined = UNDER_WAY.with_borrow_mut(|all| {
        let running = |load: &WeakShared<Load>| load.upgrade().filter(|load| load.peek().is_none());
        all.retain(|(.., load)| running(load).is_some());
        let own = all.iter().find(|(from, through, _)| *from == source && through == proxy);
        own.and_then(|(.., load)| running(load))
    });
    if joined.is_some() {
        return joined;
    }
    let at = now();
    let mut requests: Vec<Load> = Vec::new();
    if book_of(centre, at, BOOK_FRESH_MS).is_none() && source != Source::Sample {
        requests.push(Box::pin(bring_book(asset, source, proxy.clone())));
    }
    let mut want = |of: Asset, source: Source, timeframe: Timeframe, count: u32| {
        let missing = SHELVES.with_borrow(|shelves| {
            match shelves
                .iter()
                .find(|shelf| shelf.is(of, source, proxy.as_deref()) && shelf.series.timeframe() == timeframe)
            {
                Some(shelf) if at < shelf.rest_until => 0,
                Some(shelf) => match missing(&shelf.series, at) {
                    // The simulated candles move with the day, all of them.
                    Some(some) if some == 0 || source != Source::Sample => some.min(count),
                    _ => count,
                },
                None => count,
            }
        });
        if missing > 0 {
            let request: Load = Box::pin(bring(of, source, proxy.clone(), timeframe, missing));
            requests.push(request);
        }
    };
    if let Some(second) = second {
        want(asset, second, Timeframe::H1, CONFIRMING);
    }
    // The simulated market has no basket.
    let members = Asset::basket().filter(|member| *member != asset && source != Source::Sample);
    for of in std::iter::once(Asset::BITCOIN).chain(members) {
        for (timeframe, for_btc, for_member) in WANTED {
            want(of, source, timeframe, if of == Asset::BITCOIN { for_btc } else { for_member });
        }
    }
    if requests.is_empty() {
        return None;
    }
    // All at once. `join_all` would bring a scheduler of its own, 3 KB for every visitor.
    let all: Load = Box::pin(poll_fn(move |context| {
        requests.retain_mut(|request| request.as_mut().poll(context).is_pending());
        if requests.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }));
    let loading = all.shared();
    if let Some(load) = loading.downgrade() {
        UNDER_WAY.with_borrow_mut(|all| all.push((source, proxy.clone(), load)));
    }
    Some(loading)
}

/// Asks for the last `count` candles and puts them on their shelf.
async fn bring(asset: Asset, source: Source, proxy: Option<String>, timeframe: Timeframe, count: u32) {
    let request = Request { asset, timeframe, count, now: now(), proxy: proxy.as_deref() };
    let answer = source.candles(request).await;
    SHELVES.with_borrow_mut(|shelves| {
        let known = |shelf: &Shelf| shelf.is(asset, source, proxy.as_deref()) && shelf.series.timeframe() == timeframe;
        let place = shelves.iter().position(known).unwrap_or_else(|| {
            let series = CandleSeries::new(timeframe);
            shelves.push(Shelf { source, proxy, asset, series, rest_until: UnixMs(0) });
            shelves.len() - 1
        });
        let Some(shelf) = shelves.get_mut(place) else { return };
        match answer {
            Ok(candles) => {
                if source == Source::Sample {
                    shelf.series = CandleSeries::new(timeframe);
                }
                shelf.series.extend(candles.closed);
                shelf.series.keep_last(MAX_KEPT);
                // What isn't published yet is not asked for at once again.
                let due = missing(&shelf.series, now()) != Some(0);
                shelf.rest_until = now().plus(if due { REST_MS } else { 0 });
            }
            Err(Failure::Unlisted(_)) => shelf.rest_until = now().plus(UNLISTED_MS),
            Err(_) => shelf.rest_until = now().plus(REST_MS),
        }
    });
}

/// The depth of the order book of `centre` that is at most so many milliseconds old, which may be unknown.
fn book_of(centre: &Centre, at: UnixMs, age: i64) -> Option<Option<f64>> {
    BOOKS.with_borrow(|books| {
        let own =
            |kept: &&Kept| kept.asset == centre.asset && kept.source == centre.source && kept.proxy == centre.proxy;
        books.iter().find(own).filter(|kept| at.since(kept.at) < age).map(|kept| kept.depth)
    })
}

/// Asks for the order book and keeps what it says.
async fn bring_book(asset: Asset, source: Source, proxy: Option<String>) {
    let at = now();
    // Only the asset and the proxy matter here.
    let request = Request { asset, timeframe: Timeframe::M15, count: 0, now: at, proxy: proxy.as_deref() };
    let book = source.book(request).await.ok();
    let depth = book.and_then(|book| book.depth(BAND).ok());
    let enough = |depth: &Depth| depth.reaches(Parameters::default().min_depth).is_some();
    let depth = depth.filter(enough).map(|depth| depth.value);
    BOOKS.with_borrow_mut(|books| {
        books.retain(|kept| (kept.asset, kept.source, &kept.proxy) != (asset, source, &proxy));
        books.push(Kept { source, proxy, asset, at, depth });
    });
}

impl Shelf {
    fn is(&self, asset: Asset, source: Source, proxy: Option<&str>) -> bool {
        self.asset == asset && self.source == source && self.proxy.as_deref() == proxy
    }
}

fn is_fresh(series: &CandleSeries, at: UnixMs) -> bool {
    let length = series.timeframe().duration_ms();
    series.closed(at).last().is_some_and(|last| at.since(last.open_time.plus(length)) <= 2 * length)
}
