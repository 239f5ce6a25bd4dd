//! What the chart looks like: functions from bars and a window to nodes. One path for all that looks alike, whole pixels,
//! and only what is seen.

use core::ops::Range;

use tao_conviction_core::{Timeframe, UnixMs, Verdict};

use super::super::super::format::{Locale, Numbers};
use super::super::super::node::{Node, html, svg};
use super::super::super::{ornament, path, text};
use super::bars::Bar;
use super::geometry::{Begin, Extent, Path, Scale, Window, number, time_ticks, value_ticks};
use crate::texts::{Said, say};

/// Height of the conviction ribbon, of the RSI, of the line with a pane's name above each, and of the time axis.
const RIBBON: i32 = 48;
const RSI: i32 = 64;
const NAME: i32 = 24;
const AXIS: i32 = 22;
/// Room for one digit of the 12 px type, and for what stands around a number in the margin.
const DIGIT: i32 = 7;
const AROUND: i32 = 16;
/// Candles narrower than this are a line.
const NARROW: f64 = 3.0;
/// Rows of the table.
const ROWS: usize = 24;

/// What is drawn, and how its numbers are written.
pub(super) struct Subject<'a> {
    pub(super) symbol: &'static str,
    pub(super) timeframe: Timeframe,
    pub(super) bars: &'a [Bar],
    /// The price of the moment.
    pub(super) price: Option<f64>,
    pub(super) simulated: bool,
    pub(super) locale: &'a Locale,
}

impl Subject<'_> {
    /// Decimals that its prices need.
    fn decimals(&self) -> u8 {
        match self.bars.last().map(|bar| bar.candle.close) {
            Some(close) if close < 0.01 => 8,
            Some(close) if close < 1.0 => 4,
            _ => 2,
        }
    }

    fn seen(&self, visible: &Range<usize>) -> &[Bar] {
        self.bars.get(visible.clone()).unwrap_or_default()
    }

    /// Days are UTC's, whatever the reader's are.
    fn by_utc(&self) -> bool {
        self.timeframe == Timeframe::D1
    }

    /// When a candle opened.
    fn opened(&self, time: UnixMs) -> String {
        let parts = ["year", "month", "day", "hour", "minute"];
        let named = if self.by_utc() { parts.get(..3) } else { parts.get(..) };
        self.locale.dated(time, named.unwrap_or_default(), self.by_utc())
    }

    /// What there is to read of a candle.
    fn cells(&self, bar: &Bar) -> [Cell; 10] {
        let price = |value| Some(self.locale.plain(value, self.decimals()));
        let [fast, middle, slow] = bar.emas.map(|ema| ema.and_then(price));
        let candle = &bar.candle;
        let change = bar.change.map(|change| self.locale.percent(self.locale.signed(100.0 * change, 2)));
        let conviction = bar.conviction.map(|conviction| {
            let score = self.locale.signed(conviction, 0);
            if bar.ready < 4 {
                say!(self.locale, "{0} ({1} of 4)", score, self.locale.count(bar.ready)).into_owned()
            } else {
                score
            }
        });
        let direction = |value: Option<f64>, least: f64| match value {
            Some(value) if value >= least => "bull",
            Some(value) if value <= -least => "bear",
            _ => "flat",
        };
        let cell = |(key, name), value: Option<String>| Cell { key, name, value, tone: None };
        [
            cell(("Open", say!(self.locale, "Open")), price(candle.open)),
            cell(("High", say!(self.locale, "High")), price(candle.high)),
            cell(("Low", say!(self.locale, "Low")), price(candle.low)),
            cell(("Close", say!(self.locale, "Close")), price(candle.close)),
            Cell { tone: Some(direction(bar.change, 1e-9)), ..cell(("Change", say!(self.locale, "Change")), change) },
            cell(("EMA 20", say!(self.locale, "EMA 20")), fast),
            cell(("EMA 50", say!(self.locale, "EMA 50")), middle),
            cell(("EMA 200", say!(self.locale, "EMA 200")), slow),
            cell(("RSI 14", say!(self.locale, "RSI 14")), bar.rsi.map(|rsi| self.locale.plain(rsi, 1))),
            Cell {
                tone: Some(direction(bar.conviction, BULLISH)),
                ..cell(("Conviction", say!(self.locale, "Conviction")), conviction)
            },
        ]
    }
}

