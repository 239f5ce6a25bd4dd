//! Hyperliquid perpetuals, `POST /info`: candles are objects whose prices are text, oldest first, the last one still
//! running. Prices are those of the perpetual in USDC, not of a spot market.

use super::book::Book;
use super::candles::candle;
use super::day::Day;
use super::json::Json;
use crate::{Candle, Error};

/// The candles of an answer to `candleSnapshot` in the order they were sent.
///
/// # Errors
/// [`Error::Wire`] for `null`, which is reported and not documented for a coin that is not listed, and for any other
/// shape; for candles of another coin or length than `coin` and `interval`, and for a time that isn't one.
pub fn candles(answer: &Json, coin: &str, interval: &str) -> Result<Vec<Candle>, Error> {
    answer
        .list()?
        .iter()
        .map(|bar| {
            if bar.text_of("s") != coin || bar.text_of("i") != interval {
                return Err(Error::Wire("candles of another asset or length"));
            }
            let mut cells = [0.0; 6];
            for (cell, name) in cells.iter_mut().zip(["t", "o", "h", "l", "c", "v"]) {
                *cell = bar.number_of(name)?;
            }
            candle(cells, 1.0)
        })
        .collect()
}

/// The order book in an answer to `l2Book`: at most 20 levels a side, bids first.
///
/// # Errors
/// [`Error::Wire`] for `null` as above, for a book of another coin than `coin`, and for one that is not made of prices
/// and sizes.
pub fn book(answer: &Json, coin: &str) -> Result<Book, Error> {
    if answer.text_of("coin") != coin {
        return Err(Error::Wire("of another asset"));
    }
    let sides = answer.get("levels").and_then(|levels| levels.list().ok()).unwrap_or_default();
    Book::read(sides.first(), sides.get(1))
}

/// The mark price of `coin` and its change in 24 hours, in an answer to `metaAndAssetCtxs`: the names of all coins, and
/// what is known of each in the same order.
///
/// # Errors
/// [`Error::Wire`] when the coin is not among them or has no price.
pub fn day(answer: &Json, coin: &str) -> Result<Day, Error> {
    let missing = Error::Wire("of another asset");
    let [meta, contexts, ..] = answer.list()? else { return Err(missing) };
    let universe = meta.get("universe").ok_or(Error::Wire("no names of coins"))?.list()?;
    let place = universe.iter().position(|known| known.text_of("name") == coin);
    let context = place.and_then(|place| contexts.list().ok()?.get(place)).ok_or(missing)?;
    Day::since(context.number_of("prevDayPx")?, context.number_of("markPx")?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;

    const DOCUMENTED: &str = r#"[{"T":1704287699999,"c":"2226.4","h":"2247.9","i":"15m","l":"2224.6","n":46,"o":"2247.9","s":"ETH","t":1704286800000,"v":"591.6427"}]"#;

    fn read(json: &str) -> Json {
        serde_json::from_str(json).unwrap()
    }

    fn decode(json: &str) -> Result<Vec<Candle>, String> {
        candles(&read(json), "ETH", "15m").map_err(|error| error.to_string())
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
        let snapshot = read(DOCUMENTED);
        for (coin, interval) in [("TAO", "15m"), ("ETH", "1h")] {
            assert_eq!(candles(&snapshot, coin, interval), Err(Error::Wire("candles of another asset or length")));
        }
    }

    #[test]
    fn other_shapes_are_refused() {
        assert_eq!(decode("null"), Err("unexpected answer: not the list that is documented".to_owned()));
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
        let answer = read(json);
        let depth = book(&answer, "ETH").unwrap().depth(0.005).unwrap();
        assert!((depth.value - (2216.2 * 74.0637 + 2216.5 * 70.5893)).abs() < 1e-6);
        assert_eq!(book(&answer, "TAO"), Err(Error::Wire("of another asset")));
        assert!(book(&Json::Null, "TAO").is_err());
        assert!(book(&read(r#"{"coin":"ETH","levels":[[]]}"#), "ETH").is_err());
    }

    #[test]
    fn reads_the_documented_contexts() {
        let json = r#"[{"universe":[{"name":"SOL","szDecimals":2,"maxLeverage":50}]},[{"dayNtlVlm":"9450588.2273","funding":"0.0000198","markPx":"108.04","midPx":"108.05","openInterest":"10764.48","oraclePx":"107.99","premium":"0.00055561","prevDayPx":"111.81","impactPxs":["108.04","108.06"]}]]"#;
        let answer = read(json);
        assert_eq!(day(&answer, "SOL"), Ok(Day { last: 108.04, change: 108.04 / 111.81 - 1.0 }));
        assert_eq!(day(&answer, "TAO"), Err(Error::Wire("of another asset")));
    }
}
