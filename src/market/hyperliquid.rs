//! Hyperliquid perpetuals: prices of a contract in USDC and not of a spot market, which its name says. The only venue
//! that is asked by POST; a JSON body makes the browser ask for permission first (a preflight), and other types of body
//! are not documented to be read.

use super::Request;

const HOST: &str = "https://api.hyperliquid.xyz";

pub(super) fn url(request: &Request<'_>) -> String {
    request.url(HOST, "/info")
}

/// No more than the last 5,000 candles can be had, ten times what is asked for. Three candles more than are due show a
/// clock that is behind.
pub(super) fn body(request: &Request<'_>) -> String {
    let (coin, interval) = (request.asset.symbol(), request.timeframe.name());
    let end = request.newest().plus(4 * request.timeframe.duration_ms()).0;
    let start = request.oldest().0;
    format!(
        r#"{{"type":"candleSnapshot","req":{{"coin":"{coin}","interval":"{interval}","startTime":{start},"endTime":{end}}}}}"#
    )
}

/// Twenty prices a side are sent: rounded to four figures, as 351.4, they reach over the band, and to the cent not.
pub(super) fn book_body(request: &Request<'_>) -> String {
    format!(r#"{{"type":"l2Book","coin":"{}","nSigFigs":4}}"#, request.asset.symbol())
}

#[cfg(test)]
mod tests {
    use super::super::tests::request;
    use super::*;
    use tao_conviction_core::Timeframe;

    #[test]
    fn asks_by_a_json_body() {
        let request = request("TAO", Timeframe::H4, 3);
        assert_eq!(url(&request), "https://api.hyperliquid.xyz/info");
        let expected = r#"{"type":"candleSnapshot","req":{"coin":"TAO","interval":"4h","startTime":1757635200000,"endTime":1757721600000}}"#;
        assert_eq!(body(&request), expected);
        assert_eq!(book_body(&request), r#"{"type":"l2Book","coin":"TAO","nSigFigs":4}"#);
        for text in [body(&request), book_body(&request)] {
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
        }
    }
}
