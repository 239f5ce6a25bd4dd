//! A reading of the chain and the feed: as it is handed over and stored, and as it is scored. Its shape is said at the
//! function `read` of the crate in `catalysts/`.

use js_sys::{Float64Array, Reflect};
use tao_conviction_core::UnixMs;
use tao_conviction_core::catalyst::feed::{FLAGS, KINDS};
use tao_conviction_core::catalyst::{ChainFacts, Event, Launch};
#[cfg(feature = "panel")]
use tao_conviction_core::wire::Json;
use wasm_bindgen::{JsCast, JsValue};

#[cfg(feature = "panel")]
use crate::market::json;

/// What is older says nothing about now.
const DAY_MS: i64 = 24 * 60 * 60_000;

/// The place of what is shown of the chain; the node that said it is the next one.
const NETWORK: u32 = 4;

/// What was read.
#[derive(Debug)]
pub(crate) struct Reading {
    /// As it was handed over.
    pub(crate) stored: JsValue,
    /// Both the chain and the feed answered at the last try.
    pub(super) whole: bool,
    /// When they answered.
    pub(super) chain_at: UnixMs,
    feed_at: UnixMs,
    facts: Option<ChainFacts>,
    events: Option<Vec<Event>>,
}

impl Reading {
    /// What was handed over or stored.
    pub(super) fn of(stored: &JsValue) -> Option<Self> {
        let numbers = |place| item(stored, place).dyn_ref::<Float64Array>().map(Float64Array::to_vec);
        let texts = item(stored, 9);
        let text = |place: u32| item(&texts, place).as_string();
        Some(Self {
            whole: item(stored, 1).is_truthy(),
            chain_at: date(item(stored, 2).as_f64()?)?,
            feed_at: date(item(stored, 7).as_f64()?)?,
            facts: numbers(3).as_deref().and_then(facts),
            events: numbers(8).as_deref().and_then(|numbers| events(numbers, text)),
            stored: stored.clone(),
        })
    }

    /// What is scored at `at`: nothing that is over a day old.
    pub(crate) fn scored(&self, at: UnixMs) -> (Option<&ChainFacts>, Option<&[Event]>) {
        let recent = |read_at: UnixMs| at.since(read_at) < DAY_MS;
        let facts = self.facts.as_ref().filter(|_| recent(self.chain_at));
        (facts, self.events.as_deref().filter(|_| recent(self.feed_at)))
    }

    /// Whether it has all that is needed here: a card's has nothing that a panel shows of the chain.
    pub(super) fn suffices(&self) -> bool {
        !cfg!(feature = "panel") || !item(&self.stored, NETWORK).is_null()
    }

    /// Goes on showing what `own` shows of the chain, where it says nothing of that itself: the block's time is shown too.
    #[cfg(feature = "panel")]
    pub(super) fn keep_network(&self, own: Option<&Self>) {
        if let Some(own) = own.filter(|_| !self.suffices()) {
            for place in [NETWORK, NETWORK + 1] {
                // A list takes any item.
                let _ = Reflect::set_u32(&self.stored, place, &item(&own.stored, place));
            }
        }
    }

    /// What is shown of the chain, by name; `null` when no node could be used.
    #[cfg(feature = "panel")]
    pub(crate) fn network(&self) -> Json {
        named(&self.json(NETWORK), self.json(NETWORK + 1))
    }

    /// The nodes that could not be used, and why.
    #[cfg(feature = "panel")]
    pub(crate) fn failures(&self) -> Vec<(String, String)> {
        let pair = |item: &Json| match item.list() {
            Ok([node, why]) => Some((node.text()?.to_owned(), why.text()?.to_owned())),
            _ => None,
        };
        self.json(6).list().map(|all| all.iter().filter_map(pair).collect()).unwrap_or_default()
    }

    /// What was wrong with the feed.
    #[cfg(feature = "panel")]
    pub(crate) fn skipped(&self) -> Vec<String> {
        let text = |item: &Json| item.text().map(str::to_owned);
        self.json(10).list().map(|all| all.iter().filter_map(text).collect()).unwrap_or_default()
    }

