//! The fault matrix natively: one cell of one row of each venue's answer is replaced, each cell by each thing that a venue
//! might send there, and what becomes of the answer is stated. Never is it another candle. What a visitor sees of whole
//! answers that go wrong is e2e/exchange/matrix.ts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/venues.rs"]
mod venues;

use serde_json::{Value, json};
use tao_conviction_core::{Candle, CandleSeries, Timeframe, UnixMs};
use venues::{HOUR, VENUES, Venue};

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    /// Nothing is wrong with it.
    Same,
    /// The candle is left out and counted, the others stay.
    Rejected,
    /// All of it is refused, with these words.
    Refused(&'static str),
}
use Fate::{Refused, Rejected, Same};

const NUMBER: &str = "something else than a number, or a number in quotes";
const DATE: &str = "an open time that is not a date";
const SPOILT: usize = 7;

/// Twenty candles that differ in all their numbers.
fn candles() -> Vec<Candle> {
    let candle = |i: i32| {
        let open = 400.0 + f64::from(i);
        Candle {
            open_time: UnixMs((480_000 + i64::from(i)) * HOUR),
            open,
            high: open + 3.5,
            low: open - 2.25,
            close: open + 1.125,
            volume: 10.0 + f64::from(i),
        }
    };
    (0..20).map(candle).collect()
}

/// The cell `column` (0 is the open time, 5 the volume) of the spoilt row.
fn cell<'a>(venue: &Venue, answer: &'a mut Value, column: usize) -> &'a mut Value {
    let path = format!("{}/{SPOILT}/{}", venue.rows, venue.cells[column]);
    answer.pointer_mut(&path).expect("the cell")
}

fn fate(venue: &Venue, answer: &Value) -> Result<Fate, String> {
    let candles = candles();
    let read = match (venue.decode)(answer) {
        Ok(read) => read,
        Err(words) => {
            let known = [NUMBER, DATE].into_iter().find(|known| words.contains(known));
            return known.map(Refused).ok_or(words);
        }
    };
    let series = CandleSeries::from_arrivals(Timeframe::H1, read);
    let mut left = candles.clone();
    left.remove(SPOILT);
    match (series.candles(), series.quality().rejected) {
        (found, 0) if found == candles => Ok(Same),
        (found, 1) if found == left => Ok(Rejected),
        (found, rejected) => Err(format!("{rejected} rejected, and left are {found:?}")),
    }
}

fn assert_fate(column: usize, name: &str, value: impl Fn(&Value) -> Value, expected: Fate) {
    for venue in VENUES {
        let mut answer = (venue.encode)(&candles());
        let cell = cell(&venue, &mut answer, column);
        *cell = value(cell);
        assert_eq!(fate(&venue, &answer), Ok(expected), "{} of {} in column {column}", name, venue.name);
    }
}

/// The number in a cell, however it is written.
fn number(cell: &Value) -> f64 {
    cell.as_f64().or_else(|| cell.as_str()?.parse().ok()).expect("a number")
}

#[test]
fn what_is_no_number_is_refused_in_every_column() {
    let words =
        ["", " ", "n/a", "Infinity", "-Infinity", "nan", "1,5", "0x10", "+1", " 1", "1 ", "1e", "1e99999", "--1"];
    for column in 0..6 {
        for word in words {
            assert_fate(column, word, |_| json!(word), Refused(NUMBER));
        }
        for other in [json!(true), json!(false), json!([]), json!([1.0]), json!({}), json!({"value": 1})] {
            assert_fate(column, &other.to_string(), |_| other.clone(), Refused(NUMBER));
        }
    }
}

#[test]
fn what_is_no_price_leaves_its_candle_out() {
    for column in 1..5 {
        for bad in [json!(null), json!("NaN"), json!(0), json!("0"), json!("0.00000000"), json!(-1), json!("-402.5")] {
            assert_fate(column, &bad.to_string(), |_| bad.clone(), Rejected);
        }
        assert_fate(column, "1e400", |_| json!("1e400"), Rejected);
        assert_fate(column, "the negative", |cell| json!(-number(cell)), Rejected);
    }
}

