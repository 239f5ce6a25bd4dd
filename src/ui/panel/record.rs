//! Record: what such scores were followed by on the asset's own history, in plain words first, with intervals, base rates
//! and everything that speaks against reading much into it.

use std::sync::{Arc, Mutex};

use leptos::prelude::GetUntracked;
use tao_conviction_core::record::{
    BandReport, COST, Calibration, HorizonReport, Interval, Record, SetupReport, StrategyReport,
};
use tao_conviction_core::{Family, Timeframe};

use super::super::format::{Locale, Numbers};
use super::super::node::{Node, html, svg};
use super::super::{path, text};
use super::{export, row};
use crate::engine::{Covered, Past, Standing, Work};

/// The work that is looked at, which changes with the asset and the source.
pub(super) type Place = Arc<Mutex<Option<Arc<Work>>>>;

/// A button that does this to the work that is looked at when it is pressed.
fn button(part: &'static str, place: &Place, words: &'static str, press: fn(&Work)) -> Node {
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
        Standing::Idle => idle(place),
        Standing::Loading(answered, all) => {
            #[expect(clippy::cast_possible_truncation, reason = "at most 1000")]
            let share = (900 * u64::from(*answered) / u64::from(*all).max(1)) as u32;
            let (answered, all) = (f64::from(*answered), f64::from(*all));
            let words = format!("Candles of a year: {} of {} answers", locale.plain(answered, 0), locale.plain(all, 0));
            under_way(place, share, words)
        }
        Standing::Replaying(done) => under_way(place, 900 + done / 10, "Replaying the year, hour by hour".to_owned()),
        Standing::Done(past) => done(place, past, locale),
    };
    html("div", &[("class", "record")]).children(body)
}

/// Where the newest score stands among those of its year, for the face of the panel.
pub(super) fn rank(past: &Past, locale: &Locale) -> Option<Node> {
    let percentile = past.record.as_ref()?.percentile?;
    // Below that, a year has not been seen.
    let year = past.decisions.len() >= 8_000;
    let of = if year { "the past year’s hours" } else { "the hours on record" };
    let words = format!("higher than {}\u{a0}% of {of}", locale.plain(100.0 * percentile, 0));
    Some(text("rank", words))
}

fn idle(place: &Place) -> Vec<Node> {
    vec![
        paragraph("The score is replayed over a year of candles, in your browser, from the source that is in use."),
        html("div", &[("class", "next")]).child(button("begin", place, "Make the record", Work::begin)),
    ]
}

fn under_way(place: &Place, share: u32, words: String) -> Vec<Node> {
    let bar = html("progress", &[("max", "1000"), ("aria-label", "The record")]).attr("value", share.to_string());
    vec![
        paragraph("The score is replayed over a year of candles, in your browser. Nothing is sent anywhere."),
        bar,
        html("p", &[("class", "caption"), ("part", "progress")]).text(words),
        html("div", &[("class", "next")]).child(button("stop", place, "Stop", Work::stop)),
    ]
}

fn done(place: &Place, past: &Past, locale: &Locale) -> Vec<Node> {
    let Some(record) = &past.record else {
        return vec![
            paragraph("No hour could be scored: a timeframe needs 461 closed candles, and there are too few."),
            heading("What it covers"),
        ]
        .into_iter()
        .chain(coverage(past, locale))
        .collect();
    };
    let verdicts = record.horizons.iter().map(|horizon| {
        html("li", &[("part", "words")])
            .child(text("label", format!("After {}", length(horizon.hours))))
            .child(text("said", horizon.words.clone()))
    });
    let of_year = record.percentile.map_or_else(
        || "unknown".to_owned(),
        |percentile| format!("higher than {}\u{a0}%", locale.plain(100.0 * percentile, 0)),
    );
    let mut parts = vec![
        html("ul", &[("class", "verdicts")]).children(verdicts.collect()),
        html("p", &[("class", "caption")]).text(span(past, record, locale)),
        row(
            "Newest score among its year’s",
            format!("{} without what a history can’t know", locale.signed(record.conviction, 0)),
            of_year,
        ),
    ];
    for horizon in &record.horizons {
        parts.push(heading(&format!("After {}", length(horizon.hours))));
        parts.push(bands(horizon, locale));
        parts.push(measures(horizon, locale));
    }
    parts.push(heading("How often forecasts came true"));
    parts.push(html("p", &[("class", "caption")]).text(
        "Across: the probability that the score would have given to a rise, learnt from what was known by then. Up: how often the price rose. Both from 20 % to 80 %; on the dashed line they agree.",
    ));
    parts.push(reliability(record, locale));
    parts.push(heading("Setups, as far as candles tell"));
    parts.extend(setups(&record.setups, locale));
    if let Some(strategy) = &record.strategy {
        parts.push(heading("Holding while the verdict is bullish"));
        parts.extend(held(past, strategy, locale));
    }
    parts.push(heading("What it covers"));
    parts.extend(coverage(past, locale));
    parts.push(method());
    parts.push(exports(place));
    parts
}

