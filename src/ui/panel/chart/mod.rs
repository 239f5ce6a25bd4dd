//! Chart: candles with their averages, RSI and conviction. It draws itself when the reader moves or zooms it, so that the
//! rest of the panel isn't drawn with it, and a pointer that moves changes the crosshair alone, once a frame.

mod bars;
mod geometry;
mod scene;

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use leptos::prelude::{LocalStorage, StoredValue, WithValue};
use tao_conviction_core::{Timeframe, UnixMs};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::super::format::Locale;
use super::super::node::{Drawn, Node, html};
use super::{nothing, property};
use crate::config::Config;
use crate::engine::Snapshot;
use crate::market::Source;
use crate::texts::say;
use bars::Bar;
use geometry::Window;
use scene::{Frame, Subject};

/// Pixels a candle takes at first.
const ROOMY: f64 = 7.0;
/// A pointer that has moved less than this was not dragged, in pixels.
const STILL: f64 = 4.0;
/// The width that is drawn for before the real one is known.
const NARROWEST: i32 = 280;

/// The chart of one panel. It remembers what the reader chose while another tab is looked at.
#[derive(Clone, Copy)]
pub(super) struct Chart(StoredValue<Rc<Canvas>, LocalStorage>);

impl Chart {
    pub(super) fn new() -> Self {
        Self(StoredValue::new_local(Canvas::new()))
    }

    pub(super) fn node(self, snapshot: &Arc<Snapshot>, locale: &Locale) -> Node {
        // Nothing is told to a panel that is gone, nor drawn for it.
        self.0.try_with_value(|canvas| canvas.speak(locale));
        let snapshot = snapshot.clone();
        html("div", &[("class", "chart")]).painted(move |element, fresh| {
            self.0.try_with_value(|canvas| canvas.show(element, fresh, &snapshot));
        })
    }
}

/// What is drawn into, and the one listener for everything that happens to it.
struct Canvas {
    inner: RefCell<Inner>,
    ear: Closure<dyn Fn(JsValue)>,
}

struct Inner {
    shown: Option<Arc<Snapshot>>,
    locale: Locale,
    /// Another language, until it is drawn in.
    told: Option<Locale>,
    timeframe: Timeframe,
    bars: Vec<Bar>,
    window: Window,
    /// The reader has chosen what is seen; until then candles keep their width when the panel's changes.
    chosen: bool,
    frame: Option<Frame>,
    width: i32,
    /// The candle under the crosshair, and its line across when a pointer leads it.
    cross: Option<(usize, Option<i32>)>,
    focused: bool,
    pointers: Vec<Pointer>,
    /// Whether the pointers have moved since the first of them came down.
    dragged: bool,
    /// What is asked of the next frame, if one is asked for.
    wanted: Option<Change>,
    pending: JsValue,
    face: Face,
}

/// A finger or a button that is down.
#[derive(Clone, Copy)]
struct Pointer {
    id: f64,
    x: f64,
    y: f64,
}

/// How much has to be drawn anew.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Crosshair,
    /// The mark of the price alone, unless it moves the scale.
    Price,
    Scene,
    Everything,
}

/// What was drawn.
#[derive(Default)]
struct Face {
    host: Option<Element>,
    observer: JsValue,
    tools: Option<Drawn>,
    readout: Option<Drawn>,
    scene: Option<Drawn>,
    last: Option<Drawn>,
    cross: Option<Drawn>,
    handle: Option<Drawn>,
    notes: Option<Drawn>,
    table: Option<Drawn>,
}

impl Drop for Canvas {
    fn drop(&mut self) {
        // The listener goes with this, and nobody may call it then.
        let inner = self.inner.get_mut();
        call(&inner.face.observer, "disconnect", &[]);
        call(&js_sys::global(), "cancelAnimationFrame", std::slice::from_ref(&inner.pending));
    }
}

