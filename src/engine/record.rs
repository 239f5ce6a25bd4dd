//! The track record in the reader's browser: on demand a year of candles is gathered, kept, and replayed in slices that
//! leave the page awake. All panels of a page that show the same share one work; the last one to go ends it.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use futures::future::{AbortHandle, abortable};
use js_sys::{Array, Reflect};
use leptos::prelude::{ArcRwSignal, Set};
use tao_conviction_core::record::{Decision, History, Record, Recorder};
use tao_conviction_core::{CandleSeries, Timeframe, UnixMs};
use wasm_bindgen_futures::spawn_local;

use super::cache::{self, Role};
use super::{Feed, quiet};
use crate::config::DataConfig;
use crate::market::{Asset, End, Failure, Market, Source, answers, breathe, now, reach_back, shelved};

/// What is decided on: a year.
const YEAR_MS: i64 = 365 * 24 * 60 * 60_000;
/// Candles before the first decision: 461 make a timeframe ready, the rest is slack.
const WARM_UP: i64 = 500;
/// A member of the basket may be younger than the record by a month.
const YOUNG_MS: i64 = 30 * 24 * 60 * 60_000;

/// How it stands with a record.
#[derive(Debug, Clone)]
pub(crate) enum Standing {
    /// Not begun, or stopped by the reader.
    Idle,
    /// So many answers have come of so many that are awaited.
    Loading(u32, u32),
    /// So much of the replay is done, in thousandths.
    Replaying(u32),
    /// It is there.
    Done(Arc<Past>),
}

/// A record with what it was made of.
#[derive(Debug)]
pub(crate) struct Past {
    pub(crate) asset: Asset,
    pub(crate) source: Source,
    /// Decisions are from this time on, as far as the candles allow.
    pub(crate) since: UnixMs,
    /// The end of the newest candle.
    pub(crate) until: UnixMs,
    pub(crate) covered: Vec<Covered>,
    pub(crate) decisions: Vec<Decision>,
    /// Nothing where no hour could be scored.
    pub(crate) record: Option<Record>,
}

/// How far back one series reaches.
#[derive(Debug)]
pub(crate) struct Covered {
    pub(crate) asset: Asset,
    pub(crate) timeframe: Timeframe,
    /// The first candle's open and the last one's, and how many there are; nothing where there are none.
    pub(crate) extent: Option<(UnixMs, UnixMs, u32)>,
    /// Why it doesn't reach further.
    pub(crate) end: End,
    /// Whether it was used. A member of the basket that is younger than the others isn't: without one of its members
    /// the basket has no price.
    pub(crate) used: bool,
}

/// A record that is made or is there.
pub(crate) struct Work {
    asset: Asset,
    source: Source,
    data: DataConfig,
    standing: ArcRwSignal<Standing>,
    stop: Arc<AtomicBool>,
    task: Mutex<Option<AbortHandle>>,
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(task) = self.task.lock().ok().and_then(|mut task| task.take()) {
            task.abort();
        }
    }
}

thread_local! {
    static WORKS: RefCell<Vec<Weak<Work>>> = const { RefCell::new(Vec::new()) };
}

impl Work {
    /// The page's record of `asset` from `source`, begun if nobody has: unless the reader saves data, who then is asked.
    pub(crate) fn shared(asset: Asset, source: Source, data: &DataConfig) -> Arc<Self> {
        let known = WORKS.with_borrow_mut(|works| {
            works.retain(|work| work.strong_count() > 0);
            works.iter().filter_map(Weak::upgrade).find(|work| work.is_of(asset, source, data))
        });
        known.unwrap_or_else(|| {
            let work = Arc::new(Self {
                asset,
                source,
                data: data.clone(),
                standing: ArcRwSignal::new(Standing::Idle),
                stop: Arc::default(),
                task: Mutex::default(),
            });
            WORKS.with_borrow_mut(|works| works.push(Arc::downgrade(&work)));
            if !quiet::saves_data() {
                work.begin();
            }
            work
        })
    }

    /// Whether it is the record of this.
    pub(crate) fn is_of(&self, asset: Asset, source: Source, data: &DataConfig) -> bool {
        self.asset == asset && self.source == source && self.data == *data
    }

    /// How it stands.
    pub(crate) fn standing(&self) -> ArcRwSignal<Standing> {
        self.standing.clone()
    }

    /// Ends it after the answer that is awaited. What has come is kept.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Begins it, or goes on where it was stopped.
    pub(crate) fn begin(&self) {
        self.stop.store(false, Ordering::Relaxed);
        let job = Job {
            asset: self.asset,
            source: self.source,
            data: self.data.clone(),
            standing: self.standing.clone(),
            stop: self.stop.clone(),
            answered: Cell::new(0),
            all: Cell::new(0),
            failed: RefCell::default(),
        };
        let (task, abort) = abortable(job.run());
        if let Ok(mut place) = self.task.lock()
            && let Some(before) = place.replace(abort)
        {
            before.abort();
        }
        spawn_local(async move {
            // An aborted one has nobody left to tell.
            let _ = task.await;
        });
    }
}

