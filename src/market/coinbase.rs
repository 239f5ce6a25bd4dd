//! Coinbase Exchange spot. At most 300 candles a request, so longer histories come in pages; no 4h, so those are built
//! from hours; intervals without a trade are missing.

use tao_conviction_core::{Timeframe, UnixMs};

use super::Request;

const HOST: &str = "https://api.exchange.coinbase.com";
/// Candles more than are due that are asked for: they show a clock that is behind. Nothing else would, since only a span
/// of time is asked for. Four, so that hours still end with a 4h candle.
const AHEAD: u32 = 4;
/// More than 300 are refused.
pub(super) const MAX_ROWS: u32 = 300 - AHEAD;

/// The request for the hours that 4h candles are built from: whole 4h candles, the running one's to its end.
pub(super) fn base(request: Request<'_>) -> Option<Request<'_>> {
    let hour = Timeframe::H1;
    let now = request.newest().plus(3 * hour.duration_ms());
    (request.timeframe == Timeframe::H4).then_some(Request {
        timeframe: hour,
        count: 4 * request.count,
        now,
        ..request
    })
}

pub(super) fn url(request: &Request<'_>) -> String {
    let (symbol, seconds) = (request.asset.symbol(), request.timeframe.duration_ms() / 1000);
    // Both ends are included.
    let end = request.newest().plus(i64::from(AHEAD) * request.timeframe.duration_ms());
    let (start, end) = (iso(request.oldest()), iso(end));
    request.url(HOST, &format!("/products/{symbol}-USD/candles?granularity={seconds}&start={start}&end={end}"))
}

/// The whole book, each price once: there is no shorter one but the best prices alone.
pub(super) fn book_url(request: &Request<'_>) -> String {
    request.url(HOST, &format!("/products/{}-USD/book?level=2", request.asset.symbol()))
}

/// ISO 8601 to the second. The calendar by Howard Hinnant's `civil_from_days`, for dates from 1970 on.
fn iso(time: UnixMs) -> String {
    let seconds = time.0.max(0) / 1000;
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months are counted from March, so that the leap day is the last of its year.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month < 3);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, request};
    use super::*;

    #[test]
    fn asks_for_a_window_with_both_ends() {
        let expected = "https://api.exchange.coinbase.com/products/TAO-USD/candles?granularity=900&start=2025-09-12T09:45:00Z&end=2025-09-12T11:00:00Z";
        assert_eq!(url(&request("TAO", Timeframe::M15, 2)), expected);
        assert!(url(&request("BTC", Timeframe::D1, 2)).contains("/BTC-USD/candles?granularity=86400&"));
        assert_eq!(
            book_url(&request("TAO", Timeframe::M15, 2)),
            "https://api.exchange.coinbase.com/products/TAO-USD/book?level=2"
        );
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_735_689_600, "2025-01-01T00:00:00Z"),
            (1_757_671_620, "2025-09-12T10:07:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(iso(UnixMs(seconds * 1000 + 999)), text);
        }
    }

    #[test]
    fn four_hours_come_from_whole_buckets_of_hours_in_pages_of_at_most_296() {
        assert!(base(request("TAO", Timeframe::H1, 500)).is_none());
        let hours = base(request("TAO", Timeframe::H4, 461)).unwrap();
        let pages: Vec<_> = hours.pages(MAX_ROWS).collect();
        assert_eq!(pages.iter().map(|page| page.count).sum::<u32>(), 1_844);
        assert_eq!(pages.len(), 7);
        // 10:07 lies in the bucket from 08:00 to 12:00.
        assert_eq!(iso(hours.newest()), "2025-09-12T11:00:00Z");
        assert_eq!(hours.oldest(), Timeframe::H4.bucket(NOW).plus(-460 * Timeframe::H4.duration_ms()));
        let hour = Timeframe::H1.duration_ms();
        for pair in pages.windows(2) {
            assert_eq!(pair[1].newest().plus(hour), pair[0].oldest(), "pages touch and do not overlap");
        }
        assert_eq!(pages.last().unwrap().oldest(), hours.oldest());
    }
}
