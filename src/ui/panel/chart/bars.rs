//! What the chart draws of each candle: itself, its indicators, and the conviction as it stood when it closed. Pure.

use tao_conviction_core::context::Row;
use tao_conviction_core::indicator::IndicatorSet;
use tao_conviction_core::record::is_setup;
use tao_conviction_core::{AssessmentState, Candle, Circumstances, Parameters, Timeframe, UnixMs};

/// The closed candles of an asset on each timeframe, shortest first, each in order of time.
pub(super) type Candles<'a> = [&'a [Candle]; 4];

/// One candle with everything that was known when it closed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bar {
    pub(super) candle: Candle,
    /// Change of the close against the close before, as a fraction.
    pub(super) change: Option<f64>,
    /// EMA 20, 50 and 200.
    pub(super) emas: [Option<f64>; 3],
    /// RSI 14.
    pub(super) rsi: Option<f64>,
    /// Conviction from the asset's candles alone, −100 … 100.
    pub(super) conviction: Option<f64>,
    /// How many timeframes it came from.
    pub(super) ready: usize,
    /// Whether a setup began here, as far as candles tell.
    pub(super) begins: bool,
}

/// The candles of `shown` with what was known at the close of each: indicators from its own timeframe, conviction from
/// all four, closed candles only. Bitcoin, the basket, catalysts and the order book are left out, and so unknown.
pub(super) fn bars(candles: &Candles<'_>, shown: Timeframe, parameters: &Parameters) -> Vec<Bar> {
    let mut state = AssessmentState::new(0, parameters);
    let mut indicators = IndicatorSet::new(&parameters.periods);
    let mut rests = *candles;
    let own = Timeframe::ALL.into_iter().zip(candles).find(|(timeframe, _)| *timeframe == shown);
    let own = own.map_or(&[][..], |(_, own)| own);
    let mut bars = Vec::with_capacity(own.len());
    let (mut before, mut was_setup) = (None, false);
    for candle in own {
        let at = candle.open_time.plus(shown.duration_ms());
        for (timeframe, rest) in Timeframe::ALL.into_iter().zip(&mut rests) {
            push_closed(&mut state, timeframe, rest, at);
        }
        indicators.push(candle);
        let score = state.score(at, &Circumstances::default());
        let is_setup = score.readings.iter().all(Option::is_some) && is_setup(&score, parameters);
        bars.push(Bar {
            candle: *candle,
            change: before.map(|before| candle.close / before - 1.0),
            emas: indicators.emas(),
            rsi: indicators.rsi(),
            conviction: score.conviction.map(|conviction| conviction.score),
            ready: score.readings.iter().flatten().count(),
            begins: is_setup && !was_setup,
        });
        (before, was_setup) = (Some(candle.close), is_setup);
    }
    bars
}

