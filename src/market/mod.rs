//! Candles from exchanges: the only room that talks to them. One file an exchange.

mod asset;
mod binance;
mod failure;
mod http;
mod kraken;
mod router;
mod sample;

pub(crate) use asset::Asset;
pub(crate) use failure::Failure;
pub(crate) use http::now;
pub(crate) use router::{Health, Market, load, refresh};
pub(crate) use sample::beside_module;

use tao_conviction_core::{Candle, Timeframe, UnixMs};

/// A place that candles come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// Binance spot, through its market-data host.
    Binance,
    /// Kraken spot.
    Kraken,
    /// Simulated candles that ship with the widget.
    Sample,
}

impl Source {
    const ALL: [Self; 3] = [Self::Binance, Self::Kraken, Self::Sample];
    /// The real ones, in the order in which they are asked when nothing else is said.
    pub(crate) const DEFAULT: [Self; 2] = [Self::Binance, Self::Kraken];

    /// The name used in attributes and in the Assessment.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Binance => "binance",
            Self::Kraken => "kraken",
            Self::Sample => "sample",
        }
    }

    /// The name shown.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Binance => "Binance",
            Self::Kraken => "Kraken",
            Self::Sample => "sample candles",
        }
    }

    /// The currency of its prices.
    pub(crate) const fn quote(self) -> &'static str {
        match self {
            Self::Binance => "USDT",
            Self::Kraken | Self::Sample => "USD",
        }
    }

    pub(crate) fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.id().eq_ignore_ascii_case(id))
    }

    /// Asks for the last `count` candles, the running one included, and checks them.
    async fn candles(self, request: Request<'_>) -> Result<Vec<Candle>, Failure> {
        let url = match self {
            Self::Binance => binance::url(&request),
            Self::Kraken => kraken::url(&request),
            Self::Sample => sample::url(&request),
        };
        let answer = http::get(&url).await?;
        let candles = match self {
            Self::Binance => binance::decode(&answer, &request),
            Self::Kraken => kraken::decode(&answer, &request),
            Self::Sample => sample::decode(&answer, &request),
        };
        check(&request, candles?)
    }
}

/// What is asked of a source.
#[derive(Debug, Clone, Copy)]
struct Request<'a> {
    asset: Asset,
    timeframe: Timeframe,
    /// How many candles, the running one included.
    count: u32,
    now: UnixMs,
    proxy: Option<&'a str>,
}

impl Request<'_> {
    /// The URL of `path` on the exchange's own host, or on the proxy.
    fn url(&self, host: &str, path: &str) -> String {
        format!("{}{path}", self.proxy.unwrap_or(host))
    }
}

/// Refuses an answer in which too many candles are invalid or none is closed. What is invalid among the rest is left
/// for the series to reject and count.
fn check(request: &Request<'_>, candles: Vec<Candle>) -> Result<Vec<Candle>, Failure> {
    let (total, length) = (candles.len(), request.timeframe.duration_ms());
    let valid = |candle: &&Candle| candle.defect(request.timeframe).is_none();
    let rejected = total - candles.iter().filter(valid).count();
    // One broken candle in a hundred is a broken candle; more is a broken source.
    if rejected * 100 > total {
        return Err(Failure::Invalid { rejected, total });
    }
    if !candles.iter().filter(valid).any(|candle| candle.open_time.plus(length) <= request.now) {
        return Err(Failure::Empty);
    }
    Ok(candles)
}
