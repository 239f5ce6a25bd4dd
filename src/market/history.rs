//! Candles of the past, for the track record: asked backwards from the oldest that is known, page by page and one at a
//! time, each in its turn. Of one source only, like everything that is scored.

use tao_conviction_core::{Candle, CandleSeries, Timeframe, UnixMs};

use super::{Asset, Candles, Failure, Request, Source, binance, bybit, coinbase, hyperliquid, kraken, okx};

/// Why a history reaches back no further.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum End {
    /// It reaches as far as was wanted.
    Reached,
    /// The source has nothing older.
    Begins,
    /// The source failed.
    Failed(Failure),
    /// The reader stopped it.
    Stopped,
}

/// How many candles one answer holds; nothing where there is nothing older than what a first view brings.
const fn most(source: Source, timeframe: Timeframe) -> Option<u32> {
    Some(match (source, timeframe) {
        (Source::Sample, _) => return None,
        // Built from as many hours as one answer holds.
        (Source::Coinbase, Timeframe::H4) => coinbase::MAX_ROWS / 4,
        (Source::Coinbase, _) => coinbase::MAX_ROWS,
        (Source::Okx, _) => okx::MAX_ROWS,
        // The last 720 with the running one, whatever is asked.
        (Source::Kraken, _) => 720,
        // As much as our pace reckons an answer with; no more than the last 5,000 can be had.
        (Source::Hyperliquid, _) => 500,
        (Source::Binance | Source::Bybit, _) => 1_000,
    })
}

/// How many answers it takes to reach back from `first` to `from`.
pub(crate) fn answers(source: Source, timeframe: Timeframe, first: UnixMs, from: UnixMs) -> u32 {
    match most(source, timeframe) {
        Some(most) if first > from => {
            if source == Source::Kraken {
                1
            } else {
                count(timeframe, first, from).div_ceil(most)
            }
        }
        _ => 0,
    }
}

/// Candles from `from` on that opened before `first`.
fn count(timeframe: Timeframe, first: UnixMs, from: UnixMs) -> u32 {
    u32::try_from(first.since(from).max(0) / timeframe.duration_ms()).unwrap_or(u32::MAX)
}

/// Extends `series` backwards until it begins at or before `from`. `answered` hears of each answer, and says whether to go
/// on.
pub(crate) async fn reach_back(
    source: Source,
    proxy: Option<&str>,
    asset: Asset,
    series: &mut CandleSeries,
    from: UnixMs,
    answered: impl Fn() -> bool,
) -> End {
    let timeframe = series.timeframe();
    let length = timeframe.duration_ms();
    let Some(most) = most(source, timeframe) else { return End::Begins };
    while let Some(first) = series.candles().first().map(|candle| candle.open_time) {
        if first <= from {
            return End::Reached;
        }
        let newest = first.plus(-length);
        let count = count(timeframe, first, from).clamp(1, most);
        let older = match page(source, &Request { asset, timeframe, count, now: newest, proxy }).await {
            Ok(older) => older,
            Err(Failure::Empty) => return End::Begins,
            Err(failure) => return End::Failed(failure),
        };
        let before = series.candles().len();
        series.extend(older);
        let go_on = answered();
        if series.candles().len() == before || source == Source::Kraken {
            return End::Begins;
        }
        if !go_on {
            return End::Stopped;
        }
    }
    End::Begins
}

/// The candles up to `request`'s newest, that one included, all of them closed long ago.
async fn page(source: Source, request: &Request<'_>) -> Result<Vec<Candle>, Failure> {
    let base = if source == Source::Coinbase { coinbase::base(*request) } else { None };
    let asked = base.unwrap_or(*request);
    let (url, body) = match source {
        Source::Binance => (binance::past_url(&asked), None),
        Source::Bybit => (bybit::past_url(&asked), None),
        Source::Okx => (okx::past_url(&asked), None),
        Source::Kraken => (kraken::url(&asked), None),
        Source::Coinbase => (coinbase::url(&asked), None),
        Source::Hyperliquid => (hyperliquid::url(&asked), Some(hyperliquid::body(&asked))),
        Source::Sample => return Err(Failure::Empty),
    };
    let answer = source.ask(&url, body).await?;
    let mut closed = source.rows(answer, &asked)?;
    // Some send more than was asked for, to show a clock that is wrong.
    closed.retain(|candle| candle.open_time <= asked.newest());
    let end = asked.newest().plus(asked.timeframe.duration_ms());
    let closed = Candles { closed, running: None }.check(&Request { now: end, ..asked })?.closed;
    if base.is_none() {
        return Ok(closed);
    }
    let hours = CandleSeries::from_arrivals(asked.timeframe, closed);
    Ok(hours.resample(request.timeframe, end)?.series.candles().to_vec())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, request};
    use super::*;

    #[test]
    fn what_is_asked_for_ends_with_the_newest_that_is_wanted() {
        let request = request("TAO", Timeframe::H1, 300);
        let (newest, hour) = (Timeframe::H1.bucket(NOW), Timeframe::H1.duration_ms());
        assert!(binance::past_url(&request).ends_with(&format!("limit=300&endTime={}", newest.0)));
        assert!(bybit::past_url(&request).ends_with(&format!("limit=300&end={}", newest.0)));
        // OKX leaves out the time itself.
        let okx = okx::past_url(&request);
        assert!(okx.contains("/market/history-candles?") && okx.ends_with(&format!("after={}", newest.plus(hour).0)));
    }

    #[test]
    fn answers_are_counted_by_what_one_holds() {
        let from = UnixMs(1_700_000 * 3_600_000);
        let first = from.plus(2_001 * Timeframe::H1.duration_ms());
        let of = |source| answers(source, Timeframe::H1, first, from);
        assert_eq!(
            [Source::Binance, Source::Okx, Source::Coinbase, Source::Kraken, Source::Sample].map(of),
            [3, 7, 7, 1, 0]
        );
        assert_eq!(answers(Source::Binance, Timeframe::H1, from, from), 0);
        assert_eq!(answers(Source::Binance, Timeframe::H1, from, first), 0);
    }
}