/// Conviction from which the verdict is bullish.
const BULLISH: f64 = 15.0;

struct Cell {
    /// What tests and styles know it by: its English name.
    key: &'static str,
    name: Said,
    value: Option<String>,
    tone: Option<&'static str>,
}

impl Cell {
    fn words(&self, locale: &Locale) -> Said {
        self.value.clone().map_or_else(|| say!(locale, "unknown"), Said::from)
    }
}

/// Where the panes and their scales are, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) window: Window,
    /// Width of the panes; the margin with the numbers is right of them.
    pub(super) plot: i32,
    width: i32,
    /// Height of the price's pane, which is the first.
    pub(super) price: i32,
    scale: Scale,
    extent: Extent,
}

impl Frame {
    pub(super) fn of(subject: &Subject<'_>, window: Window, width: i32) -> Self {
        let mut highest = subject.price.unwrap_or(0.0);
        subject.bars.iter().for_each(|bar| highest = highest.max(bar.candle.high));
        let digits = subject.locale.plain(highest, subject.decimals()).chars().count();
        let margin = DIGIT * i32::try_from(digits).unwrap_or(0) + AROUND;
        let mut extent = Extent::NOTHING;
        let visible = window.visible(subject.bars.len());
        for bar in subject.seen(&visible) {
            [bar.candle.low, bar.candle.high]
                .into_iter()
                .chain(bar.emas.into_iter().flatten())
                .for_each(|v| extent.take(v));
        }
        if window.is_latest(subject.bars.len()) {
            subject.price.iter().for_each(|price| extent.take(*price));
        }
        let plot = (width - margin).max(80);
        let price = (plot * 2 / 5).clamp(200, 300);
        // Room for half a stroke above, and for the marks below.
        let scale = Scale::new(extent.low, extent.high, 40, 10 * price - 160);
        Self { window, plot, width, price, scale, extent }
    }

    /// Where ribbon and RSI begin, where the time is written, and where all ends.
    const fn below(&self) -> [i32; 4] {
        let ribbon = self.price + NAME;
        let rsi = ribbon + RIBBON + NAME;
        let axis = rsi + RSI;
        [ribbon, rsi, axis, axis + AXIS]
    }

    /// One step from candle to candle, in pixels.
    fn step(&self) -> f64 {
        f64::from(self.plot) / self.window.span()
    }

    fn svg(&self, class: &'static str) -> Node {
        let [.., height] = self.below();
        svg("svg", &[("xmlns", "http://www.w3.org/2000/svg")])
            .attr("class", class)
            .attr("width", self.width.to_string())
            .attr("height", height.to_string())
    }

    /// A pane that shows nothing beyond its edges; what is in it counts in tenths of a pixel.
    fn pane(&self, top: i32, height: i32, lines: Vec<Node>) -> Node {
        svg("svg", &[])
            .attr("y", top.to_string())
            .attr("width", self.plot.to_string())
            .attr("height", height.to_string())
            .child(tenths(lines))
    }
}

fn tenths(lines: Vec<Node>) -> Node {
    svg("g", &[("transform", "scale(.1)")]).children(lines)
}

fn label(class: &'static str, x: i32, y: i32, words: String) -> Node {
    svg("text", &[]).attr("class", class).attr("x", x.to_string()).attr("y", y.to_string()).text(words)
}

/// A number on a ground of its own, in the margin at the height of `y` tenths.
fn tag(class: &'static str, frame: &Frame, y: i32, words: String) -> Vec<Node> {
    let y = (y / 10).clamp(9, frame.price - 9);
    let mut ground = Path::default();
    ground.boxed(frame.plot + 1, y - 9, frame.width - frame.plot - 2, 18);
    vec![path(class, ground.data), label(class, frame.plot + 8, y + 4, words)]
}

