//! Record: what such scores were followed by on the asset's own history, in plain words first, with intervals, base rates
//! and everything that speaks against reading much into it.

use std::sync::{Arc, Mutex};

use leptos::prelude::GetUntracked;
use tao_conviction_core::record::{
    BandReport, COST, Calibration, Edge, HorizonReport, Interval, Record, SetupReport, StrategyReport,
};
use tao_conviction_core::{Family, Timeframe};

use super::super::format::{Locale, Numbers};
use super::super::node::{Node, html, svg};
use super::super::{path, text, words};
use super::{export, row};
use crate::engine::{Covered, Past, Standing, Work};
use crate::texts::{Said, say};

/// The work that is looked at, which changes with the asset and the source.
pub(super) type Place = Arc<Mutex<Option<Arc<Work>>>>;

/// A button that does this to the work that is looked at when it is pressed.
fn button(part: &'static str, place: &Place, words: Said, press: fn(&Work)) -> Node {
    let place = place.clone();
    html("button", &[("type", "button")]).attr("part", part).text(words).on_click(move || {
        let work = place.lock().ok().and_then(|work| work.clone());
        work.inspect(|work| press(work));
    })
}

/// Does this with what is known, if it is.
fn with_past(work: &Work, save: fn(&Past)) {
    if let Standing::Done(past) = work.standing().get_untracked() {
        save(&past);
    }
}

/// What stands in the tab.
pub(super) fn record(place: &Place, standing: &Standing, locale: &Locale) -> Node {
    let body = match standing {
        Standing::Idle => idle(place, locale),
        Standing::Loading(answered, all) => {
            #[expect(clippy::cast_possible_truncation, reason = "at most 1000")]
            let share = (900 * u64::from(*answered) / u64::from(*all).max(1)) as u32;
            let (answered, all) = (f64::from(*answered), f64::from(*all));
            let words =
                say!(locale, "Candles of a year: {0} of {1} answers", locale.plain(answered, 0), locale.plain(all, 0));
            under_way(place, share, words, locale)
        }
        Standing::Replaying(done) => {
            under_way(place, 900 + done / 10, say!(locale, "Replaying the year, hour by hour"), locale)
        }
        Standing::Done(past) => done(place, past, locale),
    };
    html("div", &[("class", "record")]).children(body)
}

/// Where the newest score stands among those of its year, for the face of the panel.
pub(super) fn rank(past: &Past, locale: &Locale) -> Option<Node> {
    let percentile = past.record.as_ref()?.percentile?;
    // Below that, a year has not been seen.
    let year = past.decisions.len() >= 8_000;
    let share = locale.plain(100.0 * percentile, 0);
    let words = if year {
        say!(locale, "higher than {0}\u{a0}% of the past year’s hours", share)
    } else {
        say!(locale, "higher than {0}\u{a0}% of the hours on record", share)
    };
    Some(text("rank", words))
}

fn idle(place: &Place, locale: &Locale) -> Vec<Node> {
    vec![
        paragraph(say!(
            locale,
            "The score is replayed over a year of candles, in your browser, from the source that is in use."
        )),
        html("div", &[("class", "next")]).child(button("begin", place, say!(locale, "Make the record"), Work::begin)),
    ]
}

fn under_way(place: &Place, share: u32, words: Said, locale: &Locale) -> Vec<Node> {
    let bar = html("progress", &[("max", "1000")])
        .attr("aria-label", say!(locale, "The record"))
        .attr("value", share.to_string());
    vec![
        paragraph(say!(
            locale,
            "The score is replayed over a year of candles, in your browser. Nothing is sent anywhere."
        )),
        bar,
        html("p", &[("class", "caption"), ("part", "progress")]).text(words),
        html("div", &[("class", "next")]).child(button("stop", place, say!(locale, "Stop"), Work::stop)),
    ]
}

