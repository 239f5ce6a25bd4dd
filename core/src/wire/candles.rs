//! Candles from what venues send, and what a venue says instead.

use super::json::Json;
use crate::{Candle, Error, UnixMs};

/// What a venue refuses a request for, where something follows from it; with its own code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It does not list what is asked for.
    Unlisted,
    /// It does not serve the reader's region.
    Region(u16),
    /// It is asked too often: its own number for that, or 0 where it has none.
    Rate(u16),
}

/// The candles of rows, in the order they were sent. `unit_ms` is the length of the venue's unit of time in
/// milliseconds, `places` where open time, open, high, low, close and volume stand.
pub(super) fn rows(rows: &Json, unit_ms: f64, places: [usize; 6]) -> Result<Vec<Candle>, Error> {
    rows.list()?
        .iter()
        .map(|row| {
            let mut cells = [0.0; 6];
            for (cell, place) in cells.iter_mut().zip(places) {
                *cell = row.number_at(place)?;
            }
            candle(cells, unit_ms)
        })
        .collect()
}

/// A candle from open time, open, high, low, close and volume.
pub(super) fn candle([time, open, high, low, close, volume]: [f64; 6], unit_ms: f64) -> Result<Candle, Error> {
    let milliseconds = time * unit_ms;
    // 8.64e15 ms is the last date that JavaScript knows.
    if milliseconds.is_nan() || milliseconds.abs() > 8.64e15 || libm::trunc(milliseconds) != milliseconds {
        return Err(Error::Wire("an open time that is not a date"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
    let open_time = UnixMs(milliseconds as i64);
    Ok(Candle { open_time, open, high, low, close, volume })
}

/// What stands under `result`, or the error that the venue sent: one whose number under `code` is not 0.
pub(super) fn result<'a>(answer: &'a Json, code: &str, text: &str, result: &str) -> Result<&'a Json, Error> {
    if answer.number_of(code)? != 0.0 {
        let said = Some(answer.text_of(text)).filter(|text| !text.is_empty());
        return Err(Error::Exchange(said.unwrap_or("an error without words").to_owned()));
    }
    answer.get(result).ok_or(Error::Wire("neither an error nor a result"))
}
