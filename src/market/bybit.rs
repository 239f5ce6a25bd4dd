//! Bybit spot. Errors come with HTTP 200 and a `retCode`; at most 1000 candles a request.

use tao_conviction_core::wire::Book;
use tao_conviction_core::wire::bybit::{Kline, Orderbook, Refusal};
use tao_conviction_core::{Candle, Timeframe};

use super::http::Answer;
use super::{Failure, Request};

const HOST: &str = "https://api.bybit.com";
const MAX_ROWS: u32 = 1000;

pub(super) fn url(request: &Request<'_>) -> String {
    let interval = match request.timeframe {
        Timeframe::M15 => "15",
        Timeframe::H1 => "60",
        Timeframe::H4 => "240",
        Timeframe::D1 => "D",
    };
    let (symbol, limit) = (request.asset.symbol(), request.count.min(MAX_ROWS));
    // Perpetuals are what is meant when nothing is said.
    let path = format!("/v5/market/kline?category=spot&symbol={symbol}USDT&interval={interval}&limit={limit}");
    request.url(HOST, &path)
}

/// One price a side when nothing is said.
pub(super) fn book_url(request: &Request<'_>) -> String {
    let symbol = request.asset.symbol();
    request.url(HOST, &format!("/v5/market/orderbook?category=spot&symbol={symbol}USDT&limit=200"))
}

pub(super) fn decode(answer: &Answer, request: &Request<'_>) -> Result<Vec<Candle>, Failure> {
    let kline: Kline = answer.read(|kline| known(kline, request))?;
    Ok(kline.candles(&format!("{}USDT", request.asset.symbol()))?)
}

pub(super) fn book(answer: &Answer) -> Result<Book, Failure> {
    Ok(answer.read(|_: &Orderbook| None)?.book()?)
}

/// What the body says better than the status.
fn known(kline: &Kline, request: &Request<'_>) -> Option<Failure> {
    Some(match kline.refusal()? {
        Refusal::Symbol => Failure::Unlisted(request.asset.symbol()),
        Refusal::Region => Failure::Refused(10_009),
        Refusal::Rate => Failure::RateLimited(10_006),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::request;
    use super::*;

    #[test]
    fn asks_for_spot_with_its_own_names_of_intervals() {
        let intervals = Timeframe::ALL.map(|timeframe| {
            let url = url(&request("TAO", timeframe, 500));
            let rest = url.strip_prefix("https://api.bybit.com/v5/market/kline?category=spot&symbol=TAOUSDT&interval=");
            rest.unwrap().strip_suffix("&limit=500").unwrap().to_owned()
        });
        assert_eq!(intervals, ["15", "60", "240", "D"]);
        assert!(url(&request("TAO", Timeframe::H1, 5000)).ends_with("&limit=1000"));
        assert!(
            book_url(&request("WLD", Timeframe::H1, 1)).ends_with("orderbook?category=spot&symbol=WLDUSDT&limit=200")
        );
    }

    #[test]
    fn what_it_refuses_for_is_told_apart() {
        let request = request("WLD", Timeframe::M15, 2);
        let said = |code: i32, text: &str| {
            let json = format!(r#"{{"retCode":{code},"retMsg":"{text}","result":{{}}}}"#);
            known(&serde_json::from_str(&json).unwrap(), &request)
        };
        assert_eq!(said(10_001, "Not supported symbols"), Some(Failure::Unlisted("WLD")));
        assert_eq!(said(10_009, ""), Some(Failure::Refused(10_009)));
        assert_eq!(said(10_006, "Too many visits!"), Some(Failure::RateLimited(10_006)));
        assert_eq!(said(10_016, "Server error"), None);
        assert_eq!(said(0, "OK"), None);
    }
}
