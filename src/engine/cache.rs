//! Closed candles, kept in the browser's IndexedDB: a reload paints from them at once and asks only for what is missing,
//! and all tabs of a site share them. Where storage is refused, full or silent, everything goes on without it.

use std::cell::{Cell, RefCell};

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Float64Array, Function, Promise};
use tao_conviction_core::{Candle, CandleSeries, Timeframe, UnixMs};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::market::{Asset, Source};

const DATABASE: &str = "tao-conviction";
const STORE: &str = "candles";
/// Of the values' shape: another version's are thrown away.
const SCHEMA: u32 = 1;
/// Storage that takes longer to open is done without.
const PATIENCE_MS: u32 = 1_000;
/// Series beyond which all are thrown away: an asset with what surrounds it takes 22 from one source.
const MOST: f64 = 300.0;
/// Numbers of a candle.
const WIDTH: usize = 6;

#[wasm_bindgen]
extern "C" {
    type Factory;
    /// Refused by an exception where a page may not store anything.
    #[wasm_bindgen(catch, method)]
    fn open(this: &Factory, name: &str, version: u32) -> Result<Request, JsValue>;

    type Request;
    #[wasm_bindgen(method, getter)]
    fn result(this: &Request) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = onsuccess)]
    fn on_success(this: &Request, listener: &Function);
    #[wasm_bindgen(method, setter, js_name = onerror)]
    fn on_error(this: &Request, listener: &Function);
    #[wasm_bindgen(method, setter, js_name = onupgradeneeded)]
    fn on_upgrade(this: &Request, listener: &Function);

    #[derive(Clone)]
    type Database;
    #[wasm_bindgen(catch, method, js_name = createObjectStore)]
    fn create(this: &Database, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, method, js_name = deleteObjectStore)]
    fn delete(this: &Database, name: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, method)]
    fn transaction(this: &Database, store: &str, mode: &str) -> Result<Transaction, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &Database);
    #[wasm_bindgen(method, setter, js_name = onversionchange)]
    fn on_version_change(this: &Database, listener: &Function);

    type Transaction;
    #[wasm_bindgen(catch, method, js_name = objectStore)]
    fn store(this: &Transaction, name: &str) -> Result<Store, JsValue>;

    type Store;
    #[wasm_bindgen(catch, method)]
    fn get(this: &Store, key: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(catch, method)]
    fn put(this: &Store, value: &JsValue, key: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(catch, method)]
    fn count(this: &Store) -> Result<Request, JsValue>;
    #[wasm_bindgen(catch, method)]
    fn clear(this: &Store) -> Result<Request, JsValue>;
}

thread_local! {
    /// Open, or known to be out of reach.
    static OPENED: RefCell<Option<Option<Database>>> = const { RefCell::new(None) };
    /// What is known to be stored of each series.
    static STORED: RefCell<Vec<(String, Extent)>> = const { RefCell::new(Vec::new()) };
    static EXPLAINED: Cell<bool> = const { Cell::new(false) };
}

/// What a series is for: what surrounds an asset is shorter than what is scored, and must not be taken for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Scored itself.
    Scored,
    /// Bitcoin's, the basket's, and the hours that are compared.
    Around,
    /// Of years past, for the track record.
    #[cfg(feature = "panel")]
    History,
}

/// What a series is kept under.
fn key(role: Role, source: Source, proxy: Option<&str>, asset: Asset, timeframe: Timeframe) -> String {
    let role = match role {
        Role::Scored => "scored",
        Role::Around => "around",
        #[cfg(feature = "panel")]
        Role::History => "history",
    };
    [role, source.id(), asset.symbol(), timeframe.name(), proxy.unwrap_or_default()].join("|")
}

