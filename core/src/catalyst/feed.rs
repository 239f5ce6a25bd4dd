//! A curated feed of dated events, as people write it (`docs/catalysts.md`): what is wrong is left out and named.

use super::{Event, Kind, RiskName};
use crate::UnixMs;
use crate::wire::Json;

/// The kinds that a feed may have. What the chain itself tells is not among them: it would count twice.
pub const KINDS: [(&str, Kind); 8] = [
    ("announcement", Kind::Announcement),
    ("ai-landscape", Kind::AiLandscape),
    ("regulatory", Kind::Regulatory),
    ("listing", Kind::Listing),
    ("incident", Kind::Incident),
    ("network-upgrade", Kind::NetworkUpgrade),
    ("release", Kind::Release),
    ("development-activity", Kind::DevelopmentActivity),
];

/// The flags that an entry may raise.
pub const FLAGS: [(&str, RiskName); 3] = [
    ("CENTRALIZED_AI", RiskName::CentralizedAi),
    ("REGULATORY", RiskName::Regulatory),
    ("INCIDENT", RiskName::Incident),
];

/// Entries that a feed may have, and characters of a title and of an address.
pub const MAX_EVENTS: usize = 200;
const MAX_TITLE: usize = 160;
const MAX_URL: usize = 2048;
/// 2021 and 2100: seconds instead of milliseconds are far below.
const TIMES: core::ops::Range<f64> = 1_609_459_200_000.0..4_102_444_800_001.0;
/// Kinds from this place on are shown and never counted.
const FIRST_SHOWN: usize = 5;

/// What a feed says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Feed {
    /// The entries that are right, in the order of the feed.
    pub events: Vec<Event>,
    /// Those that are not: place, field and what is expected there, e.g. `entry 3: magnitude: 0 to 1`.
    pub skipped: Vec<String>,
}

/// Reads a feed.
///
/// # Errors
/// What is wrong with it, when it is none: another `schema`, no list of events, or too many of them.
pub fn read(json: &Json) -> Result<Feed, &'static str> {
    if !matches!(json.get("schema"), Some(Json::Number(1.0))) {
        return Err("its schema is not 1");
    }
    let entries = json.get("events").and_then(|events| events.list().ok()).ok_or("it has no list of events")?;
    if entries.len() > MAX_EVENTS {
        return Err("it has over 200 events");
    }
    let mut feed = Feed::default();
    for (place, entry) in entries.iter().enumerate() {
        match event(entry) {
            Ok(event) => feed.events.push(event),
            Err((field, expected)) => {
                feed.skipped.push(["entry ", &(place + 1).to_string(), ": ", field, ": ", expected].concat());
            }
        }
    }
    Ok(feed)
}

