//! Kraken spot. Errors come with HTTP 200; at most 720 rows, and nothing older can be had.

use tao_conviction_core::wire::kraken::Ohlc;
use tao_conviction_core::{Candle, Timeframe};

use super::{Failure, Request, http};

const HOST: &str = "https://api.kraken.com";

pub(super) async fn candles(request: &Request<'_>) -> Result<Vec<Candle>, Failure> {
    let symbol = request.asset.symbol();
    let pair = if symbol == "BTC" { "XBT" } else { symbol };
    let minutes = match request.timeframe {
        Timeframe::M15 => 15,
        Timeframe::H1 => 60,
        Timeframe::H4 => 240,
        Timeframe::D1 => 1440,
    };
    // `since` is exclusive and in seconds.
    let length = request.timeframe.duration_ms();
    let since = request.timeframe.bucket(request.now).plus(-i64::from(request.count) * length).0 / 1000;
    let url = request.url(HOST, &format!("/0/public/OHLC?pair={pair}USD&interval={minutes}&since={since}"));
    let answer = http::get(&url).await?;
    match answer.decode::<Ohlc>() {
        Ok(ohlc) if ohlc.is_unknown_pair() => Err(Failure::Unlisted(symbol)),
        Ok(ohlc) => {
            answer.check_status()?;
            ohlc.candles().map_err(Failure::from)
        }
        Err(unreadable) => answer.check_status().and(Err(unreadable)),
    }
}
