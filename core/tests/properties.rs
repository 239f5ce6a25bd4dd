//! Laws of the scoring core on generated markets: what leaves a score unchanged, what mirrors it, what bounds it, and
//! that nothing from after the decision time, no order of arrival and no preview can reach it.
//!
//! "The same Assessment" means the same text of its `Debug` form: every bit of every number, the sign of zero included.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use proptest::prelude::*;
use support::bounds;
use support::synthetic::{Dice, Market};
use tao_conviction_core::catalyst::{Event, Kind};
use tao_conviction_core::context::{Row, ai_sentiment, correlate_all, merge, relative_strength};
use tao_conviction_core::indicator::{IndicatorSet, Periods};
use tao_conviction_core::{
    Assessment, AssessmentState, Candle, CandleSeries, Circumstances, Conviction, Inputs, Mtf, Parameters, Provenance,
    Reading, Stack, Timeframe, TimeframeState, UnixMs, assess,
};

const DAY: i64 = 86_400_000;
/// 2025-06-01.
const END: UnixMs = UnixMs(1_748_736_000_000);

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn candle_of(open_time: UnixMs, prices: [f64; 4], volume: f64) -> Candle {
    let high = prices.into_iter().fold(f64::MIN, f64::max);
    let low = prices.into_iter().fold(f64::MAX, f64::min);
    Candle { open_time, open: prices[0], high, low, close: prices[3], volume }
}

/// Markets whose steps are far larger than the rounding of a log price, or exactly flat.
fn market() -> impl Strategy<Value = Market> {
    let volatility = prop_oneof![4 => 1e-3..0.05, 1 => Just(0.0)];
    (-6.0..5.0_f64, -0.1..0.1_f64, volatility, prop_oneof![Just(0.0), 0.0..0.2]).prop_map(
        |(exponent, trend, volatility, gaps)| Market {
            price: 10.0_f64.powf(exponent),
            drift: trend * volatility,
            volatility,
            tick: 0.0,
            gaps,
        },
    )
}

/// Candles of whole prices between 1 and a few thousand, where sums and differences are exact.
fn whole_prices(seed: u64, count: i64) -> Vec<Candle> {
    Market { price: 2000.0, ..Market::COARSE }.candles(Timeframe::H1, seed, END, count)
}

/// Candles that are valid and make no sense: from the smallest positive number to the largest, jumping at will.
fn wild_candles(timeframe: Timeframe, seed: u64, end: UnixMs, count: i64) -> Vec<Candle> {
    let mut dice = Dice(seed);
    let span = [1.0, 30.0, 300.0, 308.0][(dice.next() % 4) as usize];
    let length = timeframe.duration_ms();
    let price = |dice: &mut Dice| match dice.next() % 40 {
        0 => f64::MAX,
        1 => f64::from_bits(1),
        2 => f64::MIN_POSITIVE,
        3 => 1e300,
        4 => 1e-300,
        _ => 10.0_f64.powf(span * (2.0 * dice.unit() - 1.0)),
    };
    let mut held = [1.0; 4];
    (0..count)
        .map(|slot| {
            // Half of the candles repeat the one before: flat stretches.
            if dice.next().is_multiple_of(2) {
                held = [price(&mut dice), price(&mut dice), price(&mut dice), price(&mut dice)];
            }
            let volume = if dice.next().is_multiple_of(50) { f64::MAX } else { dice.unit() };
            candle_of(UnixMs(timeframe.bucket(end).0 - (count - slot) * length), held, volume)
        })
        .collect()
}

/// An asset with its surroundings.
#[derive(Debug, Clone)]
struct World {
    candles: Vec<CandleSeries>,
    btc: Vec<CandleSeries>,
    basket: Vec<Vec<CandleSeries>>,
    feed: Option<Vec<Event>>,
    depth: Option<f64>,
    second: Option<f64>,
}