/// One entry, or the field that is wrong and what is expected of it.
fn event(entry: &Json) -> Result<Event, (&'static str, &'static str)> {
    const FIELDS: [&str; 9] =
        ["kind", "title", "at", "direction", "magnitude", "halfLifeDays", "sourceUrl", "riskFlag", "until"];
    let Json::Object(fields) = entry else { return Err(("entry", "an object")) };
    if fields.iter().any(|(name, _)| !FIELDS.contains(&name.as_str())) {
        return Err(("entry", "no field of another name"));
    }
    let text = |name: &'static str| entry.get(name).and_then(Json::text);
    let number = |name: &'static str, range: &dyn Fn(f64) -> bool| match entry.get(name) {
        Some(Json::Number(number)) if range(*number) => Some(*number),
        _ => None,
    };
    let moment = |name: &'static str| {
        let time = number(name, &|time| TIMES.contains(&time) && libm::trunc(time) == time);
        #[expect(clippy::cast_possible_truncation, reason = "a whole number within bounds")]
        time.map(|time| UnixMs(time as i64)).ok_or((name, "whole Unix milliseconds from 2021 to 2099"))
    };
    let kind = text("kind").and_then(|kind| KINDS.iter().position(|(name, _)| *name == kind));
    let (place, kind) =
        kind.and_then(|place| Some((place, KINDS.get(place)?.1))).ok_or(("kind", "one of the documented kinds"))?;
    let title = text("title").filter(|title| is_title(title)).ok_or(("title", "one line of 1 to 160 characters"))?;
    let at = moment("at")?;
    let direction = match number("direction", &|_| true) {
        Some(-1.0) => -1,
        Some(0.0) => 0,
        Some(1.0) => 1,
        _ => return Err(("direction", "-1, 0 or 1")),
    };
    if place >= FIRST_SHOWN && direction != 0 {
        return Err(("direction", "0 for this kind"));
    }
    let magnitude = number("magnitude", &|m| (0.0..=1.0).contains(&m)).ok_or(("magnitude", "0 to 1"))?;
    let half_life_days =
        number("halfLifeDays", &|days| days > 0.0 && days <= 3_650.0).ok_or(("halfLifeDays", "above 0, up to 3650"))?;
    let source_url = text("sourceUrl").filter(|url| is_address(url)).ok_or(("sourceUrl", "an https address"))?;
    let risk_flag = match entry.get("riskFlag") {
        None => None,
        Some(flag) => {
            let known = FLAGS.iter().find(|(name, _)| flag.text() == Some(*name));
            Some(known.ok_or(("riskFlag", "one of the documented flags"))?.1)
        }
    };
    let until = match entry.get("until") {
        None => None,
        Some(_) if risk_flag.is_none() => return Err(("until", "only with a riskFlag")),
        Some(_) => Some(moment("until")?),
    };
    if until.is_some_and(|until| until <= at) {
        return Err(("until", "after `at`"));
    }
    Ok(Event {
        kind,
        title: title.to_owned(),
        at,
        direction,
        magnitude,
        half_life_days,
        source_url: source_url.to_owned(),
        risk_flag,
        until,
    })
}

