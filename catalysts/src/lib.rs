//! What lies behind the family *catalysts*: a light reader of Bittensor's chain, over one WebSocket to a public node, and
//! the reader of curated feeds. A part of its own, since no visitor should wait for it: the widget fetches it when its
//! score is shown, and shows that score whatever becomes of this.
//!
//! The widget and this part are of one build: what is handed over are lists, not an interface for others. The shape is
//! said at [`read`], and read by the widget's `src/catalysts/`.

pub mod session;
mod visit;

use js_sys::{Array, Date, Float64Array, Promise, Reflect};
use tao_conviction_core::UnixMs;
use tao_conviction_core::catalyst::ChainFacts;
use tao_conviction_core::catalyst::feed::{self, FLAGS, Feed, KINDS};
use tao_conviction_core::chain::{ARCHIVES, Concentration, Halving, Known, NODES, Network};
use tao_conviction_core::wire::Json;
use tao_conviction_web::json;
use wasm_bindgen::JsValue;

use session::Session;
use visit::{Found, visit};

/// Subnets that are shown by name.
const TOP: usize = 10;

/// A reading, or an earlier answer in it, says nothing about now when it is older.
const DAY_MS: f64 = 24.0 * 60.0 * 60_000.0;

/// Reads the feed at `url` and the chain from the first node that can be used, and makes of that and of the reading
/// `before` (or `undefined`) the next one:
///
/// `[version, whole, chain's time, facts, network, node, failures, feed's time, numbers, texts, skipped]`
///
/// - `whole`: both answered now. Else what is missing is taken from `before`, unless it is a day old.
/// - times: when it was answered, in milliseconds.
/// - `facts`, of the chain and scored: numbers (last halving, next halving, staked share, its change, Nakamoto
///   coefficient, HHI of the emission, then number and time of each launch), NaN for what is unknown; `null` when all is.
/// - `network`: what is shown of it (see the function `shown`); `null` when no node could be used, or nothing is shown.
/// - `node`, `failures`: the address of the node, and `[address, why]` of each that was tried before.
/// - `numbers`, seven for each event of the feed (kind, time, direction, magnitude, half-life in days, flag, until; NaN
///   for none; kinds and flags are places in the core's lists), and two `texts` (title, address); `null` for no feed.
/// - `skipped`: what was wrong with the feed or its entries.
///
/// A `FULL` reading has what only a panel shows too, for 100 KB more: `network`, `node`, `failures`.
pub fn read<const FULL: bool>(before: JsValue, url: &str) -> Promise {
    visit(Some(url), &NODES, Session::<FULL>::default, move |found| reading(&before, found))
}

/// Asks a node that keeps all states what has changed in 30 days, shown and never scored:
///
/// `[change of the staked share, next halving at the pace of these 30 days, node, failures]`, of which the first two are
/// a text where they are unknown; `null` for both when no node could be used.
pub fn past() -> Promise {
    visit(None, &ARCHIVES, Session::of_the_past, |found| {
        let failures = found.failures.into();
        let known_of = found.session.and_then(|(session, node)| Some((session.network()?, node)));
        match known_of {
            None => list([JsValue::NULL, JsValue::NULL, JsValue::NULL, failures]),
            Some((network, node)) => list([
                known(network.staked_share_change.map(JsValue::from)),
                known(network.halving.and_then(|halving| halving.expected).map(|at| time(at).into())),
                node.into(),
                failures,
            ]),
        }
    })
}

fn reading<const FULL: bool>(before: &JsValue, found: Found<FULL>) -> JsValue {
    let Found { feed, session, failures } = found;
    let [mut numbers, mut texts, skipped] = match feed.and_then(|value| feed::read(&json(&value, Json::MAX_DEPTH))) {
        Ok(feed) => handed(&feed),
        Err(why) => [JsValue::NULL, JsValue::NULL, list([why.into()])],
    };
    let item = |place: u32| Reflect::get_u32(before, place).unwrap_or_default();
    let now = Date::now();
    let recent = |place: u32| item(place).as_f64().is_some_and(|at| now - at < DAY_MS);
    let known = session.and_then(|(session, node)| Some((session.network()?, session, node)));
    let whole = known.is_some() && !numbers.is_null();
    let [mut chain_at, mut feed_at] = [(); 2].map(|()| JsValue::from(now));
    let [mut facts, mut network, mut used] = [JsValue::NULL; 3];
    if let Some((read, session, node)) = known {
        facts = read.facts().map_or(JsValue::NULL, |facts| scored(&facts));
        if FULL {
            (network, used) = (shown(&read, &session), node.into());
        }
    } else if recent(2) {
        (chain_at, facts, network, used) = (item(2), item(3), item(4), item(5));
    }
    if numbers.is_null() && recent(7) {
        (feed_at, numbers, texts) = (item(7), item(8), item(9));
    }
    let version = env!("CARGO_PKG_VERSION").into();
    let failures = failures.into();
    list([version, whole.into(), chain_at, facts, network, used, failures, feed_at, numbers, texts, skipped])
}

/// `[numbers, texts, skipped]`.
fn handed(feed: &Feed) -> [JsValue; 3] {
    let (mut numbers, texts) = (Vec::new(), Array::new());
    for event in &feed.events {
        let kind = KINDS.iter().position(|(_, kind)| *kind == event.kind);
        let flag = event.risk_flag.and_then(|flag| FLAGS.iter().position(|(_, known)| *known == flag));
        numbers.extend([
            place(kind),
            time(event.at),
            f64::from(event.direction),
            event.magnitude,
            event.half_life_days,
            place(flag),
            event.until.map_or(f64::NAN, time),
        ]);
        texts.push(&event.title.as_str().into());
        texts.push(&event.source_url.as_str().into());
    }
    let skipped = list(feed.skipped.iter().map(|line| line.as_str().into()));
    [Float64Array::from(numbers.as_slice()).into(), texts.into(), skipped]
}