impl Canvas {
    fn new() -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Self>| {
            let me = me.clone();
            let ear = Closure::<dyn Fn(JsValue)>::new(move |event| {
                if let Some(canvas) = me.upgrade() {
                    canvas.hear(&event);
                }
            });
            let inner = Inner {
                shown: None,
                locale: Locale::new(&Config::default()),
                told: None,
                timeframe: Timeframe::H1,
                bars: Vec::new(),
                window: Window::latest(0.0, 0),
                chosen: false,
                frame: None,
                width: NARROWEST,
                cross: None,
                focused: false,
                pointers: Vec::new(),
                dragged: false,
                wanted: None,
                pending: JsValue::UNDEFINED,
                face: Face::default(),
            };
            Self { inner: RefCell::new(inner), ear }
        })
    }

    /// The language of the next drawing.
    fn speak(&self, locale: &Locale) {
        if let Ok(mut inner) = self.inner.try_borrow_mut() {
            inner.told = (inner.locale != *locale).then(|| locale.clone());
        }
    }

    /// Draws `snapshot` into `element`.
    fn show(&self, element: &Element, fresh: bool, snapshot: &Arc<Snapshot>) {
        // Borrowed already only if drawing led here, which it doesn't.
        let Ok(mut inner) = self.inner.try_borrow_mut() else { return };
        let before = inner.shown.replace(snapshot.clone());
        let same = before.as_ref().is_some_and(|before| {
            let candles = Arc::ptr_eq(&before.candles, &snapshot.candles)
                || before.asset == snapshot.asset && before.candles == snapshot.candles;
            candles && before.parameters == snapshot.parameters
        });
        let mut change = if fresh { Change::Everything } else { Change::Price };
        if !same {
            inner.take_in(before.is_none_or(|before| before.asset != snapshot.asset));
            change = Change::Everything;
        }
        if let Some(locale) = inner.told.take() {
            inner.locale = locale;
            change = Change::Everything;
        }
        if fresh {
            call(&inner.face.observer, "disconnect", &[]);
            let observer = construct("ResizeObserver", self.ear.as_ref());
            call(&observer, "observe", &[element.into()]);
            inner.face = Face { host: Some(element.clone()), observer, ..Face::default() };
            (inner.pointers, inner.focused) = (Vec::new(), false);
        }
        inner.draw(change, self.ear.as_ref());
    }

    /// An event, a new size, or a frame that was asked for.
    fn hear(&self, event: &JsValue) {
        let Ok(mut inner) = self.inner.try_borrow_mut() else { return };
        let change = match property(event, "type").as_string() {
            Some(kind) => inner.handle(&kind, event),
            None if event.as_f64().is_some() => {
                inner.pending = JsValue::UNDEFINED;
                if let Some(change) = inner.wanted.take() {
                    inner.draw(change, self.ear.as_ref());
                }
                return;
            }
            None => {
                if inner.measure() {
                    inner.draw(Change::Scene, self.ear.as_ref());
                }
                return;
            }
        };
        let Some(change) = change else { return };
        if change == Change::Everything {
            inner.draw(change, self.ear.as_ref());
            return;
        }
        if inner.wanted.is_none() {
            inner.pending = call(&js_sys::global(), "requestAnimationFrame", &[self.ear.as_ref().clone()]);
        }
        inner.wanted = inner.wanted.max(Some(change));
    }
}

impl Inner {
    /// Computes the bars, and keeps looking at what was looked at, unless all is `new`.
    fn take_in(&mut self, new: bool) {
        let Some(snapshot) = &self.shown else { return };
        let bars = bars::bars(&snapshot.candles.each_ref().map(Vec::as_slice), self.timeframe, &snapshot.parameters);
        let before = core::mem::replace(&mut self.bars, bars);
        let (then, all) = (before.len(), self.bars.len());
        if new || then == 0 {
            let plot = self.frame.map_or(NARROWEST, |frame| frame.plot);
            self.window = Window::latest(f64::from(plot) / ROOMY, all);
            (self.chosen, self.cross) = (false, None);
            return;
        }
        // The same candle has another place when older ones came before it or went.
        let place = |index: usize| {
            let time = before.get(index)?.candle.open_time;
            Some(self.bars.partition_point(|bar| bar.candle.open_time < time))
        };
        self.cross = self.cross.and_then(|(index, y)| Some((place(index)?, y))).filter(|(index, _)| *index < all);
        self.window = if self.window.is_latest(then) {
            Window::latest(self.window.span(), all)
        } else {
            let first = self.window.visible(then).start;
            let moved = place(first).map_or(0.0, |place| geometry::number(place) - geometry::number(first));
            self.window.moved(moved, all)
        };
    }

