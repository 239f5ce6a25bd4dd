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
use crate::texts::{English, Said, Speaks, say};

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
    let soon = if next <= at { say!(locale, "now") } else { locale.moment(next, at).into() };
    rows.push(row(say!(locale, "Next refresh"), say!(locale, "a few seconds after a 15-minute candle closes"), soon));
    let sources = config.data.sources.iter().map(|source| standing(*source, used, state, config, locale)).collect();
    html("div", &[("class", "data")])
        .children(rows)
        .child(html("h3", &[]).text(say!(locale, "Sources, in the order in which they are asked")))
        .child(html("ul", &[("class", "sources")]).children(sources))
        .children(behind_catalysts(config, locale))
        .child(connections(config, check, locale))
}

/// Which node of the chain answered, which didn't, and what was wrong with the feed.
fn behind_catalysts(config: &Config, locale: &Locale) -> Vec<Node> {
    let Some(known) = config.data.catalysts.as_deref().and_then(crate::catalysts::known) else { return Vec::new() };
    let line = |standing: &'static str, said: Said, name: String, why: String| {
        html("li", &[("class", "probe"), ("part", "behind")])
            .attr("data-standing", standing)
            .child(text("label", name))
            .child(text("verdict", said))
            .child(text("caption", why))
    };
    let failed = known
        .failures()
        .into_iter()
        .map(|(node, why)| line("failed", say!(locale, "failed"), network::host(&node).unwrap_or_default(), why));
    let used =
        network::endpoint(&known.network()).map(|node| line("in use", say!(locale, "in use"), node, String::new()));
    let skipped = known.skipped().into_iter().map(|what| {
        let feed = say!(locale, "Feed of dated events").into_owned();
        line("left out", say!(locale, "left out"), feed, plain_line(what.as_bytes(), 200).unwrap_or_default())
    });
    let lines = used.into_iter().chain(failed).chain(skipped).collect();
    vec![
        html("h3", &[]).text(say!(locale, "Nodes of Bittensor’s chain, and the feed of dated events")),
        html("ul", &[("class", "sources")]).children(lines),
    ]
}

/// What a source is doing now: in use, resting after a failure, or standing by.
fn standing(source: Source, used: Option<Source>, state: &FeedState, config: &Config, locale: &Locale) -> Node {
    let at = now();
    let failed: Option<Said> = match state {
        FeedState::Loading => None,
        FeedState::Ready(snapshot) => {
            let failures = &snapshot.assessment.data.failures;
            failures.iter().find(|failure| failure.source == source.id()).map(|failure| failure.reason.clone().into())
        }
        FeedState::Unavailable(outage) => {
            outage.failures.iter().find(|(of, _)| *of == source).map(|(_, failure)| failure.said(locale.texts()))
        }
    };
    let (name, said, why) = if used == Some(source) {
        ("in use", say!(locale, "in use"), terms(source, locale))
    } else if let Some((failure, until)) = resting(config.symbol, &config.data, source, at) {
        (
            "resting",
            say!(locale, "resting"),
            say!(locale, "{0}; asked again after {1}", failure.said(locale.texts()), locale.moment(until, at)),
        )
    } else if let Some(why) = failed {
        ("failed", say!(locale, "failed"), why)
    } else {
        ("stands by", say!(locale, "stands by"), Said::default())
    };
    html("li", &[("class", "probe"), ("part", "standing")])
        .attr("data-standing", name)
        .child(text("label", source.name()))
        .child(text("verdict", said))
        .child(text("caption", why))
}

/// What a source's candles are.
fn terms(source: Source, locale: &Locale) -> Said {
    match source {
        Source::Coinbase => {
            say!(locale, "Candles: {0}’s public market data, spot; 4h built from 1h", "Coinbase Exchange")
        }
        Source::Hyperliquid => say!(locale, "Candles: {0}’s public market data, a perpetual contract", source.name()),
        Source::Sample => say!(locale, "Generated candles, not a market"),
        _ => say!(locale, "Candles: {0}’s public market data, spot", source.name()),
    }
}

