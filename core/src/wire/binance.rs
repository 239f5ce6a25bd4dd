//! Binance spot, `GET /api/v3/klines`: rows of open time (ms), open, high, low, close, volume, …, oldest first, the
//! last one still running.

use serde::Deserialize;

use super::book::Sides;
use super::day::Day;
use super::row::{Number, candle};
use super::rows::RowsOr;
use crate::{Candle, Error};

/// An answer to `klines`, or the error object that Binance sends instead.
pub type Klines = RowsOr<Failure>;

/// An answer to `GET /api/v3/depth`, or its error object.
pub type Depth = Sides;

/// Binance's error object: `{"code":-1121,"msg":"Invalid symbol."}`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Failure {
    /// Negative for the exchange's own errors, 0 for a refusal by region.
    pub code: i64,
    /// What went wrong, in English.
    pub msg: String,
}

/// The part that is used of an answer to `GET /api/v3/ticker/24hr?symbol=…`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticker {
    last_price: Number,
    open_price: Number,
}

impl Ticker {
    /// The last price and its change in 24 hours.
    ///
    /// # Errors
    /// [`Error::Wire`] for a price that isn't one.
    pub fn day(&self) -> Result<Day, Error> {
        Day::since(self.open_price, self.last_price)
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
    fn reads_the_documented_order_book_and_its_error() {
        let json =
            r#"{"lastUpdateId":1027024,"bids":[["4.00000000","431.00000000"]],"asks":[["4.00000200","12.00000000"]]}"#;
        let depth = serde_json::from_str::<Depth>(json).unwrap().book().unwrap().depth(0.005).unwrap();
        assert_eq!((depth.mid, depth.whole), (4.000_001, false));
        assert!((depth.value - (4.0 * 431.0 + 4.000_002 * 12.0)).abs() < 1e-9);
        let error: Depth = serde_json::from_str(r#"{"code":-1121,"msg":"Invalid symbol."}"#).unwrap();
        assert_eq!(error.book(), Err(Error::Exchange("Invalid symbol.".to_owned())));
    }

    #[test]
    fn reads_the_documented_ticker() {
        let json = r#"{"symbol":"BNBBTC","priceChange":"-94.99999800","priceChangePercent":"-95.960","prevClosePrice":"0.10002000","lastPrice":"4.00000200","openPrice":"99.00000000","closeTime":1499869899040}"#;
        let day = serde_json::from_str::<Ticker>(json).unwrap().day().unwrap();
        assert_eq!(day.last, 4.000_002);
        assert!((day.change + 0.9596).abs() < 1e-5);
    }

    #[test]
    fn no_rows_are_no_candles() {
        assert_eq!(decode("[]"), Ok(Vec::new()));
    }
}
