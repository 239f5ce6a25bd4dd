//! What a widget shows at one moment: the Assessment, and the few series that are drawn beside it. Pure.

use std::sync::Arc;

#[cfg(feature = "panel")]
use tao_conviction_core::Candle;
use tao_conviction_core::indicator::Ema;
use tao_conviction_core::{
    Assessment, CandleSeries, DataState, Inputs, Parameters, Provenance, SourceFailure, Timeframe, UnixMs, assess,
};
#[cfg(feature = "panel")]
use tao_conviction_core::{Workings, work};

use crate::catalysts::Reading;
use crate::market::{Asset, Failure, Market, Source, Surroundings};

/// Hours that the sparkline covers.
const SPARK_HOURS: usize = 7 * 24;

/// How far the inputs have come.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Progress<'a> {
    /// The surroundings are still loading.
    Partial,
    /// All that could be had is there.
    Done,
    /// The candles are kept from earlier, since this went wrong.
    Kept(&'a [(Source, Failure)]),
}

/// One moment of one asset.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) asset: Asset,
    pub(crate) source: Source,
    /// As it was computed; `price` moves on.
    pub(crate) assessment: Arc<Assessment>,
    pub(crate) price: Option<f64>,
    /// Change of the price against 24 hours ago, as a fraction.
    pub(crate) change_24h: Option<f64>,
    /// The last 7 days of 1h closes with the EMA200 at each, oldest first.
    pub(crate) spark: Arc<[(f64, Option<f64>)]>,
    /// The closed candles of 15m, 1h, 4h and 1d, for the chart.
    #[cfg(feature = "panel")]
    pub(crate) candles: Arc<[Vec<Candle>; 4]>,
    /// By which it was assessed.
    #[cfg(feature = "panel")]
    pub(crate) parameters: Parameters,
    /// What the Assessment was computed from, for those who want to follow it.
    #[cfg(feature = "panel")]
    pub(crate) workings: Arc<Workings>,
}

impl Snapshot {
    /// Assesses `market` and its `surroundings` at `at`, of which more may be on their way.
    pub(crate) fn of(
        asset: Asset,
        market: &Market,
        surroundings: &Surroundings,
        catalysts: Option<&Reading>,
        progress: Progress<'_>,
        parameters: &Parameters,
        at: UnixMs,
    ) -> Self {
        let find = |timeframe| market.series.iter().find(|series| series.timeframe() == timeframe);
        // Only while it is newer than what has closed.
        let price = market.running.filter(|running| at.since(running.open_time) <= Timeframe::M15.duration_ms());
        // What went wrong since names every source, those that had failed before too.
        let failures = if let Progress::Kept(since) = progress { since } else { market.failures.as_slice() };
        let failures: Vec<SourceFailure> = failures.iter().map(describe).collect();
        let mut inputs = Inputs::new(asset.symbol(), at, &market.series);
        inputs.quote = market.source.quote();
        inputs.price = price.map(|running| running.close);
        let basket: Vec<&[CandleSeries]> = surroundings.basket.iter().map(Vec::as_slice).collect();
        (inputs.btc, inputs.basket, inputs.depth) = (&surroundings.btc, &basket, surroundings.depth);
        if let Some(reading) = catalysts {
            (inputs.chain, inputs.feed) = reading.scored(at);
        }
        // Only the very same hour can be compared.
        let hour = find(Timeframe::H1).and_then(|hours| hours.closed(at).last());
        let second = surroundings.second.as_ref().zip(hour).and_then(|((source, series), hour)| {
            let same = series.closed(at).iter().find(|candle| candle.open_time == hour.open_time)?;
            Some((source.id(), same.close))
        });
        inputs.provenance = Provenance {
            confirmation: second,
            source: Some(market.source.id()),
            failures: &failures,
            state: match progress {
                _ if market.source == Source::Sample => Some(DataState::Simulated),
                Progress::Kept(_) => Some(DataState::Cached),
                Progress::Partial => Some(DataState::Partial),
                Progress::Done => None,
            },
            ..Provenance::default()
        };
        #[cfg(not(feature = "panel"))]
        let assessment = assess(&inputs, parameters);
        #[cfg(feature = "panel")]
        let (assessment, workings) = work(&inputs, parameters);
        let day_ago = find(Timeframe::M15).and_then(|series| close_at(series, at.plus(-Timeframe::D1.duration_ms())));
        let change_24h = assessment.price.zip(day_ago).map(|(price, then)| price / then - 1.0);
        let spark = find(Timeframe::H1).map(|hours| spark(hours, at)).unwrap_or_default();
        #[cfg(feature = "panel")]
        let candles = {
            let closed = |timeframe| find(timeframe).map(|series| series.closed(at).to_vec()).unwrap_or_default();
            Arc::new(Timeframe::ALL.map(closed))
        };
        Self {
            asset,
            source: market.source,
            price: assessment.price,
            assessment: Arc::new(assessment),
            change_24h,
            spark: spark.into(),
            #[cfg(feature = "panel")]
            candles,
            #[cfg(feature = "panel")]
            parameters: *parameters,
            #[cfg(feature = "panel")]
            workings: workings.into(),
        }
    }

