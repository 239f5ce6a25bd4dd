//! Bybit spot, `GET /v5/market/kline`: HTTP 200 even for errors; rows of start (ms), open, high, low, close, volume,
//! turnover, all text, newest first, the first one still running.

use super::book::Book;
use super::candles::{self, Refusal};
use super::day::Day;
use super::json::Json;
use crate::{Candle, Error};

/// The candles in the order they were sent. `symbol` is what was asked for, e.g. `TAOUSDT`.
///
/// # Errors
/// [`Error::Exchange`] when `retCode` is not 0, [`Error::Wire`] when the rows are missing, another symbol's or of
/// another shape, or a time isn't one.
pub fn candles(answer: &Json, symbol: &str) -> Result<Vec<Candle>, Error> {
    let result = result(answer)?;
    if result.text_of("symbol") != symbol {
        return Err(Error::Wire("of another asset"));
    }
    candles::rows(list(result)?, 1.0, [0, 1, 2, 3, 4, 5])
}

/// The order book in an answer to `GET /v5/market/orderbook`, `symbol` as above.
///
/// # Errors
/// [`Error::Exchange`] when `retCode` is not 0, [`Error::Wire`] when the book is missing, another symbol's or not made
/// of prices and sizes.
pub fn book(answer: &Json, symbol: &str) -> Result<Book, Error> {
    let result = result(answer)?;
    if result.text_of("s") != symbol {
        return Err(Error::Wire("of another asset"));
    }
    Book::read(result.get("b"), result.get("a"))
}

/// The last price of `symbol` and its change in 24 hours, in an answer to `GET /v5/market/tickers?symbol=…`.
///
/// # Errors
/// [`Error::Exchange`] when `retCode` is not 0, [`Error::Wire`] when the symbol is not there or has no price.
pub fn day(answer: &Json, symbol: &str) -> Result<Day, Error> {
    let tickers = list(result(answer)?)?.list()?;
    let ticker = tickers.iter().find(|ticker| ticker.text_of("symbol") == symbol);
    let ticker = ticker.ok_or(Error::Wire("of another asset"))?;
    Day::since(ticker.number_of("prevPrice24h")?, ticker.number_of("lastPrice")?)
}

/// What the request was refused for, if it was and if that is known.
pub fn refusal(answer: &Json) -> Option<Refusal> {
    let code = answer.number_of("retCode").ok()?;
    // A bad symbol and any other bad parameter share a code, and differ in the text.
    let about_symbol = ["symbol", "Symbol"].iter().any(|word| answer.text_of("retMsg").contains(word));
    match code {
        10_029.0 => Some(Refusal::Unlisted),
        10_001.0 if about_symbol => Some(Refusal::Unlisted),
        10_009.0 => Some(Refusal::Region(10_009)),
        10_006.0 => Some(Refusal::Rate(10_006)),
        _ => None,
    }
}

fn result(answer: &Json) -> Result<&Json, Error> {
    candles::result(answer, "retCode", "retMsg", "result")
}

