//! $Name: say here what is odd about it, and how sure it is that a page may read its answers (CORS).

use super::Request;

const HOST: &str = "$host";

pub(super) fn url(request: &Request<'_>) -> String {
    let (symbol, interval, count) = (request.asset.symbol(), request.timeframe.name(), request.count);
    request.url(HOST, &format!("/FILL-IN/candles?symbol={symbol}&interval={interval}&limit={count}"))
}

/// Candles of the past: those up to the newest that is asked for, itself included.
#[cfg(feature = "panel")]
pub(super) fn past_url(request: &Request<'_>) -> String {
    format!("{}&end={}", url(request), request.newest().0)
}

pub(super) fn book_url(request: &Request<'_>) -> String {
    request.url(HOST, &format!("/FILL-IN/book?symbol={}", request.asset.symbol()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::request;
    use super::*;
    use tao_conviction_core::Timeframe;

    #[test]
    fn asks_as_the_documentation_says() {
        let urls = Timeframe::ALL.map(|timeframe| url(&request("TAO", timeframe, 500)));
        // How the documentation would ask for 500 candles of TAO in 15m, 1h, 4h and 1d.
        assert_eq!(urls, ["", "", "", ""], "fill in the documented requests");
    }

    #[test]
    fn asks_for_the_order_book_as_the_documentation_says() {
        // WLD's, with more than one price a side.
        assert_eq!(book_url(&request("WLD", Timeframe::H1, 1)), "", "fill in the documented request");
    }
}
