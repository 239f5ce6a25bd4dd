//! OKX spot, `GET /api/v5/market/candles`: errors often come with HTTP 200; rows of time (ms), open, high, low, close,
//! volume, … and in the ninth place `confirm`, all text, newest first.

use serde::Deserialize;

use super::book::{Book, Sides};
use super::day::Day;
use super::row::{Number, Row, candle};
use crate::{Candle, Error};

/// What stands around every answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Answer<T> {
    code: Number,
    #[serde(default)]
    msg: String,
    data: Option<Vec<T>>,
}

/// An answer to `candles`.
pub type Candles = Answer<Row>;

/// An answer to `GET /api/v5/market/books`.
pub type Books = Answer<Sides>;

/// An answer to `GET /api/v5/market/ticker`.
pub type Tickers = Answer<Ticker>;

/// The part of a ticker that is used.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticker {
    inst_id: String,
    last: Number,
    #[serde(rename = "open24h")]
    open_24h: Number,
}

/// What OKX refuses a request for, where something follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The instrument is not listed.
    Instrument,
    /// Too many requests.
    Rate,
}

impl<T> Answer<T> {
    fn data(&self) -> Result<&[T], Error> {
        if self.code.0 != 0.0 {
            return Err(Error::Exchange(format!("{} (code {})", self.msg, self.code.0)));
        }
        self.data.as_deref().ok_or(Error::Wire("neither an error nor a result"))
    }

    /// What the request was refused for, if it was and if that is known.
    pub fn refusal(&self) -> Option<Refusal> {
        match self.code {
            Number(51_001.0) => Some(Refusal::Instrument),
            Number(50_011.0) => Some(Refusal::Rate),
            _ => None,
        }
    }
}

impl Candles {
    /// The candles in the order they were sent, without those that OKX has not confirmed, but for the newest: that one
    /// is running. Whether an earlier one is final is for the venue to say.
    ///
    /// # Errors
    /// [`Error::Exchange`] when `code` is not 0, [`Error::Wire`] for a row that is too short or a time that isn't one.
    pub fn candles(&self) -> Result<Vec<Candle>, Error> {
        let rows = self.data()?;
        let newest = rows.iter().filter_map(|row| row.cells::<1>().ok()).map(|[time]| time).fold(f64::MIN, f64::max);
        let mut candles = Vec::new();
        for row in rows {
            let [time, open, high, low, close, volume, _, _, confirm] = row.cells()?;
            let read = candle(time, 1.0, [open, high, low, close, volume])?;
            if confirm == 1.0 || time == newest {
                candles.push(read);
            }
        }
        Ok(candles)
    }
}

impl Books {
    /// The order book.
    ///
    /// # Errors
    /// [`Error::Exchange`] when `code` is not 0, [`Error::Wire`] when the book is missing or not made of numbers.
    pub fn book(&self) -> Result<Book, Error> {
        self.data()?.first().ok_or(Error::Wire("neither an error nor a result"))?.book()
    }
}

impl Tickers {
    /// The last price of `instrument`, e.g. `TAO-USDT`, and its change in 24 hours.
    ///
    /// # Errors
    /// [`Error::Exchange`] when `code` is not 0, [`Error::Wire`] when the instrument is not there or has no price.
    pub fn day(&self, instrument: &str) -> Result<Day, Error> {
        let ticker = self.data()?.iter().find(|ticker| ticker.inst_id == instrument);
        let ticker = ticker.ok_or(Error::Wire("a ticker of another asset"))?;
        Day::since(ticker.open_24h, ticker.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;

    const DOCUMENTED: &str = r#"{"code":"0","msg":"","data":[["1678928760000","24341.4","24344","24313.2","24323","628","2.5819","62800","0"],["1678928700000","24324.1","24347.6","24321.7","24341.4","2565","10.5401","256500","1"]]}"#;

    fn parse(json: &str) -> Candles {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn reads_the_documented_example() {
        let expected = Candle {
            open_time: UnixMs(1_678_928_760_000),
            open: 24341.4,
            high: 24344.0,
            low: 24313.2,
            close: 24323.0,
            volume: 628.0,
        };
        let candles = parse(DOCUMENTED).candles().unwrap();
        assert_eq!((candles.len(), candles[0]), (2, expected));
    }

    #[test]
    fn of_the_unconfirmed_only_the_newest_is_kept() {
        let row = |time: u32, confirm: u32| format!(r#"["{time}","1","1","1","1","1","1","1","{confirm}"]"#);
        let times = |rows: &[String]| {
            let candles = parse(&format!(r#"{{"code":"0","data":[{}]}}"#, rows.join(","))).candles().unwrap();
            candles.iter().map(|candle| candle.open_time.0).collect::<Vec<_>>()
        };
        assert_eq!(times(&[row(300, 0), row(200, 0), row(100, 1)]), [300, 100]);
        assert_eq!(times(&[row(100, 1), row(200, 0), row(300, 0)]), [100, 300]);
        assert_eq!(times(&[row(300, 1), row(200, 1)]), [300, 200]);
    }

    #[test]
    fn an_error_in_a_good_answer_is_the_exchange_speaking() {
        let json = r#"{"code":"51001","msg":"Instrument ID does not exist","data":[]}"#;
        assert_eq!(parse(json).candles(), Err(Error::Exchange("Instrument ID does not exist (code 51001)".to_owned())));
        assert_eq!(parse(json).refusal(), Some(Refusal::Instrument));
        assert_eq!(parse(r#"{"code":"50011","msg":"Too Many Requests"}"#).refusal(), Some(Refusal::Rate));
        assert_eq!(parse(r#"{"code":50011}"#).refusal(), Some(Refusal::Rate));
        assert_eq!(parse(DOCUMENTED).refusal(), None);
        // Candles beside an error are not used.
        let both = DOCUMENTED.replace("\"code\":\"0\"", "\"code\":\"50026\"");
        assert!(matches!(parse(&both).candles(), Err(Error::Exchange(_))));
    }

    #[test]
    fn other_shapes_are_refused() {
        for json in ["[]", "{}", "null", r#"{"code":"0","data":{}}"#, r#"{"code":"0","data":[{}]}"#] {
            assert!(serde_json::from_str::<Candles>(json).is_err(), "{json}");
        }
        for json in [
            r#"{"code":"0"}"#,
            r#"{"code":null,"data":[]}"#,
            r#"{"code":"0","data":[["1678928760000","1","1","1","1"]]}"#,
        ] {
            assert!(parse(json).candles().is_err(), "{json}");
        }
        assert_eq!(parse(r#"{"code":0,"data":[]}"#).candles(), Ok(Vec::new()));
    }

    #[test]
    fn reads_the_documented_order_book_and_ticker() {
        let json = r#"{"code":"0","msg":"","data":[{"asks":[["0.07228","4.211619","0","2"]],"bids":[["0.0722","2","0","1"]],"ts":"1621438475342"}]}"#;
        let depth = serde_json::from_str::<Books>(json).unwrap().book().unwrap().depth(0.005).unwrap();
        assert!((depth.value - (0.07228 * 4.211_619 + 0.0722 * 2.0)).abs() < 1e-12);
        let json = r#"{"code":"0","msg":"","data":[{"instId":"TAO-USDT","last":"380","open24h":"400","ts":"1"}]}"#;
        let tickers: Tickers = serde_json::from_str(json).unwrap();
        assert_eq!(tickers.day("TAO-USDT"), Ok(Day { last: 380.0, change: 380.0 / 400.0 - 1.0 }));
        assert!(tickers.day("BTC-USDT").is_err());
    }
}