    /// Whether the width has changed; it is 0 while another tab is looked at.
    fn measure(&mut self) -> bool {
        let Some(host) = &self.face.host else { return false };
        let width = property(host, "clientWidth").as_f64().unwrap_or_default() as i32;
        let changed = width > 0 && width != self.width;
        if changed {
            let before = core::mem::replace(&mut self.width, width);
            if !self.chosen {
                let plot = self.frame.map_or(width, |frame| frame.plot + width - before);
                self.window = Window::latest(f64::from(plot) / ROOMY, self.bars.len());
            }
        }
        changed
    }

    fn draw(&mut self, change: Change, ear: &JsValue) {
        let (Some(snapshot), Some(host)) = (&self.shown, self.face.host.clone()) else { return };
        let host = &host;
        let subject = Subject {
            symbol: snapshot.asset.symbol(),
            timeframe: self.timeframe,
            bars: &self.bars,
            price: snapshot.price,
            simulated: snapshot.source == Source::Sample,
            locale: &self.locale,
        };
        let face = &mut self.face;
        if change >= Change::Scene && put(&mut face.tools, host, scene::tools(&subject, self.window)) {
            listen(face.tools.as_ref(), &["click"], ear);
        }
        if self.bars.is_empty() {
            let words = say!(&self.locale, "There are no closed candles of this length.");
            put(&mut face.readout, host, nothing(words));
            // What was drawn of another length goes.
            let drawn = [&mut face.scene, &mut face.last, &mut face.cross, &mut face.handle, &mut face.notes];
            for gone in drawn.into_iter().chain([&mut face.table]) {
                gone.take().inspect(|drawn| drawn.element().remove());
            }
            return;
        }
        let before = self.frame;
        let frame = match before {
            Some(frame) if change == Change::Crosshair => frame,
            _ => *self.frame.insert(Frame::of(&subject, self.window, self.width)),
        };
        if change == Change::Price && before == Some(frame) {
            put(&mut face.last, host, scene::last(&subject, &frame));
            return;
        }
        let change = if change == Change::Price { Change::Scene } else { change };
        let at = self.cross.map(|(index, _)| index);
        put(&mut face.readout, host, scene::readout(&subject, at));
        if change >= Change::Scene {
            let times = times(&self.bars, self.window, self.timeframe);
            put(&mut face.scene, host, scene::scene(&subject, &frame, &times));
            put(&mut face.last, host, scene::last(&subject, &frame));
        }
        put(&mut face.cross, host, scene::crosshair(&subject, &frame, self.cross));
        if put(&mut face.handle, host, scene::handle(&subject, &frame, at)) {
            listen(face.handle.as_ref(), &HANDLED, ear);
        }
        if change == Change::Everything {
            put(&mut face.notes, host, scene::notes(&subject));
            put(&mut face.table, host, scene::table(&subject));
        }
    }

    /// What is to be drawn after an event.
    fn handle(&mut self, kind: &str, event: &JsValue) -> Option<Change> {
        match kind {
            "click" => return self.press(&property(&property(event, "target"), "value").as_string()?),
            "keydown" => return self.key(event),
            "wheel" => return self.wheel(event),
            "pointerdown" => return self.down(event),
            "pointermove" => return self.go(event),
            "pointerup" | "pointercancel" => self.up(kind, event),
            "pointerleave" if self.pointers.is_empty() && !is_touch(event) => self.cross = None,
            "focus" => {
                self.focused = true;
                if self.cross.is_none() {
                    let last = self.window.visible(self.bars.len()).end.checked_sub(1);
                    self.cross = last.map(|last| (last, None));
                }
            }
            "blur" => (self.focused, self.cross) = (false, None),
            _ => return None,
        }
        Some(Change::Crosshair)
    }

    /// A button of this value.
    fn press(&mut self, value: &str) -> Option<Change> {
        if let Some(timeframe) = Timeframe::ALL.into_iter().find(|timeframe| timeframe.name() == value) {
            if timeframe == self.timeframe {
                return None;
            }
            self.timeframe = timeframe;
            self.take_in(true);
            return Some(Change::Everything);
        }
        let all = self.bars.len();
        let page = 0.5 * self.window.span();
        // Who looks at the newest candles goes on looking at them.
        let part = if self.window.is_latest(all) { 1.0 } else { 0.5 };
        self.see(match value {
            "earlier" => self.window.moved(-page, all),
            "later" => self.window.moved(page, all),
            "out" => self.window.zoomed(1.5, part, all),
            "in" => self.window.zoomed(1.0 / 1.5, part, all),
            _ => return None,
        })
    }

