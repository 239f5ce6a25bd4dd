//! Coinbase Exchange spot, `GET /products/{id}/candles`: rows of time (s), low, high, open, close, volume as numbers,
//! newest first. Intervals without a trade are left out, and stay out: a missing candle is a gap.

use super::book::Book;
use super::candles::{Refusal, rows};
use super::day::Day;
use super::json::Json;
use crate::{Candle, Error};

/// The candles in the order they were sent.
///
/// # Errors
/// [`Error::Exchange`] for an error object, [`Error::Wire`] for another shape or a time that isn't one.
pub fn candles(answer: &Json) -> Result<Vec<Candle>, Error> {
    check(answer)?;
    rows(answer, 1000.0, [0, 3, 2, 1, 4, 5])
}

/// The order book in an answer to `GET /products/{id}/book?level=2`.
///
/// # Errors
/// [`Error::Exchange`] for an error object, [`Error::Wire`] when it is not made of prices and sizes.
pub fn book(answer: &Json) -> Result<Book, Error> {
    check(answer)?;
    Book::read(answer.get("bids"), answer.get("asks"))
}

/// The last price and its change in 24 hours, in an answer to `GET /products/{id}/stats`.
///
/// # Errors
/// [`Error::Exchange`] for an error object, [`Error::Wire`] for a price that isn't one.
pub fn day(answer: &Json) -> Result<Day, Error> {
    check(answer)?;
    Day::since(answer.number_of("open")?, answer.number_of("last")?)
}

/// What the request was refused for, if it was and if that is known.
pub fn refusal(answer: &Json) -> Option<Refusal> {
    (answer.text_of("message") == "NotFound").then_some(Refusal::Unlisted)
}

/// Nothing is wrong unless there is an error object: `{"message":"NotFound"}`
fn check(answer: &Json) -> Result<(), Error> {
    let said = answer.get("message").and_then(Json::text);
    said.map_or(Ok(()), |text| Err(Error::Exchange(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;

    fn read(json: &str) -> Json {
        serde_json::from_str(json).unwrap()
    }

    fn decode(json: &str) -> Result<Vec<Candle>, String> {
        candles(&read(json)).map_err(|error| error.to_string())
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
        assert_eq!(refusal(&read(json)), Some(Refusal::Unlisted));
        assert_eq!(refusal(&read(r#"{"message":"Public rate limit exceeded"}"#)), None);
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
        let depth = book(&read(json)).unwrap().depth(0.005).unwrap();
        assert!((depth.value - (0.01825 * 24.348_112_87 + 0.01826 * 171.104_149_04)).abs() < 1e-9);
        let error = read(r#"{"message":"NotFound"}"#);
        assert_eq!(book(&error), Err(Error::Exchange("NotFound".to_owned())));
        let stats = r#"{"open":"5000","high":"6441.37","low":"5261.69","volume":"53687.7","last":"6250.0"}"#;
        assert_eq!(day(&read(stats)), Ok(Day { last: 6250.0, change: 0.25 }));
        assert_eq!(day(&error), Err(Error::Exchange("NotFound".to_owned())));
    }
}
