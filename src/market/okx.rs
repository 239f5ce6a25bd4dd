//! OKX spot. Errors often come with HTTP 200 and a `code`; at most 300 candles a request, so longer histories come in
//! pages. Whether a page may read its answers (CORS) is reported both ways: it is asked last.

use tao_conviction_core::Timeframe;

use super::Request;

const HOST: &str = "https://www.okx.com";
pub(super) const MAX_ROWS: u32 = 300;

pub(super) fn url(request: &Request<'_>) -> String {
    let bar = match request.timeframe {
        Timeframe::M15 => "15m",
        Timeframe::H1 => "1H",
        Timeframe::H4 => "4H",
        // `1D` would be the days of Hong Kong.
        Timeframe::D1 => "1Dutc",
    };
    let (symbol, limit) = (request.asset.symbol(), request.count);
    // `after` means earlier than, itself not included. Three candles more than are due show a clock that is behind.
    let after = request.newest().plus(4 * request.timeframe.duration_ms()).0;
    let path = format!("/api/v5/market/candles?instId={symbol}-USDT&bar={bar}&limit={limit}&after={after}");
    request.url(HOST, &path)
}

/// Candles of the past: the other address has the last 1,440 alone.
#[cfg(feature = "panel")]
pub(super) fn past_url(request: &Request<'_>) -> String {
    // The three that the other address is asked for too much would be missing at the far end.
    let now = request.newest().plus(-3 * request.timeframe.duration_ms());
    url(&Request { now, ..*request }).replace("/market/candles?", "/market/history-candles?")
}

/// A hundred prices a side; one when nothing is said.
pub(super) fn book_url(request: &Request<'_>) -> String {
    request.url(HOST, &format!("/api/v5/market/books?instId={}-USDT&sz=100", request.asset.symbol()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, request};
    use super::*;

    #[test]
    fn asks_for_days_of_utc() {
        let bars = Timeframe::ALL.map(|timeframe| {
            let url = url(&request("TAO", timeframe, 200));
            let rest = url.strip_prefix("https://www.okx.com/api/v5/market/candles?instId=TAO-USDT&bar=");
            rest.unwrap().split('&').next().unwrap().to_owned()
        });
        assert_eq!(bars, ["15m", "1H", "4H", "1Dutc"]);
        assert!(book_url(&request("WLD", Timeframe::H1, 1)).ends_with("/books?instId=WLD-USDT&sz=100"));
    }

    #[test]
    fn pages_overlap_by_three_candles() {
        let length = Timeframe::M15.duration_ms();
        let urls: Vec<String> = request("TAO", Timeframe::M15, 500).pages(MAX_ROWS).map(|page| url(&page)).collect();
        let newest = Timeframe::M15.bucket(NOW);
        let ends = [(300, newest.plus(4 * length)), (200, newest.plus(-296 * length))];
        for (url, (limit, after)) in urls.iter().zip(ends) {
            assert!(url.ends_with(&format!("&limit={limit}&after={}", after.0)), "{url}");
        }
        assert_eq!(urls.len(), 2);
    }
}
