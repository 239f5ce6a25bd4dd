//! The watchlist: a row an asset, scored by the same rules, in the order that the reader chooses. By conviction at first.

use core::cmp::Ordering;
use std::sync::Arc;

use leptos::prelude::{ArcRwSignal, Get, Update};
use tao_conviction_core::{Assessment, GateState, MtfReport, Setup};

use super::format::{Locale, Numbers};
use super::node::{Node, html, svg};
use super::status::disclaimer;
use super::{card, ornament, path, sparkline, text, tone, words};
use crate::config::Config;
use crate::engine::{FeedState, Outage, Progress, Snapshot};
use crate::market::{Asset, Failure, Source, beside_module, now};
use crate::texts::{Said, Speaks, say};

/// What the rows are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Asset,
    Price,
    Day,
    Timeframes,
    Week,
    Conviction,
    Setup,
    Data,
}

impl Column {
    const ALL: [Self; 8] =
        [Self::Asset, Self::Price, Self::Day, Self::Timeframes, Self::Week, Self::Conviction, Self::Setup, Self::Data];

    fn name(self, locale: &Locale) -> Said {
        match self {
            Self::Asset => say!(locale, "Asset"),
            Self::Price => say!(locale, "Price"),
            Self::Day => say!(locale, "24 h"),
            Self::Timeframes => "15m 1h 4h 1d".into(),
            Self::Week => say!(locale, "7 days"),
            Self::Conviction => say!(locale, "Conviction"),
            Self::Setup => say!(locale, "Setup"),
            Self::Data => say!(locale, "Data"),
        }
    }

    /// The class of its cells, and the end of the name of its button.
    const fn class(self) -> &'static str {
        match self {
            Self::Asset => "of-asset",
            Self::Price => "of-price",
            Self::Day => "of-day",
            Self::Timeframes => "of-timeframes",
            Self::Week => "of-week",
            Self::Conviction => "of-conviction",
            Self::Setup => "of-setup",
            Self::Data => "of-data",
        }
    }

    /// What a row is ordered by here; unknown ones come last whatever the direction. The asset itself is a name.
    fn value(self, snapshot: &Snapshot) -> Option<f64> {
        let assessment = &snapshot.assessment;
        match self {
            Self::Asset => None,
            Self::Price => snapshot.price,
            Self::Day => snapshot.change_24h,
            Self::Timeframes => assessment.mtf.score,
            Self::Week => week(snapshot),
            Self::Conviction => assessment.conviction,
            Self::Setup => {
                let passed = f64::from(u32::try_from(passed(assessment)).unwrap_or(0));
                let above = match assessment.setup {
                    Setup::HighConviction => 200.0,
                    Setup::Unconfirmed => 100.0,
                    Setup::None => 0.0,
                };
                Some(above + passed)
            }
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
            Self::Data => assessment.data.as_of.map(|time| time.0 as f64),
        }
    }
}

/// An order: the list's own where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Order(Option<(Column, bool)>);

impl Order {
    /// The order after a press on `column`: the highest first, or the first in the alphabet; then the other way; and of
    /// the assets' column the list's own at last.
    fn pressed(self, column: Column) -> Self {
        let first = column != Column::Asset;
        Self(match self.0 {
            Some((known, descending)) if known == column && descending == first => Some((column, !first)),
            Some((known, _)) if known == column && column == Column::Asset => None,
            _ => Some((column, first)),
        })
    }
}

/// What one watchlist remembers.
#[derive(Clone)]
pub(super) struct Watchlist {
    order: ArcRwSignal<Order>,
}

/// One asset and what is known of it; nothing before it has begun.
pub(super) type Row = (Asset, Option<FeedState>);

/// What the reader does to the loading: stops it, or lets it go on.
pub(super) type Halt = Arc<dyn Fn(bool) + Send + Sync>;

impl Watchlist {
    pub(super) fn new() -> Self {
        Self { order: ArcRwSignal::new(Order(Some((Column::Conviction, true)))) }
    }

