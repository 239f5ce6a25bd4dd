//! Kraken spot. Errors come with HTTP 200; at most 720 rows, and nothing older can be had.

use tao_conviction_core::Candle;
use tao_conviction_core::wire::kraken::Ohlc;

use super::http::Answer;
use super::{Failure, Request};

const HOST: &str = "https://api.kraken.com";

pub(super) fn url(request: &Request<'_>) -> String {
    let symbol = request.asset.symbol();
    let pair = if symbol == "BTC" { "XBT" } else { symbol };
    let length = request.timeframe.duration_ms();
    let minutes = length / 60_000;
    // `since` is exclusive and in seconds.
    let since = request.timeframe.bucket(request.now).plus(-i64::from(request.count) * length).0 / 1000;
    request.url(HOST, &format!("/0/public/OHLC?pair={pair}USD&interval={minutes}&since={since}"))
}

pub(super) fn decode(answer: &Answer, request: &Request<'_>) -> Result<Vec<Candle>, Failure> {
    match answer.decode::<Ohlc>() {
        Ok(ohlc) if ohlc.is_unknown_pair() => Err(Failure::Unlisted(request.asset.symbol())),
        Ok(ohlc) => {
            answer.check_status()?;
            ohlc.candles().map_err(Failure::from)
        }
        Err(unreadable) => answer.check_status().and(Err(unreadable)),
    }
}
