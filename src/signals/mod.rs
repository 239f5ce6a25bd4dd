//! Signals from elsewhere: GitHub, OpenRouter and the Fear & Greed Index. Shown with direction 0 where a reader looks at
//! them, never scored, and asked for only then. All panels of a page share one board, all tabs of a site the storage.

mod github;
mod models;
mod mood;

use futures::future::join_all;
use js_sys::{Array, Function, JsString, Promise, Reflect};
use leptos::prelude::{ArcRwSignal, GetUntracked, Update, WithUntracked};
use tao_conviction_core::UnixMs;
use tao_conviction_core::wire::Json;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

use crate::engine::{load_value, may_ask, save_value};
use crate::market::{Failure, json, now, page};

pub(crate) use github::{Activity, Release};
pub(crate) use models::Models;
pub(crate) use mood::Mood;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// What was found is shown for so long when nothing newer can be had.
const KEPT_MS: i64 = 7 * DAY_MS;
/// Longer lists and texts are cut before they are kept.
const ROWS: u32 = 2_000;
const LETTERS: u32 = 300;

/// What can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Releases of the chain's software.
    Releases,
    /// Its commits by week.
    Activity,
    /// Releases of AI models.
    Models,
    /// Fear & Greed.
    Mood,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Releases, Self::Activity, Self::Models, Self::Mood];

    /// The host's name, the key in the storage, and how long an answer is good for.
    const fn facts(self) -> (&'static str, &'static str, i64) {
        match self {
            // 60 questions an hour for all who share the reader's address.
            Self::Releases => ("GitHub", "signal|releases", 6 * HOUR_MS),
            Self::Activity => ("GitHub", "signal|activity", 6 * HOUR_MS),
            // Half a megabyte, so twice a day.
            Self::Models => ("OpenRouter", "signal|models", 12 * HOUR_MS),
            // New once a day.
            Self::Mood => ("alternative.me", "signal|mood", HOUR_MS),
        }
    }

    /// The host's name.
    pub(crate) const fn host(self) -> &'static str {
        self.facts().0
    }

    /// The address of what is asked, for `place` among those where it may be; nothing where there is none left.
    fn url(self, place: usize) -> Option<String> {
        let of = |path: &str| {
            github::REPOSITORIES
                .get(place)
                .map(|repository| format!("https://api.github.com/repos/{repository}/{path}"))
        };
        let only = |url: &str| (place == 0).then(|| url.to_owned());
        match self {
            Self::Releases => of("releases?per_page=10"),
            Self::Activity => of("stats/commit_activity"),
            Self::Models => only("https://openrouter.ai/api/v1/models"),
            Self::Mood => only("https://api.alternative.me/fng/?limit=1"),
        }
    }

    /// Where the rows lie in an answer, and what of each is read.
    const fn shape(self) -> (Option<&'static str>, &'static [&'static str]) {
        match self {
            Self::Releases => (None, &["tag_name", "name", "published_at", "html_url"]),
            Self::Activity => (None, &["week", "total"]),
            Self::Models => (Some("data"), &["id", "created"]),
            Self::Mood => (Some("data"), &["value", "timestamp"]),
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Finding {
    Releases(Vec<Release>),
    Activity(Activity),
    Models(Models),
    Mood(Mood),
}

impl Finding {
    /// Of the rows that were kept of an answer; `cut` when there were more.
    fn of(kind: Kind, rows: &[Json], cut: bool, at: UnixMs) -> Result<Self, &'static str> {
        match kind {
            Kind::Releases => github::releases(rows, at).map(Self::Releases),
            Kind::Activity => github::activity(rows, at).map(Self::Activity),
            Kind::Models => models::models(rows, cut, at).map(Self::Models),
            Kind::Mood => mood::mood(rows, at).map(Self::Mood),
        }
    }
}

/// How it stands with one signal.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Standing {
    /// What was found, and when it was asked for.
    pub(crate) found: Option<(Finding, UnixMs)>,
    /// What went wrong since.
    pub(crate) why: Option<String>,
    /// Not asked again before.
    rest_until: UnixMs,
}

/// All of them, in the order of [`Kind::ALL`].
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Board {
    pub(crate) signals: [Standing; 4],
    /// Whether answers are awaited.
    pub(crate) asking: bool,
}

thread_local! {
    static BOARD: ArcRwSignal<Board> = ArcRwSignal::new(Board::default());
}

/// The page's board. Whoever looks at it has what is due asked for.
pub(crate) fn look() -> ArcRwSignal<Board> {
    let board = BOARD.with(Clone::clone);
    let due = board.with_untracked(|board| {
        !board.asking && may_ask(now()) && board.signals.iter().any(|standing| standing.rest_until <= now())
    });
    if due {
        spawn_local(async {
            // Not while the page is being drawn.
            BOARD.with(Clone::clone).update(|board| board.asking = true);
            alone(async { drop(join_all(Kind::ALL.map(refresh)).await) }).await;
            BOARD.with(Clone::clone).update(|board| board.asking = false);
        });
    }
    board
}

/// Looks into the storage first: another tab may have asked.
async fn refresh(kind: Kind) {
    let (host, key, good_for) = kind.facts();
    let known = BOARD.with(ArcRwSignal::get_untracked).signals.get(kind as usize).map(|standing| standing.rest_until);
    if known.is_none_or(|rest| rest > now()) {
        return;
    }
    let stored = load_value(key).await.unwrap_or_default();
    let mut standing = standing(kind, &stored, now());
    let mut rows = Reflect::get_u32(&stored, 3).unwrap_or_default();
    if standing.rest_until <= now() {
        let asked = now();
        match ask(kind).await {
            Ok(fresh) => {
                (standing.why, standing.rest_until) = (None, asked.plus(good_for));
                rows = fresh;
                match find(kind, &rows, asked) {
                    Ok(finding) => standing.found = Some((finding, asked)),
                    Err(why) => {
                        (standing.why, rows) = (Some(format!("{host} {why}")), JsValue::NULL);
                        standing.rest_until = asked.plus(HOUR_MS);
                    }
                }
            }
            Err((why, rest)) => {
                (standing.why, standing.rest_until) = (Some(format!("{host} {why}")), now().plus(rest));
            }
        }
        save_value(key, &kept(&standing, &rows)).await;
    }
    BOARD.with(Clone::clone).update(|board| {
        if let Some(place) = board.signals.get_mut(kind as usize) {
            *place = standing;
        }
    });
}

/// What is kept: when it was asked for, until when it rests, why, and the rows.
fn kept(standing: &Standing, rows: &JsValue) -> JsValue {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
    let number = |time: UnixMs| JsValue::from(time.0 as f64);
    let asked = standing.found.as_ref().map_or(JsValue::NULL, |(_, asked)| number(*asked));
    let why = standing.why.as_deref().map_or(JsValue::NULL, JsValue::from);
    Array::of4(&asked, &number(standing.rest_until), &why, rows).into()
}

/// What [`kept`] kept, read as if it came from a stranger: another version may have written it.
fn standing(kind: Kind, kept: &JsValue, at: UnixMs) -> Standing {
    let item = |place| Reflect::get_u32(kept, place).unwrap_or_default();
    let date = |place| item(place).as_f64().and_then(time);
    // A rest from before the clock was set back must not last.
    let rest_until = date(1).filter(|rest| rest.since(at) <= DAY_MS).unwrap_or_default();
    let asked = date(0).filter(|asked| (0..KEPT_MS).contains(&at.since(*asked)));
    let found = asked.and_then(|asked| Some((find(kind, &item(3), at).ok()?, asked)));
    let why = item(2).as_string().map(|why| why.chars().take(200).collect());
    // Without anything to show and without a reason there is no cause to rest.
    let rest_until = if found.is_none() && why.is_none() { UnixMs(0) } else { rest_until };
    Standing { found, why, rest_until }
}

fn find(kind: Kind, rows: &JsValue, at: UnixMs) -> Result<Finding, &'static str> {
    let rows = json(rows, 3);
    let Ok([cut, rows]) = rows.list() else { return Err("sent no list") };
    Finding::of(kind, rows.list().unwrap_or_default(), *cut != Json::Null, at)
}

