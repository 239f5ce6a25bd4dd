//! Which source is asked, and what happens when it fails: the next one is asked for the whole asset, with the reason
//! kept. A series never mixes two sources.

use std::cell::RefCell;

use futures::future::try_join4;
use tao_conviction_core::{Candle, CandleSeries, Timeframe, UnixMs};

use super::{Asset, Failure, Request, Source, now};
use crate::config::DataConfig;

/// Candles that a first view asks for in each timeframe: 461 make it ready, one is running, the rest is slack.
const FIRST_VIEW: u32 = 500;
/// Candles beyond which a refresh is a first view again.
const MAX_CATCH_UP: i64 = 400;
/// Candles kept in each timeframe.
pub(super) const MAX_KEPT: usize = 2_000;

/// An asset's candles, all from one source.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Market {
    pub(crate) source: Source,
    /// The closed candles, one series a timeframe, shortest first.
    pub(crate) series: [CandleSeries; 4],
    /// The newest 15m candle, still running when it was fetched.
    pub(crate) running: Option<Candle>,
    /// The sources before this one, and why they were not used.
    pub(crate) failures: Vec<(Source, Failure)>,
}

impl Market {
    /// When the newest candle that had closed by `at` closed.
    pub(crate) fn as_of(&self, at: UnixMs) -> Option<UnixMs> {
        let closed =
            |series: &CandleSeries| Some(series.closed(at).last()?.open_time.plus(series.timeframe().duration_ms()));
        self.series.iter().filter_map(closed).max()
    }
}

/// What is remembered of a source: its last failure, and until when it is left alone.
#[derive(Debug, Clone, PartialEq)]
struct Rest {
    source: Source,
    proxy: Option<String>,
    /// Of this asset alone, which it doesn't list.
    asset: Option<Asset>,
    failure: Failure,
    streak: u32,
    until: UnixMs,
}

/// What is remembered of all sources, for all widgets of a page: a host that fails for one asset fails for the others.
#[derive(Debug, Clone, Default)]
struct Health(Vec<Rest>);

thread_local! {
    static HEALTH: RefCell<Health> = RefCell::default();
}

/// Forgets which sources rest.
pub(super) fn forget() {
    HEALTH.take();
}

/// A source that is left alone, why, and until when.
#[cfg(feature = "panel")]
pub(crate) fn resting(asset: Asset, config: &DataConfig, source: Source, at: UnixMs) -> Option<(Failure, UnixMs)> {
    HEALTH.with_borrow(|health| {
        let rest = health.resting(source, asset, config.proxy.as_ref(), at)?;
        Some((rest.failure.clone(), rest.until))
    })
}

impl Health {
    /// For which failure `source` is still left alone at `at`.
    fn resting(&self, source: Source, asset: Asset, proxy: Option<&String>, at: UnixMs) -> Option<&Rest> {
        self.0.iter().find(|rest| rest.is(source, proxy) && rest.concerns(asset) && at < rest.until)
    }

    fn failed(&mut self, rest: Rest, dice: f64) {
        let before =
            self.0.iter().find(|known| known.is(rest.source, rest.proxy.as_ref()) && known.asset == rest.asset);
        let streak = before.map_or(1, |known| known.streak + 1);
        self.0.retain(|known| !(known.is(rest.source, rest.proxy.as_ref()) && known.asset == rest.asset));
        let until = rest.until.plus(rest.failure.cool_down_ms(streak, dice));
        self.0.push(Rest { streak, until, ..rest });
    }

    fn succeeded(&mut self, source: Source, asset: Asset, proxy: Option<&String>) {
        self.0.retain(|rest| !(rest.is(source, proxy) && rest.concerns(asset)));
    }

    /// The sources to ask, in order, and those that are left alone with their reasons. When all are cooling down,
    /// all are asked but those that don't list the asset: somebody is waiting, and nobody else can answer.
    fn plan(&self, asset: Asset, config: &DataConfig, at: UnixMs) -> (Vec<Source>, Vec<(Source, Failure)>) {
        let rest = |source: &Source| {
            let rest = self.resting(*source, asset, config.proxy.as_ref(), at)?;
            Some((*source, rest.failure.clone()))
        };
        let all = config.sources.iter().all(|source| rest(source).is_some());
        let left = |(_, failure): &(Source, Failure)| !all || matches!(failure, Failure::Unlisted(_));
        let cooling: Vec<_> = config.sources.iter().filter_map(rest).filter(left).collect();
        let free = config.sources.iter().copied().filter(|source| cooling.iter().all(|(known, _)| known != source));
        (free.collect(), cooling)
    }
}