fn scored(facts: &ChainFacts) -> JsValue {
    let mut numbers = vec![
        facts.last_halving.map_or(f64::NAN, time),
        facts.next_halving.map_or(f64::NAN, time),
        facts.staked_share.unwrap_or(f64::NAN),
        facts.staked_share_change.unwrap_or(f64::NAN),
        facts.nakamoto.map_or(f64::NAN, f64::from),
        facts.emission_hhi.unwrap_or(f64::NAN),
    ];
    for launch in &facts.launches {
        numbers.extend([f64::from(launch.netuid), time(launch.at)]);
    }
    Float64Array::from(numbers.as_slice()).into()
}

/// What is shown, each value or, as a text, why it is unknown: block, its time, the runtime's version, issuance in TAO,
/// `[halvings, TAO a block, threshold, remaining TAO, last, earliest, expected]`, staked share, root share, subnets,
/// their limit, how many got TAO in the block, how many have their emission switched on, concentration of the emission and of the root stake (`[holders, Nakamoto
/// coefficient, HHI, Gini, top 5]`), the first of those that got TAO (`[netuid, name, TAO, share]`), launches.
fn shown<const FULL: bool>(network: &Network, session: &Session<FULL>) -> JsValue {
    let names = session.names();
    let tao = |rao: &u64| JsValue::from(in_tao(*rao));
    let count = |count: &u16| f64::from(*count).into();
    let share = |share: &f64| JsValue::from(*share);
    let halving = |halving: &Halving| {
        list([
            f64::from(halving.done).into(),
            in_tao(halving.emission).into(),
            in_tao(halving.threshold).into(),
            in_tao(halving.remaining).into(),
            known(halving.last.map(|at| time(at).into())),
            known(halving.earliest.map(|at| time(at).into())),
            known(halving.expected.map(|at| time(at).into())),
        ])
    };
    let top = |received: &Vec<(u16, u64)>| {
        let sum = in_tao(received.iter().map(|(_, rao)| rao).sum());
        list(received.iter().take(TOP).map(|(netuid, rao)| {
            let name = names.iter().find(|subnet| subnet.netuid == *netuid).and_then(|subnet| subnet.name.as_deref());
            list([
                f64::from(*netuid).into(),
                name.map_or(JsValue::NULL, JsValue::from),
                in_tao(*rao).into(),
                (in_tao(*rao) / sum).into(),
            ])
        }))
    };
    let received = network.block_tao.as_ref().map_err(|fault| *fault);
    let launches = network.launches.as_ref().map_err(|fault| *fault);
    list([
        known(network.block.map(whole)),
        known(network.at.map(|at| time(at).into())),
        known(network.version.map(|version| f64::from(version).into())),
        known(network.issuance.as_ref().map(tao).map_err(|fault| *fault)),
        known(network.halving.as_ref().map(halving).map_err(|fault| *fault)),
        known(network.staked_share.as_ref().map(share).map_err(|fault| *fault)),
        known(network.root_share.as_ref().map(share).map_err(|fault| *fault)),
        known(network.subnets.as_ref().map(count).map_err(|fault| *fault)),
        known(network.subnet_limit.as_ref().map(count).map_err(|fault| *fault)),
        known(received.map(|received| whole(received.len() as u64))),
        known(session.enabled().as_ref().map(count).map_err(|fault| *fault)),
        known(network.emission.as_ref().map(concentration).map_err(|fault| *fault)),
        known(network.root.as_ref().map(concentration).map_err(|fault| *fault)),
        known(received.map(top)),
        known(launches.map(|launches| whole(launches.len() as u64))),
    ])
}

fn concentration(of: &Concentration) -> JsValue {
    list([f64::from(of.holders).into(), f64::from(of.nakamoto).into(), of.hhi.into(), of.gini.into(), of.top5.into()])
}

/// A value, or as a text why it is unknown.
fn known(value: Known<JsValue>) -> JsValue {
    value.unwrap_or_else(|fault| fault.text().into())
}

fn list(items: impl IntoIterator<Item = JsValue>) -> JsValue {
    let list = Array::new();
    for item in items {
        list.push(&item);
    }
    list.into()
}

#[expect(clippy::cast_precision_loss, reason = "TAO with nine places: a display of millions")]
fn in_tao(rao: u64) -> f64 {
    rao as f64 / 1e9
}

#[expect(clippy::cast_precision_loss, reason = "blocks and counts are far below 2^53")]
fn whole(number: u64) -> JsValue {
    (number as f64).into()
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
const fn time(at: UnixMs) -> f64 {
    at.0 as f64
}

#[expect(clippy::cast_precision_loss, reason = "a place in a short list")]
fn place(place: Option<usize>) -> f64 {
    place.map_or(f64::NAN, |place| place as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_is_named_to_owners_and_readers() {
        for node in NODES.iter().chain(&ARCHIVES) {
            let host = node.trim_start_matches("wss://").split([':', '/']).next().unwrap();
            let policy = format!("wss://{host}");
            assert!(include_str!("../../README.md").contains(&policy), "{policy} is missing in the README");
            assert!(include_str!("../../index.html").contains(&format!("<code>{host}</code>")), "{host} is missing");
        }
    }
}