/// One line of plain text with something in it; nothing that is invisible or turns the direction of writing.
fn is_title(title: &str) -> bool {
    let hidden = |c: char| {
        matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let blank = |c: char| {
        matches!(c, ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
    };
    !title.chars().any(hidden) && title.chars().any(|c| !blank(c)) && title.chars().nth(MAX_TITLE).is_none()
}

/// `https://`, a host, perhaps a port, perhaps a path of printable ASCII; no user and no blanks.
fn is_address(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://").filter(|_| url.len() <= MAX_URL) else { return false };
    // By bytes: the standard library's search for characters would be half a kilobyte for every reader.
    let until = |text: &str, end: u8| text.bytes().position(|byte| byte == end).unwrap_or(text.len());
    let (host, path) = rest.split_at(until(rest, b'/'));
    let (host, port) = host.split_at(until(host, b':'));
    let port = if port.is_empty() { "0" } else { port.get(1..).unwrap_or_default() };
    !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && path.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(feed: &Value) -> Result<Feed, &'static str> {
        read(&serde_json::from_value::<Json>(feed.clone()).unwrap())
    }

    fn good() -> Value {
        json!({"kind": "incident", "title": "The chain stands still", "at": 1_783_555_200_000_i64, "direction": -1,
               "magnitude": 0.4, "halfLifeDays": 7, "sourceUrl": "https://example.org:8443/a?b=1#c",
               "riskFlag": "INCIDENT", "until": 1_783_814_400_000_i64})
    }

    fn with(field: &str, value: Value) -> Value {
        let mut entry = good();
        entry[field] = value;
        entry
    }

    #[test]
    fn an_entry_is_read_for_what_it_says() {
        let feed = of(&json!({"$schema": "x", "schema": 1, "events": [good()]})).unwrap();
        let expected = Event {
            kind: Kind::Incident,
            title: "The chain stands still".into(),
            at: UnixMs(1_783_555_200_000),
            direction: -1,
            magnitude: 0.4,
            half_life_days: 7.0,
            source_url: "https://example.org:8443/a?b=1#c".into(),
            risk_flag: Some(RiskName::Incident),
            until: Some(UnixMs(1_783_814_400_000)),
        };
        assert_eq!(feed, Feed { events: vec![expected], skipped: Vec::new() });
        assert_eq!(of(&json!({"schema": 1, "events": []})), Ok(Feed::default()));
    }

    #[test]
    fn what_is_no_feed_is_refused_whole() {
        let many: Vec<Value> = vec![good(); 201];
        for (feed, why) in [
            (json!([]), "its schema is not 1"),
            (json!({"schema": 2, "events": []}), "its schema is not 1"),
            (json!({"schema": "1", "events": []}), "its schema is not 1"),
            (json!({"schema": 1}), "it has no list of events"),
            (json!({"schema": 1, "events": {}}), "it has no list of events"),
            (json!({"schema": 1, "events": many}), "it has over 200 events"),
        ] {
            assert_eq!(of(&feed), Err(why));
        }
    }

    #[test]
    fn a_wrong_entry_is_left_out_and_named_and_the_others_count() {
        let without = |field: &str| {
            let mut entry = good();
            entry.as_object_mut().unwrap().remove(field);
            entry
        };
        let long = "x".repeat(161);
        let far = format!("https://example.org/{}", "x".repeat(2048));
        for (entry, said) in [
            (json!(7), "entry: an object"),
            (with("impact", json!(1)), "entry: no field of another name"),
            (without("kind"), "kind: one of the documented kinds"),
            (with("kind", json!("halving")), "kind: one of the documented kinds"),
            (with("kind", json!("release")), "direction: 0 for this kind"),
            (without("title"), "title: one line of 1 to 160 characters"),
            (with("title", json!(" \u{a0} ")), "title: one line of 1 to 160 characters"),
            (with("title", json!("two\nlines")), "title: one line of 1 to 160 characters"),
            (with("title", json!("turned \u{202e}around")), "title: one line of 1 to 160 characters"),
            (with("title", json!(long)), "title: one line of 1 to 160 characters"),
            (without("at"), "at: whole Unix milliseconds from 2021 to 2099"),
            (with("at", json!(1_783_555_200)), "at: whole Unix milliseconds from 2021 to 2099"),
            (with("at", json!(1_783_555_200_000.5)), "at: whole Unix milliseconds from 2021 to 2099"),
            (with("at", json!("2026-07-01")), "at: whole Unix milliseconds from 2021 to 2099"),
            (with("direction", json!(0.5)), "direction: -1, 0 or 1"),
            (with("direction", json!("1")), "direction: -1, 0 or 1"),
            (with("magnitude", json!(1.01)), "magnitude: 0 to 1"),
            (with("magnitude", json!(-0.1)), "magnitude: 0 to 1"),
            (with("halfLifeDays", json!(0)), "halfLifeDays: above 0, up to 3650"),
            (with("halfLifeDays", json!(4000)), "halfLifeDays: above 0, up to 3650"),
            (with("sourceUrl", json!("http://example.org/")), "sourceUrl: an https address"),
            (with("sourceUrl", json!("javascript:alert(1)")), "sourceUrl: an https address"),
            (with("sourceUrl", json!("https://")), "sourceUrl: an https address"),
            (with("sourceUrl", json!("https://u:p@example.org/")), "sourceUrl: an https address"),
            (with("sourceUrl", json!("https://a b.example/")), "sourceUrl: an https address"),
            (with("sourceUrl", json!("https://example.org/<b>\n")), "sourceUrl: an https address"),
            (with("sourceUrl", json!(far)), "sourceUrl: an https address"),
            (with("riskFlag", json!("LIQUIDITY")), "riskFlag: one of the documented flags"),
            (without("riskFlag"), "until: only with a riskFlag"),
            (with("until", json!("soon")), "until: whole Unix milliseconds from 2021 to 2099"),
            (with("until", json!(1_783_555_200_000_i64)), "until: after `at`"),
        ] {
            let feed = of(&json!({"schema": 1, "events": [good(), entry, good()]})).unwrap();
            assert_eq!((feed.events.len(), feed.skipped), (2, vec![format!("entry 2: {said}")]));
        }
    }

    #[test]
    fn our_own_feed_is_read_whole() {
        let text = include_str!("../../../catalysts.json");
        let feed = read(&serde_json::from_str(text).unwrap()).unwrap();
        assert!(feed.skipped.is_empty() && !feed.events.is_empty(), "{:?}", feed.skipped);
        let mut plain: Value = serde_json::from_str(text).unwrap();
        assert_eq!(feed.events, serde_json::from_value::<Vec<Event>>(plain["events"].take()).unwrap());
    }
}