/// Asks for a signal; else why not, and for how many milliseconds it is then left alone.
async fn ask(kind: Kind) -> Result<JsValue, (String, i64)> {
    let failed = |failure: Failure| {
        let rest = if failure == Failure::Unreachable { 5 * MINUTE_MS } else { 30 * MINUTE_MS };
        (failure.to_string(), rest)
    };
    let mut place = 0;
    while let Some(url) = kind.url(place) {
        let page = page(&url).await.map_err(failed)?;
        place += 1;
        match page.status {
            200 => {
                return rows(kind, &page.body.map_err(failed)?)
                    .ok_or_else(|| failed(Failure::Body("it is not the list that is documented".into())));
            }
            202 => return Err(("is still computing it".to_owned(), 2 * MINUTE_MS)),
            404 if kind.url(place).is_some() => {}
            // Without more to say GitHub's hour is as long as ours.
            403 | 429 => {
                let wait = if page.wait > 0 { page.wait } else { HOUR_MS };
                return Err((Failure::RateLimited(page.status, wait).to_string(), wait));
            }
            status => return Err(failed(Failure::Status(status))),
        }
    }
    Err(failed(Failure::Status(404)))
}

/// Of an answer only what is read, as lists: `[whether there is more, [[value, …], …]]`.
fn rows(kind: Kind, body: &JsValue) -> Option<JsValue> {
    let get = |value: &JsValue, name: &str| Reflect::get(value, &name.into()).unwrap_or_default();
    let (inside, names) = kind.shape();
    let list = inside.map_or_else(|| body.clone(), |name| get(body, name));
    let list: Array = list.dyn_into().ok()?;
    let short =
        |value: JsValue| value.dyn_ref::<JsString>().map_or(value.clone(), |text| text.slice(0, LETTERS).into());
    let row = |item: JsValue| JsValue::from(names.iter().map(|name| short(get(&item, name))).collect::<Array>());
    let picked: Array = list.iter().take(ROWS as usize).map(row).collect();
    let more = inside.is_some() && get(&get(body, "links"), "next").is_string() || list.length() > ROWS;
    Some(Array::of2(&if more { 1.into() } else { JsValue::NULL }, &picked).into())
}