fn done(place: &Place, past: &Past, locale: &Locale) -> Vec<Node> {
    let Some(record) = &past.record else {
        return vec![
            paragraph(say!(
                locale,
                "No hour could be scored: a timeframe needs 461 closed candles, and there are too few."
            )),
            heading(say!(locale, "What it covers")),
        ]
        .into_iter()
        .chain(coverage(past, locale))
        .collect();
    };
    let verdicts = record.horizons.iter().map(|horizon| {
        html("li", &[("part", "words")])
            .child(text("label", say!(locale, "After {0}", length(horizon.hours, locale))))
            .child(text("said", verdict_of(horizon.edge, locale)))
    });
    let of_year = record.percentile.map_or_else(
        || say!(locale, "unknown"),
        |percentile| say!(locale, "higher than {0}\u{a0}%", locale.plain(100.0 * percentile, 0)),
    );
    let mut parts = vec![
        html("ul", &[("class", "verdicts")]).children(verdicts.collect()),
        html("p", &[("class", "caption")]).text(span(past, record, locale)),
        row(
            say!(locale, "Newest score among its year’s"),
            say!(locale, "{0} without what a history can’t know", locale.signed(record.conviction, 0)),
            of_year,
        ),
    ];
    for horizon in &record.horizons {
        parts.push(heading(say!(locale, "After {0}", length(horizon.hours, locale))));
        parts.push(bands(horizon, locale));
        parts.push(measures(horizon, locale));
    }
    parts.push(heading(say!(locale, "How often forecasts came true")));
    parts.push(html("p", &[("class", "caption")]).text(say!(locale, "Across: the probability that the score would have given to a rise, learnt from what was known by then. Up: how often the price rose. Both from 20 % to 80 %; on the dashed line they agree.")));
    parts.push(reliability(record, locale));
    parts.push(heading(say!(locale, "Setups, as far as candles tell")));
    parts.extend(setups(&record.setups, locale));
    if let Some(strategy) = &record.strategy {
        parts.push(heading(say!(locale, "Holding while the verdict is bullish")));
        parts.extend(held(past, strategy, locale));
    }
    parts.push(heading(say!(locale, "What it covers")));
    parts.extend(coverage(past, locale));
    parts.push(method(locale));
    parts.push(exports(place, locale));
    parts
}

fn heading(words: Said) -> Node {
    html("h3", &[]).text(words)
}

fn paragraph(words: Said) -> Node {
    html("p", &[("class", "lead")]).text(words)
}

fn length(hours: u32, locale: &Locale) -> Said {
    match hours {
        24 => say!(locale, "24 hours"),
        72 => say!(locale, "3 days"),
        _ => say!(locale, "7 days"),
    }
}

/// What a horizon's statistics amount to.
fn verdict_of(edge: Edge, locale: &Locale) -> Said {
    match edge {
        Edge::TooFew(cases) => say!(locale, "too few independent cases (n = {0})", locale.plain(libm::floor(cases), 0)),
        Edge::None => say!(locale, "no measurable edge"),
        Edge::Inverse => say!(locale, "higher scores were followed by lower returns here"),
        Edge::Positive => {
            say!(locale, "higher scores were followed by higher returns here; that it goes on is not known")
        }
    }
}

fn span(past: &Past, record: &Record, locale: &Locale) -> Said {
    let families: Vec<Said> = record.left_out.iter().map(|family| name(*family, locale)).collect();
    say!(
        locale,
        "{0} decisions, one an hour, {1} to {2}, from {3}. Left out, since the history can’t know them: {4}. A description of one past, not a forecast.",
        locale.plain(f64::from(record.decisions), 0),
        locale.day(record.from),
        locale.day(record.to),
        past.source.name(),
        words::enumerated(&families, locale)
    )
}

fn name(family: Family, locale: &Locale) -> Said {
    match family {
        Family::Mtf => say!(locale, "MTF score"),
        Family::RelativeStrength => say!(locale, "relative strength"),
        Family::Catalysts => say!(locale, "catalysts"),
        Family::AiSentiment => say!(locale, "AI sentiment"),
    }
}

/// A place in a drawing 1000 units wide.
fn place(share: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "0 … 1000")]
    let place = (1_000.0 * share.clamp(0.0, 1.0)) as i32;
    place
}