#[test]
fn prices_that_contradict_each_other_leave_their_candle_out() {
    let far =
        |column: usize, factor: f64| assert_fate(column, "far off", |cell| json!(number(cell) * factor), Rejected);
    let [open, high, low, close] = [1, 2, 3, 4];
    for (column, factor) in [(open, 2.0), (open, 0.5), (high, 0.5), (low, 2.0), (close, 2.0), (close, 0.5)] {
        far(column, factor);
    }
}

#[test]
fn what_is_no_volume_leaves_its_candle_out() {
    for bad in [json!(null), json!("NaN"), json!(-1), json!("-0.5"), json!("1e400")] {
        assert_fate(5, &bad.to_string(), |_| bad.clone(), Rejected);
    }
}

#[test]
fn what_is_no_time_is_refused_and_a_time_between_two_candles_left_out() {
    for bad in
        [json!(null), json!("NaN"), json!(1e300), json!("1e300"), json!("1e400"), json!(-1e300), json!("0.00001")]
    {
        assert_fate(0, &bad.to_string(), |_| bad.clone(), Refused(DATE));
    }
    for late in [1.0, 60.0, 61.0] {
        assert_fate(0, "a late time", |cell| json!(number(cell) + late), Rejected);
    }
    assert_fate(0, "-1", |_| json!(-1), Rejected);
}

#[test]
fn a_number_may_be_text_and_text_a_number() {
    for column in 0..6 {
        assert_fate(column, "a number", |cell| json!(number(cell)), Same);
        assert_fate(column, "text", |cell| json!(number(cell).to_string()), Same);
        assert_fate(column, "many places", |cell| json!(format!("{:.9}", number(cell))), Same);
        assert_fate(column, "an exponent", |cell| json!(format!("{:e}", number(cell))), Same);
    }
}

#[test]
fn a_cell_that_is_missing_is_refused_and_a_surplus_one_is_not() {
    for venue in VENUES {
        for (column, name) in venue.cells.into_iter().enumerate() {
            let mut answer = (venue.encode)(&candles());
            match answer.pointer_mut(&format!("{}/{SPOILT}", venue.rows)).expect("the row") {
                // All cells after it go with it.
                Value::Array(cells) => cells.truncate(name.parse().expect("a place")),
                Value::Object(fields) => drop(fields.remove(name)),
                other => panic!("{other}"),
            }
            assert!((venue.decode)(&answer).is_err(), "{} without {column}", venue.name);
        }
        let mut answer = (venue.encode)(&candles());
        match answer.pointer_mut(&format!("{}/{SPOILT}", venue.rows)).expect("the row") {
            // OKX's ninth says whether a candle is closed.
            Value::Array(cells) => cells.extend([json!("more"), json!(null)]),
            Value::Object(fields) => drop(fields.insert("more".to_owned(), json!(null))),
            other => panic!("{other}"),
        }
        assert_eq!(fate(&venue, &answer), Ok(Same), "{}", venue.name);
    }
}

#[test]
fn the_order_of_rows_and_how_often_they_come_change_nothing() {
    let orders: [fn(&mut Vec<Value>); 4] = [
        |rows| rows.reverse(),
        |rows| rows.extend(rows.clone()),
        |rows| rows.rotate_left(SPOILT),
        |rows| rows.sort_by_key(|row| row.to_string().len() % 3),
    ];
    for venue in VENUES {
        for order in orders {
            let mut answer = (venue.encode)(&candles());
            order(answer.pointer_mut(venue.rows).and_then(Value::as_array_mut).expect("rows"));
            assert_eq!(fate(&venue, &answer), Ok(Same), "{}", venue.name);
        }
    }
}