fn facts(assessment: &Assessment, source: Source, locale: &Locale) -> Vec<Node> {
    let data = &assessment.data;
    let pair = format!("{}/{}", assessment.symbol, source.quote());
    let as_of = data.as_of.map_or_else(|| "–".to_owned(), |time| locale.exact(time));
    let age = data.as_of.map_or_else(String::new, |time| locale.moment(time, now()));
    let second = match (&data.confirmed_by, &data.contradicted_by) {
        (Some(source), _) => (
            say!(locale, "{0} is within 1\u{a0}% of the last hour’s close", Source::name_of(source)),
            say!(locale, "confirmed"),
        ),
        (None, Some(second)) => {
            let close = locale.plain(second.close, 2);
            let name = Source::name_of(&second.source);
            (
                say!(locale, "{0} closed the last hour at {1}, over 1\u{a0}% away", name, close),
                say!(locale, "contradicted"),
            )
        }
        (None, None) => (say!(locale, "no second source has the last hour"), say!(locale, "unconfirmed")),
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
        row(say!(locale, "Source"), pair, source.name()),
        row(say!(locale, "State"), stale(data, locale), words::freshness(data.state, locale)),
        row(say!(locale, "Last closed candle"), as_of, age),
        row(say!(locale, "Second source"), second.0, second.1),
        row(say!(locale, "Closed candles"), counts.join(" · "), count(candles)),
        row(
            say!(locale, "Rejected candles"),
            say!(locale, "broke a rule of the method, and were left out"),
            count(data.rejected_candles),
        ),
        row(say!(locale, "Gaps"), say!(locale, "closed candles that the source did not send"), count(data.gaps)),
    ]
}

fn stale(data: &DataReport, locale: &Locale) -> Said {
    match data.stale.as_slice() {
        [] => say!(locale, "every timeframe’s last candle is in time"),
        some => {
            let names: Vec<&str> = some.iter().map(|timeframe| timeframe.name()).collect();
            say!(locale, "over two lengths old: {0}", names.join(", "))
        }
    }
}

fn connections(config: &Config, signal: &ArcRwSignal<Check>, locale: &Locale) -> Node {
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
    let lines: Vec<Node> = signal.with(|check| check.probes.iter().map(|probe| line(probe, locale)).collect());
    let known = !lines.is_empty();
    let ask = html("button", &[("type", "button"), ("part", "check")])
        .flag("disabled", running)
        .on_click(start)
        .child(text("ask", if running { say!(locale, "Asking…") } else { say!(locale, "Check connections") }));
    let copy = html("button", &[("type", "button"), ("part", "copy")])
        .flag("hidden", !known || running)
        .on_click(copy)
        .text(say!(locale, "Copy the result"));
    html("div", &[("class", "connections")])
        .child(html("h3", &[]).text(say!(locale, "Connection check")))
        .child(html("p", &[("class", "caption")]).text(say!(locale, "Asks each exchange, each Bittensor node and each host of a signal for one small answer from your browser. Nothing is asked before.")))
        .child(html("div", &[("class", "next")]).child(ask).child(copy))
        .child(html("p", &[("class", "caption"), ("role", "status")]).text(signal.with(|check| summary(check, locale))))
        .child(html("ul", &[("class", "probes")]).flag("hidden", !known).children(lines))
}

/// How many can be reached, once all have answered or been given up.
fn summary(check: &Check, locale: &Locale) -> Said {
    let all = check.probes.len();
    if all == 0 || check.running {
        return Said::default();
    }
    let reached = check.probes.iter().filter(|(_, probe)| probe.as_ref().is_some_and(|probe| probe.outcome.is_ok()));
    say!(locale, "{0} of {1} are reachable from here.", locale.count(reached.count()), locale.count(all))
}

fn line((name, probe): &(&'static str, Option<Probe>), locale: &Locale) -> Node {
    let (state, took, said) = words_of(probe.as_ref(), locale);
    let shown = match state {
        "asking" => say!(locale, "asking"),
        "reachable" => say!(locale, "reachable"),
        "blocked" => say!(locale, "blocked"),
        _ => say!(locale, "error"),
    };
    html("li", &[("class", "probe"), ("part", "probe")])
        .attr("data-probe", state)
        .child(text("label", name.trim_start_matches("wss://").trim_end_matches(":443")))
        .child(text("verdict", format!("{shown}{took}")))
        .child(text("caption", said))
}

/// The state, the time it took, and what was got.
fn words_of(probe: Option<&Probe>, locale: &impl Speaks) -> (&'static str, Said, Said) {
    let Some(probe) = probe else { return ("asking", Said::default(), say!(locale, "no answer yet")) };
    let took = say!(locale, " · {0} ms", probe.milliseconds.to_string());
    match &probe.outcome {
        Ok(got) => ("reachable", took, got.clone().into()),
        Err(why) if probe.blocked => (
            "blocked",
            took,
            say!(locale, "{0}: offline, or stopped by the network, the other side or this page’s policy", why),
        ),
        Err(why) => ("error", took, why.clone().into()),
    }
}

/// The whole check, to be pasted into a bug report.
fn as_text(check: &Check) -> String {
    let lines = check.probes.iter().map(|(name, probe)| {
        let (state, took, said) = words_of(probe.as_ref(), &English);
        format!("{name}: {state}{took} · {said}")
    });
    let head = concat!("TAO Conviction ", env!("CARGO_PKG_VERSION"), " connection check").to_owned();
    core::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}
