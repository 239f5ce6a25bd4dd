//! What the leading tab tells the others: everything that isn't in the storage. Numbers and texts in a list, read like an
//! answer from the network: another tab may run another version.

use tao_conviction_core::wire::Json;
use tao_conviction_core::{Candle, UnixMs};
use wasm_bindgen::JsValue;

use super::tabs::list;
use crate::market::{Failure, Market, Source, json};

/// A message of the leading tab.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct News {
    /// Where its candles come from, if it has any.
    pub(super) source: Option<Source>,
    /// Whether that source has just answered.
    pub(super) fresh: bool,
    /// The sources that failed.
    pub(super) failures: Vec<(Source, Failure)>,
    /// When it asks again.
    pub(super) next: UnixMs,
    /// The candle that was still running.
    pub(super) running: Option<Candle>,
    /// What stands in the order book.
    pub(super) depth: Option<f64>,
}

/// The message when a source has answered.
pub(super) fn of_market(market: &Market, depth: Option<f64>, next: UnixMs) -> JsValue {
    let running = market.running.map_or(JsValue::NULL, |candle| {
        let Candle { open_time, open, high, low, close, volume } = candle;
        list(&[number(open_time), open.into(), high.into(), low.into(), close.into(), volume.into()])
    });
    let depth = depth.map_or(JsValue::NULL, JsValue::from);
    list(&[market.source.id().into(), true.into(), failed(&market.failures), number(next), running, depth])
}

/// The message when every source has failed; candles of `source` may be there from earlier.
pub(super) fn of_failures(source: Option<Source>, failures: &[(Source, Failure)], next: UnixMs) -> JsValue {
    let source = source.map_or(JsValue::NULL, |source| source.id().into());
    list(&[source, JsValue::NULL, failed(failures), number(next)])
}

fn failed(failures: &[(Source, Failure)]) -> JsValue {
    let line = |(source, failure): &(Source, Failure)| list(&[source.id().into(), failure.to_string().into()]);
    list(&failures.iter().map(line).collect::<Vec<_>>())
}

fn number(time: UnixMs) -> JsValue {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
    let milliseconds = time.0 as f64;
    milliseconds.into()
}

impl News {
    /// A message, unless it is none.
    pub(super) fn read(message: &JsValue) -> Option<Self> {
        Self::of(&json(message, Json::MAX_DEPTH))
    }

    fn of(message: &Json) -> Option<Self> {
        let items = message.list().ok()?;
        let failed = |item: &Json| match item.list() {
            Ok([source, reason]) => Some((Source::parse(source.text()?)?, Failure::Told(reason.text()?.to_owned()))),
            _ => None,
        };
        let running = |item: &Json| {
            let [time, open, high, low, close, volume] = item.numbers().ok()?;
            Some(Candle { open_time: date(time)?, open, high, low, close, volume })
        };
        let [source, fresh, failures, next, rest @ ..] = items else { return None };
        Some(Self {
            source: source.text().and_then(Source::parse),
            // `true` is of no other use in answers.
            fresh: *fresh == Json::Other,
            failures: failures.list().ok()?.iter().filter_map(failed).collect(),
            next: date(next.number().ok()?)?,
            running: rest.first().and_then(running),
            depth: rest.get(1).and_then(|depth| depth.number().ok()).filter(|depth| depth.is_finite()),
        })
    }
}

fn date(milliseconds: f64) -> Option<UnixMs> {
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
    (libm::trunc(milliseconds) == milliseconds && milliseconds.abs() < 8.64e15).then_some(UnixMs(milliseconds as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<News> {
        News::of(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn news_of_a_source_that_answered_and_of_none_that_did() {
        let text =
            r#"["kraken",true,[["binance","does not serve this region (HTTP 451)"]],900000,[0,1,2,0.5,1.5,7],51000.5]"#;
        let news = read(text).unwrap();
        let told = Failure::Told("does not serve this region (HTTP 451)".to_owned());
        assert_eq!((news.source, news.fresh), (Some(Source::Kraken), true));
        assert_eq!(news.failures, [(Source::Binance, told)]);
        assert_eq!((news.next, news.depth), (UnixMs(900_000), Some(51_000.5)));
        assert_eq!(news.running.map(|candle| candle.close), Some(1.5));
        let none = read(r#"[null,null,[["okx","did not answer within 8 seconds"]],5]"#).unwrap();
        assert_eq!((none.source, none.fresh, none.failures.len(), none.running), (None, false, 1, None));
    }

    #[test]
    fn what_is_no_news_is_ignored() {
        for text in ["7", "{}", "[]", r#"["kraken",true,[]]"#, r#"["kraken",true,5,5]"#, r#"["kraken",true,[],0.5]"#] {
            assert_eq!(read(text), None, "{text}");
        }
        // A source of another version is not known here.
        assert_eq!(read(r#"["mtgox",true,[],5]"#).unwrap().source, None);
    }
}
