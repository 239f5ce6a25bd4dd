//! Laws of the decoders: what a venue would send for some candles gives those candles back, in whatever order and
//! however often they come; and nothing that a venue might send instead panics or becomes an invalid candle.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/venues.rs"]
mod venues;

use proptest::prelude::*;
use serde_json::{Value, json};
use tao_conviction_core::wire::{BAND, Book, Day, Json, binance, bybit, coinbase, hyperliquid, kraken, okx};
use tao_conviction_core::{Candle, CandleSeries, Error, Timeframe, UnixMs};
use venues::{HOUR, VENUES, read, text};

/// Valid candles in order, with gaps, and prices of five places as venues have them: each the number nearest to its text.
fn candles() -> impl Strategy<Value = Vec<Candle>> {
    let price =
        (1_u32..1_000_000, 0_u32..100_000).prop_map(|(whole, part)| (f64::from(whole) * 1e5 + f64::from(part)) / 1e5);
    let one = (1_i64..4, prop::array::uniform4(price), 0_u32..1_000_000);
    prop::collection::vec(one, 1..40).prop_map(|rows| {
        let mut slot = 480_000;
        let candle = |(step, prices, volume): (i64, [f64; 4], u32)| {
            slot += step;
            let high = prices.into_iter().fold(f64::MIN, f64::max);
            let low = prices.into_iter().fold(f64::MAX, f64::min);
            let open_time = UnixMs(slot * HOUR);
            Candle { open_time, open: prices[0], high, low, close: prices[3], volume: f64::from(volume) / 1e3 }
        };
        rows.into_iter().map(candle).collect()
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<f64>().prop_map(|x| json!(x)),
        any::<i64>().prop_map(|x| json!(x)),
        any::<u64>().prop_map(|x| json!(x))
    ];
    let word = prop_oneof![
        "\\PC{0,8}",
        "-?[0-9]{1,20}(\\.[0-9]{0,12})?(e-?[0-9]{1,3})?",
        Just("NaN".to_owned()),
        Just("TAOUSDT".to_owned())
    ];
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number, word.prop_map(Value::from)];
    leaf.prop_recursive(3, 24, 8, |inner| {
        let key = prop_oneof![
            "[a-z]{1,3}",
            prop::sample::select(vec![
                "error", "result", "code", "msg", "message", "retCode", "retMsg", "data", "list", "symbol", "t",
                "last", "bids", "asks", "a", "b", "levels", "coin", "universe"
            ])
            .prop_map(str::to_owned)
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..10).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..5).prop_map(|pairs| Value::Object(pairs.into_iter().collect()))
        ]
    })
}

/// Puts `other` in place of the part of `value` that `steps` lead to.
fn replace(value: &mut Value, steps: &[u16], other: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *value = other;
        return;
    };
    let step = usize::from(*step);
    match value {
        Value::Array(items) if !items.is_empty() => {
            let index = step % items.len();
            replace(&mut items[index], rest, other);
        }
        Value::Object(fields) if !fields.is_empty() => {
            let index = step % fields.len();
            replace(fields.values_mut().nth(index).unwrap(), rest, other);
        }
        _ => *value = other,
    }
}

fn accepted(candles: Vec<Candle>) -> Vec<Candle> {
    let series = CandleSeries::from_arrivals(Timeframe::H1, candles);
    assert!(series.candles().iter().all(|candle| candle.defect(Timeframe::H1).is_none()));
    assert!(series.candles().is_sorted_by(|a, b| a.open_time < b.open_time));
    series.candles().to_vec()
}

fn sound(day: Result<Day, Error>) {
    if let Ok(day) = day {
        assert!(day.last > 0.0 && day.last.is_finite() && day.change.is_finite() && day.change >= -1.0, "{day:?}");
    }
}

/// Reads `value` as an order book and as a ticker of every venue.
fn books_and_days(value: &Value) {
    let answer = read(value);
    for depth in books(&answer).into_iter().flatten().filter_map(|book| book.depth(BAND).ok()) {
        assert!(depth.value.is_finite() && depth.value >= 0.0 && depth.mid > 0.0 && depth.mid.is_finite());
    }
    sound(binance::day(&answer));
    sound(coinbase::day(&answer));
    sound(hyperliquid::day(&answer, "TAO"));
    sound(bybit::day(&answer, "TAOUSDT"));
    sound(okx::day(&answer, "TAO-USDT"));
    for refusal in [binance::refusal, kraken::refusal, coinbase::refusal, bybit::refusal, okx::refusal] {
        let _ = refusal(&answer);
    }
}