fn heading(words: &str) -> Node {
    html("h3", &[]).text(words.to_owned())
}

fn paragraph(words: &'static str) -> Node {
    html("p", &[("class", "lead")]).text(words)
}

fn length(hours: u32) -> &'static str {
    match hours {
        24 => "24 hours",
        72 => "3 days",
        _ => "7 days",
    }
}

fn span(past: &Past, record: &Record, locale: &Locale) -> String {
    let families: Vec<&str> = record.left_out.iter().map(|family| name(*family)).collect();
    format!(
        "{} decisions, one an hour, {} to {}, from {}. Left out, since the history can’t know them: {}. A description of one past, not a forecast.",
        locale.plain(f64::from(record.decisions), 0),
        locale.day(record.from),
        locale.day(record.to),
        past.source.name(),
        families.join(", "),
    )
}

const fn name(family: Family) -> &'static str {
    match family {
        Family::Mtf => "MTF score",
        Family::RelativeStrength => "relative strength",
        Family::Catalysts => "catalysts",
        Family::AiSentiment => "AI sentiment",
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
    let head = ["Score", "Cases, hours", "", "Went up", "Mean"].map(|name| html("th", &[("scope", "col")]).text(name));
    let head = html("thead", &[]).child(html("tr", &[]).children(head.into()));
    let base = horizon.base.up;
    let mut rows: Vec<Node> = horizon.bands.iter().rev().map(|band| band_row(band, base, locale)).collect();
    rows.push(band_row(&horizon.base, base, locale).attr("class", "base"));
    html("table", &[("class", "bands"), ("part", "bands")])
        .child(html("caption", &[("class", "only-heard")]).text("Share that went up, by score, with 95 % intervals"))
        .child(head)
        .child(html("tbody", &[]).children(rows))
}

