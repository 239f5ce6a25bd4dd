//! Candles as JavaScript may have them: rows, objects, one flat `Float64Array`, or columns. The shape is checked here and
//! a wrong one refused; the numbers are data, and whether they make a valid candle is the core's to decide and count.

use tao_conviction_core::{Candle, CandleSeries, Timeframe, UnixMs};
use wasm_bindgen::{JsCast, JsValue};

use crate::argument::{Argument, LAST_MOMENT, Result, Wrong};

/// The numbers of a candle, in the order of a row.
const FIELDS: [&str; 6] = ["openTime", "open", "high", "low", "close", "volume"];

const SERIES: &str = "rows, candle objects, a Float64Array or columns";
const ROW: &str = "[openTime, open, high, low, close, volume]";
const COLUMN: &str = "an array of numbers";
const PRECISE: &str = "a Float64Array or a plain array, since 32 bits hold neither a time nor a price exactly";
const TIMEFRAMES: &str = "an object with candles under at least one of 15m, 1h, 4h, 1d";

/// How many candles one call may bring, all series together: 57 years of 15m. They take 100 MB, and as much again while
/// longer timeframes are built; far more would end the module for want of memory.
const MOST: usize = 2_000_000;

/// What is left of [`MOST`] in a call.
pub(crate) struct Room(usize);

impl Room {
    pub(crate) const fn new() -> Self {
        Self(MOST)
    }

    fn take(&mut self, count: usize, from: &Argument<'_>) -> Result<()> {
        self.0 = self.0.checked_sub(count).ok_or_else(|| from.wrong(format!("at most {MOST} candles in one call")))?;
        Ok(())
    }
}

/// An asset's candles by timeframe, at least one of them.
pub(crate) fn by_timeframe(given: &Argument<'_>, room: &mut Room) -> Result<Vec<CandleSeries>> {
    given.object(TIMEFRAMES)?;
    given.object_of(&Timeframe::ALL.map(Timeframe::name))?;
    let mut all = Vec::new();
    for timeframe in Timeframe::ALL {
        let candles = given.optional(timeframe.name(), |candles| series(candles, room))?;
        all.extend(candles.map(|candles| CandleSeries::from_arrivals(timeframe, candles)));
    }
    if all.is_empty() { Err(given.wrong(TIMEFRAMES)) } else { Ok(all) }
}

/// One timeframe's candles, in whichever form.
fn series(given: &Argument<'_>, room: &mut Room) -> Result<Vec<Candle>> {
    refuse_32_bits(given)?;
    if let Some(numbers) = given.float64()? {
        room.take(numbers.len() / FIELDS.len(), given)?;
        let (rows, rest) = numbers.as_chunks();
        return if rest.is_empty() {
            Ok(rows.iter().copied().map(candle).collect())
        } else {
            Err(given.wrong(format!("6 numbers a candle, {ROW}")))
        };
    }
    if !given.value.is_object() {
        return Err(given.wrong(SERIES));
    }
    let Some(length) = given.length()? else { return columns(given, room) };
    room.take(length as usize, given)?;
    let keys = FIELDS.map(JsValue::from_str);
    let mut candles = Vec::new();
    for index in 0..length {
        let item = given.item(index)?;
        candles.push(candle(one(&item, &keys)?));
    }
    Ok(candles)
}

/// The six numbers of a row or of a candle object.
fn one(item: &Argument<'_>, keys: &[JsValue; 6]) -> Result<[f64; 6]> {
    match item.length()? {
        Some(6) => {
            refuse_32_bits(item)?;
            item.first_numbers()
        }
        None if item.value.is_object() => {
            let mut numbers = [0.0; 6];
            for ((number, name), key) in numbers.iter_mut().zip(FIELDS).zip(keys) {
                *number = item.field_by(name, key)?.number()?;
            }
            Ok(numbers)
        }
        _ => Err(item.wrong(ROW)),
    }
}

/// One array a field, all of the same length.
fn columns(given: &Argument<'_>, room: &mut Room) -> Result<Vec<Candle>> {
    let [time, rest @ ..] = FIELDS;
    let times = given.field(time)?;
    let count = column_length(&times)?;
    room.take(count as usize, given)?;
    let mut rows: Vec<[f64; 6]> = vec![[0.0; 6]; count as usize];
    fill(&times, 0, &mut rows)?;
    for (place, name) in (1..).zip(rest) {
        let column = given.field(name)?;
        if column_length(&column)? != count {
            return Err(column.wrong(format!("{count} numbers, as many as there are open times")));
        }
        fill(&column, place, &mut rows)?;
    }
    Ok(rows.into_iter().map(candle).collect())
}

fn column_length(column: &Argument<'_>) -> Result<u32> {
    refuse_32_bits(column)?;
    column.list(COLUMN)
}

fn fill(column: &Argument<'_>, place: usize, rows: &mut [[f64; 6]]) -> Result<()> {
    let put = |row: &mut [f64; 6], number| {
        if let Some(slot) = row.get_mut(place) {
            *slot = number;
        }
    };
    if let Some(numbers) = column.float64()? {
        // A subclass may have said another length than the array has.
        if numbers.len() != rows.len() {
            return Err(column.wrong(COLUMN));
        }
        rows.iter_mut().zip(numbers).for_each(|(row, number)| put(row, number));
        return Ok(());
    }
    for (index, row) in (0..).zip(rows) {
        put(row, column.item(index)?.number()?);
    }
    Ok(())
}

fn refuse_32_bits(list: &Argument<'_>) -> Result<(), Wrong> {
    if list.value.is_instance_of::<js_sys::Float32Array>() { Err(list.wrong(PRECISE)) } else { Ok(()) }
}

fn candle([time, open, high, low, close, volume]: [f64; 6]) -> Candle {
    Candle { open_time: open_time(time), open, high, low, close, volume }
}

/// A number that is no time in whole milliseconds is moved off every grid, so that the core rejects and counts the
/// candle instead of taking it for another one.
fn open_time(time: f64) -> UnixMs {
    const OFF_GRID: UnixMs = UnixMs(1);
    if time % 1.0 != 0.0 || !(-LAST_MOMENT..=LAST_MOMENT).contains(&time) {
        return OFF_GRID;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole, and far below 2^63")]
    UnixMs(time as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_candle_in_the_documented_order() {
        let expected = Candle { open_time: UnixMs(900_000), open: 2.0, high: 4.0, low: 1.0, close: 3.0, volume: 10.0 };
        assert_eq!(candle([900_000.0, 2.0, 4.0, 1.0, 3.0, 10.0]), expected);
    }

    #[test]
    fn a_time_that_is_none_is_rejected_and_never_taken_for_another() {
        for time in [900_000.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, 9e15, 1e-300] {
            let series = CandleSeries::from_arrivals(Timeframe::M15, [candle([time, 1.0, 1.0, 1.0, 1.0, 1.0])]);
            assert_eq!((series.candles().len(), series.quality().rejected), (0, 1), "{time}");
        }
        for time in [0.0, -0.0, -900_000.0, 1_759_276_800_000.0] {
            let series = CandleSeries::from_arrivals(Timeframe::M15, [candle([time, 1.0, 1.0, 1.0, 1.0, 1.0])]);
            assert_eq!(series.quality().rejected, 0, "{time}");
        }
    }
}
