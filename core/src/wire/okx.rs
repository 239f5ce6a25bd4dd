//! OKX spot, `GET /api/v5/market/candles`: errors often come with HTTP 200; rows of time (ms), open, high, low, close,
//! volume, … and in the ninth place `confirm`, all text, newest first.

use super::book::Book;
use super::candles::{self, Refusal};
use super::day::Day;
use super::json::Json;
use crate::{Candle, Error};

/// The candles in the order they were sent, without those that OKX has not confirmed, but for the newest: that one is
/// running. Whether an earlier one is final is for the venue to say.
///
/// # Errors
/// [`Error::Exchange`] when `code` is not 0, [`Error::Wire`] for another shape or a time that isn't one.
pub fn candles(answer: &Json) -> Result<Vec<Candle>, Error> {
    let data = result(answer)?;
    let mut candles = candles::rows(data, 1.0, [0, 1, 2, 3, 4, 5])?;
    let newest = candles.iter().map(|candle| candle.open_time).max();
    let mut confirmed = Vec::new();
    for row in data.list()? {
        confirmed.push(row.number_at(8)? == 1.0);
    }
    let mut confirmed = confirmed.into_iter();
    candles.retain(|candle| confirmed.next() == Some(true) || Some(candle.open_time) == newest);
    Ok(candles)
}

/// The order book in an answer to `GET /api/v5/market/books`.
///
/// # Errors
/// [`Error::Exchange`] when `code` is not 0, [`Error::Wire`] when the book is missing or not made of prices and sizes.
pub fn book(answer: &Json) -> Result<Book, Error> {
    let sides = result(answer)?.list()?.first().ok_or(Error::Wire("neither an error nor a result"))?;
    Book::read(sides.get("bids"), sides.get("asks"))
}

/// The last price of `instrument`, e.g. `TAO-USDT`, and its change in 24 hours, in an answer to
/// `GET /api/v5/market/ticker`.
///
/// # Errors
/// [`Error::Exchange`] when `code` is not 0, [`Error::Wire`] when the instrument is not there or has no price.
pub fn day(answer: &Json, instrument: &str) -> Result<Day, Error> {
    let ticker = result(answer)?.list()?.iter().find(|ticker| ticker.text_of("instId") == instrument);
    let ticker = ticker.ok_or(Error::Wire("of another asset"))?;
    Day::since(ticker.number_of("open24h")?, ticker.number_of("last")?)
}

/// What the request was refused for, if it was and if that is known.
pub fn refusal(answer: &Json) -> Option<Refusal> {
    match answer.number_of("code").ok()? {
        51_001.0 => Some(Refusal::Unlisted),
        50_011.0 => Some(Refusal::Rate(50_011)),
        _ => None,
    }
}

fn result(answer: &Json) -> Result<&Json, Error> {
    candles::result(answer, "code", "msg", "data")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;

    const DOCUMENTED: &str = r#"{"code":"0","msg":"","data":[["1678928760000","24341.4","24344","24313.2","24323","628","2.5819","62800","0"],["1678928700000","24324.1","24347.6","24321.7","24341.4","2565","10.5401","256500","1"]]}"#;

    fn parse(json: &str) -> Json {
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
        let candles = candles(&parse(DOCUMENTED)).unwrap();
        assert_eq!((candles.len(), candles[0]), (2, expected));
    }

    #[test]
    fn of_the_unconfirmed_only_the_newest_is_kept() {
        let row = |time: u32, confirm: u32| format!(r#"["{time}","1","1","1","1","1","1","1","{confirm}"]"#);
        let times = |rows: &[String]| {
            let candles = candles(&parse(&format!(r#"{{"code":"0","data":[{}]}}"#, rows.join(",")))).unwrap();
            candles.iter().map(|candle| candle.open_time.0).collect::<Vec<_>>()
        };
        assert_eq!(times(&[row(300, 0), row(200, 0), row(100, 1)]), [300, 100]);
        assert_eq!(times(&[row(100, 1), row(200, 0), row(300, 0)]), [100, 300]);
        assert_eq!(times(&[row(300, 1), row(200, 1)]), [300, 200]);
    }

    #[test]
    fn an_error_in_a_good_answer_is_the_exchange_speaking() {
        let json = r#"{"code":"51001","msg":"Instrument ID does not exist","data":[]}"#;
        assert_eq!(candles(&parse(json)), Err(Error::Exchange("Instrument ID does not exist".to_owned())));
        assert_eq!(refusal(&parse(json)), Some(Refusal::Unlisted));
        assert_eq!(refusal(&parse(r#"{"code":"50011","msg":"Too Many Requests"}"#)), Some(Refusal::Rate(50_011)));
        assert_eq!(refusal(&parse(r#"{"code":50011}"#)), Some(Refusal::Rate(50_011)));
        assert_eq!(refusal(&parse(DOCUMENTED)), None);
        // Candles beside an error are not used.
        let both = DOCUMENTED.replace("\"code\":\"0\"", "\"code\":\"50026\"");
        assert!(matches!(candles(&parse(&both)), Err(Error::Exchange(_))));
    }

    #[test]
    fn other_shapes_are_refused() {
        for json in [
            "[]",
            "{}",
            "null",
            r#"{"code":"0"}"#,
            r#"{"code":null,"data":[]}"#,
            r#"{"code":"0","data":{}}"#,
            r#"{"code":"0","data":[{}]}"#,
            r#"{"code":"0","data":[["1678928760000","1","1","1","1"]]}"#,
            r#"{"code":"0","data":[["1678928760000","1","1","1","1","1","1","1"]]}"#,
        ] {
            assert!(candles(&parse(json)).is_err(), "{json}");
        }
        assert_eq!(candles(&parse(r#"{"code":0,"data":[]}"#)), Ok(Vec::new()));
    }

    #[test]
    fn reads_the_documented_order_book_and_ticker() {
        let json = r#"{"code":"0","msg":"","data":[{"asks":[["0.07228","4.211619","0","2"]],"bids":[["0.0722","2","0","1"]],"ts":"1621438475342"}]}"#;
        let depth = book(&parse(json)).unwrap().depth(0.005).unwrap();
        assert!((depth.value - (0.07228 * 4.211_619 + 0.0722 * 2.0)).abs() < 1e-12);
        let json = r#"{"code":"0","msg":"","data":[{"instId":"TAO-USDT","last":"380","open24h":"400","ts":"1"}]}"#;
        let tickers = parse(json);
        assert_eq!(day(&tickers, "TAO-USDT"), Ok(Day { last: 380.0, change: 380.0 / 400.0 - 1.0 }));
        assert!(day(&tickers, "BTC-USDT").is_err());
    }
}
