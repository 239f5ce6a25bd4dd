//! Data: where the numbers come from, how old they are, what is missing, and what this browser can reach.

use leptos::prelude::{ArcRwSignal, GetUntracked, Set, With};
use tao_conviction_core::chain::line as plain_line;
use tao_conviction_core::{Assessment, DataReport, DataState, UnixMs};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::super::format::{Locale, Numbers};
use super::super::node::{Node, html};
use super::super::{text, words};
use super::{network, row};
use crate::config::Config;
use crate::engine::FeedState;
use crate::market::{Check, Probe, Source, check, now, resting};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
    async fn write_text(text: &str) -> Result<JsValue, JsValue>;
}

pub(super) fn data(
    state: &FeedState,
    config: &Config,
    next: UnixMs,
    check: &ArcRwSignal<Check>,
    locale: &Locale,
) -> Node {
    let (mut rows, used) = match state {
        FeedState::Loading => (Vec::new(), None),
        FeedState::Ready(snapshot) => {
            // Kept candles are in use, but their source isn't.
            let used = (snapshot.assessment.data.state != DataState::Cached).then_some(snapshot.source);
            (facts(&snapshot.assessment, snapshot.source, locale), used)
        }
        FeedState::Unavailable(_) => (Vec::new(), None),
    };
    let at = now();
    let soon = if next <= at { "now".to_owned() } else { locale.moment(next, at) };
    rows.push(row("Next refresh", "a few seconds after a 15-minute candle closes".to_owned(), soon));
    let sources = config.data.sources.iter().map(|source| standing(*source, used, state, config, locale)).collect();
    html("div", &[("class", "data")])
        .children(rows)
        .child(html("h3", &[]).text("Sources, in the order in which they are asked"))
        .child(html("ul", &[("class", "sources")]).children(sources))
        .children(behind_catalysts(config))
        .child(connections(config, check))
}

/// Which node of the chain answered, which didn't, and what was wrong with the feed.
fn behind_catalysts(config: &Config) -> Vec<Node> {
    let Some(known) = config.data.catalysts.as_deref().and_then(crate::catalysts::known) else { return Vec::new() };
    let line = |standing: &'static str, name: String, why: String| {
        html("li", &[("class", "probe"), ("part", "behind")])
            .attr("data-standing", standing)
            .child(text("label", name))
            .child(text("verdict", standing))
            .child(text("caption", why))
    };
    let failed =
        known.failures().into_iter().map(|(node, why)| line("failed", network::host(&node).unwrap_or_default(), why));
    let used = network::endpoint(&known.network()).map(|node| line("in use", node, String::new()));
    let skipped = known.skipped().into_iter().map(|what| {
        line("left out", "Feed of dated events".to_owned(), plain_line(what.as_bytes(), 200).unwrap_or_default())
    });
    let lines = used.into_iter().chain(failed).chain(skipped).collect();
    vec![
        html("h3", &[]).text("Nodes of Bittensor’s chain, and the feed of dated events"),
        html("ul", &[("class", "sources")]).children(lines),
    ]
}

/// What a source is doing now: in use, resting after a failure, or standing by.
fn standing(source: Source, used: Option<Source>, state: &FeedState, config: &Config, locale: &Locale) -> Node {
    let at = now();
    let failures = match state {
        FeedState::Loading => &[],
        FeedState::Ready(snapshot) => snapshot.assessment.data.failures.as_slice(),
        FeedState::Unavailable(outage) => outage.assessment.data.failures.as_slice(),
    };
    let failed = failures.iter().find(|failure| failure.source == source.id());
    let (name, why) = if used == Some(source) {
        ("in use", source.terms().to_owned())
    } else if let Some((failure, until)) = resting(config.symbol, &config.data, source, at) {
        ("resting", format!("{failure}; asked again after {}", locale.moment(until, at)))
    } else if let Some(failure) = failed {
        ("failed", failure.reason.clone())
    } else {
        ("stands by", String::new())
    };
    html("li", &[("class", "probe"), ("part", "standing")])
        .attr("data-standing", name)
        .child(text("label", source.name()))
        .child(text("verdict", name))
        .child(text("caption", why))
}

