//! Numbers and times in the reader's language, by the browser's `Intl`.

use std::sync::Arc;

use tao_conviction_core::UnixMs;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::config::Config;
#[cfg(feature = "panel")]
use crate::texts::say;
use crate::texts::{Said, Speaks, Texts};

#[wasm_bindgen(module = "/src/browser.js")]
extern "C" {
    fn write(intl: &str, tag: &JsValue, options: &str, value: f64, unit: &str) -> String;
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
    /// A number with the percent sign, as the language writes it, on one line.
    #[cfg(feature = "panel")]
    fn percent(&self, number: String) -> String
    where
        Self: Sized,
    {
        say!(self, "{0} % ", number).trim_end().replace(' ', "\u{a0}")
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
        self.number(value, decimals, "")
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

    /// As an `Intl` object of this type writes it, its options being the inside of a JSON object.
    #[inline(never)]
    fn write(&self, intl: &str, options: &str, value: f64, unit: &str) -> String {
        write(intl, &self.0, &["{", options, "}"].concat(), value, unit)
    }

    fn number(&self, value: f64, decimals: u8, currency: &str) -> String {
        let digit = char::from(b'0'.saturating_add(decimals));
        let places = format!("\"minimumFractionDigits\":{digit},\"maximumFractionDigits\":{digit}{currency}");
        self.write("NumberFormat", &places, value, "")
    }

    /// A price in dollars, with as many places as it needs.
    pub(super) fn price(&self, value: f64) -> String {
        let decimals = match value {
            v if v >= 1.0 => 2,
            v if v >= 0.01 => 4,
            _ => 8,
        };
        const DOLLARS: &str = r#","style":"currency","currency":"USD","currencyDisplay":"narrowSymbol""#;
        self.number(value, decimals, DOLLARS)
    }

    /// Date and time to the minute, with the time zone.
    pub(super) fn exact(&self, time: UnixMs) -> String {
        self.time(time, r#""dateStyle":"medium","timeStyle":"long""#)
    }

    /// "2 min ago" under an hour, the time of day within a day, else the date with it.
    pub(super) fn moment(&self, time: UnixMs, now: UnixMs) -> String {
        let minutes = now.since(time) / 60_000;
        if (0..60).contains(&minutes) {
            let count = f64::from(i32::try_from(minutes).unwrap_or(0));
            return self.write("RelativeTimeFormat", r#""style":"short","numeric":"auto""#, -count, "minute");
        }
        if minutes.abs() < 24 * 60 {
            return self.time(time, r#""hour":"2-digit","minute":"2-digit""#);
        }
        self.time(time, r#""day":"numeric","month":"short","hour":"2-digit","minute":"2-digit""#)
    }

    /// The date alone.
    #[cfg(feature = "panel")]
    pub(super) fn day(&self, time: UnixMs) -> String {
        self.time(time, r#""dateStyle":"medium""#)
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
        let count = f64::from(i32::try_from(ahead / length).unwrap_or(0));
        self.write("RelativeTimeFormat", r#""numeric":"auto""#, count, unit)
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
        let style = |part: &str| match part {
            "hour" | "minute" => "2-digit",
            "month" => "short",
            _ => "numeric",
        };
        let entry = |part: &&str| format!("\"{part}\":\"{}\"", style(part));
        let mut entries: Vec<String> = parts.iter().map(entry).collect();
        if utc {
            entries.push(r#""timeZone":"UTC""#.to_owned());
        }
        self.time(time, &entries.join(","))
    }

    fn time(&self, time: UnixMs, options: &str) -> String {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
        let milliseconds = time.0 as f64;
        self.write("DateTimeFormat", options, milliseconds, "")
    }
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