/// Share of ups by band with its interval, the base rate as a line through all of them.
fn bands(horizon: &HorizonReport, locale: &Locale) -> Node {
    let head = [
        say!(locale, "Score"),
        say!(locale, "Cases, hours"),
        Said::default(),
        say!(locale, "Went up"),
        say!(locale, "Mean"),
    ]
    .map(|name| html("th", &[("scope", "col")]).text(name));
    let head = html("thead", &[]).child(html("tr", &[]).children(head.into()));
    let base = horizon.base.up;
    let mut rows: Vec<Node> = horizon.bands.iter().rev().map(|band| band_row(band, base, locale)).collect();
    rows.push(band_row(&horizon.base, base, locale).attr("class", "base"));
    html("table", &[("class", "bands"), ("part", "bands")])
        .child(
            html("caption", &[("class", "only-heard")])
                .text(say!(locale, "Share that went up, by score, with 95 % intervals")),
        )
        .child(head)
        .child(html("tbody", &[]).children(rows))
}

fn band_row(band: &BandReport, base: Option<f64>, locale: &Locale) -> Node {
    let name = match (band.low, band.high) {
        (None, None) => say!(locale, "All hours"),
        (None, Some(high)) => say!(locale, "below {0}", locale.signed(high, 0)),
        (Some(low), None) => say!(locale, "{0} and more", locale.signed(low, 0)),
        (Some(low), Some(high)) => say!(locale, "{0} to {1}", locale.signed(low, 0), locale.signed(high, 0)),
    };
    let cell = |class: &'static str, words: String| html("td", &[]).attr("class", class).text(words);
    let count = html("td", &[("class", "cases")])
        .child(text("effective", locale.plain(band.effective, 0)))
        .child(text("count", locale.plain(f64::from(band.count), 0)));
    let up = band.up.map_or_else(|| "–".to_owned(), |up| percent(up, locale));
    let up = html("td", &[("class", "share")])
        .child(text("up", up))
        .child(text("interval", band.interval.map(|interval| range(interval, locale)).unwrap_or_default()));
    html("tr", &[])
        .child(html("th", &[("scope", "row")]).text(name))
        .child(count)
        .child(html("td", &[("class", "drawn")]).child(whisker(band, base)))
        .child(up)
        .child(cell("mean", change(band.mean, locale)))
}

fn whisker(band: &BandReport, base: Option<f64>) -> Node {
    let mut drawn = svg(
        "svg",
        &[("viewBox", "0 0 1000 60"), ("preserveAspectRatio", "none"), ("class", "whisker"), ("aria-hidden", "true")],
    )
    .child(path("track", "M0 30H1000"));
    if let Some(base) = base {
        drawn = drawn.child(path("middle", format!("M{} 0V60", place(base))));
    }
    if let Some(interval) = band.interval {
        drawn = drawn.child(path("reach", format!("M{} 30H{}", place(interval.low), place(interval.high))));
    }
    if let Some(up) = band.up {
        drawn = drawn.child(path("share", format!("M{} 6V54", place(up))));
    }
    drawn
}

fn percent(share: f64, locale: &Locale) -> String {
    locale.percent(locale.plain(100.0 * share, 0))
}

fn range(interval: Interval, locale: &Locale) -> String {
    format!("{}–{}", locale.plain(100.0 * interval.low, 0), locale.plain(100.0 * interval.high, 0))
}

/// A log return as a percentage.
fn change(change: Option<f64>, locale: &Locale) -> String {
    change.map_or_else(|| "–".to_owned(), |change| locale.percent(locale.signed(100.0 * (libm::exp(change) - 1.0), 1)))
}

fn measures(horizon: &HorizonReport, locale: &Locale) -> Node {
    let between = |interval: Option<Interval>, factor: f64, decimals| match interval {
        Some(Interval { low, high }) => {
            say!(locale, "{0} to {1}", locale.signed(factor * low, decimals), locale.signed(factor * high, decimals))
        }
        None => say!(locale, "unknown"),
    };
    let rank = &horizon.rank_correlation;
    let skill = &horizon.calibration;
    let unknown = || say!(locale, "unknown");
    let deep = (change(horizon.base.drawdown, locale), change(horizon.base.worst, locale));
    html("div", &[])
        .child(row(
            say!(locale, "Rank correlation of score and return"),
            say!(locale, "95\u{a0}% interval {0}", between(rank.as_ref().map(|rank| rank.interval), 1.0, 2)),
            rank.as_ref().map_or_else(unknown, |rank| locale.signed(rank.value, 2).into()),
        ))
        .child(row(
            say!(locale, "Skill of its forecasts over the base rate"),
            say!(
                locale,
                "95\u{a0}% interval {0}; above 0 the score would have helped",
                between(skill.as_ref().and_then(|skill| skill.interval), 100.0, 1)
            ),
            skill.as_ref().map_or_else(unknown, |skill| locale.percent(locale.signed(100.0 * skill.skill, 1)).into()),
        ))
        .child(row(say!(locale, "Fell meanwhile by"), say!(locale, "median; at worst {0}", deep.1), deep.0))
}