fn facts(assessment: &Assessment, source: Source, locale: &Locale) -> Vec<Node> {
    let data = &assessment.data;
    let pair = format!("{}/{}", assessment.symbol, source.quote());
    let as_of = data.as_of.map_or_else(|| "–".to_owned(), |time| locale.exact(time));
    let age = data.as_of.map_or_else(String::new, |time| locale.moment(time, now()));
    let second = match (&data.confirmed_by, &data.contradicted_by) {
        (Some(source), _) => {
            (format!("{} is within 1\u{a0}% of the last hour’s close", Source::name_of(source)), "confirmed")
        }
        (None, Some(second)) => {
            let close = locale.plain(second.close, 2);
            let name = Source::name_of(&second.source);
            (format!("{name} closed the last hour at {close}, over 1\u{a0}% away"), "contradicted")
        }
        (None, None) => ("no second source has the last hour".to_owned(), "unconfirmed"),
    };
    let counts: Vec<String> = assessment
        .mtf
        .timeframes
        .iter()
        .map(|report| format!("{} {}", report.timeframe.name(), locale.plain(f64::from(report.candles), 0)))
        .collect();
    let candles: u32 = assessment.mtf.timeframes.iter().map(|report| report.candles).sum();
    let count = |number: u32| locale.plain(f64::from(number), 0);
    vec![
        row("Source", pair, source.name().to_owned()),
        row("State", stale(data), words::state(data.state).to_owned()),
        row("Last closed candle", as_of, age),
        row("Second source", second.0, second.1.to_owned()),
        row("Closed candles", counts.join(" · "), count(candles)),
        row(
            "Rejected candles",
            "broke a rule of the method, and were left out".to_owned(),
            count(data.rejected_candles),
        ),
        row("Gaps", "closed candles that the source did not send".to_owned(), count(data.gaps)),
    ]
}

fn stale(data: &DataReport) -> String {
    match data.stale.as_slice() {
        [] => "every timeframe’s last candle is in time".to_owned(),
        some => {
            let names: Vec<&str> = some.iter().map(|timeframe| timeframe.name()).collect();
            format!("over two lengths old: {}", names.join(", "))
        }
    }
}

fn connections(config: &Config, signal: &ArcRwSignal<Check>) -> Node {
    let (asset, proxy, signals) = (config.symbol, config.data.proxy.clone(), config.data.catalysts.is_some());
    let running = signal.with(|check| check.running);
    let started = signal.clone();
    let start = move || {
        let (heard, proxy) = (started.clone(), proxy.clone());
        wasm_bindgen_futures::spawn_local(async move { check(asset, proxy, signals, |check| heard.set(check)).await });
    };
    let report = signal.clone();
    let copy = move || {
        let text = as_text(&report.get_untracked());
        // Where the browser refuses, the list can still be selected.
        wasm_bindgen_futures::spawn_local(async move { drop(write_text(&text).await) });
    };
    let lines: Vec<Node> = signal.with(|check| check.probes.iter().map(line).collect());
    let known = !lines.is_empty();
    let ask = html("button", &[("type", "button"), ("part", "check")])
        .flag("disabled", running)
        .on_click(start)
        .child(text("ask", if running { "Asking…" } else { "Check connections" }));
    let copy = html("button", &[("type", "button"), ("part", "copy")])
        .flag("hidden", !known || running)
        .on_click(copy)
        .text("Copy the result");
    html("div", &[("class", "connections")])
        .child(html("h3", &[]).text("Connection check"))
        .child(html("p", &[("class", "caption")]).text(
            "Asks each exchange, each Bittensor node and each host of a signal for one small answer from your browser. Nothing is asked before.",
        ))
        .child(html("div", &[("class", "next")]).child(ask).child(copy))
        .child(html("p", &[("class", "caption"), ("role", "status")]).text(signal.with(summary)))
        .child(html("ul", &[("class", "probes")]).flag("hidden", !known).children(lines))
}

/// How many can be reached, once all have answered or been given up.
fn summary(check: &Check) -> String {
    let all = check.probes.len();
    if all == 0 || check.running {
        return String::new();
    }
    let reached = check.probes.iter().filter(|(_, probe)| probe.as_ref().is_some_and(|probe| probe.outcome.is_ok()));
    format!("{} of {all} are reachable from here.", reached.count())
}

fn line((name, probe): &(&'static str, Option<Probe>)) -> Node {
    let (state, took, said) = words_of(probe.as_ref());
    html("li", &[("class", "probe"), ("part", "probe")])
        .attr("data-probe", state)
        .child(text("label", name.trim_start_matches("wss://").trim_end_matches(":443")))
        .child(text("verdict", format!("{state}{took}")))
        .child(text("caption", said))
}

/// The state, the time it took, and what was got.
fn words_of(probe: Option<&Probe>) -> (&'static str, String, String) {
    let Some(probe) = probe else { return ("asking", String::new(), "no answer yet".to_owned()) };
    let took = format!(" · {} ms", probe.milliseconds);
    match &probe.outcome {
        Ok(got) => ("reachable", took, got.clone()),
        Err(why) if probe.blocked => (
            "blocked",
            took,
            format!("{why}: offline, or stopped by the network, the other side or this page’s policy"),
        ),
        Err(why) => ("error", took, why.clone()),
    }
}

/// The whole check, to be pasted into a bug report.
fn as_text(check: &Check) -> String {
    let lines = check.probes.iter().map(|(name, probe)| {
        let (state, took, said) = words_of(probe.as_ref());
        format!("{name}: {state}{took} · {said}")
    });
    let head = format!("TAO Conviction {} connection check", env!("CARGO_PKG_VERSION"));
    core::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}