/// `answer` read as an order book of every venue.
fn books(answer: &Json) -> [Result<Book, Error>; 6] {
    [
        binance::book(answer),
        kraken::book(answer, "TAO"),
        coinbase::book(answer),
        hyperliquid::book(answer, "TAO"),
        bybit::book(answer, "TAOUSDT"),
        okx::book(answer),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_venue_writes_is_what_is_read(candles in candles()) {
        for venue in VENUES {
            prop_assert_eq!((venue.decode)(&(venue.encode)(&candles)), Ok(candles.clone()), "{}", venue.name);
        }
    }

    #[test]
    fn neither_order_nor_repetition_matters(candles in candles(), twice: bool) {
        for venue in VENUES {
            let mut sent = candles.clone();
            sent.reverse();
            if twice {
                sent.extend_from_slice(&candles);
            }
            let read = (venue.decode)(&(venue.encode)(&sent)).unwrap();
            prop_assert_eq!(accepted(read), candles.clone(), "{}", venue.name);
        }
    }

    #[test]
    fn rows_that_are_cut_short_are_refused(candles in candles(), index: prop::sample::Index, left in 0_usize..5) {
        for venue in VENUES {
            let mut answer = (venue.encode)(&candles);
            let rows = answer.pointer_mut(venue.rows).unwrap().as_array_mut().unwrap();
            let row = &mut rows[index.index(candles.len())];
            match row {
                Value::Array(cells) => cells.truncate(left),
                Value::Object(fields) => drop(fields.remove(["t", "o", "h", "l", "c"][left])),
                _ => unreachable!(),
            }
            prop_assert!((venue.decode)(&answer).is_err(), "{}", venue.name);
        }
    }

    #[test]
    fn an_answer_with_one_part_replaced_gives_no_invalid_candle(
        candles in candles(),
        steps in prop::collection::vec(any::<u16>(), 0..5),
        other in any_json(),
    ) {
        for venue in VENUES {
            let mut answer = (venue.encode)(&candles);
            replace(&mut answer, &steps, other.clone());
            if let Ok(read) = (venue.decode)(&answer) {
                accepted(read);
            }
        }
    }

    #[test]
    fn any_json_at_all_gives_no_invalid_candle_book_or_change(value in any_json()) {
        for venue in VENUES {
            if let Ok(read) = (venue.decode)(&value) {
                accepted(read);
            }
        }
        books_and_days(&value);
    }

    #[test]
    fn a_book_reads_the_same_from_every_venue(
        bids in prop::collection::vec((1_u32..400, 1_u32..10_000), 1..30),
        asks in prop::collection::vec((1_u32..400, 1_u32..10_000), 1..30),
        reversed: bool,
        spoilt in any_json(),
        steps in prop::collection::vec(any::<u16>(), 1..5),
    ) {
        let level = |direction: f64| move |&(ticks, size): &(u32, u32)| {
            (400.0 + direction * f64::from(ticks) / 100.0, f64::from(size) / 100.0)
        };
        let mut bids: Vec<(f64, f64)> = bids.iter().map(level(-1.0)).collect();
        let mut asks: Vec<(f64, f64)> = asks.iter().map(level(1.0)).collect();
        if reversed {
            bids.reverse();
            asks.reverse();
        }
        let rows = |side: &[(f64, f64)]| -> Value { side.iter().map(|(p, s)| json!([text(*p), text(*s), "0", "1"])).collect() };
        let objects = |side: &[(f64, f64)]| -> Value { side.iter().map(|(p, s)| json!({"px": text(*p), "sz": text(*s), "n": 1})).collect() };
        let (b, a) = (rows(&bids), rows(&asks));
        let answers = [
            json!({"lastUpdateId": 1, "bids": b, "asks": a}),
            json!({"error": [], "result": {"TAOUSD": {"asks": a, "bids": b}}}),
            json!({"sequence": 1, "bids": b, "asks": a}),
            json!({"coin": "TAO", "levels": [objects(&bids), objects(&asks)], "time": 1}),
            json!({"retCode": 0, "retMsg": "OK", "result": {"s": "TAOUSDT", "a": a, "b": b, "ts": 1, "u": 1}}),
            json!({"code": "0", "msg": "", "data": [{"asks": a, "bids": b, "ts": "1"}]}),
        ];
        let mut venue = 0;
        let books = answers.each_ref().map(|answer| {
            venue += 1;
            books(&read(answer))[venue - 1].clone()
        });
        let first = books[0].clone().unwrap();
        prop_assert_eq!((first.bids.len(), first.asks.len()), (bids.len(), asks.len()));
        let depth = first.depth(BAND).unwrap();
        let best = |side: &[(f64, f64)], sign: f64| side.iter().map(|(p, _)| sign * p).fold(f64::MIN, f64::max) * sign;
        let mid = f64::midpoint(best(&bids, 1.0), best(&asks, -1.0));
        let expected: f64 = bids.iter().chain(&asks).filter(|(p, _)| (p - mid).abs() <= 0.005 * mid).map(|(p, s)| p * s).sum();
        prop_assert!((depth.value - expected).abs() <= 1e-9 * expected, "{:?} {}", depth, expected);
        for book in books {
            prop_assert_eq!(&book.unwrap(), &first);
        }
        for mut answer in answers {
            replace(&mut answer, &steps, spoilt.clone());
            books_and_days(&answer);
        }
    }
}