    #[cfg(feature = "panel")]
    fn json(&self, place: u32) -> Json {
        json(&item(&self.stored, place), Json::MAX_DEPTH)
    }
}

/// Undefined where there is none.
fn item(list: &JsValue, place: u32) -> JsValue {
    Reflect::get_u32(list, place).unwrap_or_default()
}

fn facts(numbers: &[f64]) -> Option<ChainFacts> {
    let [last, next, staked, change, nakamoto, hhi, launches @ ..] = numbers else { return None };
    let mut facts = ChainFacts {
        last_halving: date(*last),
        next_halving: date(*next),
        staked_share: known(*staked),
        staked_share_change: known(*change),
        nakamoto: known(*nakamoto).map(small),
        emission_hhi: known(*hhi),
        launches: Vec::new(),
    };
    for pair in launches.chunks(2) {
        let [netuid, at] = *pair else { return None };
        #[expect(clippy::cast_possible_truncation, reason = "was one")]
        facts.launches.push(Launch { netuid: small(netuid) as u16, at: date(at)? });
    }
    Some(facts)
}

fn events(numbers: &[f64], text: impl Fn(u32) -> Option<String>) -> Option<Vec<Event>> {
    let mut events = Vec::new();
    let mut place = 0;
    for row in numbers.chunks(7) {
        let [kind, at, direction, magnitude, half_life_days, flag, until] = *row else { return None };
        #[expect(clippy::cast_possible_truncation, reason = "-1, 0 or 1")]
        events.push(Event {
            kind: KINDS.get(small(kind) as usize)?.1,
            title: text(place)?,
            at: date(at)?,
            direction: direction as i8,
            magnitude,
            half_life_days,
            source_url: text(place + 1)?,
            risk_flag: known(flag).and_then(|flag| FLAGS.get(small(flag) as usize)).map(|(_, flag)| *flag),
            until: date(until),
        });
        place += 2;
    }
    Some(events)
}

/// A count or a place in a list.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "was one, and saturates")]
const fn small(number: f64) -> u32 {
    number as u32
}

/// NaN is nothing.
fn known(number: f64) -> Option<f64> {
    (!number.is_nan()).then_some(number)
}

fn date(milliseconds: f64) -> Option<UnixMs> {
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
    (milliseconds.abs() < 8.64e15).then_some(UnixMs(milliseconds as i64))
}

/// What is shown of the chain with the names that it is known by in `docs/chain.md`: each a `value`, or `why` it is
/// unknown.
#[cfg(feature = "panel")]
fn named(shown: &Json, node: Json) -> Json {
    const NAMES: [&str; 15] = [
        "block",
        "at",
        "version",
        "issuance",
        "halving",
        "stakedShare",
        "rootShare",
        "subnets",
        "subnetLimit",
        "receiving",
        "enabled",
        "emissionConcentration",
        "root",
        "top",
        "launches",
    ];
    const HALVING: [&str; 7] = ["done", "emission", "threshold", "remaining", "last", "earliest", "expected"];
    const SPREAD: [&str; 5] = ["holders", "nakamoto", "hhi", "gini", "top5"];
    const SUBNET: [&str; 4] = ["netuid", "name", "tao", "share"];
    let Ok(values) = shown.list() else { return Json::Null };
    let mut fields: Vec<(String, Json)> = Vec::new();
    for (name, value) in NAMES.into_iter().zip(values) {
        let value = match name {
            "halving" => object(&HALVING, value),
            "emissionConcentration" | "root" => object(&SPREAD, value),
            "top" => match value {
                Json::List(subnets) => Json::List(subnets.iter().map(|subnet| object(&SUBNET, subnet)).collect()),
                other => said(other),
            },
            _ => said(value),
        };
        fields.push((name.to_owned(), value));
    }
    fields.push(("endpoint".to_owned(), node));
    Json::Object(fields)
}

/// A list with names for its items.
#[cfg(feature = "panel")]
fn object(names: &[&str], value: &Json) -> Json {
    match value {
        Json::List(items) => {
            let named = |(name, item): (&&str, &Json)| {
                ((*name).to_owned(), if *name == "name" { item.clone() } else { said(item) })
            };
            Json::Object(names.iter().zip(items).map(named).collect())
        }
        other => said(other),
    }
}