impl World {
    /// All series from `make(timeframe, seed, count)`.
    fn of(seed: u64, members: u64, make: impl Fn(Timeframe, u64, i64) -> CandleSeries) -> Self {
        let two = |seed, days| vec![make(Timeframe::H4, seed, 90), make(Timeframe::D1, seed + 1, days)];
        Self {
            candles: Timeframe::ALL.map(|timeframe| make(timeframe, seed ^ timeframe as u64, 500)).to_vec(),
            btc: two(seed ^ 10, 240),
            basket: (0..members).map(|member| two(seed ^ (20 + 2 * member), 70)).collect(),
            feed: (members > 0).then(|| vec![event(3, 1), event(-3, -1)]),
            depth: (members > 1).then_some(60_000.0),
            second: (members > 2).then_some(400.0),
        }
    }

    fn traded(seed: u64, members: u64, market: Market) -> Self {
        Self::of(seed, members, |timeframe, seed, count| market.series(timeframe, seed, END, count))
    }

    fn assess(&self, at: UnixMs) -> Assessment {
        self.with(at, |inputs| assess(inputs, &Parameters::default()))
    }

    /// What `work` makes of it at `at`.
    fn with<T>(&self, at: UnixMs, work: impl FnOnce(&Inputs<'_>) -> T) -> T {
        let members: Vec<&[CandleSeries]> = self.basket.iter().map(Vec::as_slice).collect();
        let mut inputs = Inputs::new("TAO", at, &self.candles);
        (inputs.btc, inputs.basket, inputs.feed, inputs.depth) =
            (&self.btc, &members, self.feed.as_deref(), self.depth);
        let confirmation = self.second.map(|close| ("other", close));
        inputs.provenance = Provenance { confirmation, ..Provenance::default() };
        work(&inputs)
    }

    /// The same world with each series built anew from candles that `change` may alter.
    fn rebuilt(&self, mut change: impl FnMut(Timeframe, &[Candle]) -> Vec<Candle>) -> Self {
        let mut rebuild = |all: &[CandleSeries]| -> Vec<CandleSeries> {
            all.iter()
                .map(|series| {
                    let timeframe = series.timeframe();
                    CandleSeries::from_arrivals(timeframe, change(timeframe, series.candles()))
                })
                .collect()
        };
        Self {
            candles: rebuild(&self.candles),
            btc: rebuild(&self.btc),
            basket: self.basket.iter().map(|member| rebuild(member)).collect(),
            ..self.clone()
        }
    }
}

fn event(days: i64, direction: i8) -> Event {
    Event {
        kind: Kind::Listing,
        title: "An event".into(),
        at: END.plus(-days * DAY),
        direction,
        magnitude: 0.7,
        half_life_days: 9.0,
        source_url: String::new(),
        risk_flag: None,
        until: None,
    }
}

fn text(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}")
}

/// NaN or an infinity anywhere, found by its name in the `Debug` form.
fn not_finite(value: &impl std::fmt::Debug) -> bool {
    text(value).split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "NaN" || word == "inf")
}

fn within(value: Option<f64>, low: f64, high: f64) -> bool {
    // Sums of rounded weights may exceed a bound by the rounding.
    value.is_none_or(|value| value >= low - 1e-9 && value <= high + 1e-9)
}

fn close_to(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9
}

fn reading(candles: &[Candle]) -> Option<Reading> {
    TimeframeState::over(candles, &Parameters::default()).reading()
}

fn scaled(candles: &[Candle], k: f64) -> Vec<Candle> {
    let by = |c: &Candle| Candle { open: c.open * k, high: c.high * k, low: c.low * k, close: c.close * k, ..*c };
    candles.iter().map(by).collect()
}

/// `p → k/p`: what rose by a factor now falls by it.
fn inverted(candles: &[Candle], k: f64) -> Vec<Candle> {
    let by = |c: &Candle| Candle { open: k / c.open, high: k / c.low, low: k / c.high, close: k / c.close, ..*c };
    candles.iter().map(by).collect()
}

/// `p → 2c − p`: what rose by an amount now falls by it.
fn reflected(candles: &[Candle], c: f64) -> Vec<Candle> {
    let m = 2.0 * c;
    let by = |x: &Candle| Candle { open: m - x.open, high: m - x.low, low: m - x.high, close: m - x.close, ..*x };
    candles.iter().map(by).collect()
}