    /// The list as it stands.
    pub(super) fn list(&self, rows: &[Row], progress: Progress, halt: &Halt, locale: &Locale) -> Vec<Node> {
        let order = self.order.get();
        let simulated = rows.iter().filter_map(ready).any(|snapshot| snapshot.source == Source::Sample);
        let banner = if simulated { say!(locale, "Simulated data, not a market") } else { Said::default() };
        let lines = sorted(rows, order).into_iter().map(|row| line(row, locale)).collect();
        let columns = Column::ALL.map(|column| self.column(column, order, locale));
        let head =
            html("thead", &[("role", "rowgroup")]).child(html("tr", &[("role", "row")]).children(columns.into()));
        let body = html("tbody", &[("role", "rowgroup")]).children(lines);
        // Said again, since a narrow list is laid out as a grid, and what it is would be lost.
        let table = html("table", &[("class", "watch"), ("role", "table"), ("part", "watchlist")])
            .attr("aria-label", say!(locale, "Watchlist"))
            .child(head)
            .child(body);
        vec![
            text("banner", banner),
            loading(progress, halt, locale),
            table,
            html("p", &[("class", "caption")]).text(say!(
                locale,
                "Catalysts count for TAO alone: of the others 85 % of the evidence can be known. Scores change when a candle closes."
            )),
            disclaimer(locale),
        ]
    }

    fn column(&self, column: Column, order: Order, locale: &Locale) -> Node {
        let direction = order.0.filter(|(known, _)| *known == column).map(|(_, descending)| descending);
        let (sort, arrow) = match direction {
            Some(true) => (Some("descending"), " ▼"),
            Some(false) => (Some("ascending"), " ▲"),
            None => (None, ""),
        };
        let chosen = self.order.clone();
        let button = html("button", &[("type", "button")])
            .attr("data-column", column.class())
            .on_click(move || chosen.update(|order| *order = order.pressed(column)))
            .child(html("span", &[]).text(column.name(locale)))
            .child(ornament(text("arrow", arrow)));
        html("th", &[("scope", "col"), ("role", "columnheader")])
            .attr("class", column.class())
            .maybe("aria-sort", sort.map(Said::from))
            .child(button)
    }
}

/// The assets of a list: those that were named, or the usual ones.
pub(super) fn assets(config: &Config) -> Vec<Asset> {
    if config.watchlist.is_empty() { Asset::usual() } else { config.watchlist.clone() }
}

/// How a list as a whole stands, as styles and programs know it: as its first row that has a score.
pub(super) fn state(rows: &[Row]) -> &'static str {
    let nobody = |(_, state): &Row| matches!(state, Some(FeedState::Unavailable(_)));
    match rows.iter().find_map(ready) {
        Some(snapshot) => words::state(snapshot.assessment.data.state),
        None if rows.iter().all(nobody) => "unavailable",
        None => "loading",
    }
}

/// What a row has to show, if it has.
fn ready((_, state): &Row) -> Option<&Snapshot> {
    match state {
        Some(FeedState::Ready(snapshot)) => Some(snapshot),
        _ => None,
    }
}

/// How many gates are passed.
fn passed(assessment: &Assessment) -> usize {
    assessment.gates.iter().filter(|gate| gate.state == GateState::Pass).count()
}

/// The change over the week that the sparkline shows, as a fraction.
fn week(snapshot: &Snapshot) -> Option<f64> {
    let (first, last) = snapshot.spark.first().zip(snapshot.spark.last())?;
    Some(last.0 / first.0 - 1.0)
}

/// The rows in this order; those that are alike keep the list's own.
fn sorted(rows: &[Row], order: Order) -> Vec<&Row> {
    let mut sorted: Vec<&Row> = rows.iter().collect();
    match order.0 {
        None => {}
        Some((Column::Asset, descending)) => {
            let directed = |order: Ordering| if descending { order.reverse() } else { order };
            sorted.sort_by(|one, other| directed(one.0.symbol().cmp(other.0.symbol())));
        }
        Some((column, descending)) => {
            let value = |row: &Row| ready(row).and_then(|snapshot| column.value(snapshot));
            sorted.sort_by(|one, other| ranked(value(one), value(other), descending));
        }
    }
    sorted
}

/// Which of two values comes first: an unknown one never does.
fn ranked(one: Option<f64>, other: Option<f64>, descending: bool) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if descending => other.total_cmp(&one),
        (Some(one), Some(other)) => one.total_cmp(&other),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}

/// How far the loading has come, and a way to stop it.
fn loading(progress: Progress, halt: &Halt, locale: &Locale) -> Node {
    let Progress { loaded, all, halted } = progress;
    let (some, of) = (locale.count(loaded), locale.count(all));
    let words = if loaded == all {
        say!(locale, "{0} assets, by the same published rules", of)
    } else if halted {
        say!(locale, "Stopped: {0} of {1} assets are loaded", some, of)
    } else {
        say!(locale, "Loading: {0} of {1} assets", some, of)
    };
    let press = halt.clone();
    // What the first drawing does stays: a button for each.
    let stop = html("button", &[("type", "button"), ("part", "stop")])
        .flag("hidden", loaded == all || halted)
        .on_click(move || press(true))
        .text(say!(locale, "Stop"));
    let press = halt.clone();
    let resume = html("button", &[("type", "button"), ("part", "resume")])
        .flag("hidden", loaded == all || !halted)
        .on_click(move || press(false))
        .text(say!(locale, "Go on"));
    // Told when it is done, and not at each step.
    let told = if loaded == all { words.clone() } else { Said::default() };
    html("div", &[("class", "loading")])
        .child(text("heading", say!(locale, "Watchlist")))
        .child(text("progress", words))
        .child(stop)
        .child(resume)
        .child(html("div", &[("role", "status")]).child(text("only-heard", told)))
}

