//! Coinbase Exchange spot, `GET /products/{id}/candles`: rows of time (s), low, high, open, close, volume as numbers,
//! newest first. Intervals without a trade are left out, and stay out: a missing candle is a gap.

use serde::Deserialize;

use super::book::Sides;
use super::day::Day;
use super::row::{Number, candle};
use super::rows::RowsOr;
use crate::{Candle, Error};

/// An answer to `candles`, or the error object that Coinbase sends instead.
pub type Candles = RowsOr<Failure>;

/// An answer to `GET /products/{id}/book?level=2`, or its error object.
pub type Book = Sides;

/// Coinbase's error object: `{"message":"NotFound"}`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Failure {
    /// What went wrong, in English.
    pub message: String,
}

impl Failure {
    /// Whether Coinbase does not know the product.
    pub fn is_unknown_product(&self) -> bool {
        self.message == "NotFound"
    }
}

impl Candles {
    /// The candles in the order they were sent.
    ///
    /// # Errors
    /// [`Error::Exchange`] for an error object, [`Error::Wire`] for a row that is too short or a time that isn't one.
    pub fn candles(&self) -> Result<Vec<Candle>, Error> {
        match self {
            Self::Failure(failure) => Err(Error::Exchange(failure.message.clone())),
            Self::Rows(rows) => rows
                .iter()
                .map(|row| {
                    let [time, low, high, open, close, volume] = row.cells()?;
                    candle(time, 1000.0, [open, high, low, close, volume])
                })
                .collect(),
        }
    }
}

/// The part that is used of an answer to `GET /products/{id}/stats`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Stats {
    open: Number,
    last: Number,
}

impl Stats {
    /// The last price and its change in 24 hours.
    ///
    /// # Errors
    /// [`Error::Wire`] for a price that isn't one.
    pub fn day(&self) -> Result<Day, Error> {
        Day::since(self.open, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;

    fn decode(json: &str) -> Result<Vec<Candle>, String> {
        serde_json::from_str::<Candles>(json)
            .map_err(|error| error.to_string())?
            .candles()
            .map_err(|error| error.to_string())
    }

    #[test]
    fn reads_the_documented_example() {
        let json = "[[1591514160,0.02507,0.02507,0.02507,0.02507,0.02816506],[1591514100,0.02507,0.02507,0.02507,0.02507,1.63830323]]";
        let candles = decode(json).unwrap();
        let expected = Candle {
            open_time: UnixMs(1_591_514_160_000),
            open: 0.02507,
            high: 0.02507,
            low: 0.02507,
            close: 0.02507,
            volume: 0.028_165_06,
        };
        assert_eq!((candles.len(), candles[0]), (2, expected));
    }

    #[test]
    fn low_comes_before_high_before_open() {
        let candle = decode("[[900,1,4,2,3,10]]").unwrap()[0];
        assert_eq!((candle.open, candle.high, candle.low, candle.close, candle.volume), (2.0, 4.0, 1.0, 3.0, 10.0));
        assert_eq!(decode(r#"[["900","1","4","2","3","10"]]"#).unwrap(), [candle]);
    }

    #[test]
    fn an_error_object_is_the_exchange_speaking() {
        let json = r#"{"message":"NotFound"}"#;
        assert_eq!(decode(json), Err("the exchange says: NotFound".to_owned()));
        let Candles::Failure(failure) = serde_json::from_str(json).unwrap() else { panic!("an error object") };
        assert!(failure.is_unknown_product());
        assert!(!Failure { message: "Public rate limit exceeded".to_owned() }.is_unknown_product());
    }

    #[test]
    fn other_shapes_are_refused() {
        for json in ["{}", "[[900,1,4,2,3]]", "[7]", "null", r#"[{"time":900}]"#, "[[0.0005,1,1,1,1,1]]"] {
            assert!(decode(json).is_err(), "{json}");
        }
        assert_eq!(decode("[]"), Ok(Vec::new()));
    }

    #[test]
    fn reads_the_documented_order_book_and_statistics() {
        let json =
            r#"{"sequence":1924393896,"bids":[["0.01825","24.34811287",2]],"asks":[["0.01826","171.10414904",4]]}"#;
        let depth = serde_json::from_str::<Book>(json).unwrap().book().unwrap().depth(0.005).unwrap();
        assert!((depth.value - (0.01825 * 24.348_112_87 + 0.01826 * 171.104_149_04)).abs() < 1e-9);
        let error: Book = serde_json::from_str(r#"{"message":"NotFound"}"#).unwrap();
        assert_eq!(error.book(), Err(Error::Exchange("NotFound".to_owned())));
        let stats: Stats = serde_json::from_str(
            r#"{"open":"5000","high":"6441.37","low":"5261.69","volume":"53687.7","last":"6250.0"}"#,
        )
        .unwrap();
        assert_eq!(stats.day(), Ok(Day { last: 6250.0, change: 0.25 }));
    }
}
