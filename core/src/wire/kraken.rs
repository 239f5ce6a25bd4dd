//! Kraken spot: HTTP 200 even for errors. `GET /0/public/OHLC` sends rows of time (s), open, high, low, close, vwap,
//! volume, count, oldest first, the last one always still running; `GET /0/public/Depth` an order book.

use core::fmt;
use core::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::book::{Book, Sides};
use super::row::{Row, candle};
use crate::{Candle, Error};

/// An answer about one pair.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
pub struct Answer<T> {
    /// Kraken's errors, e.g. `EQuery:Unknown asset pair`; empty when all is well.
    #[serde(default)]
    pub error: Vec<String>,
    /// What was asked for, under Kraken's own name of the pair.
    #[serde(default)]
    pub result: Option<Named<T>>,
}

/// An answer to `OHLC`.
pub type Ohlc = Answer<Vec<Row>>;

/// An answer to `Depth`.
pub type Depth = Answer<Sides>;

/// The one entry of `result` beside `last`.
#[derive(Debug, Clone, PartialEq)]
pub struct Named<T> {
    /// Kraken's own name of the pair, e.g. `TAOUSD` or `XXBTZUSD`.
    pub pair: String,
    /// What is said of it; nothing for a result without a pair.
    pub value: Option<T>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NamedVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for NamedVisitor<T> {
            type Value = Named<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with one pair's entry and `last`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Named<T>, A::Error> {
                let mut found = Named { pair: String::new(), value: None };
                while let Some(key) = map.next_key::<String>()? {
                    if key == "last" {
                        map.next_value::<IgnoredAny>()?;
                    } else {
                        found = Named { pair: key, value: Some(map.next_value()?) };
                    }
                }
                Ok(found)
            }
        }

        deserializer.deserialize_map(NamedVisitor(PhantomData))
    }
}

impl<T> Answer<T> {
    /// What was asked for of the pair that begins with `base`, as Kraken spells it, e.g. `XBT`.
    fn value(&self, base: &str) -> Result<Option<&T>, Error> {
        if !self.error.is_empty() {
            return Err(Error::Exchange(self.error.join(", ")));
        }
        let Named { pair, value } = self.result.as_ref().ok_or(Error::Wire("neither an error nor a result"))?;
        if !pair.contains(base) {
            return Err(Error::Wire("an answer about another asset"));
        }
        Ok(value.as_ref())
    }

    /// Whether Kraken does not know the pair.
    pub fn is_unknown_pair(&self) -> bool {
        self.error.iter().any(|error| error.starts_with("EQuery:"))
    }
}

impl Ohlc {
    /// The candles in the order they were sent. `base` is the asset as Kraken spells it, e.g. `XBT`.
    ///
    /// # Errors
    /// [`Error::Exchange`] when Kraken sent an error, [`Error::Wire`] when the result is missing or another asset's, or
    /// a time isn't one.
    pub fn candles(&self, base: &str) -> Result<Vec<Candle>, Error> {
        let rows = self.value(base)?.map(Vec::as_slice).unwrap_or_default();
        rows.iter()
            .map(|row| {
                let [time, open, high, low, close, _vwap, volume] = row.cells()?;
                candle(time, 1000.0, [open, high, low, close, volume])
            })
            .collect()
    }
}

impl Depth {
    /// The order book. `base` is the asset as Kraken spells it, e.g. `XBT`.
    ///
    /// # Errors
    /// [`Error::Exchange`] when Kraken sent an error, [`Error::Wire`] when the book is missing, another asset's or not
    /// made of numbers.
    pub fn book(&self, base: &str) -> Result<Book, Error> {
        self.value(base)?.ok_or(Error::Wire("neither an error nor a result"))?.book()
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
        assert_eq!(ohlc.candles("TAO"), Err(Error::Wire("an answer about another asset")));
    }

    #[test]
    fn reads_the_documented_order_book() {
        let json = r#"{"error":[],"result":{"XETHXXBT":{"asks":[["0.023480","4.000",1586321307]],"bids":[["0.023470","59.580",1586321307]]}}}"#;
        let answer: Depth = serde_json::from_str(json).unwrap();
        let depth = answer.book("ETH").unwrap().depth(0.005).unwrap();
        assert!((depth.value - (0.02348 * 4.0 + 0.02347 * 59.58)).abs() < 1e-12);
        assert_eq!(answer.book("TAO"), Err(Error::Wire("an answer about another asset")));
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