/// A text is the reason why there is no value.
#[cfg(feature = "panel")]
fn said(value: &Json) -> Json {
    match value {
        Json::Text(_) => Json::Object(vec![("why".to_owned(), value.clone())]),
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

    #[test]
    fn facts_are_what_was_handed_over_and_what_is_unknown_stays_so() {
        let expected = ChainFacts {
            last_halving: Some(UnixMs(1)),
            staked_share: Some(0.6),
            nakamoto: Some(3),
            emission_hhi: Some(0.2),
            launches: vec![Launch { netuid: 7, at: UnixMs(5) }],
            ..ChainFacts::default()
        };
        assert_eq!(facts(&[1.0, NONE, 0.6, NONE, 3.0, 0.2, 7.0, 5.0]), Some(expected));
        assert_eq!(facts(&[NONE; 6]), Some(ChainFacts::default()));
        for other in [&[1.0, 2.0, 3.0, 4.0, 5.0][..], &[NONE; 7], &[NONE; 8]] {
            assert_eq!(facts(other), None, "{other:?}");
        }
    }

    #[test]
    fn events_are_what_was_handed_over() {
        let text = |place: u32| Some(place.to_string());
        let numbers = [4.0, 9.0, -1.0, 0.4, 7.0, 2.0, 11.0, 1.0, 8.0, 0.0, 0.0, 90.0, NONE, NONE];
        let both = events(&numbers, text).unwrap();
        assert_eq!((both[0].kind, both[0].risk_flag, both[0].until), (KINDS[4].1, Some(FLAGS[2].1), Some(UnixMs(11))));
        assert_eq!((both[0].direction, both[0].magnitude, both[0].half_life_days), (-1, 0.4, 7.0));
        assert_eq!((both[1].at, both[1].direction, both[1].risk_flag, both[1].until), (UnixMs(8), 0, None, None));
        assert_eq!((both[1].title.as_str(), both[1].source_url.as_str()), ("2", "3"));
        assert_eq!(events(&[], text), Some(Vec::new()));
        assert_eq!(events(&numbers[1..], text), None);
        assert_eq!(events(&[99.0, 9.0, 0.0, 0.0, 1.0, NONE, NONE], text), None);
        assert_eq!(events(&numbers, |_| None), None);
    }

    #[cfg(feature = "panel")]
    #[test]
    fn what_is_shown_gets_its_names_and_what_is_unknown_its_reason() {
        let read = |json: &str| serde_json::from_str::<Json>(json).unwrap();
        let shown = read(
            r#"[7,9,"runtime version: not answered",11.5,[1,0.5,15,4,1,"why not",3],0.7,0.4,128,128,41,81,"too little",[64,7,0.1,0.8,0.5],[[64,"Chutes",0.05,0.1],[4,null,0.04,0.08]],2]"#,
        );
        let named = named(&shown, Json::Text("wss://node".to_owned()));
        let at = |names: &[&str]| names.iter().try_fold(&named, |json, name| json.get(name)).cloned();
        assert_eq!(at(&["block"]), Some(Json::Number(7.0)));
        assert_eq!(at(&["version", "why"]), Some(Json::Text("runtime version: not answered".to_owned())));
        assert_eq!(at(&["halving", "earliest", "why"]), Some(Json::Text("why not".to_owned())));
        assert_eq!(at(&["halving", "expected"]), Some(Json::Number(3.0)));
        assert_eq!(at(&["root", "gini"]), Some(Json::Number(0.8)));
        assert_eq!(at(&["emissionConcentration", "why"]), Some(Json::Text("too little".to_owned())));
        let Some(Json::List(top)) = at(&["top"]) else { panic!("a list of subnets") };
        assert_eq!(
            (top[0].get("name"), top[1].get("name")),
            (Some(&Json::Text("Chutes".to_owned())), Some(&Json::Null))
        );
        assert_eq!(at(&["endpoint"]), Some(Json::Text("wss://node".to_owned())));
    }
}