impl Rest {
    /// A failure at `at`, of which it is not known yet for how long it counts.
    fn of(source: Source, asset: Asset, proxy: Option<&String>, failure: &Failure, at: UnixMs) -> Self {
        let asset = matches!(failure, Failure::Unlisted(_)).then_some(asset);
        Self { source, proxy: proxy.cloned(), asset, failure: failure.clone(), streak: 1, until: at }
    }

    fn is(&self, source: Source, proxy: Option<&String>) -> bool {
        self.source == source && self.proxy.as_ref() == proxy
    }

    fn concerns(&self, asset: Asset) -> bool {
        self.asset.is_none_or(|own| own == asset)
    }
}

/// Brings `asset` up to date: from the first source that can, in the configured order. Of the source that `market` came
/// from only what has closed since is asked; of another one everything.
///
/// # Errors
/// Every source with its failure, when none could.
pub(crate) async fn update(
    asset: Asset,
    config: &DataConfig,
    market: Option<&Market>,
) -> Result<Market, Vec<(Source, Failure)>> {
    let proxy = config.proxy.as_ref();
    let (order, mut failures) = HEALTH.with_borrow(|health| health.plan(asset, config, now()));
    for source in order {
        let at = now();
        let request = |timeframe, count| Request { asset, timeframe, count, now: at, proxy: config.proxy.as_deref() };
        // The simulated candles move with the day, and cost nothing to read again.
        let kept = market.filter(|market| market.source == source && source != Source::Sample);
        let known = kept.filter(|market| market.series.iter().all(|series| missing(series, at).is_some()));
        let wanted = match known {
            Some(market) => market.series.each_ref().map(|series| {
                let timeframe = series.timeframe();
                // Whoever asks gets at least the newest price.
                let least = if timeframe == Timeframe::M15 { 2 } else { 0 };
                let count = missing(series, at).unwrap_or_default().max(least);
                (series.clone(), (count > 0).then(|| request(timeframe, count)))
            }),
            None => {
                Timeframe::ALL.map(|timeframe| (CandleSeries::new(timeframe), Some(request(timeframe, FIRST_VIEW))))
            }
        };
        match fetch(source, wanted).await {
            Ok((series, running)) => {
                HEALTH.with_borrow_mut(|health| health.succeeded(source, asset, proxy));
                return Ok(Market { source, series, running, failures });
            }
            Err(failure) => {
                let rest = Rest::of(source, asset, proxy, &failure, now());
                HEALTH.with_borrow_mut(|health| health.failed(rest, js_sys::Math::random()));
                let hopeless = matches!(failure, Failure::ClockBehind(_));
                failures.push((source, failure));
                if hopeless {
                    // The others would be asked for a past that they have, and it would be shown as now.
                    return Err(failures);
                }
            }
        }
    }
    Err(failures)
}