/// The closed candles that are stored of a series, checked as if they had just arrived.
pub(super) async fn load(
    role: Role,
    source: Source,
    proxy: Option<&str>,
    asset: Asset,
    timeframe: Timeframe,
) -> Option<CandleSeries> {
    let key = key(role, source, proxy, asset, timeframe);
    let numbers = read(&key).await.ok()??;
    let series = CandleSeries::from_arrivals(timeframe, candles(&numbers)?);
    let extent = extent(&series)?;
    STORED.with_borrow_mut(|stored| stored.push((key, extent)));
    Some(series)
}

/// Stores a series unless it is stored as it is; tells whether it is stored now.
pub(super) async fn save(role: Role, source: Source, proxy: Option<&str>, asset: Asset, series: &CandleSeries) -> bool {
    let Some(extent) = extent(series) else { return true };
    let key = key(role, source, proxy, asset, series.timeframe());
    let known = STORED.with_borrow_mut(|stored| {
        let known = stored.iter().any(|(known, stored)| *known == key && *stored == extent);
        stored.retain(|(known, _)| *known != key);
        stored.push((key.clone(), extent));
        known
    });
    if !known && let Err(error) = write(&key, &numbers(series.candles())).await {
        explain(&error);
        STORED.with_borrow_mut(|stored| stored.retain(|(stored, _)| *stored != key));
        return false;
    }
    true
}

/// What is stored under `key` and is no series.
pub(crate) async fn load_value(key: &str) -> Option<JsValue> {
    get(key).await.ok()?.filter(JsValue::is_object)
}

/// Stores what is no series; lost where it can't be.
pub(crate) async fn save_value(key: &str, value: &JsValue) {
    if let Err(error) = put(key, value).await {
        explain(&error);
    }
}

/// Its first and its newest candle and how many there are; nothing of an empty one.
fn extent(series: &CandleSeries) -> Option<Extent> {
    let candles = series.candles();
    Some((candles.first()?.open_time, candles.last()?.open_time, candles.len()))
}

type Extent = (UnixMs, UnixMs, usize);

/// Whether candles can be stored here, and so shared with other tabs.
pub(super) async fn works() -> bool {
    database().await.is_some()
}

/// Lets the database go: a page in the back/forward cache must not hold it.
pub(super) fn close() {
    if let Some(Some(database)) = OPENED.take() {
        database.close();
    }
}

async fn read(key: &str) -> Result<Option<Vec<f64>>, JsValue> {
    Ok(get(key).await?.and_then(|value| value.dyn_ref::<Float64Array>().map(Float64Array::to_vec)))
}

async fn get(key: &str) -> Result<Option<JsValue>, JsValue> {
    let Some(database) = database().await else { return Ok(None) };
    let request = database.transaction(STORE, "readonly")?.store(STORE)?.get(key)?;
    done(&request).await?;
    Ok(Some(request.result()))
}

async fn write(key: &str, numbers: &[f64]) -> Result<(), JsValue> {
    put(key, &Float64Array::from(numbers)).await
}

async fn put(key: &str, value: &JsValue) -> Result<(), JsValue> {
    let Some(database) = database().await else { return Ok(()) };
    let store = database.transaction(STORE, "readwrite")?.store(STORE)?;
    let count = store.count()?;
    let put = store.put(value, key)?;
    done(&put).await?;
    if count.result().as_f64().is_some_and(|count| count > MOST) {
        done(&database.transaction(STORE, "readwrite")?.store(STORE)?.clear()?).await?;
        STORED.take();
    }
    Ok(())
}

/// The database, opened once; nothing where it can't be had.
async fn database() -> Option<Database> {
    if let Some(known) = OPENED.with_borrow(Clone::clone) {
        return known;
    }
    let opened = match select(Box::pin(open()), TimeoutFuture::new(PATIENCE_MS)).await {
        Either::Left((opened, _)) => opened,
        Either::Right(_) => Err(JsValue::from_str("storage does not open")),
    };
    let opened = opened.map_err(|error| explain(&error)).ok();
    OPENED.set(Some(opened.clone()));
    opened
}