/// The drawing without the price of the moment and the crosshair. `times` are the open times of the candles that are
/// seen and of the one before, in milliseconds of the clock that the axis shows.
pub(super) fn scene(subject: &Subject<'_>, frame: &Frame, times: &[i64]) -> Node {
    let visible = frame.window.visible(subject.bars.len());
    let [ribbon, rsi, axis, _] = frame.below();
    let mut grid = Path::default();
    let mut labels = Vec::new();
    let most = usize::try_from(frame.price / 44).unwrap_or(0);
    let ticks = value_ticks(frame.extent.low, frame.extent.high, most);
    for value in ticks.values {
        let y = frame.scale.y(value) / 10;
        grid.across(10 * y + 5, 0, 10 * frame.plot);
        labels.push(label("tick", frame.plot + 8, y + 4, subject.locale.plain(value, ticks.decimals)));
    }
    let most = usize::try_from(frame.plot / 72).unwrap_or(0);
    let mut free = 24;
    for tick in time_ticks(times, visible.end - times.len().min(visible.end), most) {
        let x = frame.window.x(tick.index, frame.plot);
        grid.upright(x, 0, 10 * axis);
        // One that would run into the last one or out of the drawing is a line alone.
        if let Some(bar) = subject.bars.get(tick.index).filter(|_| (free..frame.plot - 16).contains(&(x / 10))) {
            let parts: &[&str] = match tick.begin {
                Begin::Hour => &["hour", "minute"],
                Begin::Day => &["day", "month"],
                Begin::Month => &["month"],
                Begin::Year => &["year"],
            };
            let words = subject.locale.dated(bar.candle.open_time, parts, subject.by_utc());
            labels.push(label("moment", x / 10, axis + 16, words));
            free = x / 10 + 64;
        }
    }
    for (words, y) in
        [(say!(subject.locale, "Conviction, from candles alone"), ribbon), (say!(subject.locale, "RSI 14"), rsi)]
    {
        labels.push(label("name", 0, y - 8, words.into_owned()));
    }
    for (words, y) in [("+40", ribbon + 14), ("\u{2212}40", ribbon + 34), ("70", rsi + 19), ("30", rsi + 45)] {
        labels.push(label("tick", frame.plot + 8, y + 4, words.to_owned()));
    }
    frame
        .svg("scene")
        .attr("role", "img")
        .attr("part", "candles")
        .attr("aria-label", summary(subject, &visible))
        .child(tenths(vec![path("grid", grid.data)]))
        .child(frame.pane(0, frame.price, prices(subject, frame, &visible)))
        .child(frame.pane(ribbon, RIBBON, convictions(subject, frame, &visible)))
        .child(frame.pane(rsi, RSI, strengths(subject, frame, &visible)))
        .child(svg("g", &[]).children(labels))
}

/// Where the price stands. A drawing of its own: it moves more often than the rest.
pub(super) fn last(subject: &Subject<'_>, frame: &Frame) -> Node {
    let mut last = Vec::new();
    if let Some(price) = subject.price.filter(|price| frame.scale.holds(*price)) {
        let y = frame.scale.y(price);
        let mut line = Path::default();
        line.across(y / 10 * 10 + 5, 0, 10 * frame.plot);
        last.push(tenths(vec![path("price", line.data)]));
        last.extend(tag("last", frame, y, subject.locale.plain(price, subject.decimals())));
    }
    frame.svg("now").attr("aria-hidden", "true").children(last)
}