/// Adds to each series what its request brings, all at once, and hands out the shortest timeframe's running candle. The
/// first failure drops, and so aborts, what is still under way.
async fn fetch(
    source: Source,
    wanted: [(CandleSeries, Option<Request<'_>>); 4],
) -> Result<([CandleSeries; 4], Option<Candle>), Failure> {
    let [a, b, c, d] = wanted.map(|(mut series, request)| async move {
        let mut running = None;
        if let Some(request) = request {
            let candles = source.candles(request).await?;
            series.extend(candles.closed);
            series.keep_last(MAX_KEPT);
            running = candles.running;
        }
        Ok::<_, Failure>((series, running))
    });
    let ((a, running), (b, _), (c, _), (d, _)) = try_join4(a, b, c, d).await?;
    Ok(([a, b, c, d], running))
}

/// How many candles to ask for so that a series is whole again at `at`: nothing missing is 0, too many is `None`.
/// The running candle comes along, and the last closed one again, since venues may revise it shortly after the close.
pub(super) fn missing(series: &CandleSeries, at: UnixMs) -> Option<u32> {
    let length = series.timeframe().duration_ms();
    let newest = series.timeframe().bucket(at).plus(-length);
    let last = series.closed(at).last()?.open_time;
    let behind = newest.since(last) / length;
    match behind {
        ..=0 => Some(0),
        1..=MAX_CATCH_UP => u32::try_from(behind + 2).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [Source; 2] = [Source::Binance, Source::Kraken];
    const MINUTE: i64 = 60_000;

    fn tao() -> Asset {
        Asset::default()
    }

    fn config(proxy: Option<&str>) -> DataConfig {
        DataConfig { sources: BOTH.to_vec(), proxy: proxy.map(str::to_owned), ..DataConfig::default() }
    }

    fn fails(health: &mut Health, source: Source, failure: Failure, at: i64) {
        health.failed(Rest::of(source, tao(), None, &failure, UnixMs(at)), 1.0);
    }

    #[test]
    fn a_source_that_failed_is_left_alone_and_then_asked_again() {
        let mut health = Health::default();
        fails(&mut health, Source::Binance, Failure::RateLimited(429, 0), 0);
        let (free, cooling) = health.plan(tao(), &config(None), UnixMs(MINUTE - 1));
        assert_eq!(free, [Source::Kraken]);
        assert_eq!(cooling, [(Source::Binance, Failure::RateLimited(429, 0))]);
        assert_eq!(health.plan(tao(), &config(None), UnixMs(MINUTE)), (BOTH.to_vec(), Vec::new()));
        // Behind a proxy it is another host.
        assert_eq!(health.plan(tao(), &config(Some("https://cache.example")), UnixMs(0)).0, BOTH);
    }

    #[test]
    fn cool_downs_double_and_a_success_forgets_them() {
        let mut health = Health::default();
        fails(&mut health, Source::Binance, Failure::RateLimited(429, 0), 0);
        fails(&mut health, Source::Binance, Failure::RateLimited(429, 0), MINUTE);
        assert_eq!(health.plan(tao(), &config(None), UnixMs(3 * MINUTE - 1)).0, [Source::Kraken]);
        assert_eq!(health.plan(tao(), &config(None), UnixMs(3 * MINUTE)).0, BOTH);
        health.succeeded(Source::Binance, tao(), None);
        assert_eq!(health.plan(tao(), &config(None), UnixMs(0)).0, BOTH);
    }

    #[test]
    fn what_a_source_does_not_list_keeps_it_from_that_asset_alone() {
        let mut health = Health::default();
        fails(&mut health, Source::Binance, Failure::Unlisted("TAO"), 0);
        assert_eq!(health.plan(tao(), &config(None), UnixMs(24 * 60 * MINUTE - 1)).0, [Source::Kraken]);
        assert_eq!(health.plan(Asset::BITCOIN, &config(None), UnixMs(0)).0, BOTH);
        fails(&mut health, Source::Binance, Failure::Refused(451), 0);
        assert_eq!(health.plan(Asset::BITCOIN, &config(None), UnixMs(0)).0, [Source::Kraken]);
        // A success with another asset says nothing about this one.
        health.succeeded(Source::Binance, Asset::BITCOIN, None);
        assert_eq!(health.plan(tao(), &config(None), UnixMs(0)).0, [Source::Kraken]);
        assert_eq!(health.plan(Asset::BITCOIN, &config(None), UnixMs(0)).0, BOTH);
    }

    #[test]
    fn when_all_are_cooling_down_all_are_asked() {
        let mut health = Health::default();
        BOTH.into_iter().for_each(|source| fails(&mut health, source, Failure::Unreachable, 0));
        assert_eq!(health.plan(tao(), &config(None), UnixMs(1)), (BOTH.to_vec(), Vec::new()));
    }

    #[test]
    fn who_does_not_list_an_asset_is_not_asked_for_it_though_nobody_else_can_answer() {
        let mut health = Health::default();
        fails(&mut health, Source::Binance, Failure::Unlisted("TAO"), 0);
        fails(&mut health, Source::Kraken, Failure::RateLimited(429, 0), 0);
        let unlisted = vec![(Source::Binance, Failure::Unlisted("TAO"))];
        assert_eq!(health.plan(tao(), &config(None), UnixMs(1)), (vec![Source::Kraken], unlisted));
        fails(&mut health, Source::Kraken, Failure::Unlisted("TAO"), 0);
        let (asked, known) = health.plan(tao(), &config(None), UnixMs(2 * MINUTE));
        assert_eq!((asked.len(), known.len()), (0, 2));
    }

    #[test]
    fn a_refresh_asks_for_what_is_missing_and_no_more() {
        let length = Timeframe::H1.duration_ms();
        let candle =
            |i: i64| Candle { open_time: UnixMs(i * length), open: 1.0, high: 1.0, low: 1.0, close: 1.0, volume: 0.0 };
        let series = CandleSeries::from_arrivals(Timeframe::H1, (0..10).map(candle));
        assert_eq!(missing(&series, UnixMs(10 * length)), Some(0));
        assert_eq!(missing(&series, UnixMs(11 * length - 1)), Some(0));
        assert_eq!(missing(&series, UnixMs(11 * length)), Some(3));
        assert_eq!(missing(&series, UnixMs(500 * length)), None);
    }
}
