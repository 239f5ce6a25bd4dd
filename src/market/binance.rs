//! Binance spot, through its market-data host that needs no key.

use super::Request;

const HOST: &str = "https://data-api.binance.vision";
/// Most rows that one request may ask for.
const MAX_ROWS: u32 = 1000;

pub(super) fn url(request: &Request<'_>) -> String {
    let (symbol, interval) = (request.asset.symbol(), request.timeframe.name());
    let limit = request.count.min(MAX_ROWS);
    request.url(HOST, &format!("/api/v3/klines?symbol={symbol}USDT&interval={interval}&limit={limit}"))
}

/// Candles of the past: those up to the newest that is asked for, itself included.
#[cfg(feature = "panel")]
pub(super) fn past_url(request: &Request<'_>) -> String {
    format!("{}&endTime={}", url(request), request.newest().0)
}

/// A hundred prices a side: TAO's lie 0.1 USDT apart, so twenty reach over the band.
pub(super) fn book_url(request: &Request<'_>) -> String {
    request.url(HOST, &format!("/api/v3/depth?symbol={}USDT&limit=100", request.asset.symbol()))
}
