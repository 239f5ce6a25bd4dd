//! Candles from CSV text: `ts_ms,open,high,low,close,volume`, one candle a line after the header.

use super::{Candle, UnixMs};
use crate::Error;

const COLUMNS: [&str; 6] = ["ts_ms", "open", "high", "low", "close", "volume"];

/// Reads candles in the order of the lines. Only the syntax is checked here; whether a candle is valid is decided by
/// [`CandleSeries`](super::CandleSeries), which counts what it rejects.
///
/// # Errors
/// [`Error::Csv`] with the 1-based line and column of the first cell that is missing, surplus or not a number.
pub fn parse_csv(text: &str) -> Result<Vec<Candle>, Error> {
    let mut lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate();
    let header = lines.next().map_or("", |(_, line)| line).trim_end();
    for (index, expected) in COLUMNS.into_iter().enumerate() {
        let found = header.split(',').nth(index).unwrap_or_default().trim();
        if found != expected {
            let what = format!("the header has `{found}` where `{expected}` is expected");
            return Err(Error::Csv { line: 1, column: index + 1, what });
        }
    }
    let mut candles = Vec::new();
    for (index, line) in lines {
        if line.trim().is_empty() {
            continue;
        }
        candles.push(parse_line(index + 1, line)?);
    }
    Ok(candles)
}

fn parse_line(line: usize, text: &str) -> Result<Candle, Error> {
    let mut cells = text.split(',');
    let mut cell = |column: usize, name: &str| {
        let what = format!("`{name}` is missing");
        cells.next().map(str::trim).ok_or(Error::Csv { line, column, what })
    };
    let time = cell(1, "ts_ms")?;
    let open_time = UnixMs(time.parse().map_err(|_| Error::Csv {
        line,
        column: 1,
        what: format!("`{time}` is not a whole number of milliseconds"),
    })?);
    let mut number = |column: usize, name: &str| {
        let text = cell(column, name)?;
        let what = || format!("`{text}` is not a number");
        text.parse::<f64>().map_err(|_| Error::Csv { line, column, what: what() })
    };
    let candle = Candle {
        open_time,
        open: number(2, "open")?,
        high: number(3, "high")?,
        low: number(4, "low")?,
        close: number(5, "close")?,
        volume: number(6, "volume")?,
    };
    match cells.next() {
        None => Ok(candle),
        Some(surplus) => Err(Error::Csv { line, column: 7, what: format!("`{surplus}` is one cell too many") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_candles_and_skips_blank_lines() {
        let candles =
            parse_csv("ts_ms,open,high,low,close,volume\n0,1,2,0.5,1.5,10\r\n\n900000,1.5,2,1,1,0\n").unwrap();
        assert_eq!(candles.len(), 2);
        let first = Candle { open_time: UnixMs(0), open: 1.0, high: 2.0, low: 0.5, close: 1.5, volume: 10.0 };
        assert_eq!(candles[0], first);
    }

    #[test]
    fn names_line_and_column_of_what_it_cannot_read() {
        let header = "ts_ms,open,high,low,close,volume\n";
        let cases = [
            ("", "line 1, column 1: the header has `` where `ts_ms` is expected"),
            ("ts_ms,open,low\n", "line 1, column 3: the header has `low` where `high` is expected"),
            (&format!("{header}0,1,2,x,1,1"), "line 2, column 4: `x` is not a number"),
            (
                &format!("{header}0,1,2,1,1,1\n1.5,1,2,1,1,1"),
                "line 3, column 1: `1.5` is not a whole number of milliseconds",
            ),
            (&format!("{header}0,1,2"), "line 2, column 4: `low` is missing"),
            (&format!("{header}0,1,2,1,1,1,7"), "line 2, column 7: `7` is one cell too many"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_csv(text).unwrap_err().to_string(), expected);
        }
    }
}