    fn key(&mut self, event: &JsValue) -> Option<Change> {
        // These are the browser's own.
        if ["ctrlKey", "metaKey", "altKey"].iter().any(|name| property(event, name).is_truthy()) {
            return None;
        }
        let all = self.bars.len();
        let last = all.checked_sub(1)?;
        let index = self.cross.map_or(last, |(index, _)| index);
        let far = if property(event, "shiftKey").is_truthy() { 10 } else { 1 };
        let page = geometry::count(self.window.span());
        let to = match property(event, "key").as_string()?.as_str() {
            "ArrowLeft" => index.saturating_sub(far),
            "ArrowRight" => index + far,
            "PageUp" => index.saturating_sub(page),
            "PageDown" => index + page,
            "Home" => 0,
            "End" => last,
            key @ ("+" | "=" | "-" | "_") => {
                keep(event);
                let factor = if matches!(key, "+" | "=") { 1.0 / 1.5 } else { 1.5 };
                // About the candle under the crosshair.
                let place = (geometry::number(index) + 0.5 - self.window.start()) / self.window.span();
                let window = self.window.zoomed(factor, place.clamp(0.0, 1.0), all);
                return self.see(window.showing(index, all));
            }
            "Escape" if self.cross.is_some() => {
                self.cross = None;
                return Some(Change::Crosshair);
            }
            _ => return None,
        };
        keep(event);
        let to = to.min(last);
        self.cross = Some((to, None));
        self.see(self.window.showing(to, all));
        Some(Change::Scene)
    }

    /// Across it moves, as a trackpad does; up and down it zooms, but only for who is in the chart or holds Ctrl: else
    /// the page could not be scrolled past it.
    fn wheel(&mut self, event: &JsValue) -> Option<Change> {
        let number = |name| property(event, name).as_f64().unwrap_or_default();
        let unit = if number("deltaMode") > 0.0 { 16.0 } else { 1.0 };
        let (x, y) = (unit * number("deltaX"), unit * number("deltaY"));
        let (all, frame) = (self.bars.len(), self.frame?);
        let plot = f64::from(frame.plot);
        let window = if x.abs() > y.abs() {
            self.window.moved(x / plot * self.window.span(), all)
        } else if self.focused || property(event, "ctrlKey").is_truthy() {
            let factor = libm::exp(0.002 * y.clamp(-300.0, 300.0));
            self.window.zoomed(factor, (number("offsetX") / plot).clamp(0.0, 1.0), all)
        } else {
            return None;
        };
        keep(event);
        let seen = self.see(window);
        self.point(event);
        seen
    }

    fn down(&mut self, event: &JsValue) -> Option<Change> {
        if property(event, "button").as_f64() != Some(0.0) {
            return None;
        }
        let pointer = Pointer::of(event);
        call(&property(event, "currentTarget"), "setPointerCapture", &[pointer.id.into()]);
        if self.pointers.is_empty() {
            self.dragged = false;
        }
        self.pointers.push(pointer);
        None
    }

    fn go(&mut self, event: &JsValue) -> Option<Change> {
        let to = Pointer::of(event);
        let (all, plot) = (self.bars.len(), f64::from(self.frame?.plot));
        let Some(from) = self.pointers.iter().find(|pointer| pointer.id == to.id).copied() else {
            self.point(event);
            return Some(Change::Crosshair);
        };
        let other = self.pointers.iter().find(|pointer| pointer.id != to.id).copied();
        if other.is_none() && !self.dragged && (to.x - from.x).abs() < STILL {
            return None;
        }
        self.dragged = true;
        let span = self.window.span();
        let window = match other {
            None => self.window.moved((from.x - to.x) / plot * span, all),
            Some(other) => {
                // What was between the fingers stays between them.
                let apart = |pointer: Pointer| (pointer.x - other.x).abs().max(16.0);
                let middle = (to.x + other.x) / 2.0 / plot;
                let window = self.window.zoomed(apart(from) / apart(to), middle.clamp(0.0, 1.0), all);
                window.moved((from.x - to.x) / 2.0 / plot * window.span(), all)
            }
        };
        for pointer in self.pointers.iter_mut().filter(|pointer| pointer.id == to.id) {
            *pointer = to;
        }
        let seen = self.see(window);
        if !is_touch(event) {
            self.point(event);
        }
        seen.or(Some(Change::Crosshair))
    }

