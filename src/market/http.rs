//! One polite request: a GET without custom headers (so no preflight), or a POST of JSON where a venue knows nothing else;
//! no credentials, 8 s at most, aborted when nobody waits any more.

use futures::future::{Either, select};
use gloo_net::http::{Method, RequestBuilder};
use gloo_timers::future::TimeoutFuture;
use tao_conviction_core::wire::{Json, Refusal};
use tao_conviction_web::json;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, ReferrerPolicy, RequestCredentials};

use super::{Asset, Failure};

const TIMEOUT_MS: u32 = 8_000;
/// Largest body that is parsed; a card's largest answer is about 100 KB.
const MAX_BODY: usize = 4 << 20;
/// The longest that anybody is left alone on request.
const HOUR: i64 = 60 * 60_000;

#[cfg(feature = "panel")]
#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    /// For texts that stay with the browser.
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = parse)]
    fn parse_in_place(text: &js_sys::JsString) -> Result<JsValue, JsValue>;
}

/// A status with the body that came with it.
pub(super) struct Answer {
    pub(super) status: u16,
    text: String,
    /// For how many milliseconds the venue asks to be left alone (`Retry-After`); 0 where it says nothing, or nothing
    /// that a page of another origin may read.
    wait: i64,
}

/// Aborts the request when dropped: after an answer that does nothing, on a timeout or when the widget goes it ends
/// the download.
struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Gets `url`, or posts a JSON body to it.
pub(super) async fn ask(url: &str, body: Option<String>) -> Result<Answer, Failure> {
    let abort = Abort(AbortController::new().map_err(|_| Failure::Unreachable)?);
    let request = plain(url, &abort);
    let request = match body {
        None => request.build(),
        Some(body) => request.method(Method::POST).header("content-type", "application/json").body(body),
    };
    let request = request.map_err(|_| Failure::Unreachable)?;
    let answer = async {
        let response = request.send().await.map_err(|_| Failure::Unreachable)?;
        let status = response.status();
        let wait = response.headers().get("retry-after").map_or(0, |text| wait(&text));
        // A body that breaks off is a network failure like any other.
        let text = response.text().await.map_err(|_| Failure::Unreachable)?;
        Ok(Answer { status, text, wait })
    };
    match select(Box::pin(answer), TimeoutFuture::new(TIMEOUT_MS)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(Failure::Timeout),
    }
}

/// A request to `url` that tells the other side as little as can be.
fn plain(url: &str, abort: &Abort) -> RequestBuilder {
    RequestBuilder::new(url)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(Some(&abort.0.signal()))
}

/// What a host said that sells nothing: its answer stays with the browser, since most of it isn't needed.
#[cfg(feature = "panel")]
pub(crate) struct Page {
    pub(crate) status: u16,
    /// For how many milliseconds it asks to be left alone; 0 where it doesn't.
    pub(crate) wait: i64,
    /// The body as the browser parsed it, whatever the status.
    pub(crate) body: Result<JsValue, Failure>,
}

/// Gets `url`, whose body isn't taken into the wasm.
#[cfg(feature = "panel")]
pub(crate) async fn page(url: &str) -> Result<Page, Failure> {
    let abort = Abort(AbortController::new().map_err(|_| Failure::Unreachable)?);
    let request = plain(url, &abort).build().map_err(|_| Failure::Unreachable)?;
    let answer = async {
        let response = request.send().await.map_err(|_| Failure::Unreachable)?;
        let (status, headers) = (response.status(), response.headers());
        // GitHub says when its hour is over, in seconds of the date.
        let spent = headers.get("x-ratelimit-remaining").is_some_and(|left| left == "0");
        let reset = headers.get("x-ratelimit-reset").filter(|_| spent).and_then(|text| text.parse::<u32>().ok());
        let until = reset.map_or(0, |seconds| {
            tao_conviction_core::UnixMs(1_000 * i64::from(seconds)).since(tao_conviction_web::now()).clamp(1_000, HOUR)
        });
        let wait = headers.get("retry-after").map_or(0, |text| wait(&text)).max(until);
        let large = || Failure::Body("it is larger than 4 MB".into());
        // As it travels, which is less than what it is unpacked to.
        if headers
            .get("content-length")
            .and_then(|text| text.parse().ok())
            .is_some_and(|length: usize| length > MAX_BODY)
        {
            return Err(large());
        }
        let text = web_sys::Response::from(response).text().map_err(|_| Failure::Unreachable)?;
        let text = wasm_bindgen_futures::JsFuture::from(text).await.map_err(|_| Failure::Unreachable)?;
        let text = js_sys::JsString::from(text);
        if text.length() as usize > MAX_BODY {
            return Err(large());
        }
        let body = parse_in_place(&text);
        let body = body.map_err(|_| Failure::Body(describe(&String::from(text.slice(0, 40))).into()));
        Ok(Page { status, wait, body })
    };
    match select(Box::pin(answer), TimeoutFuture::new(TIMEOUT_MS)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(Failure::Timeout),
    }
}

impl Answer {
    /// The body, parsed by the browser, whatever the status.
    pub(super) fn parse(&self) -> Result<JsValue, Failure> {
        if self.text.len() > MAX_BODY {
            return Err(Failure::Body("it is larger than 4 MB".into()));
        }
        js_sys::JSON::parse(&self.text).map_err(|_| Failure::Body(describe(&self.text).into()))
    }

