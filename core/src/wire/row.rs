//! Rows of numbers, as exchanges send candles: arrays whose cells are numbers or numbers in quotes.

use core::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Unexpected, Visitor};

use crate::{Candle, Error, UnixMs};

/// A number, sent as such or in quotes. `null` and `"NaN"` become NaN, which no valid candle has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number(pub f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;

        impl Visitor<'_> for NumberVisitor {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a number in quotes")
            }

            fn visit_f64<E>(self, value: f64) -> Result<Number, E> {
                Ok(Number(value))
            }

            #[expect(clippy::cast_precision_loss, reason = "times and prices are far below 2^53")]
            fn visit_i64<E>(self, value: i64) -> Result<Number, E> {
                Ok(Number(value as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "times and prices are far below 2^53")]
            fn visit_u64<E>(self, value: u64) -> Result<Number, E> {
                Ok(Number(value as f64))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Number, E> {
                decimal(text).map(Number).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }

            fn visit_unit<E>(self) -> Result<Number, E> {
                Ok(Number(f64::NAN))
            }
        }

        deserializer.deserialize_any(NumberVisitor)
    }
}

/// A decimal number in text. Exact (the nearest `f64`) up to 15 digits, which is more than venues send of a price; else
/// the last bit may differ. The standard library's parser would bring 10 KB of tables to every visitor.
fn decimal(text: &str) -> Option<f64> {
    if text == "NaN" {
        return Some(f64::NAN);
    }
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (digits, exponent) = match digits.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i16>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut scale = i32::from(exponent);
    let mut mantissa: u64 = 0;
    for (text, step) in [(whole, 0), (fraction, -1)] {
        for byte in text.bytes() {
            let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
            // Digits beyond the 18th change nothing that is left of the number but its size.
            if mantissa < 100_000_000_000_000_000 {
                mantissa = mantissa * 10 + u64::from(digit);
                scale = scale.saturating_add(step);
            } else {
                scale = scale.saturating_add(1 + step);
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53, and said above")]
    let mut value = mantissa as f64;
    // Powers of ten up to 22 are exact, so one step rounds once.
    let mut left = scale.unsigned_abs().min(700);
    while left > 0 {
        let step = left.min(22);
        let power = (0..step).fold(1.0, |power, _| power * 10.0);
        value = if scale < 0 { value / power } else { value * power };
        left -= step;
    }
    Some(if negative { -value } else { value })
}

/// Most cells that any venue's candle needs: OKX says in the ninth whether a candle is final.
const MAX_CELLS: usize = 9;

/// The first nine cells of a row; whatever follows is ignored. One type for all venues, however long their rows are:
/// each further type would be compiled into every visitor's download.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    cells: [f64; MAX_CELLS],
    len: usize,
}

impl Row {
    /// The first `N` cells.
    ///
    /// # Errors
    /// [`Error::Wire`] when the row is shorter.
    pub fn cells<const N: usize>(&self) -> Result<[f64; N], Error> {
        let cells = self.cells.get(..self.len).and_then(|cells| cells.first_chunk());
        cells.copied().ok_or(Error::Wire("a row ends too early"))
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RowVisitor;

        impl<'de> Visitor<'de> for RowVisitor {
            type Value = Row;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row of numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut cells: A) -> Result<Row, A::Error> {
                let mut row = Row { cells: [0.0; MAX_CELLS], len: 0 };
                for slot in &mut row.cells {
                    let Some(Number(cell)) = cells.next_element()? else { return Ok(row) };
                    *slot = cell;
                    row.len += 1;
                }
                while cells.next_element::<IgnoredAny>()?.is_some() {}
                Ok(row)
            }
        }

        deserializer.deserialize_seq(RowVisitor)
    }
}

/// A candle from its cells; `unit_ms` is the length of the exchange's time unit in milliseconds.
pub(crate) fn candle(time: f64, unit_ms: f64, [open, high, low, close, volume]: [f64; 5]) -> Result<Candle, Error> {
    let milliseconds = time * unit_ms;
    // 8.64e15 ms is the last date that JavaScript knows.
    if milliseconds.is_nan() || milliseconds.abs() > 8.64e15 || libm::trunc(milliseconds) != milliseconds {
        return Err(Error::Wire("an open time that is not a date"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
    let open_time = UnixMs(milliseconds as i64);
    Ok(Candle { open_time, open, high, low, close, volume })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", "-", ".", "1,5", "0x10", "1e", "1e99999", "inf", "Infinity", "+1", " 1", "1 ", "1.2.3", "--1", "١"]
        {
            assert_eq!(decimal(text), None, "{text:?}");
        }
        assert!(decimal("NaN").is_some_and(f64::is_nan));
    }

    proptest! {
        #[test]
        fn up_to_fifteen_digits_are_read_exactly(mantissa in -999_999_999_999_999_i64..=999_999_999_999_999, places in 0_usize..=15) {
            let digits = format!("{:0>16}", mantissa.unsigned_abs());
            let (whole, fraction) = digits.split_at(digits.len() - places);
            let text = format!("{}{whole}.{fraction}", if mantissa < 0 { "-" } else { "" });
            prop_assert_eq!(decimal(&text), text.parse().ok());
        }

        #[test]
        fn any_number_is_read_to_the_last_bits(value in proptest::num::f64::NORMAL, exponential: bool) {
            let text = if exponential { format!("{value:e}") } else { format!("{value}") };
            let read = decimal(&text).unwrap();
            prop_assert!((read / value - 1.0).abs() < 1e-14, "{} {} {}", text, read, value);
        }

        #[test]
        fn nothing_makes_it_panic(text in "\\PC*") {
            let _ = decimal(&text);
        }
    }
}