fn line(row: &Row, locale: &Locale) -> Node {
    let (asset, state) = row;
    let link = html("a", &[("part", "symbol"), ("target", "_blank"), ("rel", "noopener noreferrer")])
        .attr("href", beside_module(&["index.html#/asset/", asset.symbol()].concat()))
        .text(asset.symbol());
    let name = html("th", &[("scope", "row"), ("role", "rowheader"), ("class", "of-asset")])
        .child(link)
        .child(text("name", asset.name()));
    let (tone, name_of_state, cells) = match state {
        Some(FeedState::Ready(snapshot)) => {
            let assessment = &snapshot.assessment;
            (tone(assessment.verdict), words::state(assessment.data.state), cells(snapshot, locale))
        }
        Some(FeedState::Unavailable(outage)) => ("unknown", "unavailable", vec![without(outage, locale)]),
        Some(FeedState::Loading) => ("unknown", "loading", vec![instead(say!(locale, "loading"), Said::default())]),
        None => ("unknown", "waiting", vec![instead(say!(locale, "waiting"), Said::default())]),
    };
    html("tr", &[("role", "row"), ("part", "row")])
        .keyed(asset.symbol())
        .attr("data-symbol", asset.symbol())
        .attr("data-state", name_of_state)
        .attr("data-tone", tone)
        .child(name)
        .children(cells)
}

/// Words in the place of all figures; all that there is to say of it when the pointer rests on them.
fn instead(words: Said, title: Said) -> Node {
    html("td", &[("colspan", "7"), ("role", "cell"), ("class", "instead")])
        .attr("title", title)
        .child(html("span", &[]).text(words))
}

/// Why there is nothing to show.
fn without(outage: &Outage, locale: &Locale) -> Node {
    let failures = &outage.failures;
    let sentences = failures.iter().map(|(source, failure)| failure.sentence(*source, locale.texts()));
    let all = sentences.fold(String::new(), |all, said| [&*all, &*said, "\n"].concat());
    let nobody = failures.iter().all(|(_, failure)| matches!(failure, Failure::Unlisted(_)));
    let words = match failures.as_slice() {
        [(source, failure), _, ..] if !nobody => {
            say!(locale, "{0} No other source can be used either.", failure.sentence(*source, locale.texts()))
        }
        [(source, failure)] => failure.sentence(*source, locale.texts()),
        _ => say!(locale, "None of the sources lists it."),
    };
    instead(words, all.into())
}

fn cells(snapshot: &Snapshot, locale: &Locale) -> Vec<Node> {
    let assessment = &snapshot.assessment;
    let cell = |column: Column| html("td", &[("role", "cell")]).attr("class", column.class());
    let price = snapshot.price.map(|price| locale.price(price)).unwrap_or_default();
    let verdict = html("span", &[("class", "verdict")])
        .child(ornament(text("arrow", words::arrow(assessment.conviction))))
        .child(text("word", words::verdict(assessment.verdict, locale)));
    let known = say!(locale, "{0}\u{a0}% known", locale.plain(100.0 * assessment.coverage, 0));
    let known = match words::is_custom(assessment) {
        true => [&*known, " · ", &*say!(locale, "custom formula")].concat().into(),
        false => known,
    };
    let (headline, detail) = words::setup(assessment, locale);
    let mark = if assessment.setup == Setup::HighConviction { "◆ " } else { "◇ " };
    let (passed, all) = (locale.count(passed(assessment)), locale.count(assessment.gates.len()));
    let state = words::state(assessment.data.state);
    let moment = assessment.data.as_of.map(|time| locale.moment(time, now())).unwrap_or_default();
    let exact = assessment.data.as_of.map(|time| say!(locale, "Last closed candle: {0}", locale.exact(time)));
    vec![
        cell(Column::Price).child(text("price", price)),
        cell(Column::Day).child(card::change(snapshot.change_24h, locale)),
        cell(Column::Timeframes).child(bars(&assessment.mtf)).child(text("only-heard", heard(&assessment.mtf, locale))),
        cell(Column::Week)
            .child(sparkline::small(&snapshot.spark))
            .child(text("only-heard", week(snapshot).map(|change| percent(change, locale)).unwrap_or_default())),
        cell(Column::Conviction).attr("title", words::reason(assessment, locale)).child(
            html("div", &[("class", "answer")])
                .child(text("score", words::score(assessment.conviction, locale)))
                .child(verdict)
                .child(text("caption", known)),
        ),
        cell(Column::Setup)
            .attr("data-setup", if assessment.setup == Setup::HighConviction { "yes" } else { "no" })
            .attr("title", [&*headline, ". ", &*detail].concat())
            .child(ornament(text("mark", mark)))
            .child(text("gates", [&*passed, "/", &*all].concat()))
            .child(text("only-heard", headline)),
        cell(Column::Data)
            .attr("title", [snapshot.source.name(), "\n", &*exact.unwrap_or_default()].concat())
            .child(html("i", &[("aria-hidden", "true"), ("class", "dot")]).attr("data-state", state))
            .child(text("status", words::freshness(assessment.data.state, locale)))
            .child(text("caption", moment)),
    ]
}

