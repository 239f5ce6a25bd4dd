//! Kraken spot, `GET /0/public/OHLC`: HTTP 200 even for errors; rows of time (s), open, high, low, close, vwap, volume,
//! count, oldest first, the last one always still running.

use core::fmt;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::book::{Book, Sides};
use super::row::{Row, candle};
use crate::{Candle, Error};

/// An answer to `OHLC`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Ohlc {
    /// Kraken's errors, e.g. `EQuery:Unknown asset pair`; empty when all is well.
    #[serde(default)]
    pub error: Vec<String>,
    /// The candles, under Kraken's own name of the pair.
    #[serde(default)]
    pub result: Option<Rows>,
}

/// The one entry of `result` beside `last`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Kraken's own name of the pair, e.g. `TAOUSD` or `XXBTZUSD`.
    pub pair: String,
    /// The candles.
    pub rows: Vec<Row>,
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RowsVisitor;

        impl<'de> Visitor<'de> for RowsVisitor {
            type Value = Rows;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with one pair's rows and `last`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rows, A::Error> {
                let mut found = Rows::default();
                while let Some(key) = map.next_key::<String>()? {
                    if key == "last" {
                        map.next_value::<IgnoredAny>()?;
                    } else {
                        found = Rows { pair: key, rows: map.next_value()? };
                    }
                }
                Ok(found)
            }
        }

        deserializer.deserialize_map(RowsVisitor)
    }
}

impl Ohlc {
    /// The candles in the order they were sent. `base` is the asset as Kraken spells it, e.g. `XBT`.
    ///
    /// # Errors
    /// [`Error::Exchange`] when Kraken sent an error, [`Error::Wire`] when the result is missing or another asset's, or
    /// a time isn't one.
    pub fn candles(&self, base: &str) -> Result<Vec<Candle>, Error> {
        if !self.error.is_empty() {
            return Err(Error::Exchange(self.error.join(", ")));
        }
        let Rows { pair, rows } = self.result.as_ref().ok_or(Error::Wire("neither an error nor a result"))?;
        if !pair.contains(base) {
            return Err(Error::Wire("candles of another asset"));
        }
        rows.iter()
            .map(|row| {
                let [time, open, high, low, close, _vwap, volume] = row.cells()?;
                candle(time, 1000.0, [open, high, low, close, volume])
            })
            .collect()
    }

    /// Whether Kraken does not know the pair.
    pub fn is_unknown_pair(&self) -> bool {
        self.error.iter().any(|error| error.starts_with("EQuery:"))
    }
}

/// An answer to `GET /0/public/Depth`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Depth {
    #[serde(default)]
    error: Vec<String>,
    #[serde(default)]
    result: BTreeMap<String, Sides>,
}

impl Depth {
    /// The order book. `base` is the asset as Kraken spells it, e.g. `XBT`.
    ///
    /// # Errors
    /// [`Error::Exchange`] when Kraken sent an error, [`Error::Wire`] when the book is missing, another asset's or not
    /// made of numbers.
    pub fn book(&self, base: &str) -> Result<Book, Error> {
        if !self.error.is_empty() {
            return Err(Error::Exchange(self.error.join(", ")));
        }
        let (pair, sides) = self.result.first_key_value().ok_or(Error::Wire("neither an error nor a result"))?;
        if !pair.contains(base) {
            return Err(Error::Wire("an order book of another asset"));
        }
        sides.book()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;

    fn decode(json: &str) -> Result<Vec<Candle>, String> {
        serde_json::from_str::<Ohlc>(json)
            .map_err(|error| error.to_string())?
            .candles("")
            .map_err(|error| error.to_string())
    }

    #[test]
    fn reads_the_documented_example() {
        let json = r#"{"error":[],"result":{"XXBTZUSD":[[1688671200,"30306.1","30306.2","30305.7","30305.7","30306.1","3.39243896",23],[1688671260,"30304.5","30304.5","30300.0","30300.0","30300.0","4.42996871",18]],"last":1688672160}}"#;
        let candles = decode(json).unwrap();
        let expected = Candle {
            open_time: UnixMs(1_688_671_200_000),
            open: 30306.1,
            high: 30306.2,
            low: 30305.7,
            close: 30305.7,
            volume: 3.392_438_96,
        };
        assert_eq!((candles.len(), candles[0]), (2, expected));
    }

    #[test]
    fn an_error_in_a_good_answer_is_the_exchange_speaking() {
        let json = r#"{"error":["EQuery:Unknown asset pair"]}"#;
        assert_eq!(decode(json), Err("the exchange says: EQuery:Unknown asset pair".to_owned()));
        assert!(serde_json::from_str::<Ohlc>(json).unwrap().is_unknown_pair());
    }

    #[test]
    fn candles_of_another_asset_are_refused() {
        let json = r#"{"error":[],"result":{"XXBTZUSD":[[1688671200,"1","1","1","1","1","1",1]],"last":1}}"#;
        let ohlc: Ohlc = serde_json::from_str(json).unwrap();
        assert_eq!(ohlc.candles("XBT").unwrap().len(), 1);
        assert_eq!(ohlc.candles("TAO"), Err(Error::Wire("candles of another asset")));
    }

    #[test]
    fn reads_the_documented_order_book() {
        let json = r#"{"error":[],"result":{"XETHXXBT":{"asks":[["0.023480","4.000",1586321307]],"bids":[["0.023470","59.580",1586321307]]}}}"#;
        let answer: Depth = serde_json::from_str(json).unwrap();
        let depth = answer.book("ETH").unwrap().depth(0.005).unwrap();
        assert!((depth.value - (0.02348 * 4.0 + 0.02347 * 59.58)).abs() < 1e-12);
        assert_eq!(answer.book("TAO"), Err(Error::Wire("an order book of another asset")));
        let error: Depth = serde_json::from_str(r#"{"error":["EQuery:Unknown asset pair"]}"#).unwrap();
        assert_eq!(error.book("TAO"), Err(Error::Exchange("EQuery:Unknown asset pair".to_owned())));
    }

    #[test]
    fn other_shapes_are_refused() {
        for json in ["[]", "{}", r#"{"error":[],"result":[]}"#, r#"{"error":[],"result":{"TAOUSD":[[1,"2"]]}}"#, "null"]
        {
            assert!(decode(json).is_err(), "{json}");
        }
    }
}