    /// The price moved, and nothing that is scored: an update of the price costs no assessment.
    pub(crate) fn move_price(&mut self, price: f64) {
        let day_ago = self.price.zip(self.change_24h).map(|(price, change)| price / (1.0 + change));
        self.price = Some(price);
        self.change_24h = day_ago.map(|then| price / then - 1.0);
    }

    /// An Assessment that says that nothing could be had, and why.
    pub(crate) fn unavailable(asset: Asset, at: UnixMs, failures: &[(Source, Failure)]) -> Assessment {
        let failures: Vec<SourceFailure> = failures.iter().map(describe).collect();
        let mut inputs = Inputs::new(asset.symbol(), at, &[]);
        inputs.provenance =
            Provenance { state: Some(DataState::Unavailable), failures: &failures, ..Provenance::default() };
        assess(&inputs, &Parameters::default())
    }
}

fn describe((source, failure): &(Source, Failure)) -> SourceFailure {
    SourceFailure { source: source.id().to_owned(), reason: failure.to_string() }
}

/// The close of the candle that closed last at `at`, unless it is over two lengths old.
fn close_at(series: &CandleSeries, at: UnixMs) -> Option<f64> {
    let length = series.timeframe().duration_ms();
    let last = series.closed(at).last()?;
    (at.since(last.open_time.plus(length)) <= 2 * length).then_some(last.close)
}