/// The reliability diagrams, one a horizon, with the same in words.
fn reliability(record: &Record, locale: &Locale) -> Node {
    let drawn = record.horizons.iter().map(|horizon| {
        let figure = html("figure", &[("part", "reliability")]);
        match &horizon.calibration {
            Some(calibration) => figure.child(diagram(calibration, locale)),
            None => figure.child(text("nothing", say!(locale, "unknown: too few hours"))),
        }
        .child(html("figcaption", &[("class", "caption")]).text(length(horizon.hours, locale)))
    });
    html("div", &[("class", "diagrams")]).children(drawn.collect())
}

fn diagram(calibration: &Calibration, locale: &Locale) -> Node {
    let said: Vec<Said> = calibration
        .points
        .iter()
        .map(|point| {
            let interval = point.interval.map(|interval| range(interval, locale)).unwrap_or_default();
            say!(
                locale,
                "forecast {0}, went up {1} ({2})",
                percent(point.forecast, locale),
                percent(point.share, locale),
                interval
            )
        })
        .collect();
    let mut drawn = svg("svg", &[("viewBox", "0 0 1000 1000"), ("class", "diagram"), ("role", "img")])
        .attr("aria-label", said.join("; "))
        .child(path("frame", "M0 0V1000H1000V0Z"))
        .child(path("even", "M0 1000L1000 0"));
    for point in &calibration.points {
        let x = place(point.forecast);
        if let Some(interval) = point.interval {
            drawn = drawn
                .child(path("reach", format!("M{x} {}V{}", 1_000 - place(interval.low), 1_000 - place(interval.high))));
        }
        drawn = drawn.child(path("share", format!("M{} {}h60", x - 30, 1_000 - place(point.share))));
    }
    drawn
}

fn setups(setups: &[SetupReport], locale: &Locale) -> Vec<Node> {
    if setups.is_empty() {
        return vec![html("p", &[("class", "caption")]).text(say!(locale, "There was none in this time."))];
    }
    let head = [
        say!(locale, "From"),
        say!(locale, "Score"),
        say!(locale, "24 h"),
        say!(locale, "3 d"),
        say!(locale, "7 d"),
        say!(locale, "Lowest"),
    ]
    .map(|name| html("th", &[("scope", "col")]).text(name));
    let rows = setups.iter().rev().map(|setup| {
        let cells = setup.changes.iter().chain([&setup.drawdown]);
        let cells = cells.map(|moved| html("td", &[]).text(change(*moved, locale)));
        html("tr", &[("part", "stretch")])
            .child(html("th", &[("scope", "row")]).text(locale.day(setup.from)))
            .child(html("td", &[]).text(locale.signed(setup.conviction, 0)))
            .children(cells.collect())
    });
    let table = html("table", &[("class", "stretches")])
        .child(html("thead", &[]).child(html("tr", &[]).children(head.into())))
        .child(html("tbody", &[]).children(rows.collect()));
    let count = locale.plain(f64::from(u32::try_from(setups.len()).unwrap_or(u32::MAX)), 0);
    let scroll = html("div", &[("class", "scroll"), ("tabindex", "0"), ("role", "group")])
        .attr("aria-label", say!(locale, "Setups"));
    vec![
        html("details", &[("class", "notes")])
            .child(html("summary", &[]).text(say!(locale, "{0} stretches, and what followed each", count)))
            .child(scroll.child(table)),
    ]
}

