//! Rows of numbers, as exchanges send candles: arrays whose cells are numbers or numbers in quotes.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, SeqAccess, Unexpected, Visitor};

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
                text.parse().map(Number).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
            }

            fn visit_unit<E>(self) -> Result<Number, E> {
                Ok(Number(f64::NAN))
            }
        }

        deserializer.deserialize_any(NumberVisitor)
    }
}

/// The first `N` cells of a row; whatever an exchange appends later is ignored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<const N: usize>(pub [f64; N]);

impl<'de, const N: usize> Deserialize<'de> for Row<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RowVisitor<const N: usize>;

        impl<'de, const N: usize> Visitor<'de> for RowVisitor<N> {
            type Value = Row<N>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row of numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut cells: A) -> Result<Row<N>, A::Error> {
                let mut row = [0.0; N];
                for cell in &mut row {
                    let number: Option<Number> = cells.next_element()?;
                    *cell = number.ok_or_else(|| A::Error::custom("a row ends too early"))?.0;
                }
                while cells.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Row(row))
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