fn spark(hours: &CandleSeries, at: UnixMs) -> Vec<(f64, Option<f64>)> {
    let closed = hours.closed(at);
    let skip = closed.len().saturating_sub(SPARK_HOURS);
    let mut average = Ema::new(200);
    let points = closed.iter().map(|candle| {
        average.push(candle.close);
        (candle.close, average.value())
    });
    points.collect::<Vec<_>>().split_off(skip)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(not(feature = "panel"))]
    use tao_conviction_core::Candle;

    fn market(last_hour: i64) -> Market {
        let series = Timeframe::ALL.map(|timeframe| {
            let length = timeframe.duration_ms();
            let end = last_hour * Timeframe::H1.duration_ms() / length;
            let candle = |i: i64| {
                #[expect(clippy::cast_precision_loss, reason = "small")]
                let close = 400.0 + (i * length) as f64 / 1e9;
                Candle { open_time: UnixMs(i * length), open: close, high: close, low: close, close, volume: 1.0 }
            };
            CandleSeries::from_arrivals(timeframe, (end - 500..end).map(candle))
        });
        Market { source: Source::Binance, series, running: None, failures: Vec::new() }
    }

    const AT: UnixMs = UnixMs(24_000 * 3_600_000);

    fn snapshot(market: &Market, at: UnixMs, progress: Progress<'_>) -> Snapshot {
        Snapshot::of(Asset::default(), market, &Surroundings::default(), None, progress, &Parameters::default(), at)
    }

    #[test]
    fn fresh_candles_are_live_and_carry_a_score() {
        let moment = snapshot(&market(24_000), AT, Progress::Done);
        assert_eq!(moment.assessment.data.state, DataState::Live);
        assert!(moment.assessment.conviction.is_some_and(|conviction| conviction > 0.0));
        assert_eq!(moment.spark.len(), SPARK_HOURS);
        assert!(moment.spark.iter().all(|(_, average)| average.is_some()));
        // A day is 0.0864 of the constructed climb.
        let price = moment.price.unwrap();
        assert!((moment.change_24h.unwrap() - (price / (price - 0.0864) - 1.0)).abs() < 1e-9);
    }

    #[cfg(feature = "panel")]
    #[test]
    fn the_chart_gets_what_had_closed_and_no_more() {
        let market = market(24_000);
        let earlier = AT.plus(-90 * 60_000);
        let candles = snapshot(&market, earlier, Progress::Done).candles;
        for (timeframe, (candles, series)) in Timeframe::ALL.into_iter().zip(candles.iter().zip(&market.series)) {
            assert_eq!(candles, series.closed(earlier));
            assert!(candles.last().unwrap().open_time.plus(timeframe.duration_ms()) <= earlier);
        }
    }

    #[test]
    fn the_running_candle_gives_the_price_and_no_more() {
        let closed = snapshot(&market(24_000), AT, Progress::Done).assessment;
        let running = |open_time| Candle { open_time, open: 500.0, high: 500.0, low: 500.0, close: 500.0, volume: 1.0 };
        let with = Market { running: Some(running(AT)), ..market(24_000) };
        let live = snapshot(&with, AT, Progress::Done).assessment;
        assert_eq!((live.price, live.conviction), (Some(500.0), closed.conviction));
        assert_ne!(closed.price, live.price);
        // Long after it was fetched it is neither the price nor a closed candle.
        let later = AT.plus(20 * 60_000);
        let stale = snapshot(&with, later, Progress::Done).assessment;
        assert_eq!((stale.price, stale.mtf.timeframes[0].close), (closed.price, closed.mtf.timeframes[0].close));
    }

    #[test]
    fn a_price_that_moves_takes_the_change_of_the_day_with_it_and_no_score() {
        let mut moment = snapshot(&market(24_000), AT, Progress::Done);
        let before = moment.clone();
        let then = before.price.unwrap() / (1.0 + before.change_24h.unwrap());
        moment.move_price(2.0 * then);
        assert!((moment.change_24h.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(moment.price, Some(2.0 * then));
        assert_eq!(moment.assessment, before.assessment);
    }

    #[test]
    fn candles_that_stopped_coming_are_delayed_and_kept_ones_are_cached() {
        let late = AT.plus(3 * 3_600_000);
        assert_eq!(snapshot(&market(24_000), late, Progress::Done).assessment.data.state, DataState::Delayed);
        let kept = snapshot(&market(24_000), AT, Progress::Kept(&[(Source::Binance, Failure::Timeout)]));
        assert_eq!(kept.assessment.data.state, DataState::Cached);
        assert_eq!(kept.assessment.data.failures[0].reason, "did not answer within 8 seconds");
        let from_second = Market { failures: vec![(Source::Binance, Failure::Refused(451))], ..market(24_000) };
        let both = [(Source::Binance, Failure::Refused(451)), (Source::Kraken, Failure::Timeout)];
        let kept = snapshot(&from_second, AT, Progress::Kept(&both)).assessment.data.failures.clone();
        assert_eq!(kept.iter().map(|failure| failure.source.as_str()).collect::<Vec<_>>(), ["binance", "kraken"]);
    }

    #[test]
    fn surroundings_raise_the_coverage_and_while_they_load_the_state_is_partial() {
        let market = market(24_000);
        let [_, _, four_hours, day] = &market.series;
        let all = vec![four_hours.clone(), day.clone()];
        let surroundings = Surroundings { btc: all.clone(), basket: vec![all; 3], ..Surroundings::default() };
        let of = |progress| {
            Snapshot::of(Asset::default(), &market, &surroundings, None, progress, &Parameters::default(), AT)
                .assessment
        };
        let (partial, done) = (of(Progress::Partial), of(Progress::Done));
        assert_eq!((partial.data.state, done.data.state), (DataState::Partial, DataState::Live));
        assert!((done.coverage - 0.85).abs() < 1e-12 && partial.coverage == done.coverage);
        assert!((snapshot(&market, AT, Progress::Partial).assessment.coverage - 0.60).abs() < 1e-12);
    }

    #[test]
    fn a_second_source_confirms_or_contradicts_the_same_hour_only() {
        let market = market(24_000);
        let [_, hours, ..] = &market.series;
        let of = |factor: f64, late: i64| {
            let candles = hours.candles().iter().map(|candle| Candle {
                open_time: candle.open_time.plus(late),
                open: factor * candle.open,
                high: factor * candle.high,
                low: factor * candle.low,
                close: factor * candle.close,
                ..*candle
            });
            let second = Some((Source::Kraken, CandleSeries::from_arrivals(Timeframe::H1, candles)));
            let surroundings = Surroundings { second, ..Surroundings::default() };
            let parameters = Parameters::default();
            Snapshot::of(Asset::default(), &market, &surroundings, None, Progress::Done, &parameters, AT)
                .assessment
                .data
                .clone()
        };
        assert_eq!(of(1.009, 0).confirmed_by.as_deref(), Some("kraken"));
        let contradiction = of(1.011, 0).contradicted_by.unwrap();
        assert_eq!(contradiction.source, "kraken");
        assert!(contradiction.close > 1.01 * hours.candles().last().unwrap().close);
        // The second source is an hour behind.
        let nothing = of(1.0, -500 * 3_600_000);
        assert_eq!((nothing.confirmed_by, nothing.contradicted_by), (None, None));
    }

    #[test]
    fn when_nothing_could_be_had_every_source_is_named() {
        let failures = [(Source::Binance, Failure::Refused(451)), (Source::Kraken, Failure::Unreachable)];
        let assessment = Snapshot::unavailable(Asset::default(), AT, &failures);
        assert_eq!((assessment.conviction, assessment.data.state), (None, DataState::Unavailable));
        let named: Vec<&str> = assessment.data.failures.iter().map(|failure| failure.source.as_str()).collect();
        assert_eq!(named, ["binance", "kraken"]);
    }
}
