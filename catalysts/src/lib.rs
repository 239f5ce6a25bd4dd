//! What lies behind the family *catalysts*: a light reader of Bittensor's chain, over one WebSocket to a public node, and
//! the reader of curated feeds. A part of its own, since no visitor should wait for it: the widget fetches it when its
//! score is shown, and shows that score whatever becomes of this.
//!
//! The widget and this part are of one build: what is handed over are lists, not an interface for others. The shape is
//! said at [`chain`] and [`feed`], and read by the widget's `src/catalysts/`.

pub mod session;
mod socket;

use js_sys::{Array, Object, Reflect};
use tao_conviction_core::UnixMs;
use tao_conviction_core::catalyst::feed::{self, FLAGS, KINDS};
use tao_conviction_core::catalyst::{ChainFacts, Event};
use tao_conviction_core::chain::{Concentration, Halving, Known, NODES, Network, Subnet};
use tao_conviction_core::wire::Json;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Subnets that are shown by name.
const TOP: usize = 10;

/// Reads the chain from the first node that can be used: `[facts, network, node, failures]`.
///
/// - `facts`: what is scored, `[last halving, next halving, staked share, its change, Nakamoto coefficient, HHI of the
///   emission, [[netuid, registered at], …]]` with times in milliseconds and `null` for what is unknown; `null` when
///   nothing of it is known.
/// - `network`: what is shown, an object of `{value}` or `{why}` (`docs/chain.md`); `null` when no node could be used.
/// - `node`: the address of the node; `null` likewise.
/// - `failures`: `[address, why]` of each node that was tried before.
///
/// `full` asks for what only a panel shows too, 100 KB more.
#[wasm_bindgen]
pub async fn chain(full: bool) -> JsValue {
    let failures = Array::new();
    for node in NODES {
        match socket::converse(node, full).await {
            Ok(session) => {
                let Some(network) = session.network() else { continue };
                let facts = network.facts().map_or(JsValue::NULL, |facts| scored(&facts));
                let shown = shown(&network, session.names());
                return list([facts, shown, node.into(), failures.into()]);
            }
            Err(why) => {
                failures.push(&list([node.into(), why.into()]));
            }
        }
    }
    list([JsValue::NULL, JsValue::NULL, JsValue::NULL, failures.into()])
}

/// Reads a curated feed that `JSON.parse` has read: `[events, skipped]`, or `[null, [why]]` when it is none.
///
/// An event is `[kind, title, at, direction, magnitude, half-life in days, address, flag, until]`, `kind` and `flag`
/// being places in the core's lists and the last two `null` where there are none. `skipped` names the wrong entries.
#[wasm_bindgen(js_name = feed)]
pub fn read_feed(value: &JsValue) -> JsValue {
    match feed::read(&socket::json(value, Json::MAX_DEPTH)) {
        Ok(feed) => list([list(feed.events.iter().map(event)), list(feed.skipped.into_iter().map(JsValue::from))]),
        Err(why) => list([JsValue::NULL, list([why.into()])]),
    }
}

fn event(event: &Event) -> JsValue {
    let kind = KINDS.iter().position(|(_, kind)| *kind == event.kind);
    let flag = event.risk_flag.and_then(|flag| FLAGS.iter().position(|(_, known)| *known == flag));
    list([
        place(kind),
        event.title.as_str().into(),
        time(event.at),
        f64::from(event.direction).into(),
        event.magnitude.into(),
        event.half_life_days.into(),
        event.source_url.as_str().into(),
        place(flag),
        event.until.map_or(JsValue::NULL, time),
    ])
}

fn scored(facts: &ChainFacts) -> JsValue {
    let launches = facts.launches.iter().map(|launch| list([f64::from(launch.netuid).into(), time(launch.at)]));
    list([
        facts.last_halving.map_or(JsValue::NULL, time),
        facts.next_halving.map_or(JsValue::NULL, time),
        or_null(facts.staked_share),
        or_null(facts.staked_share_change),
        or_null(facts.nakamoto.map(f64::from)),
        or_null(facts.emission_hhi),
        list(launches),
    ])
}

fn shown(network: &Network, names: &[Subnet]) -> JsValue {
    let tao = |rao: &u64| JsValue::from(in_tao(*rao));
    let count = |count: &u16| f64::from(*count).into();
    let share = |share: &f64| (*share).into();
    let halving = |halving: &Halving| {
        object(&[
            ("done", f64::from(halving.done).into()),
            ("emission", in_tao(halving.emission).into()),
            ("threshold", in_tao(halving.threshold).into()),
            ("remaining", in_tao(halving.remaining).into()),
            ("last", known(&halving.last, |at| time(*at))),
            ("earliest", known(&halving.earliest, |at| time(*at))),
            ("expected", known(&halving.expected, |at| time(*at))),
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
    object(&[
        ("block", known(&network.block, |block| whole(*block))),
        ("at", known(&network.at, |at| time(*at))),
        ("version", known(&network.version, |version| f64::from(*version).into())),
        ("issuance", known(&network.issuance, tao)),
        ("halving", known(&network.halving, halving)),
        ("stakedShare", known(&network.staked_share, share)),
        ("rootShare", known(&network.root_share, share)),
        ("subnets", known(&network.subnets, count)),
        ("subnetLimit", known(&network.subnet_limit, count)),
        ("receiving", known(&network.block_tao, |received| whole(received.len() as u64))),
        ("emission", known(&network.emission, concentration)),
        ("root", known(&network.root, concentration)),
        ("top", known(&network.block_tao, top)),
        ("launches", known(&network.launches, |launches| whole(launches.len() as u64))),
    ])
}

fn concentration(of: &Concentration) -> JsValue {
    object(&[
        ("holders", f64::from(of.holders).into()),
        ("nakamoto", f64::from(of.nakamoto).into()),
        ("hhi", of.hhi.into()),
        ("gini", of.gini.into()),
        ("top5", of.top5.into()),
    ])
}

/// `{value}` or `{why}`.
fn known<T>(value: &Known<T>, shown: impl FnOnce(&T) -> JsValue) -> JsValue {
    match value {
        Ok(value) => object(&[("value", shown(value))]),
        Err(fault) => object(&[("why", fault.to_string().into())]),
    }
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // A plain object takes any property.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
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
fn time(at: UnixMs) -> JsValue {
    (at.0 as f64).into()
}

fn place(place: Option<usize>) -> JsValue {
    place.map_or(JsValue::NULL, |place| whole(place as u64))
}

fn or_null(number: Option<f64>) -> JsValue {
    number.map_or(JsValue::NULL, JsValue::from)
}