/// Candles or their closes, the averages and the setups.
fn prices(subject: &Subject<'_>, frame: &Frame, visible: &Range<usize>) -> Vec<Node> {
    let (mut up, mut down, mut up_wicks, mut down_wicks) =
        (Path::default(), Path::default(), Path::default(), Path::default());
    let (mut closes, mut setups) = (Path::default(), Path::default());
    let mut averages = [Path::default(), Path::default(), Path::default()];
    let step = frame.step();
    // An odd number of pixels, so that the wick is in the middle; a stroke of one pixel runs along the inside.
    let half = ((0.7 * step) as i32 - 1).max(0) / 2 * 10;
    let scale = &frame.scale;
    let pixel = |value| scale.y(value) / 10 * 10 + 5;
    for (index, bar) in visible.clone().zip(subject.seen(visible)) {
        let (x, candle) = (frame.window.x(index, frame.plot), &bar.candle);
        if step < NARROW {
            closes.to(Some((x, scale.y(candle.close))));
        } else {
            let rises = candle.close >= candle.open;
            let (body, wick) = if rises { (&mut up, &mut up_wicks) } else { (&mut down, &mut down_wicks) };
            let (top, bottom) = (pixel(candle.close.max(candle.open)), pixel(candle.close.min(candle.open)));
            wick.upright(x, pixel(candle.high), pixel(candle.low));
            body.boxed(x - half, top, 2 * half, bottom - top);
        }
        for (line, value) in averages.iter_mut().zip(bar.emas) {
            line.to(value.map(|value| (x, scale.y(value))));
        }
        if bar.begins {
            setups.lozenge(x, scale.y(candle.low) + 100, 45);
        }
    }
    let [fast, middle, slow] = averages;
    vec![
        path("up", up_wicks.data),
        path("down", down_wicks.data),
        path("up", up.data),
        path("down", down.data),
        path("closes", closes.data),
        path("ema200", slow.data),
        path("ema50", middle.data),
        path("ema20", fast.data),
        path("setups", setups.data),
    ]
}

/// A column for each close: up from the middle when conviction was above 0, down when below, pale where not all four
/// timeframes were ready. Where nothing is known the ground is grey.
fn convictions(subject: &Subject<'_>, frame: &Frame, visible: &Range<usize>) -> Vec<Node> {
    const CLASSES: [&str; 6] = ["up", "down", "flat", "up pale", "down pale", "flat pale"];
    let scale = Scale::new(-100.0, 100.0, 0, 10 * RIBBON);
    let middle = scale.y(0.0);
    let mut columns = CLASSES.map(|_| Path::default());
    let mut unknown = Path::default();
    let mut since = None;
    let edge = |index: usize| (10.0 * (number(index) - frame.window.start()) * frame.step()) as i32;
    for (index, bar) in visible.clone().zip(subject.seen(visible)) {
        let Some(conviction) = bar.conviction else {
            since.get_or_insert(index);
            continue;
        };
        if let Some(from) = since.take() {
            unknown.boxed(edge(from), 0, edge(index) - edge(from), 10 * RIBBON);
        }
        let tone = match Verdict::of(Some(conviction), 1.0) {
            Verdict::StrongBullish | Verdict::Bullish => 0,
            Verdict::StrongBearish | Verdict::Bearish => 1,
            Verdict::Neutral | Verdict::InsufficientData => 2,
        };
        if let Some(column) = columns.get_mut(if bar.ready < 4 { tone + 3 } else { tone }) {
            column.upright(frame.window.x(index, frame.plot), middle, scale.y(conviction));
        }
    }
    if let Some(from) = since {
        unknown.boxed(edge(from), 0, edge(visible.end) - edge(from), 10 * RIBBON);
    }
    let width = (frame.step() as i32 - i32::from(frame.step() >= NARROW)).max(1).to_string();
    let columns = columns.into_iter().zip(CLASSES);
    let columns = columns.map(|(column, class)| path(class, column.data).attr("stroke-width", width.clone()));
    let mut lines = vec![path("unknown", unknown.data), svg("g", &[("class", "columns")]).children(columns.collect())];
    lines.push(limits(&scale, frame.plot, &[-40.0, 0.0, 40.0]));
    lines
}