fn held(past: &Past, strategy: &StrategyReport, locale: &Locale) -> Vec<Node> {
    let symbol = past.asset.symbol();
    let count = |number: u32| locale.plain(f64::from(number), 0);
    let share =
        |probability: Option<f64>| probability.map_or_else(|| say!(locale, "unknown"), |p| percent(p, locale).into());
    vec![
        row(
            say!(locale, "{0} while the verdict was bullish", symbol),
            say!(
                locale,
                "after costs of {0}\u{a0}% a change; {1} changes in {2} days, held {3} of the hours",
                locale.plain(100.0 * COST, 2),
                count(strategy.trades),
                count(strategy.days),
                percent(strategy.held, locale)
            ),
            change(Some(strategy.change), locale),
        ),
        row(
            say!(locale, "{0} itself", symbol),
            say!(locale, "over the same time"),
            change(Some(strategy.asset_change), locale),
        ),
        row(
            say!(locale, "Sharpe ratio of a day"),
            say!(
                locale,
                "true one above 0 with a probability of {0}; deflated for {1} variant tried {2}",
                share(strategy.probabilistic_sharpe),
                count(strategy.variants),
                share(strategy.deflated_sharpe)
            ),
            locale.signed(strategy.sharpe, 3),
        ),
    ]
}

/// How far back the candles of each asset reach, and why not further: the asset's own first, the others on request.
fn coverage(past: &Past, locale: &Locale) -> Vec<Node> {
    let lines = |own: bool| {
        let wanted = past.covered.iter().filter(|covered| (covered.asset == past.asset) == own);
        let lines: Vec<Node> = wanted.map(|covered| covered_line(covered, past, locale)).collect();
        html("ul", &[("class", "sources")]).children(lines)
    };
    let others = html("summary", &[]).text(say!(locale, "Bitcoin and the AI tokens beside it"));
    vec![lines(true), html("details", &[("class", "notes")]).child(others).child(lines(false))]
}

fn covered_line(covered: &Covered, past: &Past, locale: &Locale) -> Node {
    let why = export::why(&covered.end, past.source.name(), locale);
    let (verdict, caption) = match covered.extent {
        None => (say!(locale, "left out"), say!(locale, "unknown: no candles could be had")),
        Some((first, last, count)) => {
            let reach = say!(
                locale,
                "{0} to {1}, {2} candles",
                locale.day(first),
                locale.day(last),
                locale.plain(f64::from(count), 0)
            );
            let said = if why.is_empty() { reach } else { say!(locale, "{0}; {1}", reach, why) };
            // The newest ones are needed before the first decision.
            (if covered.used { say!(locale, "used") } else { say!(locale, "left out") }, said)
        }
    };
    let caption = if covered.used || covered.extent.is_none() {
        caption
    } else {
        say!(locale, "{0}; too young, and without one of its members the basket has no price", caption)
    };
    html("li", &[("class", "probe"), ("part", "covered")])
        .attr("data-used", if covered.used { "yes" } else { "no" })
        .child(text("label", format!("{} {}", covered.asset.symbol(), timeframe(covered.timeframe))))
        .child(text("verdict", verdict))
        .child(text("caption", caption))
}

const fn timeframe(timeframe: Timeframe) -> &'static str {
    timeframe.name()
}

fn method(locale: &Locale) -> Node {
    html("details", &[("class", "notes")]).child(html("summary", &[]).text(say!(locale, "Method and caveats"))).child(
        html("div", &[("class", "note")])
            .child(html("p", &[]).text(say!(
                locale,
                "At the close of each hour the score was computed from what had closed by then, by the same code that scores now. It is entered at the next hour’s open. Returns that overlap aren’t independent: a band of n hours counts as n divided by the horizon, and its interval (Wilson, 95 %) is made of those cases."
            )))
            .child(html("p", &[]).text(say!(
                locale,
                "Rank correlation is Spearman’s, its interval a moving-block bootstrap with a fixed seed. Forecasts are logistic curves fitted only to outcomes that were over by then; their Brier score is held against the share of ups known by then."
            )))
            .child(html("p", &[]).text(say!(
                locale,
                "“No measurable edge” is said unless both intervals lie above 0, and fewer than 30 independent cases are too few to say anything. The constants of the method were not tuned on returns. Catalysts and the order book of the past are unknown. A timeframe with fewer than 461 candles is left out until it has them. One asset, one past: not a forecast, and not advice."
            ))),
    )
}

fn exports(place: &Place, locale: &Locale) -> Node {
    html("div", &[("class", "next")])
        .child(button("export-json", place, say!(locale, "Export all figures (JSON)"), |work| {
            with_past(work, export::json)
        }))
        .child(button("export-csv", place, say!(locale, "Export the decisions (CSV)"), |work| {
            with_past(work, export::csv)
        }))
}
