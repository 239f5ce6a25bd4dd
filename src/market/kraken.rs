//! Kraken spot. Errors come with HTTP 200; at most 720 rows, and nothing older can be had.

use super::Request;

const HOST: &str = "https://api.kraken.com";

pub(super) fn url(request: &Request<'_>) -> String {
    let base = base(request);
    let length = request.timeframe.duration_ms();
    let minutes = length / 60_000;
    // `since` is exclusive and in seconds.
    let since = request.timeframe.bucket(request.now).plus(-i64::from(request.count) * length).0 / 1000;
    request.url(HOST, &format!("/0/public/OHLC?pair={base}USD&interval={minutes}&since={since}"))
}

/// As deep as Kraken goes: TAO's prices lie 0.01 USD apart.
pub(super) fn book_url(request: &Request<'_>) -> String {
    request.url(HOST, &format!("/0/public/Depth?pair={}USD&count=500", base(request)))
}

/// The asset as Kraken spells it.
pub(super) fn base(request: &Request<'_>) -> &'static str {
    match request.asset.symbol() {
        "BTC" => "XBT",
        symbol => symbol,
    }
}