fn strengths(subject: &Subject<'_>, frame: &Frame, visible: &Range<usize>) -> Vec<Node> {
    let scale = Scale::new(0.0, 100.0, 0, 10 * RSI);
    let mut line = Path::default();
    for (index, bar) in visible.clone().zip(subject.seen(visible)) {
        line.to(bar.rsi.map(|rsi| (frame.window.x(index, frame.plot), scale.y(rsi))));
    }
    vec![limits(&scale, frame.plot, &[30.0, 70.0]), path("rsi", line.data)]
}

fn limits(scale: &Scale, plot: i32, values: &[f64]) -> Node {
    let mut lines = Path::default();
    values.iter().for_each(|value| lines.across(scale.y(*value) / 10 * 10 + 5, 0, 10 * plot));
    path("limit", lines.data)
}

/// The crosshair on candle `index`, with a line across at `y` pixels or, when it was not led there by hand, at its close.
pub(super) fn crosshair(subject: &Subject<'_>, frame: &Frame, at: Option<(usize, Option<i32>)>) -> Node {
    let [_, _, axis, _] = frame.below();
    let mut lines = Path::default();
    let mut labels = Vec::new();
    if let Some((index, bar, y)) = at.and_then(|(index, y)| Some((index, subject.bars.get(index)?, y))) {
        let x = frame.window.x(index, frame.plot);
        lines.upright(x, 0, 10 * axis);
        let y = y.map_or_else(|| frame.scale.y(bar.candle.close), |y| 10 * y);
        if y < 10 * frame.price {
            lines.across(y / 10 * 10 + 5, 0, 10 * frame.plot);
            let value = frame.scale.value(y);
            labels = tag("at", frame, y, subject.locale.plain(value, subject.decimals()));
        }
        let words = subject.opened(bar.candle.open_time);
        let half = DIGIT * i32::try_from(words.chars().count()).unwrap_or(0) / 2 + 4;
        let middle = (x / 10).clamp(half, (frame.width - half).max(half));
        let mut ground = Path::default();
        ground.boxed(middle - half, axis + 2, 2 * half, 18);
        labels.push(path("at", ground.data));
        labels.push(label("at moment", middle, axis + 16, words));
    }
    frame
        .svg("cross")
        .attr("aria-hidden", "true")
        .child(tenths(vec![path("hair", lines.data)]))
        .child(svg("g", &[]).children(labels))
}

/// What takes the pointer and the keys. To those who listen it is a slider over the candles.
pub(super) fn handle(subject: &Subject<'_>, frame: &Frame, at: Option<usize>) -> Node {
    let last = subject.bars.len().saturating_sub(1);
    let index = at.unwrap_or(last);
    let spoken = subject.bars.get(index).map(|bar| {
        let cells = subject.cells(bar).map(|cell| format!("{} {}", cell.name, cell.words(subject.locale)));
        let begins = if bar.begins { say!(subject.locale, ", a setup begins") } else { Said::default() };
        format!("{}: {}{begins}", subject.opened(bar.candle.open_time), cells.join(", "))
    });
    let [.., height] = frame.below();
    // Not a style attribute, which a strict policy forbids: the room is taken by a drawing of nothing.
    let room =
        svg("svg", &[("aria-hidden", "true")]).attr("width", frame.plot.to_string()).attr("height", height.to_string());
    html(
        "div",
        &[("class", "handle"), ("part", "crosshair"), ("role", "slider"), ("tabindex", "0"), ("aria-valuemin", "1")],
    )
    .attr("aria-label", say!(subject.locale, "Crosshair over {0} candles", subject.timeframe.name()))
    .attr("aria-valuemax", (last + 1).to_string())
    .attr("aria-valuenow", (index + 1).to_string())
    .attr("aria-valuetext", spoken.unwrap_or_default())
    .child(room)
}