fn percent(change: f64, locale: &Locale) -> Said {
    say!(locale, "{0} % ", locale.signed(100.0 * change, 2))
}

/// The readings of the timeframes as bars from a middle line.
fn bars(mtf: &MtfReport) -> Node {
    let drawn = mtf.timeframes.iter().zip(0..).map(|(report, place)| {
        let reading = report.reading.unwrap_or(0.0);
        let tone = match report.reading {
            Some(reading) if reading >= 0.10 => "bull",
            Some(reading) if reading <= -0.10 => "bear",
            _ => "flat",
        };
        #[expect(clippy::cast_possible_truncation, reason = "−100 … 100")]
        let height = (-100.0 * reading) as i32;
        path("fill", format!("M{} 100v{height}", 50 + 100 * place)).attr("data-tone", tone)
    });
    svg("svg", &[("viewBox", "0 0 400 200"), ("class", "four"), ("aria-hidden", "true")])
        .child(path("middle", "M0 100H400"))
        .children(drawn.collect())
}

/// The same for those who listen: "15m +60, 1h −12".
fn heard(mtf: &MtfReport, locale: &Locale) -> String {
    let said = mtf.timeframes.iter().map(|report| {
        let number = report.reading.map_or_else(|| "?".to_owned(), |reading| locale.signed(100.0 * reading, 0));
        [report.timeframe.name(), " ", &number].concat().into()
    });
    words::enumerated(&said.collect::<Vec<Said>>(), locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_come_last_in_either_direction() {
        let of = |descending| {
            let mut values = [None, Some(-3.0), Some(7.0), None, Some(0.0)];
            values.sort_by(|one, other| ranked(*one, *other, descending));
            values
        };
        assert_eq!(of(true), [Some(7.0), Some(0.0), Some(-3.0), None, None]);
        assert_eq!(of(false), [Some(-3.0), Some(0.0), Some(7.0), None, None]);
    }

    #[test]
    fn a_press_orders_the_highest_first_then_the_lowest_and_an_alphabet_from_its_beginning() {
        let start = Order(Some((Column::Conviction, true)));
        let price = start.pressed(Column::Price);
        assert_eq!(price, Order(Some((Column::Price, true))));
        assert_eq!(price.pressed(Column::Price), Order(Some((Column::Price, false))));
        assert_eq!(price.pressed(Column::Price).pressed(Column::Price), price);
        let alphabet = start.pressed(Column::Asset);
        assert_eq!(alphabet, Order(Some((Column::Asset, false))));
        assert_eq!(alphabet.pressed(Column::Asset), Order(Some((Column::Asset, true))));
        assert_eq!(alphabet.pressed(Column::Asset).pressed(Column::Asset), Order(None));
    }

    #[test]
    fn names_are_ordered_by_the_alphabet_and_without_an_order_as_the_list_has_them() {
        let rows: Vec<Row> = ["TAO", "BTC", "SOL"].map(|symbol| (Asset::parse(symbol).unwrap(), None)).into();
        let symbols = |order| sorted(&rows, order).iter().map(|row| row.0.symbol()).collect::<Vec<_>>();
        assert_eq!(symbols(Order(None)), ["TAO", "BTC", "SOL"]);
        assert_eq!(symbols(Order(Some((Column::Asset, false)))), ["BTC", "SOL", "TAO"]);
        // Nothing is known of any of them: they stay where they are.
        assert_eq!(symbols(Order(Some((Column::Conviction, true)))), ["TAO", "BTC", "SOL"]);
    }
}
