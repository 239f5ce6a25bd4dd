//! What has changed on the chain in 30 days: shown in the panel's tab and never scored, so it is asked for only there, of a
//! node that keeps all states, and kept for a day.

use js_sys::{Array, Reflect};
use leptos::prelude::{ArcRwSignal, GetUntracked, Set};
use tao_conviction_core::UnixMs;
use tao_conviction_core::wire::Json;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::resolved;
use crate::engine::{load_value, may_ask, save_value};
use crate::market::{json, now};

const HOUR_MS: i64 = 60 * 60_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const KEY: &str = concat!("chain|month|", env!("CARGO_PKG_VERSION"));

/// What is known of the past.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Past {
    /// `[change, expected, node]` of the crate's `past`, where a value that is unknown is a text; `null` before any answer.
    pub(crate) values: Json,
    /// Whether an answer is awaited.
    pub(crate) asking: bool,
    rest_until: UnixMs,
}

thread_local! {
    static PAST: ArcRwSignal<Past> =
        ArcRwSignal::new(Past { values: Json::Null, asking: false, rest_until: UnixMs(0) });
}

/// What is known; whoever looks has it asked for when it is due.
pub(crate) fn look() -> ArcRwSignal<Past> {
    let past = PAST.with(Clone::clone);
    let Past { asking, rest_until, .. } = past.get_untracked();
    if !asking && rest_until <= now() && may_ask(now()) {
        spawn_local(async {
            let past = PAST.with(Clone::clone);
            let mut known = past.get_untracked();
            // Not while the page is being drawn.
            past.set(Past { asking: true, ..known.clone() });
            let stored = load_value(KEY).await.unwrap_or_default();
            let read_at = Reflect::get_u32(&stored, 0).ok().and_then(|at| at.as_f64()).unwrap_or_default();
            #[expect(clippy::cast_possible_truncation, reason = "a date: what is none is long ago")]
            let read_at = UnixMs(read_at as i64);
            if (0..DAY_MS).contains(&now().since(read_at)) {
                (known.values, known.rest_until) = (values(&stored, 1), read_at.plus(DAY_MS));
            } else {
                let read = resolved(tao_conviction_catalysts::past().into()).await.unwrap_or_default();
                let fresh = values(&read, 0);
                let answered = fresh.list().is_ok_and(|all| all.get(2).is_some_and(|node| *node != Json::Null));
                known.rest_until = now().plus(if answered { DAY_MS } else { HOUR_MS });
                if answered {
                    known.values = fresh;
                    let at = js_sys::Date::now().into();
                    let item = |place| Reflect::get_u32(&read, place).unwrap_or_default();
                    save_value(KEY, &Array::of4(&at, &item(0), &item(1), &item(2)).into()).await;
                }
            }
            past.set(known);
        });
    }
    past
}

/// Three items of a list.
fn values(list: &JsValue, from: u32) -> Json {
    let item = |place| json(&Reflect::get_u32(list, place).unwrap_or_default(), 1);
    Json::List((from..from + 3).map(item).collect())
}