fn band_row(band: &BandReport, base: Option<f64>, locale: &Locale) -> Node {
    let name = match (band.low, band.high) {
        (None, None) => "All hours".to_owned(),
        (None, Some(high)) => format!("below {}", locale.signed(high, 0)),
        (Some(low), None) => format!("{} and more", locale.signed(low, 0)),
        (Some(low), Some(high)) => format!("{} to {}", locale.signed(low, 0), locale.signed(high, 0)),
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
    format!("{}\u{a0}%", locale.plain(100.0 * share, 0))
}

fn range(interval: Interval, locale: &Locale) -> String {
    format!("{}–{}", locale.plain(100.0 * interval.low, 0), locale.plain(100.0 * interval.high, 0))
}

/// A log return as a percentage.
fn change(change: Option<f64>, locale: &Locale) -> String {
    change.map_or_else(
        || "–".to_owned(),
        |change| format!("{}\u{a0}%", locale.signed(100.0 * (libm::exp(change) - 1.0), 1)),
    )
}

fn measures(horizon: &HorizonReport, locale: &Locale) -> Node {
    let between = |interval: Option<Interval>, factor: f64, decimals| match interval {
        Some(Interval { low, high }) => {
            format!("{} to {}", locale.signed(factor * low, decimals), locale.signed(factor * high, decimals))
        }
        None => "unknown".to_owned(),
    };
    let rank = &horizon.rank_correlation;
    let skill = &horizon.calibration;
    let unknown = || "unknown".to_owned();
    let deep = (change(horizon.base.drawdown, locale), change(horizon.base.worst, locale));
    html("div", &[])
        .child(row(
            "Rank correlation of score and return",
            format!("95\u{a0}% interval {}", between(rank.as_ref().map(|rank| rank.interval), 1.0, 2)),
            rank.as_ref().map_or_else(unknown, |rank| locale.signed(rank.value, 2)),
        ))
        .child(row(
            "Skill of its forecasts over the base rate",
            format!(
                "95\u{a0}% interval {}; above 0 the score would have helped",
                between(skill.as_ref().and_then(|skill| skill.interval), 100.0, 1)
            ),
            skill.as_ref().map_or_else(unknown, |skill| format!("{}\u{a0}%", locale.signed(100.0 * skill.skill, 1))),
        ))
        .child(row("Fell meanwhile by", format!("median; at worst {}", deep.1), deep.0))
}

/// The reliability diagrams, one a horizon, with the same in words.
fn reliability(record: &Record, locale: &Locale) -> Node {
    let drawn = record.horizons.iter().map(|horizon| {
        let figure = html("figure", &[("part", "reliability")]);
        match &horizon.calibration {
            Some(calibration) => figure.child(diagram(calibration, locale)),
            None => figure.child(text("nothing", "unknown: too few hours")),
        }
        .child(html("figcaption", &[("class", "caption")]).text(length(horizon.hours)))
    });
    html("div", &[("class", "diagrams")]).children(drawn.collect())
}

fn diagram(calibration: &Calibration, locale: &Locale) -> Node {
    let said: Vec<String> = calibration
        .points
        .iter()
        .map(|point| {
            let interval = point.interval.map(|interval| range(interval, locale)).unwrap_or_default();
            format!(
                "forecast {}, went up {} ({interval})",
                percent(point.forecast, locale),
                percent(point.share, locale)
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
        return vec![html("p", &[("class", "caption")]).text("There was none in this time.")];
    }
    let head = ["From", "Score", "24 h", "3 d", "7 d", "Lowest"].map(|name| html("th", &[("scope", "col")]).text(name));
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
    let scroll = html("div", &[("class", "scroll"), ("tabindex", "0"), ("role", "group"), ("aria-label", "Setups")]);
    vec![
        html("details", &[("class", "notes")])
            .child(html("summary", &[]).text(format!("{count} stretches, and what followed each")))
            .child(scroll.child(table)),
    ]
}

fn held(past: &Past, strategy: &StrategyReport, locale: &Locale) -> Vec<Node> {
    let symbol = past.asset.symbol();
    let count = |number: u32| locale.plain(f64::from(number), 0);
    let share = |probability: Option<f64>| probability.map_or_else(|| "unknown".to_owned(), |p| percent(p, locale));
    vec![
        row(
            format!("{symbol} while the verdict was bullish"),
            format!(
                "after costs of {}\u{a0}% a change; {} changes in {} days, held {} of the hours",
                locale.plain(100.0 * COST, 2),
                count(strategy.trades),
                count(strategy.days),
                percent(strategy.held, locale)
            ),
            change(Some(strategy.change), locale),
        ),
        row(format!("{symbol} itself"), "over the same time".to_owned(), change(Some(strategy.asset_change), locale)),
        row(
            "Sharpe ratio of a day",
            format!(
                "true one above 0 with a probability of {}; deflated for {} variant tried {}",
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
    let others = html("summary", &[]).text("Bitcoin and the AI tokens beside it");
    vec![lines(true), html("details", &[("class", "notes")]).child(others).child(lines(false))]
}

fn covered_line(covered: &Covered, past: &Past, locale: &Locale) -> Node {
    let why = export::why(&covered.end, past.source.name());
    let (verdict, caption) = match covered.extent {
        None => ("left out", "unknown: no candles could be had".to_owned()),
        Some((first, last, count)) => {
            let reach =
                format!("{} to {}, {} candles", locale.day(first), locale.day(last), locale.plain(f64::from(count), 0));
            let said = if why.is_empty() { reach } else { format!("{reach}; {why}") };
            // The newest ones are needed before the first decision.
            (if covered.used { "used" } else { "left out" }, said)
        }
    };
    let caption = if covered.used || covered.extent.is_none() {
        caption
    } else {
        format!("{caption}; too young, and without one of its members the basket has no price")
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

fn method() -> Node {
    html("details", &[("class", "notes")]).child(html("summary", &[]).text("Method and caveats")).child(
        html("div", &[("class", "note")]).markup(
            "<p>At the close of each hour the score was computed from what had closed by then, by the same code that scores now. It is entered at the next hour’s open. Returns that overlap aren’t independent: a band of <i>n</i> hours counts as <i>n</i> divided by the horizon, and its interval (Wilson, 95 %) is made of those cases.</p>\
             <p>Rank correlation is Spearman’s, its interval a moving-block bootstrap with a fixed seed. Forecasts are logistic curves fitted only to outcomes that were over by then; their Brier score is held against the share of ups known by then.</p>\
             <p>“No measurable edge” is said unless both intervals lie above 0, and fewer than 30 independent cases are too few to say anything. The constants of the method were not tuned on returns. Catalysts and the order book of the past are unknown. A timeframe with fewer than 461 candles is left out until it has them. One asset, one past: not a forecast, and not advice.</p>",
        ),
    )
}

fn exports(place: &Place) -> Node {
    html("div", &[("class", "next")])
        .child(button("export-json", place, "Export all figures (JSON)", |work| with_past(work, export::json)))
        .child(button("export-csv", place, "Export the decisions (CSV)", |work| with_past(work, export::csv)))
}
