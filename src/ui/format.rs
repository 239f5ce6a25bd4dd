//! Numbers and times in the reader's language, by the browser's `Intl`.

use std::sync::Arc;

use tao_conviction_core::UnixMs;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::config::Config;
use crate::texts::{Said, Speaks, Texts};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type NumberFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(locale: &JsValue, options: &JsValue) -> Result<NumberFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &NumberFormat, value: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(locale: &JsValue, options: &JsValue) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, time: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type RelativeTimeFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(locale: &JsValue, options: &JsValue) -> Result<RelativeTimeFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &RelativeTimeFormat, value: f64, unit: &str) -> String;
}

#[cfg(feature = "panel")]
thread_local! {
    /// A format for each language and number of places.
    static FORMATS: std::cell::RefCell<Vec<(JsValue, u8, NumberFormat)>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// The reader's language: as `Intl` knows it, and the one in which the texts are, where that is not English.
#[derive(Clone, PartialEq)]
pub(super) struct Locale(JsValue, Option<Arc<Texts>>);

/// The numbers that sentences and components need; a trait, so that sentences can be tested without a browser.
pub(super) trait Numbers: Speaks {
    /// `value` with `decimals` places and always a sign: `+48`, `−12`, `0`.
    fn signed(&self, value: f64, decimals: u8) -> String;
    /// `value` with `decimals` places.
    fn plain(&self, value: f64, decimals: u8) -> String;
    /// How many.
    fn count(&self, count: usize) -> String {
        self.plain(f64::from(u32::try_from(count).unwrap_or(u32::MAX)), 0)
    }
}

impl Speaks for Locale {
    fn texts(&self) -> Option<&Texts> {
        self.1.as_deref()
    }
}

impl Numbers for Locale {
    fn signed(&self, value: f64, decimals: u8) -> String {
        let digits = self.plain(value.abs(), decimals);
        // A value that rounds to nothing has no direction.
        let shown = digits.chars().any(|character| character.is_numeric() && character != '0' && character != '٠');
        let sign = match value {
            v if v > 0.0 && shown => "+",
            v if v < 0.0 && shown => "\u{2212}",
            _ => return digits,
        };
        // Else the sign would stand behind the number in a text from right to left.
        let mark = if self.texts().is_some_and(|texts| texts.direction() == "rtl") { "\u{200e}" } else { "" };
        [mark, sign, &digits].concat()
    }

    fn plain(&self, value: f64, decimals: u8) -> String {
        self.number(value, decimals, None)
    }
}

impl Locale {
    /// As `config` has it, or the browser's own.
    pub(super) fn new(config: &Config) -> Self {
        Self(config.locale.as_deref().map_or(JsValue::UNDEFINED, JsValue::from_str), config.texts.clone())
    }

    /// The language and the direction of the texts, for the element around them.
    pub(super) fn lang(&self) -> (Said, Said) {
        match self.texts() {
            Some(texts) => (texts.language().to_owned().into(), texts.direction().to_owned().into()),
            None => ("en".into(), "ltr".into()),
        }
    }

    fn number(&self, value: f64, decimals: u8, currency: Option<&str>) -> String {
        let mut entries: Vec<(&str, JsValue)> =
            vec![("minimumFractionDigits", decimals.into()), ("maximumFractionDigits", decimals.into())];
        #[cfg(feature = "panel")]
        if currency.is_none() {
            return self.digits(value, decimals, &object(&entries));
        }
        if let Some(currency) = currency {
            entries.push(("style", "currency".into()));
            entries.push(("currency", currency.into()));
            entries.push(("currencyDisplay", "narrowSymbol".into()));
        }
        let options = object(&entries);
        // A tag that this browser refuses falls back to its own language.
        NumberFormat::new(&self.0, &options)
            .or_else(|_| NumberFormat::new(&JsValue::UNDEFINED, &options))
            .map(|format| format.format(value))
            .unwrap_or_default()
    }

    /// By a format that is made once: a record shows hundreds of numbers, and making one takes longer than to format.
    #[cfg(feature = "panel")]
    fn digits(&self, value: f64, decimals: u8, options: &JsValue) -> String {
        FORMATS.with_borrow_mut(|formats| {
            if let Some((.., format)) = formats.iter().find(|(tag, of, _)| *tag == self.0 && *of == decimals) {
                return format.format(value);
            }
            let made = NumberFormat::new(&self.0, options).or_else(|_| NumberFormat::new(&JsValue::UNDEFINED, options));
            let text = made.as_ref().map(|format| format.format(value)).unwrap_or_default();
            formats.extend(made.ok().map(|format| (self.0.clone(), decimals, format)));
            text
        })
    }

    /// A price in dollars, with as many places as it needs.
    pub(super) fn price(&self, value: f64) -> String {
        let decimals = match value {
            v if v >= 1.0 => 2,
            v if v >= 0.01 => 4,
            _ => 8,
        };
        self.number(value, decimals, Some("USD"))
    }

    /// Date and time to the minute, with the time zone.
    pub(super) fn exact(&self, time: UnixMs) -> String {
        self.time(time, &[("dateStyle", "medium".into()), ("timeStyle", "long".into())])
    }

    /// "2 min ago" under an hour, the time of day within a day, else the date with it.
    pub(super) fn moment(&self, time: UnixMs, now: UnixMs) -> String {
        let minutes = now.since(time) / 60_000;
        if (0..60).contains(&minutes) {
            let options = object(&[("style", "short".into()), ("numeric", "auto".into())]);
            let ago = RelativeTimeFormat::new(&self.0, &options)
                .or_else(|_| RelativeTimeFormat::new(&JsValue::UNDEFINED, &options));
            let count = f64::from(i32::try_from(minutes).unwrap_or(0));
            return ago.map(|format| format.format(-count, "minute")).unwrap_or_default();
        }
        let clock = [("hour", "2-digit".into()), ("minute", "2-digit".into())];
        if minutes.abs() < 24 * 60 {
            return self.time(time, &clock);
        }
        let [hour, minute] = clock;
        self.time(time, &[("day", "numeric".into()), ("month", "short".into()), hour, minute])
    }

    /// The date alone.
    #[cfg(feature = "panel")]
    pub(super) fn day(&self, time: UnixMs) -> String {
        self.time(time, &[("dateStyle", "medium".into())])
    }

    /// How far away it is, in the largest unit of which there is at least one: "this minute", "3 days ago", "in 4 months".
    #[cfg(feature = "panel")]
    pub(super) fn distance(&self, time: UnixMs, now: UnixMs) -> String {
        const MINUTE: i64 = 60_000;
        let ahead = time.since(now);
        let (unit, length) = match ahead.abs() / MINUTE {
            0..60 => ("minute", MINUTE),
            60..1_440 => ("hour", 60 * MINUTE),
            1_440..86_400 => ("day", 1_440 * MINUTE),
            86_400..1_051_200 => ("month", 43_830 * MINUTE),
            _ => ("year", 525_960 * MINUTE),
        };
        let options = object(&[("numeric", "auto".into())]);
        let format = RelativeTimeFormat::new(&self.0, &options)
            .or_else(|_| RelativeTimeFormat::new(&JsValue::UNDEFINED, &options));
        let count = f64::from(i32::try_from(ahead / length).unwrap_or(0));
        format.map(|format| format.format(count, unit)).unwrap_or_default()
    }

    /// As programs read it, for a `time` element.
    #[cfg(feature = "panel")]
    pub(super) fn machine(&self, time: UnixMs) -> String {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
        let date = js_sys::Date::new(&JsValue::from(time.0 as f64));
        // Refused for what is no date, which no caller has.
        if date.get_time().is_nan() { String::new() } else { date.to_iso_string().into() }
    }

    /// Those of day, month, year, hour and minute that are named, where the reader is or by UTC.
    #[cfg(feature = "panel")]
    pub(super) fn dated(&self, time: UnixMs, parts: &[&'static str], utc: bool) -> String {
        let style = |part| match part {
            "hour" | "minute" => "2-digit",
            "month" => "short",
            _ => "numeric",
        };
        let mut entries: Vec<(&str, JsValue)> = parts.iter().map(|part| (*part, style(*part).into())).collect();
        if utc {
            entries.push(("timeZone", "UTC".into()));
        }
        self.time(time, &entries)
    }

    fn time(&self, time: UnixMs, entries: &[(&str, JsValue)]) -> String {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
        let milliseconds = time.0 as f64;
        let options = object(entries);
        DateTimeFormat::new(&self.0, &options)
            .or_else(|_| DateTimeFormat::new(&JsValue::UNDEFINED, &options))
            .map(|format| format.format(milliseconds))
            .unwrap_or_default()
    }
}

fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in entries {
        // A plain object takes any property.
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::*;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    fn of(tag: &str) -> Locale {
        let mut config = Config::default();
        assert_eq!(config.set("locale", Some(tag)), Ok(()));
        Locale::new(&config)
    }

    fn english() -> Locale {
        of("en-US")
    }

    #[wasm_bindgen_test]
    fn signs_are_always_shown_and_minus_is_a_real_one() {
        let shown = [48.4, -12.0, 0.0, 0.4, -0.4].map(|value| english().signed(value, 0));
        assert_eq!(shown, ["+48", "\u{2212}12", "0", "0", "0"]);
        assert_eq!(of("de").signed(-1234.5, 1), "\u{2212}1.234,5");
    }

    #[wasm_bindgen_test]
    fn prices_have_as_many_places_as_they_need() {
        let shown = [289.4, 119_420.0, 0.0426, 0.000_012_3].map(|price| english().price(price));
        assert_eq!(shown, ["$289.40", "$119,420.00", "$0.0426", "$0.00001230"]);
    }

    #[wasm_bindgen_test]
    fn a_tag_that_the_browser_refuses_falls_back_to_its_own_language() {
        assert!(!of("en-a").plain(1.5, 1).is_empty());
    }

    #[wasm_bindgen_test]
    fn times_are_relative_under_an_hour() {
        let now = UnixMs(1_757_671_620_000);
        assert_eq!(english().moment(now.plus(-7 * 60_000), now), "7 min. ago");
        assert!(english().moment(now.plus(-3 * 3_600_000), now).contains(':'));
        assert!(english().exact(now).contains("2025"));
    }
}
