//! One polite GET: no custom header, no credentials (so no preflight), 8 s at most, aborted when nobody waits any more.

use futures::future::{Either, select};
use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use serde::de::DeserializeOwned;
use tao_conviction_core::UnixMs;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, ReferrerPolicy, RequestCredentials};

use super::Failure;

const TIMEOUT_MS: u32 = 8_000;
/// Largest body that is parsed; a card's largest answer is about 100 KB.
const MAX_BODY: usize = 4 << 20;

/// The browser's clock.
pub(crate) fn now() -> UnixMs {
    #[expect(clippy::cast_possible_truncation, reason = "a date in whole milliseconds")]
    UnixMs(js_sys::Date::now() as i64)
}

/// A status with the body that came with it.
pub(super) struct Answer {
    pub(super) status: u16,
    text: String,
}

/// Aborts the request when dropped: after an answer that does nothing, on a timeout or when the widget goes it ends
/// the download.
struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Gets `url`.
pub(super) async fn get(url: &str) -> Result<Answer, Failure> {
    let abort = Abort(AbortController::new().map_err(|_| Failure::Unreachable)?);
    let signal = abort.0.signal();
    let request = Request::get(url)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(Some(&signal))
        .build()
        .map_err(|_| Failure::Unreachable)?;
    let answer = async {
        let response = request.send().await.map_err(|_| Failure::Unreachable)?;
        let status = response.status();
        // A body that breaks off is a network failure like any other.
        let text = response.text().await.map_err(|_| Failure::Unreachable)?;
        Ok(Answer { status, text })
    };
    match select(Box::pin(answer), TimeoutFuture::new(TIMEOUT_MS)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(Failure::Timeout),
    }
}

impl Answer {
    /// The body, parsed by the browser, whatever the status.
    pub(super) fn json(&self) -> Result<JsValue, Failure> {
        if self.text.len() > MAX_BODY {
            return Err(Failure::Body("it is larger than 4 MB".into()));
        }
        js_sys::JSON::parse(&self.text).map_err(|_| Failure::Body(describe(&self.text).into()))
    }

    /// The body as `T`, whatever the status.
    pub(super) fn decode<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        decode(self.json()?)
    }

    /// The body as `T`, from an answer with a good status; `known` may find more in the body than the status says.
    pub(super) fn read<T: DeserializeOwned>(&self, known: impl Fn(&T) -> Option<Failure>) -> Result<T, Failure> {
        match self.decode::<T>() {
            Ok(body) => known(&body).map_or_else(|| self.check_status(), Err).map(|()| body),
            Err(unreadable) => self.check_status().and(Err(unreadable)),
        }
    }

    /// The failure that the status stands for, unless it is a good one.
    pub(super) fn check_status(&self) -> Result<(), Failure> {
        match self.status {
            200..=299 => Ok(()),
            403 | 451 => Err(Failure::Refused(self.status)),
            418 | 429 => Err(Failure::RateLimited(self.status)),
            status => Err(Failure::Status(status)),
        }
    }
}

/// A parsed body, or a part of one, as `T`.
pub(super) fn decode<T: DeserializeOwned>(value: JsValue) -> Result<T, Failure> {
    serde_wasm_bindgen::from_value(value).map_err(|error| Failure::Body(first_line(&JsValue::from(error))))
}

/// What a body that is not JSON seems to be.
fn describe(text: &str) -> &'static str {
    match text.trim_start().bytes().next() {
        None => "it is empty",
        Some(b'<') => "it is a web page, not JSON",
        Some(b'[' | b'{') => "it breaks off or is not JSON",
        Some(_) => "it is not JSON",
    }
}

fn first_line(error: &JsValue) -> String {
    let text = js_sys::Error::from(error.clone()).message();
    String::from(text).lines().next().unwrap_or_default().chars().take(160).collect()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::*;
    use tao_conviction_core::wire::{binance::Klines, kraken::Ohlc};
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    fn answer(text: &str) -> Answer {
        Answer { status: 200, text: text.to_owned() }
    }

    #[wasm_bindgen_test]
    fn the_browser_and_the_native_decoder_read_the_same_candles() {
        let binance = r#"[[1499040000000,"0.01634790","0.80000000","0.01575800","0.01577100","148976.11427815",1499644799999,"2434.19055334",308,"1756.87402397","28.46694368","0"]]"#;
        let native: Klines = serde_json::from_str(binance).unwrap();
        assert_eq!(answer(binance).decode::<Klines>().unwrap(), native);
        let kraken = r#"{"error":[],"result":{"XXBTZUSD":[[1688671200,"30306.1","30306.2","30305.7","30305.7","30306.1","3.39243896",23]],"last":1688672160}}"#;
        let native: Ohlc = serde_json::from_str(kraken).unwrap();
        assert_eq!(answer(kraken).decode::<Ohlc>().unwrap(), native);
    }

    #[wasm_bindgen_test]
    fn what_is_not_the_documented_answer_is_named() {
        let said = |text: &str| answer(text).decode::<Klines>().unwrap_err().to_string();
        assert_eq!(said(""), "sent an answer that can't be read: it is empty");
        assert_eq!(said("<html>"), "sent an answer that can't be read: it is a web page, not JSON");
        assert_eq!(said("[[1,2"), "sent an answer that can't be read: it breaks off or is not JSON");
        assert!(said(r#"[[1,"a","b","c","d","e"]]"#).contains("a number, or a number in quotes"), "{}", said("[[1]]"));
        assert!(said("7").starts_with("sent an answer that can't be read: "));
    }

    #[wasm_bindgen_test]
    async fn an_address_where_nothing_listens_is_unreachable() {
        assert_eq!(get("http://127.0.0.1:9/").await.err(), Some(Failure::Unreachable));
    }
}
