//! Bybit spot, `GET /v5/market/kline`: HTTP 200 even for errors; rows of start (ms), open, high, low, close, volume,
//! turnover, all text, newest first, the first one still running.

use serde::Deserialize;

use super::book::{Book, Sides};
use super::day::Day;
use super::row::{Number, Row, candle};
use crate::{Candle, Error};

/// What stands around every answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer<T> {
    ret_code: Number,
    #[serde(default)]
    ret_msg: String,
    result: Option<T>,
}

/// An answer to `kline`.
pub type Kline = Answer<Rows>;

/// An answer to `GET /v5/market/orderbook`.
pub type Orderbook = Answer<Sides>;

/// An answer to `GET /v5/market/tickers?symbol=…`.
pub type Tickers = Answer<TickerList>;

/// The rows of one symbol; both are missing beside an error.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Rows {
    #[serde(default)]
    symbol: String,
    list: Option<Vec<Row>>,
}

/// A list of one ticker.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TickerList {
    #[serde(default)]
    list: Vec<Ticker>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ticker {
    symbol: String,
    last_price: Number,
    #[serde(rename = "prevPrice24h")]
    prev_price_24h: Number,
}

/// What Bybit refuses a request for, where something follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The symbol is not listed.
    Symbol,
    /// The reader's region is not served.
    Region,
    /// Too many requests.
    Rate,
}

impl<T> Answer<T> {
    fn result(&self) -> Result<&T, Error> {
        if self.ret_code.0 != 0.0 {
            return Err(Error::Exchange(format!("{} (retCode {})", self.ret_msg, self.ret_code.0)));
        }
        self.result.as_ref().ok_or(Error::Wire("neither an error nor a result"))
    }

    /// What the request was refused for, if it was and if that is known.
    pub fn refusal(&self) -> Option<Refusal> {
        // A bad symbol and any other bad parameter share a code, and differ in the text.
        let about_symbol = self.ret_msg.to_ascii_lowercase().contains("symbol");
        match self.ret_code {
            Number(10_029.0) => Some(Refusal::Symbol),
            Number(10_001.0) if about_symbol => Some(Refusal::Symbol),
            Number(10_009.0) => Some(Refusal::Region),
            Number(10_006.0) => Some(Refusal::Rate),
            _ => None,
        }
    }
}

impl Kline {
    /// The candles in the order they were sent. `symbol` is what was asked for, e.g. `TAOUSDT`.
    ///
    /// # Errors
    /// [`Error::Exchange`] when `retCode` is not 0, [`Error::Wire`] when the rows are missing, another symbol's or too
    /// short, or a time isn't one.
    pub fn candles(&self, symbol: &str) -> Result<Vec<Candle>, Error> {
        let Rows { symbol: sent, list } = self.result()?;
        if sent != symbol {
            return Err(Error::Wire("candles of another asset"));
        }
        let rows = list.as_ref().ok_or(Error::Wire("neither an error nor a result"))?;
        rows.iter()
            .map(|row| {
                let [time, prices @ ..] = row.cells::<6>()?;
                candle(time, 1.0, prices)
            })
            .collect()
    }
}

impl Orderbook {
    /// The order book.
    ///
    /// # Errors
    /// [`Error::Exchange`] when `retCode` is not 0, [`Error::Wire`] when the book is missing or not made of numbers.
    pub fn book(&self) -> Result<Book, Error> {
        self.result()?.book()
    }
}