/// The values of the candle under the crosshair, or of the last one.
pub(super) fn readout(subject: &Subject<'_>, at: Option<usize>) -> Node {
    let index = at.unwrap_or(subject.bars.len().saturating_sub(1));
    let Some(bar) = subject.bars.get(index) else { return html("div", &[]) };
    let length = say!(subject.locale, "{0} from {1}", subject.timeframe.name(), subject.opened(bar.candle.open_time));
    let note = match at {
        _ if bar.begins => say!(subject.locale, "◆ setup"),
        None => say!(subject.locale, "latest"),
        Some(_) => Said::default(),
    };
    let cells = subject.cells(bar).map(|cell| {
        let key = match cell.key {
            "EMA 20" => "ema20",
            "EMA 50" => "ema50",
            "EMA 200" => "ema200",
            _ => "",
        };
        let mut name = html("dt", &[]);
        if !key.is_empty() {
            let line = svg("svg", &[("width", "16"), ("height", "8")]).child(path(key, "M0 4H16"));
            name = name.child(ornament(line));
        }
        html("div", &[]).child(name.child(html("span", &[]).text(cell.name.clone()))).child(
            html("dd", &[("part", "chart-value")])
                .attr("data-name", cell.key)
                .attr("data-tone", cell.tone.unwrap_or("none"))
                .text(cell.words(subject.locale)),
        )
    });
    html("div", &[("class", "readout")])
        .child(html("p", &[]).child(text("opened", length)).child(text("said", note)))
        .child(html("dl", &[]).children(cells.into()))
}

/// The buttons; their values say what they do.
pub(super) fn tools(subject: &Subject<'_>, window: Window) -> Node {
    let lengths = Timeframe::ALL.map(|timeframe| {
        html("button", &[("type", "button"), ("part", "chart-timeframe")])
            .attr("value", timeframe.name())
            .attr("aria-pressed", if timeframe == subject.timeframe { "true" } else { "false" })
            .text(timeframe.name())
    });
    let all = subject.bars.len();
    let (closer, wider) = (window.zoomed(0.5, 0.5, all), window.zoomed(2.0, 0.5, all));
    let moves = [
        ("earlier", "‹", say!(subject.locale, "Earlier"), window.start() <= 0.0),
        ("later", "›", say!(subject.locale, "Later"), window.is_latest(all)),
        ("out", "−", say!(subject.locale, "Zoom out"), wider == window),
        ("in", "+", say!(subject.locale, "Zoom in"), closer == window),
    ];
    let moves = moves.map(|(value, sign, name, idle)| {
        html("button", &[("type", "button"), ("part", "chart-tool")])
            .attr("value", value)
            .attr("aria-label", name.clone())
            .attr("title", name)
            .attr("aria-disabled", if idle { "true" } else { "false" })
            .text(sign)
    });
    html("div", &[("class", "tools")])
        .child(
            html("div", &[("role", "group")])
                .attr("aria-label", say!(subject.locale, "Length of a candle"))
                .children(lengths.into()),
        )
        .child(
            html("div", &[("role", "group")])
                .attr("aria-label", say!(subject.locale, "What is seen"))
                .children(moves.into()),
        )
}

/// What the drawing leaves out and doesn't know.
pub(super) fn notes(subject: &Subject<'_>) -> Node {
    let (count, timeframe) = (subject.locale.count(subject.bars.len()), subject.timeframe.name());
    let mut notes = Vec::new();
    if subject.simulated {
        notes.push(say!(subject.locale, "Simulated candles, not a market."));
    }
    if subject.bars.last().is_some_and(|bar| bar.emas.iter().any(Option::is_none)) {
        notes.push(say!(
            subject.locale,
            "Warming up: EMA 200 needs 200 closed {0} candles, and there are {1}.",
            timeframe,
            count
        ));
    }
    let whole = subject.bars.iter().position(|bar| bar.ready == 4).and_then(|index| subject.bars.get(index));
    let reach = match (subject.bars.iter().any(|bar| bar.conviction.is_some()), whole) {
        (false, _) => say!(subject.locale, "It is unknown here: no timeframe had the 461 closed candles it needs."),
        (true, None) => say!(subject.locale, "Pale: not all four timeframes were ready. Grey: none was."),
        (true, Some(bar)) => {
            let since = subject.opened(bar.candle.open_time);
            say!(subject.locale, "All four timeframes speak since {0}; before, pale: fewer. Grey: none.", since)
        }
    };
    notes.push(say!(
        subject.locale,
        "Conviction is drawn as it stood at each close, from {0}’s candles that had closed by then and nothing else: without relative strength, catalysts, AI sentiment and Bitcoin’s regime, so it differs from the card’s. {1}",
        subject.symbol,
        reach
    ));
    if subject.bars.iter().any(|bar| bar.begins) {
        notes.push(say!(subject.locale, "◆ A setup begins, as far as these candles tell."));
    }
    notes.push(say!(
        subject.locale,
        "Drag to move. Ctrl + wheel, pinch or + and − zoom; arrow keys move the crosshair."
    ));
    let lines = notes.into_iter().map(|note| html("p", &[("class", "caption")]).text(note)).collect();
    html("div", &[("class", "notes"), ("part", "chart-notes")]).children(lines)
}

