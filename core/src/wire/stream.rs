//! Live streams: what to say after a socket opens, and the running 15m candle in what is heard. A stream moves the price
//! that is shown and no score.

use super::candles::candle;
use super::json::Json;
use crate::{Candle, Error, UnixMs};

/// A venue that has a stream of candles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Binance's combined streams.
    Binance,
    /// Kraken's WebSocket v2.
    Kraken,
    /// Hyperliquid's.
    Hyperliquid,
    /// Bybit's public spot stream.
    Bybit,
}

impl Stream {
    /// Host and path of the socket for `symbols`, e.g. `TAO`: one is enough for many.
    pub fn address(self, symbols: &[&str]) -> (&'static str, String) {
        match self {
            Self::Binance => {
                let mut path = "/stream?streams".to_owned();
                for (place, symbol) in symbols.iter().enumerate() {
                    path.push(if place == 0 { '=' } else { '/' });
                    path.push_str(&symbol.to_ascii_lowercase());
                    path.push_str("usdt@kline_15m");
                }
                ("wss://data-stream.binance.vision", path)
            }
            Self::Kraken => ("wss://ws.kraken.com", "/v2".to_owned()),
            Self::Hyperliquid => ("wss://api.hyperliquid.xyz", "/ws".to_owned()),
            Self::Bybit => ("wss://stream.bybit.com", "/v5/public/spot".to_owned()),
        }
    }

