//! Binance spot, `GET /api/v3/klines`: rows of open time (ms), open, high, low, close, volume, …, oldest first, the
//! last one still running; an object of `code` and `msg` in place of any answer when something is wrong.

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
    rows(answer, 1.0, [0, 1, 2, 3, 4, 5])
}

/// The order book in an answer to `GET /api/v3/depth`.
///
/// # Errors
/// [`Error::Exchange`] for an error object, [`Error::Wire`] when it is not made of prices and sizes.
pub fn book(answer: &Json) -> Result<Book, Error> {
    check(answer)?;
    Book::read(answer.get("bids"), answer.get("asks"))
}

/// The last price and its change in 24 hours, in an answer to `GET /api/v3/ticker/24hr?symbol=…`.
///
/// # Errors
/// [`Error::Exchange`] for an error object, [`Error::Wire`] for a price that isn't one.
pub fn day(answer: &Json) -> Result<Day, Error> {
    check(answer)?;
    Day::since(answer.number_of("openPrice")?, answer.number_of("lastPrice")?)
}

/// What the request was refused for, if it was and if that is known.
pub fn refusal(answer: &Json) -> Option<Refusal> {
    (answer.number_of("code") == Ok(-1121.0)).then_some(Refusal::Unlisted)
}

fn check(answer: &Json) -> Result<(), Error> {
    let said = answer.get("msg").and_then(Json::text);
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
        let json = r#"{"code":-1121,"msg":"Invalid symbol."}"#;
        assert_eq!(decode(json), Err("the exchange says: Invalid symbol.".to_owned()));
        assert_eq!(refusal(&read(json)), Some(Refusal::Unlisted));
        for other in [r#"{"code":-1003,"msg":"Too many requests."}"#, "[]", r#"{"code":"x"}"#] {
            assert_eq!(refusal(&read(other)), None, "{other}");
        }
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

    #[test]
    fn reads_the_documented_order_book_and_its_error() {
        let json =
            r#"{"lastUpdateId":1027024,"bids":[["4.00000000","431.00000000"]],"asks":[["4.00000200","12.00000000"]]}"#;
        let depth = book(&read(json)).unwrap().depth(0.005).unwrap();
        assert_eq!((depth.mid, depth.whole), (4.000_001, false));
        assert!((depth.value - (4.0 * 431.0 + 4.000_002 * 12.0)).abs() < 1e-9);
        let error = read(r#"{"code":-1121,"msg":"Invalid symbol."}"#);
        assert_eq!(book(&error), Err(Error::Exchange("Invalid symbol.".to_owned())));
    }

    #[test]
    fn reads_the_documented_ticker() {
        let json = r#"{"symbol":"BNBBTC","priceChange":"-94.99999800","priceChangePercent":"-95.960","prevClosePrice":"0.10002000","lastPrice":"4.00000200","openPrice":"99.00000000","closeTime":1499869899040}"#;
        let day = day(&read(json)).unwrap();
        assert_eq!(day.last, 4.000_002);
        assert!((day.change + 0.9596).abs() < 1e-5);
    }
}