/// A record in the making.
struct Job {
    asset: Asset,
    source: Source,
    data: DataConfig,
    standing: ArcRwSignal<Standing>,
    stop: Arc<AtomicBool>,
    answered: Cell<u32>,
    all: Cell<u32>,
    failed: RefCell<Option<Failure>>,
}

/// A series that is wanted, from when on, and what is known of it.
struct Wanted {
    asset: Asset,
    from: UnixMs,
    series: CandleSeries,
    end: End,
}

impl Job {
    async fn run(self) {
        // Not while the page is being drawn.
        breathe().await;
        self.standing.set(Standing::Loading(0, 0));
        let feed = Feed::shared(self.asset, &self.data);
        let Some(market) = feed.market().filter(|market| market.source == self.source) else {
            self.standing.set(Standing::Idle);
            return;
        };
        let at = now();
        let ends = market
            .series
            .iter()
            .filter_map(|series| Some(series.closed(at).last()?.open_time.plus(series.timeframe().duration_ms())));
        let until = ends.max().unwrap_or(at);
        let mut all = self.wanted(&market, until);
        self.all.set(all.iter().map(|wanted| self.answers(wanted)).sum());
        for wanted in &mut all {
            self.gather(wanted).await;
            if self.stop.load(Ordering::Relaxed) {
                self.standing.set(Standing::Idle);
                return;
            }
        }
        let past = self.replay(all, until).await;
        self.standing.set(Standing::Done(Arc::new(past)));
    }

    /// What is asked for, the few answers first: a history that breaks off is then of most use.
    fn wanted(&self, market: &Market, until: UnixMs) -> Vec<Wanted> {
        let proxy = self.data.proxy.as_deref();
        let mut all = Vec::new();
        let mut want = |asset: Asset, timeframe: Timeframe, series: Option<CandleSeries>| {
            let end = timeframe.bucket(until);
            let from = timeframe.bucket(end.plus(-YEAR_MS - WARM_UP * timeframe.duration_ms()));
            let closed = series.map(|series| series.closed(until).to_vec()).unwrap_or_default();
            let series = CandleSeries::from_arrivals(timeframe, closed);
            all.push(Wanted { asset, from, series, end: End::Begins });
        };
        let [quarters, others @ ..] = &market.series;
        for series in others.iter().rev() {
            want(self.asset, series.timeframe(), Some(series.clone()));
        }
        let basket = Asset::basket().filter(|member| {
            // Coinbase has no 4h, and to build those of seven members would take 250 answers.
            *member != self.asset && !matches!(self.source, Source::Sample | Source::Coinbase)
        });
        for asset in std::iter::once(Asset::BITCOIN).chain(basket) {
            for timeframe in [Timeframe::D1, Timeframe::H4] {
                if asset != self.asset {
                    want(asset, timeframe, shelved(asset, self.source, proxy, timeframe));
                }
            }
        }
        want(self.asset, quarters.timeframe(), Some(quarters.clone()));
        all
    }

    fn answers(&self, wanted: &Wanted) -> u32 {
        let first = wanted.series.candles().first().map(|candle| candle.open_time);
        first.map_or(0, |first| answers(self.source, wanted.series.timeframe(), first, wanted.from))
    }