    /// The body of an answer with a good status. `refusal` may find more in the body than the status says: a refusal by
    /// region or for too many requests is known by its status, an asset that isn't listed by the body alone.
    pub(super) fn read(&self, asset: Asset, refusal: fn(&Json) -> Option<Refusal>) -> Result<Json, Failure> {
        let body = self.parse().map(|body| json(&body, Json::MAX_DEPTH));
        match body.as_ref().ok().and_then(refusal) {
            Some(Refusal::Unlisted) => Err(Failure::Unlisted(asset.symbol())),
            Some(Refusal::Region(code)) => Err(Failure::Refused(code)),
            Some(Refusal::Rate(code)) => Err(Failure::RateLimited(code, self.wait)),
            None => self.check_status().and(body),
        }
    }

    /// The failure that the status stands for, unless it is a good one.
    pub(super) fn check_status(&self) -> Result<(), Failure> {
        match self.status {
            200..=299 => Ok(()),
            403 | 451 => Err(Failure::Refused(self.status)),
            418 | 429 => Err(Failure::RateLimited(self.status, self.wait)),
            503 if self.wait > 0 => Err(Failure::RateLimited(self.status, self.wait)),
            status => Err(Failure::Status(status)),
        }
    }
}

/// The milliseconds of a `Retry-After`: so many seconds, or until a date; between 1 s and an hour.
fn wait(text: &str) -> i64 {
    let milliseconds = text
        .parse::<u32>()
        .map_or_else(|_| js_sys::Date::parse(text) - js_sys::Date::now(), |seconds| 1_000.0 * f64::from(seconds));
    #[expect(clippy::cast_possible_truncation, reason = "what is no number is 0, and what is too large an hour")]
    let milliseconds = milliseconds as i64;
    if milliseconds > 0 { milliseconds.clamp(1_000, HOUR) } else { 0 }
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

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::*;
    use tao_conviction_core::wire::{binance, kraken};
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    fn answer(text: &str) -> Answer {
        Answer { status: 200, text: text.to_owned(), wait: 0 }
    }

    #[wasm_bindgen_test]
    fn the_browser_and_the_native_decoder_read_the_same_candles() {
        let binance = r#"[[1499040000000,"0.01634790","0.80000000","0.01575800","0.01577100","148976.11427815",1499644799999,"2434.19055334",308,"1756.87402397","28.46694368","0"]]"#;
        let kraken = r#"{"error":[],"result":{"XXBTZUSD":[[1688671200,"30306.1","30306.2","30305.7","30305.7","30306.1","3.39243896",23]],"last":1688672160}}"#;
        let odd = r#"{"a":[null,true,-0.5,"x",{"b":[]}],"c":12345678901234567890}"#;
        for text in [binance, kraken, odd] {
            let native: Json = serde_json::from_str(text).unwrap();
            assert_eq!(answer(text).parse().map(|body| json(&body, Json::MAX_DEPTH)), Ok(native));
        }
    }

    #[wasm_bindgen_test]
    fn what_is_not_the_documented_answer_is_named() {
        let said = |text: &str| {
            let read = answer(text).read(Asset::default(), binance::refusal);
            read.and_then(|json| Ok(binance::candles(&json)?)).unwrap_err().to_string()
        };
        assert_eq!(said(""), "sent an answer that can't be read: it is empty");
        assert_eq!(said("<html>"), "sent an answer that can't be read: it is a web page, not JSON");
        assert_eq!(said("[[1,2"), "sent an answer that can't be read: it breaks off or is not JSON");
        assert!(said(r#"[[1,"a","b","c","d","e"]]"#).contains("a number, or a number in quotes"), "{}", said("[[1]]"));
        assert!(said("7").starts_with("sent an answer that can't be read: "));
    }

    #[wasm_bindgen_test]
    fn a_body_says_more_than_its_status_or_less() {
        let said = |status: u16, text: &str, refusal: fn(&Json) -> Option<Refusal>| {
            Answer { status, text: text.to_owned(), wait: 0 }.read(Asset::default(), refusal).map(|_| ())
        };
        let unlisted = r#"{"code":-1121,"msg":"Invalid symbol."}"#;
        assert_eq!(said(400, unlisted, binance::refusal), Err(Failure::Unlisted("TAO")));
        assert_eq!(
            said(200, r#"{"error":["EQuery:Unknown asset pair"]}"#, kraken::refusal),
            Err(Failure::Unlisted("TAO"))
        );
        assert_eq!(said(451, "{}", binance::refusal), Err(Failure::Refused(451)));
        assert_eq!(said(429, "<html>", binance::refusal), Err(Failure::RateLimited(429, 0)));
        assert_eq!(said(200, "[]", binance::refusal), Ok(()));
    }

    #[wasm_bindgen_test]
    fn a_venue_says_in_seconds_or_by_a_date_how_long_to_wait() {
        assert_eq!(["7", "0", "soon", "-5", "999999999"].map(wait), [7_000, 0, 0, 0, 3_600_000]);
        let date = js_sys::Date::new(&(js_sys::Date::now() + 90_000.0).into()).to_utc_string();
        let until = wait(&String::from(date));
        assert!((88_000..=90_000).contains(&until), "{until}");
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT"), 0);
    }

    #[wasm_bindgen_test]
    async fn an_address_where_nothing_listens_is_unreachable() {
        assert_eq!(ask("http://127.0.0.1:9/", None).await.err(), Some(Failure::Unreachable));
    }
}
