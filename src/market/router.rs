//! Which source is asked, and what happens when it fails: the next one is asked for the whole asset, with the reason
//! kept. A series never mixes two sources.

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

/// What is remembered of each source: its last failure, how many in a row, and until when it is left alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Health(Vec<(Source, Failure, u32, UnixMs)>);

impl Health {
    /// The failure for which `source` is still left alone at `at`.
    fn cooling(&self, source: Source, at: UnixMs) -> Option<Failure> {
        let (_, failure, ..) = self.0.iter().find(|(known, _, _, until)| *known == source && at < *until)?;
        Some(failure.clone())
    }

    fn failed(&mut self, source: Source, failure: Failure, at: UnixMs) {
        let streak = self.0.iter().find(|(known, ..)| *known == source).map_or(1, |(_, _, streak, _)| streak + 1);
        self.succeeded(source);
        let until = at.plus(failure.cool_down_ms(streak));
        self.0.push((source, failure, streak, until));
    }

    fn succeeded(&mut self, source: Source) {
        self.0.retain(|(known, ..)| *known != source);
    }

    /// The sources to ask, in order, and those that are left alone with their reasons. When all are cooling down,
    /// all are asked: somebody is waiting, and nobody else can answer.
    fn plan(&self, order: &[Source], at: UnixMs) -> (Vec<Source>, Vec<(Source, Failure)>) {
        let cooling: Vec<_> = order.iter().filter_map(|source| Some((*source, self.cooling(*source, at)?))).collect();
        if cooling.len() == order.len() {
            return (order.to_vec(), Vec::new());
        }
        let free = order.iter().copied().filter(|source| cooling.iter().all(|(known, _)| known != source)).collect();
        (free, cooling)
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
    health: &mut Health,
) -> Result<Market, Vec<(Source, Failure)>> {
    let (order, mut failures) = health.plan(&config.sources, now());
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
                health.succeeded(source);
                return Ok(Market { source, series, running, failures });
            }
            Err(failure) => {
                health.failed(source, failure.clone(), now());
                failures.push((source, failure));
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

    #[test]
    fn a_source_that_failed_is_left_alone_and_then_asked_again() {
        let mut health = Health::default();
        health.failed(Source::Binance, Failure::Timeout, UnixMs(0));
        let (free, cooling) = health.plan(&BOTH, UnixMs(MINUTE - 1));
        assert_eq!(free, [Source::Kraken]);
        assert_eq!(cooling, [(Source::Binance, Failure::Timeout)]);
        assert_eq!(health.plan(&BOTH, UnixMs(MINUTE)), (BOTH.to_vec(), Vec::new()));
    }

    #[test]
    fn cool_downs_double_and_a_success_forgets_them() {
        let mut health = Health::default();
        health.failed(Source::Binance, Failure::RateLimited(429), UnixMs(0));
        health.failed(Source::Binance, Failure::RateLimited(429), UnixMs(MINUTE));
        assert_eq!(health.plan(&BOTH, UnixMs(3 * MINUTE - 1)).0, [Source::Kraken]);
        assert_eq!(health.plan(&BOTH, UnixMs(3 * MINUTE)).0, BOTH);
        health.succeeded(Source::Binance);
        assert_eq!(health.plan(&BOTH, UnixMs(0)).0, BOTH);
    }

    #[test]
    fn a_refusal_by_region_lasts_a_day() {
        let mut health = Health::default();
        health.failed(Source::Binance, Failure::Refused(451), UnixMs(0));
        assert_eq!(health.plan(&BOTH, UnixMs(24 * 60 * MINUTE - 1)).0, [Source::Kraken]);
        assert_eq!(health.plan(&BOTH, UnixMs(24 * 60 * MINUTE)).0, BOTH);
    }

    #[test]
    fn when_all_are_cooling_down_all_are_asked() {
        let mut health = Health::default();
        BOTH.into_iter().for_each(|source| health.failed(source, Failure::Unreachable, UnixMs(0)));
        assert_eq!(health.plan(&BOTH, UnixMs(1)), (BOTH.to_vec(), Vec::new()));
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
