//! Binance spot, through its market-data host that needs no key.

use tao_conviction_core::Candle;
use tao_conviction_core::wire::Book;
use tao_conviction_core::wire::binance::{Depth, Failure as Refusal, Klines};

use super::http::Answer;
use super::{Failure, Request};

const HOST: &str = "https://data-api.binance.vision";
/// Most rows that one request may ask for.
const MAX_ROWS: u32 = 1000;

pub(super) fn url(request: &Request<'_>) -> String {
    let (symbol, interval) = (request.asset.symbol(), request.timeframe.name());
    let limit = request.count.min(MAX_ROWS);
    request.url(HOST, &format!("/api/v3/klines?symbol={symbol}USDT&interval={interval}&limit={limit}"))
}

/// A hundred prices a side: TAO's lie 0.1 USDT apart, so twenty reach over the band.
pub(super) fn book_url(request: &Request<'_>) -> String {
    request.url(HOST, &format!("/api/v3/depth?symbol={}USDT&limit=100", request.asset.symbol()))
}

pub(super) fn book(answer: &Answer) -> Result<Book, Failure> {
    answer.check_status()?;
    answer.decode::<Depth>()?.book().map_err(Failure::from)
}

pub(super) fn decode(answer: &Answer, request: &Request<'_>) -> Result<Vec<Candle>, Failure> {
    // A refusal by region or for too many requests says more by its status than by its text.
    match answer.decode::<Klines>() {
        Ok(Klines::Failure(refusal)) if refusal.code == Refusal::INVALID_SYMBOL => {
            Err(Failure::Unlisted(request.asset.symbol()))
        }
        Ok(klines) => {
            answer.check_status()?;
            klines.candles().map_err(Failure::from)
        }
        Err(unreadable) => answer.check_status().and(Err(unreadable)),
    }
}
