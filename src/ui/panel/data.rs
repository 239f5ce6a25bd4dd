//! Data: where the numbers come from, how old they are, what is missing, and what this browser can reach.

use leptos::prelude::{ArcRwSignal, GetUntracked, Set, With};
use tao_conviction_core::{Assessment, DataReport};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::super::format::{Locale, Numbers};
use super::super::node::{Node, html};
use super::super::{text, words};
use super::row;
use crate::config::Config;
use crate::engine::FeedState;
use crate::market::{Check, Probe, Source, check, now};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
    async fn write_text(text: &str) -> Result<JsValue, JsValue>;
}

pub(super) fn data(state: &FeedState, config: &Config, check: &ArcRwSignal<Check>, locale: &Locale) -> Node {
    let rows = match state {
        FeedState::Loading => vec![super::nothing("Asking the sources.")],
        FeedState::Ready(snapshot) => facts(&snapshot.assessment, snapshot.source, locale),
        FeedState::Unavailable(outage) => vec![failures(&outage.assessment.data)],
    };
    html("div", &[("class", "data")]).children(rows).child(connections(config, check))
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
        failures(data),
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

/// The sources that were asked before and could not be used.
fn failures(data: &DataReport) -> Node {
    let line = |source: &str, reason: &str| {
        html("li", &[("class", "failure")]).text(format!("{} {reason}.", Source::name_of(source)))
    };
    let lines: Vec<Node> = data.failures.iter().map(|failure| line(&failure.source, &failure.reason)).collect();
    html("ul", &[("class", "failures")]).flag("hidden", lines.is_empty()).children(lines)
}

fn connections(config: &Config, signal: &ArcRwSignal<Check>) -> Node {
    let (asset, proxy) = (config.symbol, config.data.proxy.clone());
    let running = signal.with(|check| check.running);
    let started = signal.clone();
    let start = move || {
        let (heard, proxy) = (started.clone(), proxy.clone());
        wasm_bindgen_futures::spawn_local(async move { check(asset, proxy, |check| heard.set(check)).await });
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
            "Asks each exchange and each Bittensor node for one small answer from your browser. Nothing is asked before.",
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
