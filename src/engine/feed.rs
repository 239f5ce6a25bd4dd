//! One feed an asset and data configuration, however many widgets show it: it loads, refreshes at bar close, and keeps
//! what it has when a refresh fails.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use futures::future::{AbortHandle, Either, abortable, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::{ArcRwSignal, GetUntracked, Set, Update, WithUntracked};
use tao_conviction_core::wire::Stream;
use tao_conviction_core::{Assessment, Candle, DataState, Timeframe, UnixMs};
use wasm_bindgen::JsValue;

use super::cache::{self, Role};
use super::live::{Live, may_move};
use super::news::{self, News};
use super::quiet::{self, Nap};
use super::schedule::{after_failure, after_success};
use super::snapshot::{Progress, Snapshot};
use super::tabs::{Heard, Tabs};
use crate::catalysts;
use crate::config::DataConfig;
use crate::market::{
    Asset, Centre, Failure, Many, Market, Socket, Source, breathe, forget_times, keep_depth, known, load, now, shelve,
    shelved, update, wanted,
};

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

    /// Whether both are of one assessment: the price may have moved.
    #[cfg(feature = "panel")]
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ready(one), Self::Ready(other)) => Arc::ptr_eq(&one.assessment, &other.assessment),
            _ => self.is(other),
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

/// A shared feed; the last clone that is dropped ends it, with the requests that are under way.
#[derive(Clone)]
pub(crate) struct Feed(Rc<Shared>);

struct Shared {
    run: Rc<Run>,
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
        let feed = Self::of(asset, config);
        #[cfg(feature = "panel")]
        feed.0.run.go_alone();
        feed
    }

    /// The same as one of many, whose price is moved by a stream that they share.
    #[cfg(feature = "panel")]
    pub(crate) fn row(asset: Asset, config: &DataConfig) -> Self {
        Self::of(asset, config)
    }

    fn of(asset: Asset, config: &DataConfig) -> Self {
        FEEDS.with_borrow_mut(|feeds| {
            feeds.retain(|feed| feed.strong_count() > 0);
            let known = feeds.iter().filter_map(Weak::upgrade);
            if let Some(feed) = known.into_iter().find(|feed| feed.run.asset == asset && feed.run.config == *config) {
                return Self(feed);
            }
            let run = Rc::new(Run {
                asset,
                config: config.clone(),
                state: ArcRwSignal::new(FeedState::Loading),
                nap: Nap::default(),
                asked: Cell::new(false),
                followed: Cell::new(false),
                next: Cell::default(),
                market: RefCell::default(),
                tabs: RefCell::default(),
                news: RefCell::default(),
                live: RefCell::default(),
                #[cfg(feature = "panel")]
                alone: Cell::new(false),
                #[cfg(feature = "panel")]
                moved: Cell::new(false),
            });
            quiet::wake_on_change(&run.nap);
            let (task, abort) = abortable(run.clone().forever());
            wasm_bindgen_futures::spawn_local(async move {
                // An aborted feed has nobody left to tell.
                let _ = task.await;
            });
            let feed = Rc::new(Shared { run, task: abort });
            feeds.push(Rc::downgrade(&feed));
            Self(feed)
        })
    }

    /// What it knows.
    pub(crate) fn state(&self) -> ArcRwSignal<FeedState> {
        self.0.run.state.clone()
    }

    /// When the sources are asked next; in the past while they are being asked.
    #[cfg(feature = "panel")]
    pub(crate) fn next(&self) -> UnixMs {
        self.0.run.next.get()
    }

    /// The candles that are known.
    #[cfg(feature = "panel")]
    pub(super) fn market(&self) -> Option<Market> {
        self.0.run.market.borrow().clone()
    }

    /// Whether nothing is known yet.
    #[cfg(feature = "panel")]
    pub(super) fn is_loading(&self) -> bool {
        matches!(self.0.run.state.get_untracked(), FeedState::Loading)
    }

    /// Which source's stream would move the price, if a shared one has to.
    #[cfg(feature = "panel")]
    pub(super) fn voice(&self) -> Option<(Source, Weak<Run>)> {
        let run = &self.0.run;
        // What the browser kept is not followed before the source has answered.
        let source = run.state.with_untracked(|state| match state {
            FeedState::Ready(snapshot) if snapshot.assessment.data.state != DataState::Cached => Some(snapshot.source),
            _ => None,
        })?;
        // The tab that leads tells the others of each move.
        let leads = run.tabs.borrow().as_ref().is_none_or(|tabs| tabs.leads());
        let wants = leads && !run.alone.get() && run.config.live && !quiet::saves_data();
        (wants && source.stream().is_some()).then(|| (source, Rc::downgrade(run)))
    }

    /// Asks the sources now, or has the tab that leads ask them, unless they are being asked already.
    pub(crate) fn refresh(&self) {
        self.0.run.refresh();
    }
}