    /// Brings a series from its newest candle back to where it is wanted from, of which the browser may have kept a part.
    async fn gather(&self, wanted: &mut Wanted) {
        let (source, proxy, asset) = (self.source, self.data.proxy.as_deref(), wanted.asset);
        let timeframe = wanted.series.timeframe();
        let Some(first) = wanted.series.candles().first().map(|candle| candle.open_time) else { return };
        if source == Source::Sample {
            return;
        }
        let reach = async |series: &mut CandleSeries, from: UnixMs| {
            // Whoever fails isn't asked on.
            if let Some(failure) = self.failed.borrow().clone() {
                return End::Failed(failure);
            }
            let end = reach_back(source, proxy, asset, series, from, || self.hear()).await;
            if let End::Failed(failure) = &end
                && !matches!(failure, Failure::Unlisted(_))
            {
                self.failed.replace(Some(failure.clone()));
            }
            end
        };
        let expected = self.answers(wanted);
        let mark = [source.id(), asset.symbol(), timeframe.name(), proxy.unwrap_or_default()].join("|");
        let mark = format!("begins|{mark}");
        let mut joined = true;
        let mut begins = false;
        if let Some(kept) = cache::load(Role::History, source, proxy, asset, timeframe).await
            && let Some(last) = kept.candles().last()
        {
            // What has closed since the last visit, as far as it isn't known.
            let next = last.open_time.plus(timeframe.duration_ms());
            if first > next {
                wanted.end = reach(&mut wanted.series, next).await;
                joined = wanted.end == End::Reached;
            }
            if joined {
                breathe().await;
                let mut whole = kept;
                whole.extend(wanted.series.candles().iter().copied());
                wanted.series = whole;
                let stored = cache::load_value(&mark).await.unwrap_or_default();
                let begun = Reflect::get_u32(&stored, 0).ok().and_then(|time| time.as_f64());
                let first = wanted.series.candles().first().map(|candle| number(candle.open_time));
                begins = begun.is_some() && begun == first;
            }
            self.all.set((self.all.get() + self.answers(wanted)).saturating_sub(expected));
            self.tell();
        }
        if joined {
            breathe().await;
            wanted.end = if begins { End::Begins } else { reach(&mut wanted.series, wanted.from).await };
            let from = wanted.from;
            let within = wanted.series.candles().iter().filter(|candle| candle.open_time >= from).copied();
            wanted.series = CandleSeries::from_arrivals(timeframe, within.collect::<Vec<_>>());
            cache::save(Role::History, source, proxy, asset, &wanted.series).await;
            if let (End::Begins, Some(first)) = (&wanted.end, wanted.series.candles().first()) {
                cache::save_value(&mark, &Array::of1(&number(first.open_time).into())).await;
            }
        }
    }

    /// An answer came; tells whether to go on.
    fn hear(&self) -> bool {
        self.answered.set(self.answered.get() + 1);
        self.tell();
        !self.stop.load(Ordering::Relaxed)
    }

    fn tell(&self) {
        self.standing.set(Standing::Loading(self.answered.get(), self.all.get().max(self.answered.get())));
    }

    /// Replays what was gathered.
    async fn replay(&self, all: Vec<Wanted>, until: UnixMs) -> Past {
        let since = until.plus(-YEAR_MS);
        // Without one of its members the basket has no price: those that are younger than the record are left out.
        let own_first =
            all.iter().filter(|wanted| wanted.asset == self.asset && wanted.series.timeframe() == Timeframe::H1);
        let begin = own_first.filter_map(|wanted| wanted.series.candles().first()).map(|first| first.open_time).max();
        let begin = begin.map_or(since, |first| first.max(since)).plus(YOUNG_MS);
        let reaches = |wanted: &Wanted| wanted.series.candles().first().is_some_and(|first| first.open_time <= begin);
        let is_member = |asset: Asset| asset != self.asset && asset != Asset::BITCOIN;
        let young: Vec<Asset> = all
            .iter()
            .filter(|wanted| is_member(wanted.asset) && !reaches(wanted))
            .map(|wanted| wanted.asset)
            .collect();
        let of = |asset: Asset| -> Vec<CandleSeries> {
            all.iter()
                .filter(|wanted| wanted.asset == asset && !wanted.series.candles().is_empty())
                .map(|wanted| wanted.series.clone())
                .collect()
        };
        let own = of(self.asset);
        let mut btc = of(Asset::BITCOIN);
        if self.asset == Asset::BITCOIN {
            // Beside itself it is neither strong nor weak; the regime is read on 1d.
            btc.retain(|series| series.timeframe() == Timeframe::D1);
        }
        let members: Vec<Vec<CandleSeries>> = Asset::basket()
            .filter(|member| is_member(*member) && !young.contains(member))
            .map(of)
            .filter(|series| !series.is_empty())
            .collect();
        let basket: Vec<&[CandleSeries]> = members.iter().map(Vec::as_slice).collect();
        let history = History { asset: &own, btc: &btc, basket: &basket };
        breathe().await;
        let mut recorder = Recorder::new(history, &self.data.parameters(), until).since(since);
        loop {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 … 1000")]
            self.standing.set(Standing::Replaying((1_000.0 * recorder.progress()) as u32));
            breathe().await;
            if !recorder.work() {
                break;
            }
        }
        let (decisions, record) = recorder.finish();
        let covered = all.iter().map(|wanted| {
            let candles = wanted.series.candles();
            let ends = candles.first().zip(candles.last());
            let count = u32::try_from(candles.len()).unwrap_or(u32::MAX);
            Covered {
                asset: wanted.asset,
                timeframe: wanted.series.timeframe(),
                extent: ends.map(|(first, last)| (first.open_time, last.open_time, count)),
                end: wanted.end.clone(),
                used: ends.is_some() && !young.contains(&wanted.asset),
            }
        });
        let covered = covered.collect();
        Past { asset: self.asset, source: self.source, since, until, covered, decisions, record }
    }
}

fn number(time: UnixMs) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
    let number = time.0 as f64;
    number
}