fn shuffled(mut candles: Vec<Candle>, dice: &mut Dice) -> Vec<Candle> {
    for i in (1..candles.len()).rev() {
        candles.swap(i, (dice.next() % (i as u64 + 1)) as usize);
    }
    candles
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn prices_times_k_leave_readings_unchanged(market in market(), seed: u64, exponent in -5.0..5.0_f64) {
        let candles = Market { gaps: 0.0, ..market }.candles(Timeframe::H1, seed, END, 520);
        let k = 10.0_f64.powf(exponent);
        let (one, other) = (reading(&candles).unwrap(), reading(&scaled(&candles, k)).unwrap());
        let pure = |r: &Reading| [r.trend, r.alignment, r.rsi, r.momentum, r.reading, r.strength, r.volatility];
        for (a, b) in pure(&one).into_iter().zip(pure(&other)) {
            prop_assert!(close_to(a, b), "{one:?}\n{other:?}");
        }
        let priced = |r: &Reading| [r.close, r.atr, r.emas[0], r.emas[1], r.emas[2]];
        for (a, b) in priced(&one).into_iter().zip(priced(&other)) {
            prop_assert!((a * k - b).abs() <= 1e-9 * b, "{one:?}\n{other:?}");
        }
        prop_assert_eq!(one.stack, other.stack);
    }

    /// A power of two only changes exponents, so not one bit of a mantissa may differ, ties of ticks included.
    #[test]
    fn indicators_scale_exactly_with_powers_of_two(seed: u64, power in -60..60_i32) {
        let candles = whole_prices(seed, 300);
        let k = 2.0_f64.powi(power);
        let run = |candles: &[Candle]| {
            let mut set = IndicatorSet::new(&Periods::default());
            candles.iter().for_each(|candle| set.push(candle));
            set
        };
        let (one, other) = (run(&candles), run(&scaled(&candles, k)));
        prop_assert_eq!(one.emas().map(|ema| ema.map(|ema| ema * k)), other.emas());
        prop_assert_eq!(one.atr().map(|atr| atr * k), other.atr());
        prop_assert_eq!((one.rsi(), one.adx()), (other.rsi(), other.adx()));
    }

    /// Trend and momentum are odd functions of log returns: they change sign when every price p becomes k/p.
    #[test]
    fn inverted_prices_turn_trend_and_momentum_around(market in market(), seed: u64, exponent in -3.0..3.0_f64) {
        let candles = Market { gaps: 0.0, ..market }.candles(Timeframe::H1, seed, END, 520);
        let other = reading(&inverted(&candles, market.price * 10.0_f64.powf(exponent))).unwrap();
        let one = reading(&candles).unwrap();
        prop_assert!(close_to(one.trend, -other.trend), "{one:?}\n{other:?}");
        prop_assert!(close_to(one.momentum, -other.momentum), "{one:?}\n{other:?}");
        prop_assert!(close_to(one.volatility, other.volatility), "{one:?}\n{other:?}");
    }

    /// Alignment and the RSI term are odd, ATR and ADX even functions of price differences: prices p become 2c − p.
    /// On whole prices the reflection itself is exact, so ties stay ties.
    #[test]
    fn reflected_prices_turn_alignment_and_rsi_around(seed: u64) {
        let candles = whole_prices(seed, 520);
        let c = candles.iter().fold(0.0, |top: f64, candle| top.max(candle.high)) + 5.0;
        let (one, other) = (reading(&candles).unwrap(), reading(&reflected(&candles, c)).unwrap());
        prop_assert!(close_to(one.alignment, -other.alignment), "{one:?}\n{other:?}");
        prop_assert!(close_to(one.rsi, -other.rsi), "{one:?}\n{other:?}");
        prop_assert!(close_to(one.rsi_index, 100.0 - other.rsi_index), "{one:?}\n{other:?}");
        prop_assert_eq!((one.atr, one.adx, one.strength), (other.atr, other.adx, other.strength));
        let turned = match other.stack {
            Stack::Bull => Stack::Bear,
            Stack::Bear => Stack::Bull,
            Stack::Mixed => Stack::Mixed,
        };
        prop_assert_eq!(one.stack, turned);
    }

    #[test]
    fn the_other_side_of_a_ratio_is_its_mirror(seed: u64, gaps in 0.0..0.2_f64) {
        let series = |seed: u64| Market { gaps, ..Market::WALK }.candles(Timeframe::H4, seed, END, 200);
        let (a, b) = (series(seed), series(seed ^ 1));
        let members: Vec<Vec<Candle>> = (2..6).map(|member| series(seed ^ member)).collect();
        let members: Vec<&[Candle]> = members.iter().map(Vec::as_slice).collect();
        let (one, other) = (relative_strength(&a, &b, &[]).unwrap(), relative_strength(&b, &a, &[]).unwrap());
        prop_assert!(close_to(one.value, -other.value) && close_to(one.btc_change, -other.btc_change));

        // All prices inverted: relative strength turns around, correlations and betas stay.
        let upside_down = |candles: &[Candle]| inverted(candles, 1000.0);
        let (x, y) = (upside_down(&a), upside_down(&b));
        let turned: Vec<Vec<Candle>> = members.iter().map(|member| upside_down(member)).collect();
        let turned: Vec<&[Candle]> = turned.iter().map(Vec::as_slice).collect();
        let (one, other) = (relative_strength(&a, &b, &members), relative_strength(&x, &y, &turned));
        prop_assert!(close_to(one.unwrap().value, -other.unwrap().value), "{one:?}\n{other:?}");
        let (one, other) = (correlate_all(&a, &b, &members), correlate_all(&x, &y, &turned));
        for (one, other) in [(one.btc, other.btc), (one.basket, other.basket)] {
            let (one, other) = (one.unwrap(), other.unwrap());
            prop_assert!(close_to(one.correlation, other.correlation) && close_to(one.beta, other.beta));
        }
        // Drive is odd; breadth is not, since an average of inverses is not the inverse of the average.
        let (one, other) = (ai_sentiment(&members).unwrap(), ai_sentiment(&turned).unwrap());
        prop_assert!(close_to(one.drive, -other.drive), "{one:?}\n{other:?}");
    }

    /// Every candle that a series accepts gives finite numbers within their bounds, however absurd its prices.
    #[test]
    fn every_number_is_finite_and_within_its_bounds(seed: u64, market in market(), members in 0..4_u64, wild: bool) {
        let world = if wild {
            World::of(seed, members, |timeframe, seed, count| {
                let candles = wild_candles(timeframe, seed, END, count);
                let series = CandleSeries::from_arrivals(timeframe, candles);
                assert_eq!(series.quality().rejected, 0, "the generator makes valid candles only");
                series
            })
        } else {
            World::traded(seed, members, market)
        };
        for at in [END, END.plus(-3 * DAY)] {
            let assessment = world.assess(at);
            prop_assert!(!not_finite(&assessment), "{assessment:?}");
            prop_assert_eq!(bounds::violation(&assessment), None);
        }
    }

    #[test]
    fn nothing_after_the_decision_time_reaches_it(
        seed: u64, market in market(), members in 0..4_u64, back in 0..20 * DAY, garbage: u64,
    ) {
        let world = World::traded(seed, members, market);
        let at = END.plus(-back);
        let known = |timeframe: Timeframe, candle: &Candle| candle.open_time.0 + timeframe.duration_ms() <= at.0;
        let whole = text(&world.assess(at));
        let cut = world.rebuilt(|timeframe, candles| {
            candles.iter().copied().filter(|candle| known(timeframe, candle)).collect()
        });
        prop_assert_eq!(&whole, &text(&cut.assess(at)), "candles after the decision time were cut");

        let mut dice = Dice(garbage);
        let scrambled = world.rebuilt(|timeframe, candles| {
            let mut prices = [0.0; 4];
            let mut scramble = |candle: &Candle| {
                prices = prices.map(|_| candle.close * (10.0 * dice.normal()).exp());
                candle_of(candle.open_time, prices, dice.unit())
            };
            candles.iter().map(|candle| if known(timeframe, candle) { *candle } else { scramble(candle) }).collect()
        });
        prop_assert_eq!(&whole, &text(&scrambled.assess(at)), "candles after the decision time were scrambled");

        // A running candle in every series, whatever it says, up to its last millisecond.
        let running = cut.rebuilt(|timeframe, candles| {
            let prices = [1.0, 2.0, 3.0, 4.0].map(|_| (10.0 * dice.normal()).exp());
            let candle = candle_of(timeframe.bucket(at), prices, 1.0);
            candles.iter().copied().chain([candle]).collect()
        });
        prop_assert_eq!(&whole, &text(&running.assess(at)), "a running candle was there");
    }

    #[test]
    fn order_and_repetition_of_arrival_do_not_matter(seed: u64, market in market(), order: u64) {
        let world = World::traded(seed, 3, market);
        let mut dice = Dice(order);
        let arrived = world.rebuilt(|_, candles| {
            // First some candles as they were before they were corrected, then all as they are, some of them twice.
            let early = scaled(&shuffled(candles.to_vec(), &mut dice)[..candles.len() / 3], 1.7);
            let mut rest = candles.to_vec();
            rest.extend_from_slice(&candles[candles.len() / 2..]);
            early.into_iter().chain(shuffled(rest, &mut dice)).collect()
        });
        prop_assert_eq!(text(&world.assess(END)), text(&arrived.assess(END)));

        // In several answers instead of one, the pages overlapping.
        let mut paged = world.clone();
        for series in &mut paged.candles {
            let all = series.candles().to_vec();
            *series = CandleSeries::new(series.timeframe());
            let page = 1 + (dice.next() % 400) as usize;
            let pages: Vec<&[Candle]> = all.chunks(page).collect();
            pages.iter().rev().for_each(|page| series.extend(page.iter().copied()));
            series.extend(all.iter().copied().take(page / 2));
        }
        prop_assert_eq!(text(&world.assess(END)), text(&paged.assess(END)));
    }

    /// What is refused is counted, and changes nothing else.
    #[test]
    fn refused_candles_are_counted_and_nothing_more(seed: u64, market in market(), place in 0..400_usize) {
        let world = World::traded(seed, 0, market);
        let spoiled = world.rebuilt(|_, candles| {
            let good = candles[place % candles.len()];
            let bad = [
                Candle { close: f64::NAN, ..good },
                Candle { high: good.low / 2.0, ..good },
                Candle { low: good.high * 2.0, ..good },
                Candle { volume: -1.0, ..good },
                Candle { open_time: good.open_time.plus(1), ..good },
            ];
            candles.iter().copied().chain(bad).collect()
        });
        let mut other = spoiled.assess(END);
        prop_assert_eq!(other.data.rejected_candles, 20);
        other.data.rejected_candles = 0;
        prop_assert_eq!(text(&world.assess(END)), text(&other));
    }

    #[test]
    fn one_by_one_equals_all_at_once_and_a_preview_leaves_no_trace(seed: u64, market in market(), wild: bool) {
        let mut candles = market.candles(Timeframe::H1, seed, END, 600);
        if wild {
            candles = wild_candles(Timeframe::H1, seed, END, 600);
        }
        let parameters = Parameters::default();
        let mut state = TimeframeState::new(&parameters);
        for (index, candle) in candles.iter().enumerate() {
            let before = text(&state);
            let preview = state.preview(candle);
            prop_assert_eq!(&before, &text(&state), "the preview of candle {} left a trace", index);
            state.push(candle);
            prop_assert_eq!(text(&preview), text(&state.reading()));
            if index % 97 == 0 || index + 1 == candles.len() {
                let batch = TimeframeState::over(&candles[..=index], &parameters);
                prop_assert_eq!(text(&batch), text(&state), "after candle {}", index);
            }
        }
    }

    /// The whole assessment: candle by candle from a history on, and all at once. The basket's members count from the
    /// start, or never: that is decided once.
    #[test]
    fn an_assessment_fed_one_by_one_equals_the_batch_and_a_preview_leaves_no_trace(
        seed: u64, market in market(), members in 0..5_u64, hours in 1..40_i64,
    ) {
        let world = World::traded(seed, members, market);
        let parameters = Parameters::default();
        let start = END.plus(-hours * 3_600_000);
        let mut state = world.with(start, |inputs| AssessmentState::over(inputs, &parameters));
        // Everything that closes after the start, in the order of its close.
        let mut rows: Vec<(UnixMs, Timeframe, Vec<Option<Candle>>)> = Vec::new();
        for timeframe in Timeframe::ALL {
            let closed = |all: &[CandleSeries], at| {
                let series = all.iter().find(|series| series.timeframe() == timeframe);
                series.map(|series| series.closed(at).to_vec()).unwrap_or_default()
            };
            let news = |all: &[CandleSeries]| closed(all, END).split_off(closed(all, start).len());
            let all: Vec<Vec<Candle>> = [news(&world.candles), news(&world.btc)]
                .into_iter()
                .chain(world.basket.iter().map(|member| news(member)))
                .collect();
            let slices: Vec<&[Candle]> = all.iter().map(Vec::as_slice).collect();
            merge(&slices, |row| {
                let open_time = row.iter().flatten().next().unwrap().open_time;
                rows.push((open_time.plus(timeframe.duration_ms()), timeframe, row.to_vec()));
            });
        }
        rows.sort_by_key(|(closed_at, timeframe, _)| (*closed_at, *timeframe));
        for (closed_at, timeframe, row) in &rows {
            let before = state.clone();
            let running = [row[0]; 4];
            let preview = state.preview(&running, *closed_at, &Circumstances::default());
            prop_assert!(before == state, "a preview left a trace");
            state.push(*timeframe, &Row { asset: row[0], btc: row[1], basket: &row[2..] });
            let score = state.score(*closed_at, &Circumstances::default());
            let index = *timeframe as usize;
            prop_assert_eq!(text(&preview.readings[index]), text(&score.readings[index]));
        }
        let (batch, assessment) = world.with(END, |inputs| (AssessmentState::over(inputs, &parameters), assess(inputs, &parameters)));
        prop_assert_eq!(text(&batch), text(&state));
        prop_assert_eq!(text(&assessment), text(&world.with(END, |inputs| state.assess(&Inputs { candles: &[], ..*inputs }))));
        prop_assert_eq!(text(&assessment.conviction), text(&state.score(END, &Circumstances {
            catalysts: assessment.families[2].value,
            risk_flags: 0,
            depth: world.depth,
            second_close: world.second,
        }).conviction.map(|conviction| conviction.score)));
    }

    /// What doesn't belong at the end of a state is refused and counted, and changes no figure.
    #[test]
    fn a_candle_that_is_broken_late_or_out_of_step_is_rejected(seed: u64, kind in 0..4_usize) {
        let world = World::traded(seed, 3, Market::WALK);
        let parameters = Parameters::default();
        let mut state = world.with(END, |inputs| AssessmentState::over(inputs, &parameters));
        let before = world.with(END, |inputs| state.assess(inputs));
        let next = candle_of(Timeframe::H4.bucket(END), [400.0; 4], 1.0);
        let members = [Some(next), Some(next), Some(Candle { open_time: next.open_time.plus(DAY), ..next })];
        let row = [
            Row { asset: Some(Candle { close: f64::NAN, ..next }), ..Row::default() },
            Row { asset: Some(Candle { open_time: next.open_time.plus(-DAY / 6), ..next }), ..Row::default() },
            Row { asset: Some(next), btc: Some(Candle { open_time: next.open_time.plus(DAY / 6), ..next }), basket: &[] },
            Row { asset: Some(next), btc: Some(next), basket: &members },
        ][kind];
        state.push(Timeframe::H4, &row);
        let mut after = world.with(END, |inputs| state.assess(inputs));
        prop_assert_eq!(after.data.rejected_candles, before.data.rejected_candles + 1);
        after.data.rejected_candles = before.data.rejected_candles;
        prop_assert_eq!(text(&after), text(&before));
    }

    /// Days from hours, straight or by way of four hours; volumes are whole numbers, so their sums are exact too.
    #[test]
    fn resampling_in_two_steps_is_resampling_in_one(seed: u64, gaps in prop_oneof![Just(0.0), 0.0..0.05], cut in 0..DAY) {
        let hours = Market { gaps, ..Market::WALK }.series(Timeframe::H1, seed, END, 600);
        let at = END.plus(-cut);
        let straight = hours.resample(Timeframe::D1, at).unwrap();
        let four = hours.resample(Timeframe::H4, at).unwrap();
        let two_steps = four.series.resample(Timeframe::D1, at).unwrap();
        prop_assert_eq!(text(&straight.series), text(&two_steps.series));
        if gaps == 0.0 {
            prop_assert!(straight.series.candles().len() >= 23 && straight.gaps <= 1);
        }
    }
}