/// The last candles as a table, newest first, for those who listen.
pub(super) fn table(subject: &Subject<'_>) -> Node {
    let rows: Vec<Node> = subject
        .bars
        .iter()
        .rev()
        .take(ROWS)
        .map(|bar| {
            let cells = subject.cells(bar).map(|cell| html("td", &[]).text(cell.words(subject.locale)));
            let head = html("th", &[("scope", "row")]).text(subject.opened(bar.candle.open_time));
            html("tr", &[]).child(head).children(cells.into())
        })
        .collect();
    let names = subject.bars.last().map(|bar| subject.cells(bar).map(|cell| cell.name));
    let names = core::iter::once(say!(subject.locale, "Opened")).chain(names.into_iter().flatten());
    let heads = names.map(|name| html("th", &[("scope", "col")]).text(name)).collect();
    let caption = say!(
        subject.locale,
        "The last {0} closed {1} candles of {2}",
        subject.locale.count(rows.len()),
        subject.timeframe.name(),
        subject.symbol
    );
    let table = html("table", &[("part", "chart-table")])
        .child(html("caption", &[]).text(caption))
        .child(html("thead", &[]).child(html("tr", &[]).children(heads)))
        .child(html("tbody", &[]).children(rows));
    // A table takes the room of its cells whatever width it is given; a box around it doesn't.
    html("div", &[("class", "only-heard")]).child(table)
}

/// The drawing in words.
fn summary(subject: &Subject<'_>, visible: &Range<usize>) -> Said {
    let seen = subject.seen(visible);
    let (Some(first), Some(last)) = (seen.first(), seen.last()) else { return Said::default() };
    let mut extent = Extent::NOTHING;
    for bar in seen {
        extent.take(bar.candle.low);
        extent.take(bar.candle.high);
    }
    let price = |value| subject.locale.plain(value, subject.decimals());
    let change = subject.locale.signed(100.0 * (last.candle.close / first.candle.open - 1.0), 1);
    let what =
        if subject.simulated { say!(subject.locale, "simulated candles") } else { say!(subject.locale, "candles") };
    let cells =
        subject.cells(last).into_iter().skip(5).map(|cell| format!("{} {}", cell.name, cell.words(subject.locale)));
    let cells: Vec<String> = cells.collect();
    let locale = subject.locale;
    let shown = say!(
        locale,
        "{0} {1} {2}, {3} of {4}, from {5} to {6}",
        subject.symbol,
        subject.timeframe.name(),
        what,
        locale.count(seen.len()),
        locale.count(subject.bars.len()),
        subject.opened(first.candle.open_time),
        subject.opened(last.candle.open_time)
    );
    say!(
        locale,
        "{0}: {1} to {2} ({3}\u{a0}%), lowest {4}, highest {5}. At the last close: {6}.",
        shown,
        price(first.candle.open),
        price(last.candle.close),
        change,
        price(extent.low),
        price(extent.high),
        cells.join(&say!(locale, ", "))
    )
}
