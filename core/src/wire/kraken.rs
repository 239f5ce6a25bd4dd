//! Kraken spot, `GET /0/public/OHLC`: HTTP 200 even for errors; rows of time (s), open, high, low, close, vwap, volume,
//! count, oldest first, the last one always still running.

use super::book::Book;
use super::candles::{Refusal, rows};
use super::json::Json;
use crate::{Candle, Error};

/// The candles in the order they were sent. `base` is the asset as Kraken spells it, e.g. `XBT`.
///
/// # Errors
/// [`Error::Exchange`] when Kraken sent an error, [`Error::Wire`] when the result is missing, another asset's or of
/// another shape, or a time isn't one.
pub fn candles(answer: &Json, base: &str) -> Result<Vec<Candle>, Error> {
    rows(result(answer, base)?, 1000.0, [0, 1, 2, 3, 4, 6])
}

/// The order book in an answer to `GET /0/public/Depth`, `base` as above.
///
/// # Errors
/// [`Error::Exchange`] when Kraken sent an error, [`Error::Wire`] when the book is missing, another asset's or not made
/// of prices and sizes.
pub fn book(answer: &Json, base: &str) -> Result<Book, Error> {
    let sides = result(answer, base)?;
    Book::read(sides.get("bids"), sides.get("asks"))
}

/// What the request was refused for, if it was and if that is known.
pub fn refusal(answer: &Json) -> Option<Refusal> {
    errors(answer).find_map(|error| match error {
        // Kraken says so with HTTP 200, and has no number for it.
        "EGeneral:Too many requests" | "EAPI:Rate limit exceeded" => Some(Refusal::Rate(0)),
        _ => error.starts_with("EQuery:").then_some(Refusal::Unlisted),
    })
}

/// Kraken's errors, e.g. `EQuery:Unknown asset pair`; none when all is well.
fn errors(answer: &Json) -> impl Iterator<Item = &str> {
    answer.get("error").and_then(|errors| errors.list().ok()).unwrap_or_default().iter().filter_map(Json::text)
}

/// What stands under Kraken's own name of the pair, e.g. `TAOUSD` or `XXBTZUSD`: the only one beside `last`.
fn result<'a>(answer: &'a Json, base: &str) -> Result<&'a Json, Error> {
    let said: Vec<&str> = errors(answer).collect();
    if !said.is_empty() {
        return Err(Error::Exchange(said.join(", ")));
    }
    let Some(Json::Object(fields)) = answer.get("result") else {
        return Err(Error::Wire("neither an error nor a result"));
    };
    let found = fields.iter().find(|(name, _)| name != "last");
    let (pair, result) = found.ok_or(Error::Wire("neither an error nor a result"))?;
    if !pair.contains(base) {
        return Err(Error::Wire("of another asset"));
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;

    fn read(json: &str) -> Json {
        serde_json::from_str(json).unwrap()
    }

    fn decode(json: &str) -> Result<Vec<Candle>, String> {
        candles(&read(json), "").map_err(|error| error.to_string())
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
        assert_eq!(refusal(&read(json)), Some(Refusal::Unlisted));
        assert_eq!(refusal(&read(r#"{"error":["EService:Busy"]}"#)), None);
        for often in ["EGeneral:Too many requests", "EAPI:Rate limit exceeded"] {
            assert_eq!(refusal(&read(&format!(r#"{{"error":["{often}"]}}"#))), Some(Refusal::Rate(0)));
        }
    }

    #[test]
    fn candles_of_another_asset_are_refused() {
        let json = read(r#"{"error":[],"result":{"XXBTZUSD":[[1688671200,"1","1","1","1","1","1",1]],"last":1}}"#);
        assert_eq!(candles(&json, "XBT").unwrap().len(), 1);
        assert_eq!(candles(&json, "TAO"), Err(Error::Wire("of another asset")));
    }

    #[test]
    fn reads_the_documented_order_book() {
        let json = read(
            r#"{"error":[],"result":{"XETHXXBT":{"asks":[["0.023480","4.000",1586321307]],"bids":[["0.023470","59.580",1586321307]]}}}"#,
        );
        let depth = book(&json, "ETH").unwrap().depth(0.005).unwrap();
        assert!((depth.value - (0.02348 * 4.0 + 0.02347 * 59.58)).abs() < 1e-12);
        assert_eq!(book(&json, "TAO"), Err(Error::Wire("of another asset")));
        let error = read(r#"{"error":["EQuery:Unknown asset pair"]}"#);
        assert_eq!(book(&error, "TAO"), Err(Error::Exchange("EQuery:Unknown asset pair".to_owned())));
    }

    #[test]
    fn other_shapes_are_refused() {
        for json in ["[]", "{}", r#"{"error":[],"result":[]}"#, r#"{"error":[],"result":{"TAOUSD":[[1,"2"]]}}"#, "null"]
        {
            assert!(decode(json).is_err(), "{json}");
        }
        assert!(decode(r#"{"error":[],"result":{"last":1}}"#).is_err());
    }
}