    /// A touch that didn't drag shows the crosshair where it was.
    fn up(&mut self, kind: &str, event: &JsValue) {
        let id = Pointer::of(event).id;
        self.pointers.retain(|pointer| pointer.id != id);
        if kind == "pointerup" && is_touch(event) && !self.dragged {
            self.point(event);
        }
    }

    /// Leads the crosshair to where the pointer is.
    fn point(&mut self, event: &JsValue) {
        let Some(frame) = self.frame else { return };
        let Pointer { x, y, .. } = Pointer::of(event);
        self.cross = self.window.at(x, frame.plot, self.bars.len()).map(|index| (index, Some(y as i32)));
    }

    fn see(&mut self, window: Window) -> Option<Change> {
        let changed = window != self.window;
        self.window = window;
        self.chosen |= changed;
        changed.then_some(Change::Scene)
    }
}

/// What happens to the drawing.
const HANDLED: [&str; 9] =
    ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave", "wheel", "keydown", "focus", "blur"];

impl Pointer {
    fn of(event: &JsValue) -> Self {
        let number = |name| property(event, name).as_f64().unwrap_or_default();
        Self { id: number("pointerId"), x: number("offsetX"), y: number("offsetY") }
    }
}

fn is_touch(event: &JsValue) -> bool {
    property(event, "pointerType").as_string().as_deref() == Some("touch")
}

/// The event is used: the browser shall not do with it what it does else.
fn keep(event: &JsValue) {
    if let Some(event) = event.dyn_ref::<web_sys::Event>() {
        event.prevent_default();
    }
}

/// The open times of what is seen and of the candle before, in milliseconds of the reader's clock, or UTC's for days.
fn times(bars: &[Bar], window: Window, timeframe: Timeframe) -> Vec<i64> {
    let visible = window.visible(bars.len());
    let seen = bars.get(visible.start.saturating_sub(1)..visible.end).unwrap_or_default();
    let times = seen.iter().map(|bar| bar.candle.open_time);
    if timeframe == Timeframe::D1 { times.map(|time| time.0).collect() } else { times.map(local).collect() }
}

/// A time on the reader's clock, which summer and winter set.
fn local(time: UnixMs) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
    let date = js_sys::Date::new(&JsValue::from_f64(time.0 as f64));
    #[expect(clippy::cast_possible_truncation, reason = "minutes of less than a day")]
    let behind = date.get_timezone_offset() as i64;
    time.0 - 60_000 * behind
}

/// Draws `node` in its place, or at the end of `host` the first time; whether it was that.
fn put(slot: &mut Option<Drawn>, host: &Element, node: Node) -> bool {
    if let Some(drawn) = slot {
        drawn.update(node);
        return false;
    }
    *slot = Drawn::new(node);
    if let Some(drawn) = slot {
        // Refused only for a host that holds nothing, which a div isn't.
        let _ = host.append_child(drawn.element());
    }
    true
}

fn listen(drawn: Option<&Drawn>, events: &[&str], ear: &JsValue) {
    for event in events {
        if let Some(drawn) = drawn {
            // Refused only on what is no event target.
            let _ = drawn.element().add_event_listener_with_callback(event, ear.unchecked_ref());
        }
    }
}

/// A method by its name: each import of its own costs more in the script than its name here.
fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> JsValue {
    let Ok(function) = property(object, method).dyn_into::<js_sys::Function>() else { return JsValue::UNDEFINED };
    let arguments: js_sys::Array = arguments.iter().collect();
    js_sys::Reflect::apply(&function, object, &arguments).unwrap_or_default()
}

/// A new object of a global class.
fn construct(class: &str, argument: &JsValue) -> JsValue {
    let Ok(class) = property(&js_sys::global(), class).dyn_into::<js_sys::Function>() else {
        return JsValue::UNDEFINED;
    };
    js_sys::Reflect::construct(&class, &js_sys::Array::of1(argument)).unwrap_or_default()
}
