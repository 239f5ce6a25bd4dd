//! Binance spot, `GET /api/v3/klines`: rows of open time (ms), open, high, low, close, volume, …, oldest first, the
//! last one still running.

use core::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::row::{Row, candle};
use crate::{Candle, Error};

/// An answer to `klines`, or the error object that Binance sends instead.
#[derive(Debug, Clone, PartialEq)]
pub enum Klines {
    /// The candles.
    Rows(Vec<Row>),
    /// `{"code":-1121,"msg":"Invalid symbol."}`
    Failure(Failure),
}

/// Binance's error object.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Failure {
    /// Negative for the exchange's own errors, 0 for a refusal by region.
    pub code: i64,
    /// What went wrong, in English.
    pub msg: String,
}

// By hand: an untagged enum would first copy every cell of the answer into a buffer.
impl<'de> Deserialize<'de> for Klines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KlinesVisitor;

        impl<'de> Visitor<'de> for KlinesVisitor {
            type Value = Klines;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of klines or an error object")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, rows: A) -> Result<Klines, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(rows)).map(Klines::Rows)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Klines, A::Error> {
                Failure::deserialize(MapAccessDeserializer::new(map)).map(Klines::Failure)
            }
        }

        deserializer.deserialize_any(KlinesVisitor)
    }
}

impl Failure {
    /// The code for a symbol that Binance does not list.
    pub const INVALID_SYMBOL: i64 = -1121;
}

impl Klines {
    /// The candles in the order they were sent.
    ///
    /// # Errors
    /// [`Error::Exchange`] for an error object, [`Error::Wire`] for a time that isn't one.
    pub fn candles(&self) -> Result<Vec<Candle>, Error> {
        match self {
            Self::Failure(failure) => Err(Error::Exchange(failure.msg.clone())),
            Self::Rows(rows) => rows
                .iter()
                .map(|row| {
                    let [time, prices @ ..] = row.cells::<6>()?;
                    candle(time, 1.0, prices)
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;

    fn decode(json: &str) -> Result<Vec<Candle>, String> {
        serde_json::from_str::<Klines>(json)
            .map_err(|error| error.to_string())?
            .candles()
            .map_err(|error| error.to_string())
    }

    #[test]
    fn reads_the_documented_example() {
        let json = r#"[[1499040000000,"0.01634790","0.80000000","0.01575800","0.01577100","148976.11427815",1499644799999,"2434.19055334",308,"1756.87402397","28.46694368","0"]]"#;
        let expected = Candle {
            open_time: UnixMs(1_499_040_000_000),
            open: 0.016_347_90,
            high: 0.8,
            low: 0.015_758,
            close: 0.015_771,
            volume: 148_976.114_278_15,
        };
        assert_eq!(decode(json), Ok(vec![expected]));
    }

    #[test]
    fn numbers_may_come_with_or_without_quotes_and_nulls_are_no_numbers() {
        let candles = decode(r#"[[900000,1,2.5,"0.5",1.5,null]]"#).unwrap();
        assert_eq!((candles[0].high, candles[0].low), (2.5, 0.5));
        assert!(candles[0].volume.is_nan());
    }

    #[test]
    fn an_error_object_is_the_exchange_speaking() {
        let said = decode(r#"{"code":-1121,"msg":"Invalid symbol."}"#);
        assert_eq!(said, Err("the exchange says: Invalid symbol.".to_owned()));
    }

    #[test]
    fn other_shapes_are_refused() {
        for json in
            [r#"[[1499040000000,"1","2"]]"#, r#"{"rows":[]}"#, r#"[[0,"a","b","c","d","e"]]"#, "7", r#"[{"t":1}]"#]
        {
            assert!(decode(json).is_err(), "{json}");
        }
        assert_eq!(
            decode(r#"[[1.5,1,1,1,1,1]]"#),
            Err("unexpected answer: an open time that is not a date".to_owned())
        );
        assert!(decode(r#"[[1e300,1,1,1,1,1]]"#).is_err());
    }

    #[test]
    fn no_rows_are_no_candles() {
        assert_eq!(decode("[]"), Ok(Vec::new()));
    }
}
