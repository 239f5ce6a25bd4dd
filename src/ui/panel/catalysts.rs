//! Catalysts: what they add to the score, each with its date and source, what the chain says, and the signals that are
//! shown without being scored.

use leptos::prelude::Get;
use tao_conviction_core::catalyst::{Catalyst, Kind as Of, RiskFlag, RiskName};
use tao_conviction_core::chain::line;
use tao_conviction_core::{Assessment, Family, UnixMs};

use super::super::format::{Locale, Numbers};
use super::super::node::{Node, html};
use super::super::{ornament, text, words};
use super::{network, row, why};
use crate::market::now;
use crate::signals::{self, Activity, Finding, Kind, Models, Release};
use crate::texts::{Said, say};

/// The tab of an asset whose catalysts are Bittensor's. `reading` is what the chain said.
pub(super) fn catalysts(assessment: &Assessment, reading: Option<&network::Reading>, locale: &Locale) -> Node {
    let at = now();
    let (upcoming, past): (Vec<_>, Vec<_>) =
        assessment.catalysts.iter().partition(|catalyst| catalyst.at.is_some_and(|date| date > at));
    let mut parts = vec![family(assessment, locale), heading(say!(locale, "What counts now"))];
    parts.push(if past.is_empty() {
        aside(say!(locale, "Nothing is known that counts."))
    } else {
        timeline(&past, at, locale)
    });
    if !upcoming.is_empty() {
        parts.extend([heading(say!(locale, "Upcoming")), timeline(&upcoming, at, locale)]);
    }
    parts.extend(network::network(reading, at, locale));
    if !assessment.risk_flags.is_empty() {
        parts.extend([heading(say!(locale, "Risk flags")), flags(&assessment.risk_flags, at, locale)]);
    }
    parts.extend([heading(say!(locale, "Signals: shown, not scored")), board(at, locale), notes(locale)]);
    html("div", &[("class", "catalysts")]).children(parts)
}

pub(super) fn heading(words: Said) -> Node {
    html("h3", &[]).text(words)
}

/// A sentence where there is no figure.
pub(super) fn aside(words: Said) -> Node {
    html("p", &[("class", "caption")]).text(words)
}

/// The family's value, and what it adds.
fn family(assessment: &Assessment, locale: &Locale) -> Node {
    let family = assessment.families.iter().find(|family| family.family == Family::Catalysts);
    let (tone, value, caption) = match family.map(|family| (family.value, family.points, family.reason)) {
        Some((Some(value), points, _)) => {
            let tone = if value > 0.0 {
                "bull"
            } else if value < 0.0 {
                "bear"
            } else {
                "flat"
            };
            let points = locale.signed(points.unwrap_or(0.0), 1);
            (tone, locale.signed(100.0 * value, 1), say!(locale, "of ±100; adds {0} points to the composite", points))
        }
        other => {
            let why = other
                .and_then(|(_, _, reason)| reason)
                .map_or_else(|| say!(locale, "nothing is known"), |reason| why::unknown(reason, locale));
            ("unknown", say!(locale, "unknown").into_owned(), say!(locale, "{0}; the score does without it", why))
        }
    };
    row(say!(locale, "Catalysts together"), caption, value).attr("data-tone", tone).attr("part", "family-value")
}

fn timeline(catalysts: &[&Catalyst], at: UnixMs, locale: &Locale) -> Node {
    // States first, which have no date, then the newest event.
    let mut ordered: Vec<&Catalyst> = Vec::new();
    for catalyst in catalysts {
        let time = |of: &Catalyst| of.at.map_or(i64::MAX, |time| time.0);
        ordered.insert(ordered.partition_point(|known| time(known) >= time(catalyst)), catalyst);
    }
    let items = ordered.into_iter().map(|catalyst| event(catalyst, at, locale)).collect();
    html("ol", &[("class", "timeline")]).children(items)
}