    /// What to say first, for each symbol; Binance is told by the address.
    pub fn subscription(self, symbol: &str) -> Option<String> {
        Some(match self {
            Self::Binance => return None,
            Self::Kraken => format!(
                r#"{{"method":"subscribe","params":{{"channel":"ohlc","symbol":["{symbol}/USD"],"interval":15,"snapshot":false}}}}"#
            ),
            Self::Hyperliquid => format!(
                r#"{{"method":"subscribe","subscription":{{"type":"candle","coin":"{symbol}","interval":"15m"}}}}"#
            ),
            Self::Bybit => format!(r#"{{"op":"subscribe","args":["kline.15.{symbol}USDT"]}}"#),
        })
    }

    /// What to say every 20 seconds, so that the venue neither hangs up nor falls silent; a browser answers Binance's own
    /// pings by itself.
    pub const fn ping(self) -> Option<&'static str> {
        match self {
            Self::Binance => None,
            Self::Kraken | Self::Hyperliquid => Some(r#"{"method":"ping"}"#),
            Self::Bybit => Some(r#"{"op":"ping"}"#),
        }
    }

    /// The running 15m candle of `symbol` in a message; nothing in those that are about something else.
    ///
    /// # Errors
    /// [`Error::Wire`] when what should be its candle is none.
    pub fn candle(self, message: &Json, symbol: &str) -> Result<Option<Candle>, Error> {
        let numbers = |from: &Json, names: [&str; 5]| -> Result<[f64; 5], Error> {
            let mut found = [0.0; 5];
            for (number, name) in found.iter_mut().zip(names) {
                *number = from.number_of(name)?;
            }
            Ok(found)
        };
        let short = ["o", "h", "l", "c", "v"];
        let long = ["open", "high", "low", "close", "volume"];
        let pair = |quote: &str| format!("{symbol}{quote}");
        let (time, [open, high, low, close, volume]) = match self {
            Self::Binance => {
                let Some(kline) = message.get("data").and_then(|data| data.get("k")) else { return Ok(None) };
                if kline.text_of("s") != pair("USDT") || kline.text_of("i") != "15m" {
                    return Ok(None);
                }
                (kline.number_of("t")?, numbers(kline, short)?)
            }
            Self::Hyperliquid => {
                let Some(data) = message.get("data").filter(|_| message.text_of("channel") == "candle") else {
                    return Ok(None);
                };
                if (data.text_of("s"), data.text_of("i")) != (symbol, "15m") {
                    return Ok(None);
                }
                (data.number_of("t")?, numbers(data, short)?)
            }
            Self::Bybit => {
                if message.text_of("topic").strip_prefix("kline.15.") != Some(&pair("USDT")) {
                    return Ok(None);
                }
                let Some(last) = last(message)? else { return Ok(None) };
                (last.number_of("start")?, numbers(last, long)?)
            }
            Self::Kraken => {
                if message.text_of("channel") != "ohlc" {
                    return Ok(None);
                }
                let Some(last) = last(message)?.filter(|last| last.text_of("symbol") == pair("/USD")) else {
                    return Ok(None);
                };
                let begin = last.text_of("interval_begin");
                let time = instant(begin).ok_or(Error::Wire("an open time that is not a date"))?;
                (time, numbers(last, long)?)
            }
        };
        candle([time, open, high, low, close, volume], 1.0).map(Some)
    }
}

/// The newest of the candles in a message.
fn last(message: &Json) -> Result<Option<&Json>, Error> {
    message.get("data").map_or(Ok(None), |data| Ok(data.list()?.last()))
}

/// Unix milliseconds of `2023-10-04T16:25:00.000000000Z`; fractions of a second are left out. Days by Howard Hinnant's
/// `days_from_civil`.
fn instant(text: &str) -> Option<f64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let three = |text: &str, mark: char| -> Option<[i64; 3]> {
        let mut parts = text.split(mark).map(|part| part.parse::<u16>().ok().map(i64::from));
        let found = [parts.next()??, parts.next()??, parts.next()??];
        parts.next().is_none().then_some(found)
    };
    let [year, month, day] = three(date, '-')?;
    let [hour, minute, second] = three(time.split('.').next()?, ':')?;
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let UnixMs(milliseconds) = UnixMs((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000);
    #[expect(clippy::cast_precision_loss, reason = "a date of these millennia")]
    Some(milliseconds as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Stream; 4] = [Stream::Binance, Stream::Kraken, Stream::Hyperliquid, Stream::Bybit];

    fn read(stream: Stream, json: &str, symbol: &str) -> Result<Option<Candle>, Error> {
        stream.candle(&serde_json::from_str(json).unwrap(), symbol)
    }

    fn candle(open_time: i64, [open, high, low, close, volume]: [f64; 5]) -> Candle {
        Candle { open_time: UnixMs(open_time), open, high, low, close, volume }
    }

    /// The documented messages, with an interval of 15 minutes, and the candle in them.
    fn documented() -> [(Stream, &'static str, &'static str, Candle); 4] {
        [
            (
                Stream::Binance,
                r#"{"stream":"bnbusdt@kline_15m","data":{"e":"kline","E":1672515782136,"s":"BNBUSDT","k":{"t":1672515000000,"T":1672515899999,"s":"BNBUSDT","i":"15m","f":100,"L":200,"o":"0.0010","c":"0.0020","h":"0.0025","l":"0.0009","v":"1000","n":100,"x":false,"q":"1.0000","V":"500","Q":"0.500","B":"123456"}}}"#,
                "BNB",
                candle(1_672_515_000_000, [0.001, 0.0025, 0.0009, 0.002, 1_000.0]),
            ),
            (
                Stream::Kraken,
                r#"{"channel":"ohlc","type":"update","timestamp":"2023-10-04T16:26:30.524394914Z","data":[{"symbol":"MATIC/USD","open":0.5624,"high":0.5628,"low":0.5622,"close":0.5627,"trades":12,"volume":30927.68066226,"vwap":0.5626,"interval_begin":"2023-10-04T16:15:00.000000000Z","interval":15,"timestamp":"2023-10-04T16:30:00.000000Z"}]}"#,
                "MATIC",
                candle(1_696_436_100_000, [0.5624, 0.5628, 0.5622, 0.5627, 30_927.680_662_26]),
            ),
            (
                Stream::Hyperliquid,
                r#"{"channel":"candle","data":{"t":1710146700000,"T":1710147599999,"s":"BTC","i":"15m","o":"71400.0","c":"71411.0","h":"71422.0","l":"71389.0","v":"1.20407","n":20}}"#,
                "BTC",
                candle(1_710_146_700_000, [71_400.0, 71_422.0, 71_389.0, 71_411.0, 1.204_07]),
            ),
            (
                Stream::Bybit,
                r#"{"topic":"kline.15.BTCUSDT","data":[{"start":1672324200000,"end":1672325099999,"interval":"15","open":"16649.5","close":"16677","high":"16677","low":"16608","volume":"2.081","turnover":"34666.4005","confirm":false,"timestamp":1672324988882}],"ts":1672324988882,"type":"snapshot"}"#,
                "BTC",
                candle(1_672_324_200_000, [16_649.5, 16_677.0, 16_608.0, 16_677.0, 2.081]),
            ),
        ]
    }

    #[test]
    fn the_documented_messages_are_read() {
        for (stream, message, symbol, expected) in documented() {
            assert_eq!(read(stream, message, symbol), Ok(Some(expected)), "{stream:?}");
            // Another asset's, and another venue's.
            assert_eq!(read(stream, message, "TAO"), Ok(None), "{stream:?}");
            for other in ALL.into_iter().filter(|other| *other != stream) {
                assert!(!matches!(read(other, message, symbol), Ok(Some(_))), "{other:?}");
            }
        }
    }

    #[test]
    fn acknowledgements_heartbeats_and_errors_are_no_candles() {
        for message in [
            r#"{"result":null,"id":1}"#,
            r#"{"channel":"heartbeat"}"#,
            r#"{"channel":"status","data":[{"system":"online","api_version":"v2"}]}"#,
            r#"{"method":"pong"}"#,
            r#"{"channel":"pong"}"#,
            r#"{"channel":"subscriptionResponse","data":{"method":"subscribe"}}"#,
            r#"{"success":true,"ret_msg":"subscribe","op":"subscribe"}"#,
            r#"{"error":"Currency pair not supported","method":"subscribe","success":false}"#,
            "7",
            "null",
            "[]",
            "{}",
        ] {
            for stream in ALL {
                assert_eq!(read(stream, message, "TAO"), Ok(None), "{stream:?} {message}");
            }
        }
    }

    #[test]
    fn a_candle_that_is_none_is_an_error() {
        for (stream, message, symbol, _) in documented() {
            for number in ["0.0020", "0.5627", "71411.0", "16677"] {
                let broken = message.replacen(number, "x", 1);
                if let Ok(json) = serde_json::from_str::<Json>(&broken)
                    && broken != message
                {
                    assert!(stream.candle(&json, symbol).is_err(), "{broken}");
                }
            }
        }
        let kraken = |begin: &str| {
            let (_, message, symbol, _) = documented()[1];
            read(Stream::Kraken, &message.replace("2023-10-04T16:15:00.000000000Z", begin), symbol)
        };
        for begin in ["", "2023-10-04", "2023-13-04T00:00:00Z", "2023-10-04T16:15Z", "yesterday", "2023-10-04T16:15:00"]
        {
            assert_eq!(kraken(begin), Err(Error::Wire("an open time that is not a date")), "{begin}");
        }
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0.0),
            ("2000-02-29T12:00:00.5Z", 951_825_600.0),
            ("2023-10-04T16:25:00.000000000Z", 1_696_436_700.0),
            ("2025-12-31T23:59:59Z", 1_767_225_599.0),
        ] {
            assert_eq!(instant(text), Some(1_000.0 * seconds), "{text}");
        }
    }

    #[test]
    fn subscriptions_are_json_and_name_the_asset() {
        for stream in ALL {
            for text in stream.subscription("TAO").into_iter().chain(stream.ping().map(str::to_owned)) {
                assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
            }
            let (host, path) = stream.address(&["TAO"]);
            let named = format!("{path}{}", stream.subscription("TAO").unwrap_or_default());
            assert!(host.starts_with("wss://") && named.to_lowercase().contains("tao"), "{named}");
        }
    }

    #[test]
    fn one_socket_of_binances_serves_many() {
        let (_, path) = Stream::Binance.address(&["TAO", "BTC"]);
        assert_eq!(path, "/stream?streams=taousdt@kline_15m/btcusdt@kline_15m");
    }
}