/// Pushes those of `rest` that had closed at `at`, and leaves the others.
fn push_closed(state: &mut AssessmentState, timeframe: Timeframe, rest: &mut &[Candle], at: UnixMs) {
    while let Some((next, later)) = rest.split_first() {
        if next.open_time.plus(timeframe.duration_ms()) > at {
            return;
        }
        state.push(timeframe, &Row { asset: Some(*next), ..Row::default() });
        *rest = later;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tao_conviction_core::{CandleSeries, Inputs, assess};

    const AT: UnixMs = UnixMs(1_757_671_200_000);

    /// Candles that wander by a fixed rule, `count` on each timeframe, all closed by [`AT`].
    fn series(count: i64) -> [CandleSeries; 4] {
        // Long waves of whole days, the same on each timeframe, and a short one.
        series_of(count, |days| 0.25 * (days / 9.0).sin() + 0.1 * (days / 1.7).sin() + 0.004 * days)
    }

    /// Candles of 300 · e^`growth` of the days since [`AT`].
    fn series_of(count: i64, growth: fn(f64) -> f64) -> [CandleSeries; 4] {
        Timeframe::ALL.map(|timeframe| {
            let length = timeframe.duration_ms();
            let end = AT.0.div_euclid(length);
            let price = |slot: i64| {
                #[expect(clippy::cast_precision_loss, reason = "exact far beyond this date")]
                let days = (slot * length - AT.0) as f64 / 86_400_000.0;
                300.0 * growth(days).exp()
            };
            let candle = |slot: i64| {
                let (open, close) = (price(slot), price(slot + 1));
                let (high, low) = (open.max(close) * 1.001, open.min(close) * 0.999);
                Candle { open_time: UnixMs(slot * length), open, high, low, close, volume: 1.0 }
            };
            CandleSeries::from_arrivals(timeframe, (end - count..end).map(candle))
        })
    }

    fn slices(series: &[CandleSeries; 4]) -> Candles<'_> {
        series.each_ref().map(CandleSeries::candles)
    }

    #[test]
    fn each_bar_says_what_an_assessment_at_its_close_says() {
        let series = series(700);
        for (shown, own) in Timeframe::ALL.into_iter().zip(&series) {
            let bars = bars(&slices(&series), shown, &Parameters::default());
            assert_eq!(bars.len(), 700);
            for (bar, index) in bars.iter().zip(0..).skip(19).step_by(37) {
                let at = bar.candle.open_time.plus(shown.duration_ms());
                let assessment = assess(&Inputs::new("TAO", at, &series), &Parameters::default());
                let report = assessment.mtf.timeframes.iter().find(|report| report.timeframe == shown).unwrap();
                assert_eq!(bar.candle, own.candles()[index]);
                assert_eq!(bar.conviction, assessment.conviction, "{shown} {index}");
                assert_eq!(bar.emas, [report.ema20, report.ema50, report.ema200], "{shown} {index}");
                assert_eq!(bar.rsi, report.rsi14);
                assert_eq!(bar.ready, assessment.mtf.timeframes.iter().filter(|report| report.ready).count());
            }
            assert!(bars.last().is_some_and(|bar| bar.ready == 4 && bar.conviction.is_some()));
        }
    }

    #[test]
    fn what_comes_later_changes_nothing_before() {
        let whole = series(700);
        let then = AT.plus(-40 * Timeframe::H1.duration_ms());
        let known: [Vec<Candle>; 4] = whole.each_ref().map(|series| series.closed(then).to_vec());
        for shown in Timeframe::ALL {
            let (long, short) = (
                bars(&slices(&whole), shown, &Parameters::default()),
                bars(&known.each_ref().map(Vec::as_slice), shown, &Parameters::default()),
            );
            assert_eq!(short[..], long[..short.len()], "{shown}");
            assert!(short.len() >= 690 - 150);
        }
    }

    #[test]
    fn a_setup_is_marked_once_where_it_begins_and_only_where_all_timeframes_speak() {
        // A rise with falls in it.
        let series = series_of(2000, |days| 0.01 * days + 0.03 * (days * 1.1).sin() + 0.012 * (days * 91.0).sin());
        let parameters = Parameters::default();
        let bars = bars(&slices(&series), Timeframe::H1, &Parameters::default());
        let begins: Vec<&Bar> = bars.iter().filter(|bar| bar.begins).collect();
        assert_eq!(begins.len(), 21);
        assert!(begins.iter().all(|bar| bar.ready == 4 && bar.conviction.unwrap() >= parameters.setup_conviction));
        let twice = bars.windows(2).any(|pair| matches!(pair, [one, next] if one.begins && next.begins));
        assert!(!twice);
    }

    #[test]
    fn unknown_until_warmed_up() {
        let series = series(150);
        let bars = bars(&slices(&series), Timeframe::H4, &Parameters::default());
        assert!(bars.iter().all(|bar| bar.conviction.is_none() && bar.emas[2].is_none() && !bar.begins));
        let known = |of: fn(&Bar) -> bool| bars.iter().position(of);
        assert_eq!((known(|bar| bar.emas[0].is_some()), known(|bar| bar.emas[1].is_some())), (Some(19), Some(49)));
        assert_eq!((known(|bar| bar.rsi.is_some()), known(|bar| bar.change.is_some())), (Some(14), Some(1)));
        assert_eq!(super::bars(&[&[]; 4], Timeframe::H1, &Parameters::default()), []);
    }
}
