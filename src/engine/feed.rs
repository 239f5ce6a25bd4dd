//! One feed an asset and data configuration, however many widgets show it: it loads, refreshes at bar close, and keeps
//! what it has when a refresh fails.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use futures::future::{AbortHandle, Either, abortable, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::{ArcRwSignal, GetUntracked, Set, Update};
use tao_conviction_core::{Assessment, DataState, UnixMs};

use super::schedule::{after_failure, after_success};
use super::snapshot::{Progress, Snapshot};
use crate::config::DataConfig;
use crate::market::{Asset, Centre, Failure, Market, Source, known, load, now, update};

/// What a widget can be drawn from.
#[derive(Debug, Clone)]
pub(crate) enum FeedState {
    /// Nothing is known yet.
    Loading,
    /// Candles are there.
    Ready(Arc<Snapshot>),
    /// No source could be used, and nothing is kept from earlier.
    Unavailable(Arc<Outage>),
}

impl FeedState {
    /// Whether both are the very same moment, not merely alike.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Loading, Self::Loading) => true,
            (Self::Ready(one), Self::Ready(other)) => Arc::ptr_eq(one, other),
            (Self::Unavailable(one), Self::Unavailable(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

/// Every source failed.
#[derive(Debug, Clone)]
pub(crate) struct Outage {
    pub(crate) failures: Vec<(Source, Failure)>,
    /// When the sources are asked again; nothing while they are being asked.
    pub(crate) retry_at: Option<UnixMs>,
    /// The same as an Assessment, for events.
    pub(crate) assessment: Assessment,
}

/// The sleep that is under way, if the feed sleeps: ending it wakes the feed.
type Nap = Rc<RefCell<Option<AbortHandle>>>;

/// When the sources are asked next; in the past while they are being asked.
type Next = Rc<Cell<UnixMs>>;

/// A shared feed; the last clone that is dropped ends it, with the requests that are under way.
#[derive(Clone)]
pub(crate) struct Feed(Rc<Shared>);

struct Shared {
    asset: Asset,
    config: DataConfig,
    state: ArcRwSignal<FeedState>,
    nap: Nap,
    #[cfg(feature = "panel")]
    next: Next,
    task: AbortHandle,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.task.abort();
    }
}

thread_local! {
    static FEEDS: RefCell<Vec<Weak<Shared>>> = const { RefCell::new(Vec::new()) };
}

impl Feed {
    /// The page's feed for `asset` under `config`, started if nobody uses it yet.
    pub(crate) fn shared(asset: Asset, config: &DataConfig) -> Self {
        FEEDS.with_borrow_mut(|feeds| {
            feeds.retain(|feed| feed.strong_count() > 0);
            let known = feeds.iter().filter_map(Weak::upgrade);
            if let Some(feed) = known.into_iter().find(|feed| feed.asset == asset && feed.config == *config) {
                return Self(feed);
            }
            let state = ArcRwSignal::new(FeedState::Loading);
            let (nap, next) = (Nap::default(), Next::default());
            let run = Run { asset, config: config.clone(), state: state.clone(), nap: nap.clone(), next: next.clone() };
            let (task, abort) = abortable(run.forever());
            wasm_bindgen_futures::spawn_local(async move {
                // An aborted feed has nobody left to tell.
                let _ = task.await;
            });
            let feed = Rc::new(Shared {
                asset,
                config: config.clone(),
                state,
                nap,
                #[cfg(feature = "panel")]
                next,
                task: abort,
            });
            feeds.push(Rc::downgrade(&feed));
            Self(feed)
        })
    }

    /// What it knows.
    pub(crate) fn state(&self) -> ArcRwSignal<FeedState> {
        self.0.state.clone()
    }

    /// When the sources are asked next; in the past while they are being asked.
    #[cfg(feature = "panel")]
    pub(crate) fn next(&self) -> UnixMs {
        self.0.next.get()
    }

    /// Asks the sources now, unless they are being asked already.
    pub(crate) fn refresh(&self) {
        if let Some(nap) = self.0.nap.take() {
            nap.abort();
        }
    }
}

struct Run {
    asset: Asset,
    config: DataConfig,
    state: ArcRwSignal<FeedState>,
    nap: Nap,
    next: Next,
}

impl Run {
    async fn forever(self) {
        let mut market: Option<Market> = None;
        let mut failed_in_a_row = 0;
        loop {
            let result = update(self.asset, &self.config, market.as_ref()).await;
            match result {
                Ok(fresh) => {
                    failed_in_a_row = 0;
                    self.with_surroundings(market.insert(fresh)).await;
                }
                Err(failures) => {
                    failed_in_a_row += 1;
                    let at = now();
                    let next = after_failure(at, failed_in_a_row, dice());
                    self.state.set(self.without(market.as_ref(), failures, at, next));
                    self.sleep_until(next).await;
                }
            }
            // Whoever looks at an outage sees that something is happening.
            self.state.maybe_update(|state| match state {
                FeedState::Unavailable(outage) => {
                    Arc::make_mut(outage).retry_at = None;
                    true
                }
                _ => false,
            });
        }
    }

    /// Shows `market`, at first alone and then with what surrounds it, and sleeps until it has to be refreshed. A
    /// number that is shown already waits for the surroundings and then changes once.
    async fn with_surroundings(&self, market: &Market) {
        const PATIENCE_MS: u32 = 5_000;
        let next = after_success(now(), market.as_of(now()), dice());
        let Some(loading) = load(self.centre(market)) else {
            self.show(market, Progress::Done);
            return self.sleep_until(next).await;
        };
        if !matches!(self.state.get_untracked(), FeedState::Ready(_)) {
            self.show(market, Progress::Partial);
        }
        match select(Box::pin(loading), TimeoutFuture::new(PATIENCE_MS)).await {
            Either::Left(_) => {
                self.show(market, Progress::Done);
                self.sleep_until(next).await;
            }
            Either::Right(((), loading)) => {
                self.show(market, Progress::Done);
                // What is slow is shown when it comes, and taken back when it is still missing at the next refresh.
                if let Either::Left(((), sleep)) = select(loading, Box::pin(self.sleep_until(next))).await {
                    self.show(market, Progress::Done);
                    sleep.await;
                }
            }
        }
    }

    fn show(&self, market: &Market, progress: Progress<'_>) {
        let snapshot = self.snapshot(market, progress, now());
        self.state.set(FeedState::Ready(Arc::new(snapshot)));
    }

    /// What surrounds `market`; the source to compare it with is the first one that hasn't just failed.
    fn centre(&self, market: &Market) -> Centre {
        let failed = |source: &Source| market.failures.iter().any(|(known, _)| known == source);
        let second = self.config.sources.iter().find(|source| **source != market.source && !failed(source));
        Centre { asset: self.asset, source: market.source, second: second.copied(), proxy: self.config.proxy.clone() }
    }

    fn snapshot(&self, market: &Market, progress: Progress<'_>, at: UnixMs) -> Snapshot {
        let surroundings = known(&self.centre(market), at);
        Snapshot::of(self.asset, market, &surroundings, progress, at)
    }

    /// What is left to show when no source answers.
    fn without(&self, kept: Option<&Market>, failures: Vec<(Source, Failure)>, at: UnixMs, next: UnixMs) -> FeedState {
        let kept = kept.map(|market| self.snapshot(market, Progress::Kept(&failures), at));
        match kept.filter(|snapshot| snapshot.assessment.data.state != DataState::Unavailable) {
            Some(snapshot) => FeedState::Ready(Arc::new(snapshot)),
            None => FeedState::Unavailable(Arc::new(Outage {
                assessment: Snapshot::unavailable(self.asset, at, &failures),
                failures,
                retry_at: Some(next),
            })),
        }
    }

    /// Sleeps, or wakes early when somebody asks. The clock is read again in between: a laptop that slept must not
    /// wait as long again.
    async fn sleep_until(&self, time: UnixMs) {
        const LONGEST_MS: i64 = 30_000;
        self.next.set(time);
        loop {
            let left = time.since(now());
            if left <= 0 {
                return;
            }
            let milliseconds = u32::try_from(left.min(LONGEST_MS)).unwrap_or(0);
            let (sleep, end) = abortable(TimeoutFuture::new(milliseconds));
            self.nap.replace(Some(end));
            if sleep.await.is_err() {
                return;
            }
            self.nap.take();
        }
    }
}

/// Uniform in 0 … 1.
fn dice() -> f64 {
    js_sys::Math::random()
}