fn event(catalyst: &Catalyst, at: UnixMs, locale: &Locale) -> Node {
    let (tone, mark, word) = match catalyst.direction {
        1 => ("bull", "▲", say!(locale, "for TAO")),
        -1 => ("bear", "▼", say!(locale, "against TAO")),
        _ => ("flat", "–", say!(locale, "neither for nor against")),
    };
    let title = line(catalyst.title.as_bytes(), 160).unwrap_or_default();
    let url = catalyst.source_url.as_deref().filter(|url| url.starts_with("https://"));
    let title = match url {
        Some(url) => link(title, url.to_owned()).attr("class", "label"),
        None => text("label", title),
    };
    let mut caption = vec![text("direction", word), text("kind", kind(catalyst.kind, locale))];
    caption.push(match catalyst.at {
        Some(date) => when(date, at, locale),
        None => text("when", say!(locale, "as it is now")),
    });
    if let Some(days) = catalyst.half_life_days {
        caption.push(text(
            "half-life",
            say!(locale, "half-life {0} d", locale.plain(days, if days < 1.0 { 2 } else { 0 })),
        ));
    }
    let source = match url {
        // What stands between the scheme and the first slash.
        Some(url) => url.split('/').nth(2).and_then(|host| line(host.as_bytes(), 40)).map(Said::from),
        None => Some(say!(locale, "from the chain")),
    };
    caption.extend(source.map(|source| text("host", source)));
    html("li", &[("class", "event"), ("part", "catalyst")])
        .attr("data-tone", tone)
        .child(ornament(text("mark", mark)))
        .child(html("div", &[]).child(title).child(html("div", &[("class", "caption dots")]).children(caption)))
        .child(text("impact", locale.signed(100.0 * catalyst.impact, 1)))
}

/// A link to somewhere else, of which nothing is known.
fn link(words: String, url: String) -> Node {
    html("a", &[("target", "_blank"), ("rel", "noopener noreferrer nofollow")]).attr("href", url).text(words)
}

/// A date, how far away it is, and on hover the minute.
pub(super) fn when(date: UnixMs, at: UnixMs, locale: &Locale) -> Node {
    html("time", &[]).attr("datetime", locale.machine(date)).attr("title", locale.exact(date)).text(format!(
        "{} ({})",
        locale.day(date),
        locale.distance(date, at)
    ))
}

/// A date after words that say of what.
fn dated(words: Said, date: UnixMs, at: UnixMs, locale: &Locale) -> Node {
    html("div", &[("class", "dated")]).child(html("span", &[]).text(words)).child(when(date, at, locale))
}

fn kind(kind: Of, locale: &Locale) -> Said {
    match kind {
        Of::Halving => say!(locale, "halving"),
        Of::SubnetLaunch => say!(locale, "subnet launch"),
        Of::StakedShare => say!(locale, "staked share"),
        Of::StakeConcentration => say!(locale, "stake concentration"),
        Of::EmissionSpread => say!(locale, "emission spread"),
        Of::Announcement => say!(locale, "announcement"),
        Of::AiLandscape => say!(locale, "AI landscape"),
        Of::Regulatory => say!(locale, "regulation"),
        Of::Listing => say!(locale, "listing"),
        Of::Incident => say!(locale, "incident"),
        Of::NetworkUpgrade => say!(locale, "network upgrade"),
        Of::Release => say!(locale, "release"),
        Of::DevelopmentActivity => say!(locale, "development"),
    }
}