fn list(result: &Json) -> Result<&Json, Error> {
    result.get("list").ok_or(Error::Wire("neither an error nor a result"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;

    const DOCUMENTED: &str = r#"{"retCode":0,"retMsg":"OK","result":{"symbol":"BTCUSD","category":"inverse","list":[["1670608800000","17071","17073","17027","17055.5","268611","15.74462667"],["1670605200000","17071.5","17071.5","17061","17071","4177","0.24469757"]]},"retExtInfo":{},"time":1672025956592}"#;

    fn parse(json: &str) -> Json {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn reads_the_documented_example() {
        let expected = Candle {
            open_time: UnixMs(1_670_608_800_000),
            open: 17071.0,
            high: 17073.0,
            low: 17027.0,
            close: 17055.5,
            volume: 268_611.0,
        };
        let read = candles(&parse(DOCUMENTED), "BTCUSD").unwrap();
        assert_eq!((read.len(), read[0]), (2, expected));
        assert_eq!(candles(&parse(DOCUMENTED), "TAOUSDT"), Err(Error::Wire("of another asset")));
    }

    #[test]
    fn an_error_in_a_good_answer_is_the_exchange_speaking() {
        let said = |code: i32, text: &str| {
            parse(&format!(r#"{{"retCode":{code},"retMsg":"{text}","result":{{}},"retExtInfo":{{}},"time":1}}"#))
        };
        let unknown = said(10001, "Not supported symbols");
        assert_eq!(candles(&unknown, "X"), Err(Error::Exchange("Not supported symbols".to_owned())));
        assert_eq!(refusal(&unknown), Some(Refusal::Unlisted));
        assert_eq!(refusal(&said(10001, "params error: Symbol Invalid")), Some(Refusal::Unlisted));
        assert_eq!(refusal(&said(10001, "params error: limit")), None);
        assert_eq!(refusal(&said(10029, "The requested symbol is invalid")), Some(Refusal::Unlisted));
        assert_eq!(refusal(&said(10009, "IP has been banned")), Some(Refusal::Region(10_009)));
        assert_eq!(refusal(&said(10006, "Too many visits!")), Some(Refusal::Rate(10_006)));
        assert_eq!(refusal(&parse(DOCUMENTED)), None);
        // Candles beside an error are not used.
        let both = DOCUMENTED.replace("\"retCode\":0", "\"retCode\":10016");
        assert!(matches!(candles(&parse(&both), "BTCUSD"), Err(Error::Exchange(_))));
    }

    #[test]
    fn codes_and_cells_may_come_with_or_without_quotes() {
        let json = r#"{"retCode":"0","result":{"symbol":"TAOUSDT","list":[[900000,1,2,0.5,1.5,7,9]]}}"#;
        assert_eq!(candles(&parse(json), "TAOUSDT").unwrap()[0].low, 0.5);
        let error = parse(r#"{"retCode":"10001","result":null}"#);
        assert_eq!(candles(&error, ""), Err(Error::Exchange("an error without words".to_owned())));
        assert!(candles(&parse(r#"{"retCode":null}"#), "").is_err());
    }

    #[test]
    fn other_shapes_are_refused() {
        for json in [
            "[]",
            "{}",
            "null",
            r#"{"retCode":0}"#,
            r#"{"retCode":0,"result":{}}"#,
            r#"{"retCode":0,"result":[]}"#,
            r#"{"retCode":0,"result":{"list":[7]}}"#,
            r#"{"retCode":0,"result":{"list":[[0,1]]}}"#,
        ] {
            assert!(matches!(candles(&parse(json), ""), Err(Error::Wire(_))), "{json}");
        }
    }

    #[test]
    fn reads_the_documented_order_book_and_ticker() {
        let json = r#"{"retCode":0,"retMsg":"OK","result":{"s":"BTCUSDT","a":[["16638.64","0.008479"]],"b":[["16638.27","0.305749"]],"ts":1672765737733,"u":5277055}}"#;
        let depth = book(&parse(json), "BTCUSDT").unwrap().depth(0.005).unwrap();
        assert_eq!(book(&parse(json), "TAOUSDT"), Err(Error::Wire("of another asset")));
        assert!((depth.value - (16638.64 * 0.008_479 + 16638.27 * 0.305_749)).abs() < 1e-6);
        let json = r#"{"retCode":0,"result":{"category":"spot","list":[{"symbol":"TAOUSDT","lastPrice":"420","prevPrice24h":"400","price24hPcnt":"0.05"}]}}"#;
        let tickers = parse(json);
        assert_eq!(day(&tickers, "TAOUSDT"), Ok(Day { last: 420.0, change: 420.0 / 400.0 - 1.0 }));
        assert!(day(&tickers, "BTCUSDT").is_err());
    }
}
