//! Hyperliquid perpetuals, `POST /info`: candles are objects whose prices are text, oldest first, the last one still
//! running. Prices are those of the perpetual in USDC, not of a spot market.

use serde::Deserialize;

use super::book;
use super::day::Day;
use super::row::{Number, candle};
use crate::{Candle, Error};

/// An answer to `candleSnapshot`; `null` is reported, and not documented, for a coin that is not listed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Snapshot(Option<Vec<Bar>>);

/// One candle, with what it is a candle of.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Bar {
    t: Number,
    o: Number,
    h: Number,
    l: Number,
    c: Number,
    v: Number,
    s: String,
    i: String,
}

impl Snapshot {
    /// The candles in the order they were sent.
    ///
    /// # Errors
    /// [`Error::Wire`] for `null`, for candles of another coin or length than `coin` and `interval`, and for a time
    /// that isn't one.
    pub fn candles(&self, coin: &str, interval: &str) -> Result<Vec<Candle>, Error> {
        let bars = self.0.as_ref().ok_or(Error::Wire("null in place of candles"))?;
        bars.iter()
            .map(|bar| {
                if bar.s != coin || bar.i != interval {
                    return Err(Error::Wire("candles of another asset or length"));
                }
                candle(bar.t.0, 1.0, [bar.o.0, bar.h.0, bar.l.0, bar.c.0, bar.v.0])
            })
            .collect()
    }
}

/// An answer to `l2Book`: at most 20 levels a side, bids first; `null` as above.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct L2Book(Option<Levels>);

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Levels {
    coin: String,
    levels: [Vec<Level>; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
struct Level {
    px: Number,
    sz: Number,
}

impl L2Book {
    /// The order book.
    ///
    /// # Errors
    /// [`Error::Wire`] for `null` and for a book of another coin than `coin`.
    pub fn book(&self, coin: &str) -> Result<book::Book, Error> {
        let Levels { coin: sent, levels: [bids, asks] } =
            self.0.as_ref().ok_or(Error::Wire("null in place of an order book"))?;
        if sent != coin {
            return Err(Error::Wire("an order book of another asset"));
        }
        let side =
            |levels: &[Level]| levels.iter().map(|level| book::Level { price: level.px.0, size: level.sz.0 }).collect();
        Ok(book::Book { bids: side(bids), asks: side(asks) })
    }
}

/// An answer to `metaAndAssetCtxs`: the names of all coins, and what is known of each, in the same order.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct MetaAndContexts(Meta, Vec<Context>);

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Meta {
    universe: Vec<Coin>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Coin {
    name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    mark_px: Number,
    prev_day_px: Number,
}

impl MetaAndContexts {
    /// The mark price of `coin` and its change in 24 hours.
    ///
    /// # Errors
    /// [`Error::Wire`] when the coin is not among them or has no price.
    pub fn day(&self, coin: &str) -> Result<Day, Error> {
        let Self(meta, contexts) = self;
        let mut coins = meta.universe.iter().zip(contexts);
        let (_, context) = coins.find(|(known, _)| known.name == coin).ok_or(Error::Wire("the coin is not listed"))?;
        Day::since(context.prev_day_px, context.mark_px)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;

    const DOCUMENTED: &str = r#"[{"T":1704287699999,"c":"2226.4","h":"2247.9","i":"15m","l":"2224.6","n":46,"o":"2247.9","s":"ETH","t":1704286800000,"v":"591.6427"}]"#;

    fn decode(json: &str) -> Result<Vec<Candle>, String> {
        serde_json::from_str::<Snapshot>(json)
            .map_err(|error| error.to_string())?
            .candles("ETH", "15m")
            .map_err(|error| error.to_string())
    }

    #[test]
    fn reads_the_documented_example() {
        let expected = Candle {
            open_time: UnixMs(1_704_286_800_000),
            open: 2247.9,
            high: 2247.9,
            low: 2224.6,
            close: 2226.4,
            volume: 591.6427,
        };
        assert_eq!(decode(DOCUMENTED), Ok(vec![expected]));
        assert_eq!(decode(&DOCUMENTED.replace("\"2226.4\"", "2226.4")), Ok(vec![expected]));
    }

    #[test]
    fn candles_of_something_else_are_refused() {
        let snapshot: Snapshot = serde_json::from_str(DOCUMENTED).unwrap();
        for (coin, interval) in [("TAO", "15m"), ("ETH", "1h")] {
            assert_eq!(snapshot.candles(coin, interval), Err(Error::Wire("candles of another asset or length")));
        }
    }

    #[test]
    fn other_shapes_are_refused() {
        assert_eq!(decode("null"), Err("unexpected answer: null in place of candles".to_owned()));
        for json in ["{}", "[[1704286800000,1,1,1,1,1]]", "[null]", "\"Failed to deserialize the JSON body\""] {
            assert!(decode(json).is_err(), "{json}");
        }
        assert!(decode(&DOCUMENTED.replace("\"v\"", "\"volume\"")).is_err());
        assert!(decode(&DOCUMENTED.replace("1704286800000", "0.5")).is_err());
        assert_eq!(decode("[]"), Ok(Vec::new()));
    }

    #[test]
    fn reads_the_documented_order_book() {
        let json = r#"{"coin":"ETH","levels":[[{"n":"2","px":"2216.2","sz":"74.0637"}],[{"n":"2","px":"2216.5","sz":"70.5893"}]],"time":"1704290104840"}"#;
        let answer: L2Book = serde_json::from_str(json).unwrap();
        let depth = answer.book("ETH").unwrap().depth(0.005).unwrap();
        assert!((depth.value - (2216.2 * 74.0637 + 2216.5 * 70.5893)).abs() < 1e-6);
        assert_eq!(answer.book("TAO"), Err(Error::Wire("an order book of another asset")));
        let nothing: L2Book = serde_json::from_str("null").unwrap();
        assert!(nothing.book("TAO").is_err());
    }

    #[test]
    fn reads_the_documented_contexts() {
        let json = r#"[{"universe":[{"name":"SOL","szDecimals":2,"maxLeverage":50}]},[{"dayNtlVlm":"9450588.2273","funding":"0.0000198","markPx":"108.04","midPx":"108.05","openInterest":"10764.48","oraclePx":"107.99","premium":"0.00055561","prevDayPx":"111.81","impactPxs":["108.04","108.06"]}]]"#;
        let answer: MetaAndContexts = serde_json::from_str(json).unwrap();
        assert_eq!(answer.day("SOL"), Ok(Day { last: 108.04, change: 108.04 / 111.81 - 1.0 }));
        assert_eq!(answer.day("TAO"), Err(Error::Wire("the coin is not listed")));
    }
}