#[test]
fn a_number_that_is_none_is_unknown() {
    let candles = [Market::WALK.series(Timeframe::H1, 1, END, 30)];
    let known = Inputs::new("TAO", END, &candles);
    let plain = text(&assess(&known, &Parameters::default()));
    for nonsense in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0] {
        let mut inputs = known;
        (inputs.price, inputs.depth) = (Some(nonsense), Some(nonsense));
        inputs.provenance.confirmation = Some(("other", nonsense));
        assert_eq!(plain, text(&assess(&inputs, &Parameters::default())), "{nonsense}");
    }
}

proptest! {
    #![proptest_config(cases(256))]

    /// An unknown family is not a neutral one. The composite is the weighted mean of what is known, so it lies among
    /// the known values, and treating the unknown as 0 would always bring it nearer to 0.
    #[test]
    fn an_unknown_family_never_moves_the_score_towards_zero(
        mtf in -100.0..100.0_f64, others in prop::array::uniform3(prop::option::of(-1.0..1.0_f64)),
        agreement in 0.0..1.0_f64, strength in 0.0..1.0_f64, risk_off: bool,
    ) {
        let parameters = Parameters::default();
        let score = Mtf { score: mtf, agreement, strength, aligned: 4, ready: 1.0 };
        let of = |others| Conviction::of(Some(&score), others, risk_off, &parameters).unwrap();
        let known: Vec<(f64, f64)> = std::iter::once(Some(mtf / 100.0))
            .chain(others)
            .zip(parameters.families)
            .filter_map(|(value, weight)| Some((value?, weight)))
            .collect();
        let mean = known.iter().map(|(v, w)| v * w).sum::<f64>() / known.iter().map(|(_, w)| w).sum::<f64>();
        let own = of(others);
        prop_assert!((own.composite - 100.0 * mean).abs() < 1e-10);
        let (low, high) = known.iter().fold((1.0_f64, -1.0_f64), |(l, h), (v, _)| (l.min(*v), h.max(*v)));
        prop_assert!(within(Some(own.composite / 100.0), low, high));

        let as_neutral = of(others.map(|value| Some(value.unwrap_or(0.0))));
        prop_assert!(own.composite.abs() >= as_neutral.composite.abs() - 1e-10);
        prop_assert!(own.score.abs() >= as_neutral.score.abs() - 1e-10);
        prop_assert!(own.score * as_neutral.score >= 0.0, "never across 0 either");

        // One that says what the others say together changes nothing by being known.
        let agreeing = of(others.map(|value| Some(value.unwrap_or(mean))));
        prop_assert!((own.composite - agreeing.composite).abs() < 1e-10);
    }

    /// The same law one level down: a timeframe that is warming up is not a neutral one.
    #[test]
    fn an_unready_timeframe_never_moves_the_mtf_score_towards_zero(
        values in prop::array::uniform4(prop::option::of(-1.0..1.0_f64)),
    ) {
        let some = reading(&Market::WALK.candles(Timeframe::H1, 1, END, 470)).unwrap();
        let parameters = Parameters::default();
        let of = |values: [Option<f64>; 4]| {
            Mtf::of(&values.map(|value| value.map(|reading| Reading { reading, ..some })), &parameters)
        };
        prop_assert_eq!(of(values).is_none(), values.iter().all(Option::is_none));
        if let Some(own) = of(values) {
            let as_neutral = of(values.map(|value| Some(value.unwrap_or(0.0)))).unwrap();
            prop_assert!(own.score.abs() >= as_neutral.score.abs() - 1e-10);
            prop_assert!(close_to(own.strength, some.strength));
            let agreeing = of(values.map(|value| Some(value.unwrap_or(own.score / 100.0)))).unwrap();
            prop_assert!((own.score - agreeing.score).abs() < 1e-10);
        }
    }
}