async fn open() -> Result<Database, JsValue> {
    // Absent, or refused by an exception, where a page may not store anything.
    let factory = js_sys::Reflect::get(&js_sys::global(), &"indexedDB".into())?;
    if !factory.is_object() {
        return Err(JsValue::from_str("there is no IndexedDB"));
    }
    let request = factory.unchecked_into::<Factory>().open(DATABASE, SCHEMA)?;
    let opening: Request = JsValue::from(&request).unchecked_into();
    let upgrade = Closure::<dyn Fn(JsValue)>::new(move |_| {
        let database: Database = opening.result().unchecked_into();
        // Fails where there is none, which is so the first time.
        let _ = database.delete(STORE);
        let _ = database.create(STORE);
    });
    request.on_upgrade(upgrade.as_ref().unchecked_ref());
    // Kept for ever: whoever stopped waiting for the storage may still be told.
    upgrade.forget();
    done(&request).await?;
    let database: Database = request.result().unchecked_into();
    // A newer version of the widget in another tab must not wait for this one.
    let leave = Closure::<dyn Fn(JsValue)>::new(move |_| {
        if let Some(Some(database)) = OPENED.replace(Some(None)) {
            database.close();
        }
    });
    database.on_version_change(leave.as_ref().unchecked_ref());
    leave.forget();
    Ok(database)
}

/// Waits for a request's success.
async fn done(request: &Request) -> Result<(), JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        request.on_success(&resolve);
        request.on_error(&reject);
    });
    JsFuture::from(promise).await.map(|_| ())
}

/// Says once why nothing is stored: no fault, but a developer may wonder.
fn explain(error: &JsValue) {
    if !EXPLAINED.replace(true) {
        web_sys::console::debug_2(&"<tao-conviction> goes on without storage:".into(), error);
    }
}

fn numbers(candles: &[Candle]) -> Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
    let row = |c: &Candle| [c.open_time.0 as f64, c.open, c.high, c.low, c.close, c.volume];
    candles.iter().flat_map(row).collect()
}

/// What [`numbers`] made; nothing when it can't have been made by it.
fn candles(numbers: &[f64]) -> Option<Vec<Candle>> {
    let row = |row: &[f64]| match *row {
        [time, open, high, low, close, volume] if libm::trunc(time) == time && time.abs() < 8.64e15 => {
            #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
            let open_time = UnixMs(time as i64);
            Some(Candle { open_time, open, high, low, close, volume })
        }
        _ => None,
    };
    numbers.len().is_multiple_of(WIDTH).then(|| numbers.chunks(WIDTH).map(row).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candles_become_numbers_and_back_and_what_is_none_is_nothing() {
        let candle = |i: i64| Candle {
            open_time: UnixMs(i * 900_000),
            open: 1.5,
            high: 2.0,
            low: 1.0,
            close: 1.25,
            volume: 7.0,
        };
        let some: Vec<Candle> = (0..3).map(candle).collect();
        assert_eq!(candles(&numbers(&some)), Some(some.clone()));
        assert_eq!(candles(&[]), Some(Vec::new()));
        assert_eq!(candles(&numbers(&some)[1..]), None);
        assert_eq!(candles(&[0.5, 1.0, 1.0, 1.0, 1.0, 1.0]), None);
        assert_eq!(candles(&[f64::NAN, 1.0, 1.0, 1.0, 1.0, 1.0]), None);
    }

    #[test]
    fn every_series_has_a_key_of_its_own() {
        let all: Vec<String> = [None, Some("https://cache.example")]
            .into_iter()
            .flat_map(|proxy| [(proxy, Role::Scored), (proxy, Role::Around)])
            .flat_map(|(proxy, role)| {
                Timeframe::ALL.map(|timeframe| key(role, Source::Kraken, proxy, Asset::default(), timeframe))
            })
            .collect();
        assert_eq!(all[0], "scored|kraken|TAO|15m|");
        assert!(all.iter().all(|one| all.iter().filter(|other| *other == one).count() == 1));
    }
}