impl Tickers {
    /// The last price of `symbol` and its change in 24 hours.
    ///
    /// # Errors
    /// [`Error::Exchange`] when `retCode` is not 0, [`Error::Wire`] when the symbol is not there or has no price.
    pub fn day(&self, symbol: &str) -> Result<Day, Error> {
        let ticker = self.result()?.list.iter().find(|ticker| ticker.symbol == symbol);
        let ticker = ticker.ok_or(Error::Wire("a ticker of another asset"))?;
        Day::since(ticker.prev_price_24h, ticker.last_price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;

    const DOCUMENTED: &str = r#"{"retCode":0,"retMsg":"OK","result":{"symbol":"BTCUSD","category":"inverse","list":[["1670608800000","17071","17073","17027","17055.5","268611","15.74462667"],["1670605200000","17071.5","17071.5","17061","17071","4177","0.24469757"]]},"retExtInfo":{},"time":1672025956592}"#;

    fn parse(json: &str) -> Kline {
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
        let candles = parse(DOCUMENTED).candles("BTCUSD").unwrap();
        assert_eq!((candles.len(), candles[0]), (2, expected));
        assert_eq!(parse(DOCUMENTED).candles("TAOUSDT"), Err(Error::Wire("candles of another asset")));
    }

    #[test]
    fn an_error_in_a_good_answer_is_the_exchange_speaking() {
        let said = |code: i32, text: &str| {
            parse(&format!(r#"{{"retCode":{code},"retMsg":"{text}","result":{{}},"retExtInfo":{{}},"time":1}}"#))
        };
        let unknown = said(10001, "Not supported symbols");
        assert_eq!(unknown.candles("X"), Err(Error::Exchange("Not supported symbols (retCode 10001)".to_owned())));
        assert_eq!(unknown.refusal(), Some(Refusal::Symbol));
        assert_eq!(said(10001, "params error: limit").refusal(), None);
        assert_eq!(said(10029, "The requested symbol is invalid").refusal(), Some(Refusal::Symbol));
        assert_eq!(said(10009, "IP has been banned").refusal(), Some(Refusal::Region));
        assert_eq!(said(10006, "Too many visits!").refusal(), Some(Refusal::Rate));
        assert_eq!(parse(DOCUMENTED).refusal(), None);
        // Candles beside an error are not used.
        let both = DOCUMENTED.replace("\"retCode\":0", "\"retCode\":10016");
        assert!(matches!(parse(&both).candles("BTCUSD"), Err(Error::Exchange(_))));
    }

    #[test]
    fn codes_and_cells_may_come_with_or_without_quotes() {
        let json = r#"{"retCode":"0","result":{"symbol":"TAOUSDT","list":[[900000,1,2,0.5,1.5,7,9]]}}"#;
        assert_eq!(parse(json).candles("TAOUSDT").unwrap()[0].low, 0.5);
        let error = parse(r#"{"retCode":"10001","result":null}"#);
        assert_eq!(error.candles(""), Err(Error::Exchange(" (retCode 10001)".to_owned())));
        assert!(parse(r#"{"retCode":null}"#).candles("").is_err());
    }

    #[test]
    fn other_shapes_are_refused() {
        for json in ["[]", "{}", "null", r#"{"retCode":0,"result":[]}"#, r#"{"retCode":0,"result":{"list":[7]}}"#] {
            let read = serde_json::from_str::<Kline>(json);
            assert!(read.is_err() || read.unwrap().candles("").is_err(), "{json}");
        }
        for json in [r#"{"retCode":0}"#, r#"{"retCode":0,"result":{}}"#, r#"{"retCode":0,"result":{"list":[[0,1]]}}"#] {
            assert!(matches!(parse(json).candles(""), Err(Error::Wire(_))), "{json}");
        }
    }

    #[test]
    fn reads_the_documented_order_book_and_ticker() {
        let json = r#"{"retCode":0,"retMsg":"OK","result":{"s":"BTCUSDT","a":[["16638.64","0.008479"]],"b":[["16638.27","0.305749"]],"ts":1672765737733,"u":5277055}}"#;
        let depth = serde_json::from_str::<Orderbook>(json).unwrap().book().unwrap().depth(0.005).unwrap();
        assert!((depth.value - (16638.64 * 0.008_479 + 16638.27 * 0.305_749)).abs() < 1e-6);
        let json = r#"{"retCode":0,"result":{"category":"spot","list":[{"symbol":"TAOUSDT","lastPrice":"420","prevPrice24h":"400","price24hPcnt":"0.05"}]}}"#;
        let tickers: Tickers = serde_json::from_str(json).unwrap();
        assert_eq!(tickers.day("TAOUSDT"), Ok(Day { last: 420.0, change: 420.0 / 400.0 - 1.0 }));
        assert!(tickers.day("BTCUSDT").is_err());
    }
}