fn flags(flags: &[RiskFlag], at: UnixMs, locale: &Locale) -> Node {
    let name = |flag: &RiskFlag| match flag.name {
        RiskName::Liquidity => say!(locale, "Liquidity"),
        RiskName::Concentration => say!(locale, "Concentration"),
        RiskName::Data => say!(locale, "Data"),
        RiskName::CentralizedAi => say!(locale, "Centralised AI"),
        RiskName::Regulatory => say!(locale, "Regulation"),
        RiskName::Incident => say!(locale, "Incident"),
    };
    let item = |flag: &RiskFlag| {
        let reason = html("div", &[("class", "caption dots")])
            .child(text("why", line(flag.reason.as_bytes(), 200).unwrap_or_default()))
            .children(flag.since.map(|since| when(since, at, locale)).into_iter().collect());
        html("li", &[("class", "flag"), ("part", "risk")])
            .child(ornament(text("mark", "!")))
            .child(html("div", &[]).child(text("label", name(flag))).child(reason))
    };
    html("ul", &[("class", "flags")]).children(flags.iter().map(item).collect())
}

/// The signals, each with its host, what was found or why not.
fn board(at: UnixMs, locale: &Locale) -> Node {
    let board = signals::look().get();
    let lines = Kind::ALL.iter().zip(&board.signals).map(|(kind, standing)| {
        let name = match kind {
            Kind::Releases => say!(locale, "Releases of the chain’s software"),
            Kind::Activity => say!(locale, "Commits of the last whole week"),
            Kind::Models => say!(locale, "AI models of the last 14 days"),
            Kind::Mood => say!(locale, "Fear & Greed"),
        };
        let (value, mut said) = match &standing.found {
            Some((finding, _)) => found(finding, at, locale),
            None if standing.why.is_none() => {
                let waiting = if board.asking { say!(locale, "asking…") } else { say!(locale, "not asked") };
                (waiting, vec![])
            }
            None => (say!(locale, "unknown"), vec![]),
        };
        if let Some(why) = &standing.why {
            said.push(text("why", why.clone()));
        }
        if let Some((_, asked)) = standing.found {
            said.push(text("asked", say!(locale, "from {0}, {1}", kind.host(), locale.moment(asked, at))));
        }
        let about = html("div", &[])
            .child(text("label", name))
            .child(html("div", &[("class", "caption lines")]).children(said));
        html("li", &[("class", "row"), ("part", "signal")])
            .attr("data-signal", if standing.found.is_some() { "known" } else { "unknown" })
            .child(about)
            .child(text("value", value))
    });
    html("ul", &[("class", "signals")]).children(lines.collect())
}

/// The figure, and what is said of it.
fn found(finding: &Finding, at: UnixMs, locale: &Locale) -> (Said, Vec<Node>) {
    match finding {
        Finding::Releases(releases) => {
            let newest = releases.first().map(|release| locale.distance(release.at, at));
            let item = |release: &Release| {
                let name = match &release.url {
                    Some(url) => link(release.name.clone(), url.clone()),
                    None => text("name", release.name.clone()),
                };
                html("div", &[("class", "dots")]).child(name).child(when(release.at, at, locale))
            };
            (newest.unwrap_or_default().into(), releases.iter().map(item).collect())
        }
        Finding::Activity(activity) => (
            locale.plain(activity.commits, 0).into(),
            vec![
                text("what", of_activity(activity, locale)),
                dated(say!(locale, "That week ended"), activity.until, at, locale),
            ],
        ),
        Finding::Models(models) => {
            (locale.plain(f64::from(models.recent), 0).into(), vec![text("what", of_models(models, locale))])
        }
        Finding::Mood(mood) => {
            let source = link(
                say!(locale, "Fear & Greed Index by alternative.me").into_owned(),
                "https://alternative.me/crypto/fear-and-greed-index/".to_owned(),
            );
            let words = text("what", say!(locale, "of 100; about crypto as a whole, not about AI or Bittensor"));
            (
                format!("{} · {}", locale.plain(f64::from(mood.value), 0), mood_name(mood.name(), locale)).into(),
                vec![words, source, dated(say!(locale, "For the day"), mood.at, at, locale)],
            )
        }
    }
}

fn mood_name(name: &'static str, locale: &Locale) -> Said {
    match name {
        "extreme fear" => say!(locale, "extreme fear"),
        "fear" => say!(locale, "fear"),
        "neutral" => say!(locale, "neutral"),
        "greed" => say!(locale, "greed"),
        _ => say!(locale, "extreme greed"),
    }
}

