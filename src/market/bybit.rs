//! Bybit spot. Errors come with HTTP 200 and a `retCode`; at most 1000 candles a request.

use tao_conviction_core::Timeframe;

use super::Request;

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

/// Candles of the past: those up to the newest that is asked for, itself included.
#[cfg(feature = "panel")]
pub(super) fn past_url(request: &Request<'_>) -> String {
    format!("{}&end={}", url(request), request.newest().0)
}

/// One price a side when nothing is said.
pub(super) fn book_url(request: &Request<'_>) -> String {
    let symbol = request.asset.symbol();
    request.url(HOST, &format!("/v5/market/orderbook?category=spot&symbol={symbol}USDT&limit=200"))
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
}