/// A time in milliseconds, if it is one of our century.
fn time(milliseconds: f64) -> Option<UnixMs> {
    #[expect(clippy::cast_possible_truncation, reason = "a date")]
    (946_684_800_000.0..4_102_444_800_000.0).contains(&milliseconds).then_some(UnixMs(milliseconds as i64))
}

#[wasm_bindgen]
extern "C" {
    type Locks;
    #[wasm_bindgen(method)]
    fn request(this: &Locks, name: &str, holding: &Function) -> Promise;
}

/// Does `work` while no other tab of the site does the same, where a browser can see to that.
async fn alone(work: impl Future<Output = ()> + 'static) {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).unwrap_or_default();
    let locks = Reflect::get(&navigator, &"locks".into()).unwrap_or_default();
    if !locks.is_object() {
        return work.await;
    }
    let work = std::rc::Rc::new(std::cell::Cell::new(Some(work)));
    let handed = work.clone();
    let holding = Closure::once(move || {
        future_to_promise(async move {
            if let Some(work) = handed.take() {
                work.await;
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    let held = locks.unchecked_into::<Locks>().request("tao-conviction|signals", holding.as_ref().unchecked_ref());
    // Refused to a page without an origin of its own, which shares nothing.
    if JsFuture::from(held).await.is_err()
        && let Some(work) = work.take()
    {
        work.await;
    }
}
