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

use tao_conviction_core::{Candle, CandleSeries, Timeframe, UnixMs};

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

    /// Asks for the last `count` candles, the running one included.
    async fn candles(self, request: &Request<'_>) -> Result<Vec<Candle>, Failure> {
        match self {
            Self::Binance => binance::candles(request).await,
            Self::Kraken => kraken::candles(request).await,
            Self::Sample => sample::candles(request).await,
        }
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

/// Turns a source's candles into a series, or refuses them when too many are invalid or none is closed.
fn validated(request: &Request<'_>, candles: Vec<Candle>) -> Result<CandleSeries, Failure> {
    let total = candles.len();
    let series = CandleSeries::from_arrivals(request.timeframe, candles);
    let rejected = series.quality().rejected;
    // One broken candle in a hundred is a broken candle; more is a broken source.
    if usize::try_from(rejected).is_ok_and(|rejected| rejected * 100 > total) {
        return Err(Failure::Invalid { rejected, total });
    }
    if series.closed(request.now).is_empty() {
        return Err(Failure::Empty);
    }
    Ok(series)
}