/// One feed at work.
pub(super) struct Run {
    asset: Asset,
    config: DataConfig,
    state: ArcRwSignal<FeedState>,
    nap: Nap,
    /// Somebody wants the sources to be asked without waiting for a candle to close.
    asked: Cell<bool>,
    /// What is shown came from another tab.
    followed: Cell<bool>,
    /// When the sources are asked next; in the past while they are being asked.
    next: Cell<UnixMs>,
    /// The candles that are known.
    market: RefCell<Option<Market>>,
    /// The other tabs that show the same, where they can be spoken with.
    tabs: RefCell<Option<Rc<Tabs>>>,
    /// What was told to them last.
    news: RefCell<Option<JsValue>>,
    /// The stream that moves the price.
    live: RefCell<Option<Live>>,
    /// Whether it is this one's own; one of many shares one with the others.
    #[cfg(feature = "panel")]
    alone: Cell<bool>,
    /// Whether the running candle has moved since it was last told of: others share the stream.
    #[cfg(feature = "panel")]
    moved: Cell<bool>,
}

impl Run {
    async fn forever(self: Rc<Self>) {
        self.begin().await;
        let mut failed_in_a_row = 0;
        loop {
            self.turn(failed_in_a_row == 0 && matches!(self.state.get_untracked(), FeedState::Loading)).await;
            // Whoever takes over knows what the leader knew, and goes on as it would have.
            if self.followed.take() && self.next.get() > now() && !self.asked.get() {
                self.sleep_until(self.next.get()).await;
                continue;
            }
            self.asked.set(false);
            self.next.set(now());
            let before = self.market.borrow().clone();
            match update(self.asset, &self.config, before.as_ref()).await {
                Ok(fresh) => {
                    failed_in_a_row = 0;
                    self.market.replace(Some(fresh.clone()));
                    self.go_live(fresh.source);
                    self.with_surroundings(&fresh).await;
                }
                Err(failures) => {
                    failed_in_a_row += 1;
                    drop(self.live.take());
                    let at = now();
                    let next = after_failure(at, failed_in_a_row, dice());
                    self.post(&news::of_failures(before.as_ref().map(|market| market.source), &failures, next));
                    self.state.set(self.without(before.as_ref(), failures, at, next));
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

    /// Paints from what the browser kept, and joins the other tabs.
    async fn begin(self: &Rc<Self>) {
        if self.config.sources == [Source::Sample] || !cache::works().await {
            return;
        }
        for source in self.config.sources.clone() {
            if let Some(market) = self.restore(source, Vec::new()).await {
                const DAY_MS: i64 = 24 * 60 * 60_000;
                // What is older would be seen as a score for a moment, and be none.
                let recent = market.as_of(now()).is_some_and(|as_of| now().since(as_of) < DAY_MS);
                self.market.replace(Some(market));
                if recent && matches!(self.state.get_untracked(), FeedState::Loading) {
                    self.show(Progress::Kept(&[]));
                }
                break;
            }
        }
        let run = Rc::downgrade(self);
        let heard = move |heard: Heard| {
            if let Some(run) = run.upgrade() {
                run.hear(heard);
            }
        };
        self.tabs.replace(Tabs::join(self.asset, &self.config, Rc::new(heard)).map(Rc::new));
    }

    /// The candles of `source` that the browser kept, with what surrounds them put in its place.
    async fn restore(&self, source: Source, failures: Vec<(Source, Failure)>) -> Option<Market> {
        let proxy = self.config.proxy.as_deref();
        if let Some(of) = self.catalysts()
            && let Some(stored) = cache::load_value(&key(of)).await
        {
            catalysts::keep(of, &stored);
        }
        let mut series = Vec::new();
        for timeframe in Timeframe::ALL {
            series.push(cache::load(Role::Scored, source, proxy, self.asset, timeframe).await?);
        }
        let market = Market { source, series: series.try_into().ok()?, running: None, failures };
        for (asset, source, timeframe) in wanted(&self.centre(&market)) {
            if let Some(series) = cache::load(Role::Around, source, proxy, asset, timeframe).await {
                shelve(asset, source, proxy, series);
            }
        }
        Some(market)
    }

    /// Stores what is known and then tells the other tabs, which draw from the storage.
    async fn share(&self, market: &Market) {
        if market.source == Source::Sample || !cache::works().await {
            return;
        }
        let (asset, proxy) = (self.asset, self.config.proxy.as_deref());
        let mut stored = true;
        for series in &market.series {
            stored &= cache::save(Role::Scored, market.source, proxy, asset, series).await;
        }
        if let Some(of) = self.catalysts()
            && let Some(reading) = catalysts::known(of)
        {
            cache::save_value(&key(of), &reading.stored).await;
        }
        let centre = self.centre(market);
        for (of, source, timeframe) in wanted(&centre) {
            if let Some(series) = shelved(of, source, proxy, timeframe) {
                stored &= cache::save(Role::Around, source, proxy, of, &series).await;
            }
        }
        if stored {
            // The stream went on while it was stored.
            let depth = known(&centre, now()).depth;
            let message = news::of_market(self.market.borrow().as_ref().unwrap_or(market), depth, self.next.get());
            self.post(&message);
        } else if let Some(tabs) = self.tabs.take() {
            // Full: then every tab has to ask for itself.
            tabs.leave();
        }
    }

    /// Follows the stream of the source that is used, unless it is followed already.
    fn go_live(self: &Rc<Self>, source: Source) {
        #[cfg(feature = "panel")]
        if !self.alone.get() {
            return;
        }
        let followed = self.live.borrow().as_ref().is_some_and(|live| live.source == source);
        if !followed && self.config.live && !quiet::saves_data() {
            // The old one is dropped after the borrow has ended.
            let live = Live::follow(Many::from([Rc::downgrade(self)]), Many::from([self.symbol()]), source);
            drop(self.live.replace(live));
        }
    }

    /// Has a stream of its own, from now on.
    #[cfg(feature = "panel")]
    fn go_alone(self: &Rc<Self>) {
        if self.alone.replace(true) {
            return;
        }
        let leads = self.tabs.borrow().as_ref().is_none_or(|tabs| tabs.leads());
        let source = self.market.borrow().as_ref().map(|market| market.source);
        if let Some(source) = source.filter(|_| leads) {
            self.go_live(source);
        }
    }

    pub(super) fn symbol(&self) -> &'static str {
        self.asset.symbol()
    }

    /// A socket to `venue` for all of these, unless nothing may be asked.
    pub(super) fn open<'a>(&self, venue: Stream, symbols: &'a Many<&'static str>) -> Option<Socket<'a>> {
        quiet::may_ask(now()).then(|| Socket::open(venue, symbols, self.config.proxy.as_deref()))?
    }

    /// If the running candle has moved, the price moves with it, and nothing that is scored.
    pub(super) fn tick(&self, source: Source) {
        #[cfg(feature = "panel")]
        if !self.moved.take() {
            return;
        }
        let Some(candle) = self.show_price(source) else { return };
        if let Some(tabs) = self.tabs.borrow().as_ref().filter(|tabs| tabs.leads()) {
            tabs.post(&news::of_tick(source, &candle));
        }
    }

    /// Makes `candle` the running one, if it may move the price.
    pub(super) fn take_in(&self, source: Source, candle: Candle) -> bool {
        let mut market = self.market.borrow_mut();
        let Some(market) = market.as_mut().filter(|market| market.source == source) else { return false };
        let at = now();
        let closed = market.series.iter().find(|series| series.timeframe() == Timeframe::M15);
        let last_close = closed.and_then(|series| series.closed(at).last()).map(|candle| candle.close);
        if !may_move(&candle, market.running.as_ref(), last_close, at) {
            return false;
        }
        market.running = Some(candle);
        #[cfg(feature = "panel")]
        self.moved.set(true);
        true
    }

    /// Shows the running candle's close as the price.
    fn show_price(&self, source: Source) -> Option<Candle> {
        let candle = self.market.borrow().as_ref().filter(|market| market.source == source)?.running?;
        self.state.maybe_update(|state| match state {
            FeedState::Ready(snapshot) if snapshot.source == source => {
                Arc::make_mut(snapshot).move_price(candle.close);
                true
            }
            _ => false,
        });
        Some(candle)
    }

    fn post(&self, message: &JsValue) {
        self.news.replace(Some(message.clone()));
        if let Some(tabs) = self.tabs.borrow().as_ref().filter(|tabs| tabs.leads()) {
            tabs.post(message);
        }
    }

    /// Another tab spoke.
    fn hear(self: &Rc<Self>, heard: Heard) {
        let leads = self.tabs.borrow().as_ref().is_some_and(|tabs| tabs.leads());
        match heard {
            Heard::Hello if leads => {
                let news = self.news.borrow().clone();
                if let (Some(tabs), Some(news)) = (&*self.tabs.borrow(), news) {
                    tabs.post(&news);
                }
            }
            Heard::Refresh if leads => self.refresh(),
            Heard::News(message) if !leads => {
                let run = self.clone();
                wasm_bindgen_futures::spawn_local(async move { run.follow(&message).await });
            }
            _ => {}
        }
    }

    /// Draws what the leading tab knows.
    async fn follow(&self, message: &JsValue) {
        if let Some((source, candle)) = news::tick(message) {
            if self.take_in(source, candle) {
                self.show_price(source);
            }
            return;
        }
        let Some(news) = News::read(message) else { return };
        self.next.set(news.next);
        self.followed.set(true);
        let restored = match news.source {
            Some(source) => self.restore(source, news.failures.clone()).await,
            None => None,
        };
        match restored {
            Some(market) if news.fresh => {
                let market = Market { running: news.running, ..market };
                keep_depth(&self.centre(&market), now(), news.depth);
                self.market.replace(Some(market));
                self.show(Progress::Done);
                // A card that leads reads nothing that a panel shows of the chain.
                #[cfg(feature = "panel")]
                if let Some(reading) = self.catalysts().and_then(catalysts::load) {
                    reading.await;
                    self.become_old(DataState::Live, Progress::Done);
                }
            }
            // There is something new, and this tab can't read it: it has to ask for itself.
            None if news.fresh => {
                if let Some(tabs) = self.tabs.take() {
                    tabs.leave();
                }
            }
            kept => {
                let kept = kept.or_else(|| self.market.borrow().clone());
                self.state.set(self.without(kept.as_ref(), news.failures, now(), news.next));
            }
        }
    }

    pub(super) fn refresh(&self) {
        let tabs = self.tabs.borrow().clone();
        match tabs.filter(|tabs| !tabs.leads()) {
            Some(tabs) => tabs.post(&"refresh".into()),
            None => {
                // Whoever sees the last answer may ask for a newer one, although it is still being stored.
                let nap = self.nap.take();
                if nap.is_some() || self.next.get() > now() {
                    self.asked.set(true);
                }
                nap.inspect(AbortHandle::abort);
            }
        }
    }

    /// Waits until this tab may ask, and is the one of all tabs that does. The first time it asks though it is hidden or
    /// offline: nothing is shown yet, and there may be somebody waiting to be told why.
    async fn turn(&self, first: bool) {
        let mut asked = first || self.asked.take();
        loop {
            while !asked && !quiet::may_ask(now()) {
                self.be_quiet();
                self.nap(LONGEST_MS).await;
                asked |= self.asked.take();
            }
            let Some(tabs) = self.tabs.borrow().clone() else { return };
            let mut lead = Box::pin(tabs.lead());
            while let Either::Right(((), waiting)) = select(lead, Box::pin(self.nap(LONGEST_MS))).await {
                self.be_quiet();
                lead = waiting;
            }
            if tabs.refused() {
                self.tabs.take();
                return;
            }
            if tabs.leads() && (asked || quiet::may_ask(now())) {
                return;
            }
            tabs.release();
            asked = false;
        }
    }

    /// Lets go of what others may need: the lead, and on the way into the back/forward cache everything.
    fn be_quiet(&self) {
        if !quiet::may_ask(now()) {
            drop(self.live.take());
        }
        if quiet::is_offline() {
            self.become_old(DataState::Live, Progress::Kept(&[]));
        }
        let tabs = self.tabs.borrow().clone();
        if quiet::is_gone() {
            cache::close();
            if let Some(tabs) = tabs {
                tabs.leave();
            }
        } else if !quiet::may_ask(now())
            && let Some(tabs) = tabs.filter(|tabs| tabs.leads())
        {
            tabs.release();
        }
    }

    /// What is shown is not what it was when it was shown as `state`.
    fn become_old(&self, state: DataState, now_it_is: Progress<'_>) {
        let shown = self.state.with_untracked(|shown| match shown {
            FeedState::Ready(snapshot) => Some(snapshot.assessment.data.state),
            _ => None,
        });
        if shown == Some(state) {
            self.show(now_it_is);
        }
    }

    /// Shows `market`, at first alone and then with what surrounds it and the catalysts, and sleeps until it has to be
    /// refreshed. A number that is shown already waits for them and then changes once.
    async fn with_surroundings(&self, market: &Market) {
        const PATIENCE_MS: u32 = 5_000;
        // A node is asked five times and no more than once in 1.1 seconds.
        const MORE_MS: u32 = 3_000;
        let often = if quiet::saves_data() { Timeframe::H1 } else { Timeframe::M15 };
        let next = after_success(now(), market.as_of(now()), often, dice());
        let catalysts = self.catalysts().and_then(catalysts::load);
        let (around, reads) = (load(self.centre(market)), catalysts.is_some());
        if around.is_none() && !reads {
            self.complete(market, next).await;
            return self.sleep_until(next).await;
        }
        if !matches!(self.state.get_untracked(), FeedState::Ready(_)) {
            let partial = self.snapshot(market, Progress::Partial, now());
            // To score, to draw and to ask for each thing around it is a task each: together they would be a long one.
            breathe().await;
            self.state.set(FeedState::Ready(Arc::new(partial)));
        }
        let (waits, late) = (Cell::new(around.is_some()), Cell::new(false));
        let mut loading = Box::pin(async {
            if let Some(around) = around {
                around.await;
            }
            waits.set(false);
            if late.get() {
                // Too late to wait for the chain as well.
                self.complete(market, next).await;
            }
            if let Some(catalysts) = catalysts {
                catalysts.await;
            }
        });
        let mut patience = TimeoutFuture::new(PATIENCE_MS);
        loop {
            match select(loading, patience).await {
                Either::Left(_) => {
                    self.complete(market, next).await;
                    return self.sleep_until(next).await;
                }
                Either::Right(((), rest)) => loading = rest,
            }
            if waits.replace(true) {
                break;
            }
            patience = TimeoutFuture::new(MORE_MS);
        }
        late.set(true);
        self.complete(market, next).await;
        // What is slow is shown when it comes, and taken back when it is still missing at the next refresh.
        if let Either::Left((_, sleep)) = select(loading, Box::pin(self.sleep_until(next))).await {
            self.complete(market, next).await;
            sleep.await;
        }
    }

    /// Shows everything that is known, and lets the storage and the other tabs have it.
    async fn complete(&self, market: &Market, next: UnixMs) {
        self.next.set(next);
        self.show(Progress::Done);
        self.share(market).await;
    }

    /// Shows the candles that are known, the running one as far as the stream has moved it.
    fn show(&self, progress: Progress<'_>) {
        let snapshot = self.market.borrow().as_ref().map(|market| self.snapshot(market, progress, now()));
        if let Some(snapshot) = snapshot {
            self.state.set(FeedState::Ready(Arc::new(snapshot)));
        }
    }

    /// What surrounds `market`; the source to compare it with is the first one that hasn't just failed.
    fn centre(&self, market: &Market) -> Centre {
        let failed = |source: &Source| market.failures.iter().any(|(known, _)| known == source);
        let second = self.config.sources.iter().find(|source| **source != market.source && !failed(source));
        Centre { asset: self.asset, source: market.source, second: second.copied(), proxy: self.config.proxy.clone() }
    }

    fn snapshot(&self, market: &Market, progress: Progress<'_>, at: UnixMs) -> Snapshot {
        let surroundings = known(&self.centre(market), at);
        let catalysts = self.catalysts().and_then(catalysts::known);
        Snapshot::of(self.asset, market, &surroundings, catalysts.as_deref(), progress, &self.config.parameters(), at)
    }

    /// The feed of the catalysts, where there are some.
    fn catalysts(&self) -> Option<&str> {
        // They are Bittensor's own.
        let concern = self.asset == Asset::default() && self.config.sources != [Source::Sample];
        self.config.catalysts.as_deref().filter(|_| concern)
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

    /// Sleeps, or wakes early when somebody asks; longer while nobody looks.
    async fn sleep_until(&self, time: UnixMs) {
        self.next.set(time);
        let mut rested = false;
        let mut last = now();
        loop {
            let (at, quiet) = (now(), !quiet::may_ask(now()));
            // Clocks are put right by milliseconds all the time; what is longer than a nap was set back by somebody, and
            // then it may be long until `time`, and what is shown is of a time to come.
            if last.since(at) > LONGEST_MS && !quiet {
                forget_times();
                catalysts::forget();
                return;
            }
            last = at;
            if quiet {
                self.be_quiet();
                rested = true;
            } else if rested {
                // Whoever comes back sees the newest price, and the stream goes on.
                return;
            }
            let left = if quiet { LONGEST_MS } else { time.since(at).min(LONGEST_MS) };
            if left <= 0 || self.asked.get() {
                return;
            }
            self.nap(left).await;
            let as_of = self.market.borrow().as_ref().and_then(|market| market.as_of(now()));
            if as_of.is_some_and(|as_of| now().since(as_of) > 2 * Timeframe::M15.duration_ms()) {
                // Two lengths without a new candle: it isn't live any more, whoever is to blame.
                self.become_old(DataState::Live, Progress::Done);
            }
            if self.asked.get() {
                return;
            }
        }
    }

    /// Sleeps for so many milliseconds at most: whoever ends the nap has something to say.
    async fn nap(&self, milliseconds: i64) {
        let (sleep, end) = abortable(TimeoutFuture::new(u32::try_from(milliseconds).unwrap_or(0)));
        self.nap.replace(Some(end));
        // Ended or over: the caller looks at the time again.
        let _ = sleep.await;
        self.nap.take();
    }
}

/// The clock is read again at least so often: a laptop that slept must not wait as long again.
const LONGEST_MS: i64 = 30_000;

/// What a reading of the catalysts is stored under: another version's may have another shape.
fn key(of: &str) -> String {
    [concat!("catalysts|", env!("CARGO_PKG_VERSION"), "|"), of].concat()
}

/// Uniform in 0 … 1.
fn dice() -> f64 {
    js_sys::Math::random()
}