fn of_activity(activity: &Activity, locale: &impl Numbers) -> Said {
    let (mean, weeks) = (locale.plain(activity.mean, 1), locale.plain(to_f64(activity.weeks), 0));
    let z = match activity.z {
        Some(z) => format!("z = {}", locale.signed(z, 1)).into(),
        None => say!(locale, "z is unknown, since those weeks were all alike"),
    };
    say!(
        locale,
        "{0} a week in the {1} weeks before it; {2}, the distance from that mean in standard deviations (n − 1)",
        mean,
        weeks,
        z
    )
}

fn of_models(models: &Models, locale: &impl Numbers) -> Said {
    let times = f64::from(models.recent) / models.usual;
    let labs: Vec<Said> =
        models.labs.iter().map(|(lab, count)| format!("{lab} {}", locale.plain(f64::from(*count), 0)).into()).collect();
    say!(
        locale,
        "{0} would be the pace of 90 days ({1} models), so × {2}; by lab: {3}. What is no longer offered isn’t in the list",
        locale.plain(models.usual, 1),
        locale.plain(f64::from(models.trailing), 0),
        locale.plain(times, 2),
        if labs.is_empty() { say!(locale, "none") } else { words::enumerated(&labs, locale).into() }
    )
}

fn to_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// What is easily misunderstood, a click away.
fn notes(locale: &Locale) -> Node {
    let note = |name: Said, words: Said| {
        html("div", &[("class", "note")]).child(html("h4", &[]).text(name)).child(html("p", &[]).text(words))
    };
    html("details", &[("class", "notes"), ("part", "notes")])
        .child(html("summary", &[]).text(say!(locale, "How to read these figures")))
        .child(note(
            say!(locale, "Who makes the blocks"),
            say!(locale, "Bittensor’s blocks are made by a fixed set of authorities (proof of authority), not by stake. The Nakamoto coefficient here counts the fewest coldkeys that together hold over half of the stake on the root network: it is about influence on how emission is shared, not about who could stop or rewrite the chain. One firm may own several coldkeys, so true concentration can only be higher."),
        ))
        .child(note(
            say!(locale, "“Over 30 active subnets” and “128 registered”"),
            say!(locale, "Both are true. There are 128 numbers for subnets, and all may be taken, since a new one pushes the weakest out. But the emission isn’t switched on for all, and only some get TAO in a block: people who say “active” mean these."),
        ))
        .child(note(
            say!(locale, "The chain’s own “conviction”"),
            say!(locale, "Since May 2026 the chain calls the weight of locked stake, which decides who owns a subnet, “conviction”. This widget’s conviction is a score of prices and events. It doesn’t read those locks, and they don’t read it."),
        ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::words::tests::English;

    #[test]
    fn a_week_is_said_with_its_z_and_without_one_why() {
        let mut activity = Activity { until: UnixMs(0), commits: 25.0, mean: 14.6, weeks: 13, z: Some(2.01) };
        assert!(of_activity(&activity, &English).starts_with("14.6 a week in the 13 weeks before it; z = +2.0, "));
        activity.z = None;
        assert!(of_activity(&activity, &English).contains("z is unknown, since"));
    }

    #[test]
    fn models_are_said_by_lab_against_their_pace() {
        let mut models =
            Models { recent: 7, trailing: 45, usual: 7.0, labs: vec![("acme".into(), 4), ("zeta".into(), 2)] };
        let said = of_models(&models, &English);
        assert!(
            said.starts_with("7.0 would be the pace of 90 days (45 models), so × 1.00; by lab: acme 4, zeta 2."),
            "{said}"
        );
        (models.recent, models.labs) = (0, Vec::new());
        assert!(of_models(&models, &English).contains("so × 0.00; by lab: none."));
    }
}
