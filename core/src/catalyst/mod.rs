//! Catalysts: dated, sourced events of Bittensor that decay, and states of its network (method §7).
//!
//! The inputs are plain [`Event`]s and [`ChainFacts`]; where they come from (the chain, a curated feed) is another room's business.

pub mod feed;

use core::f64::consts::LN_2;

use serde::{Deserialize, Serialize};

use crate::UnixMs;
use crate::normal::clamp;

const DAY_MS: f64 = 86_400_000.0;

/// What kind of catalyst it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The halving of the block emission.
    Halving,
    /// A subnet that was registered and matters.
    SubnetLaunch,
    /// The share of the issuance that is staked.
    StakedShare,
    /// How few hold most of the root stake.
    StakeConcentration,
    /// How unevenly the block emission is spread over subnets.
    EmissionSpread,
    /// From the curated feed: an announcement.
    Announcement,
    /// From the curated feed: the race of AI models and labs.
    AiLandscape,
    /// From the curated feed: regulators and courts.
    Regulatory,
    /// From the curated feed: a listing or a delisting.
    Listing,
    /// From the curated feed: an exploit, an outage.
    Incident,
    /// A runtime upgrade of the chain; shown with direction 0.
    NetworkUpgrade,
    /// A software release; shown with direction 0.
    Release,
    /// Commits against their usual number; shown with direction 0.
    DevelopmentActivity,
}

/// Something that speaks against a setup whatever the score says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RiskName {
    /// The order book is too thin.
    Liquidity,
    /// Three or fewer coldkeys hold over half of the root stake.
    Concentration,
    /// The data gate fails.
    Data,
    /// From the feed.
    CentralizedAi,
    /// From the feed.
    Regulatory,
    /// From the feed.
    Incident,
}

/// An active risk flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RiskFlag {
    /// Its name.
    pub name: RiskName,
    /// Why it is up.
    pub reason: String,
    /// Since when, where that is known.
    pub since: Option<UnixMs>,
}

/// A dated event, as in the curated feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Event {
    /// Its kind.
    pub kind: Kind,
    /// What happened, in one line.
    pub title: String,
    /// When. A date in the future counts 0 and is shown as upcoming.
    pub at: UnixMs,
    /// −1, 0 or +1.
    pub direction: i8,
    /// 0 … 1.
    pub magnitude: f64,
    /// Days after which half of the impact is left, above 0.
    pub half_life_days: f64,
    /// Where it can be read.
    pub source_url: String,
    /// The risk flag that it raises, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_flag: Option<RiskName>,
    /// When that flag falls; one half-life after `at` when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UnixMs>,
}

impl Event {
    /// `direction · magnitude · 2^(−age/half_life)`; 0 for a future or an unusable event.
    pub fn impact(&self, at: UnixMs) -> f64 {
        if self.at > at {
            return 0.0;
        }
        decayed(f64::from(self.direction.signum()) * self.magnitude.clamp(0.0, 1.0), self.at, self.half_life_days, at)
    }

    fn risk(&self, at: UnixMs) -> Option<RiskFlag> {
        let name = self.risk_flag?;
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and a flag for ever is what that means")]
        let until = self.until.unwrap_or_else(|| self.at.plus((self.half_life_days * DAY_MS) as i64));
        (self.at <= at && at < until).then(|| RiskFlag { name, reason: self.title.clone(), since: Some(self.at) })
    }
}

/// A subnet launch that passed the filter of method §7 (≥ 1 % of block TAO, or rank ≤ 20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Launch {
    /// The subnet's number.
    pub netuid: u16,
    /// When it was registered.
    pub at: UnixMs,
}

/// What the chain says, as far as it is known.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ChainFacts {
    /// When the last halving was.
    pub last_halving: Option<UnixMs>,
    /// When the next one is expected.
    pub next_halving: Option<UnixMs>,
    /// TotalStake / TotalIssuance, 0 … 1.
    pub staked_share: Option<f64>,
    /// Its change over 30 days, as a fraction (−0.02 is two points down).
    pub staked_share_change: Option<f64>,
    /// Coldkeys that together hold over half of the root stake.
    pub nakamoto: Option<u32>,
    /// Herfindahl–Hirschman index of block TAO by subnet, 0 … 1.
    pub emission_hhi: Option<f64>,
    /// Launches of the last 30 days.
    pub launches: Vec<Launch>,
}

/// A catalyst with what it counts now.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Catalyst {
    /// Its kind.
    pub kind: Kind,
    /// What it is, in one line.
    pub title: String,
    /// When, where it is an event and not a state.
    pub at: Option<UnixMs>,
    /// −1, 0 or +1.
    pub direction: i8,
    /// 0 … 1.
    pub magnitude: f64,
    /// Days after which half is left; nothing for a state, which doesn't decay.
    pub half_life_days: Option<f64>,
    /// Where it can be read; nothing for what the chain itself says.
    pub source_url: Option<String>,
    /// What it adds to the family now.
    pub impact: f64,
}

/// All catalysts, their sum and the flags they raise.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Catalysts {
    /// `clamp(Σ impact)`; unknown when neither the chain nor a feed could be read.
    pub value: Option<f64>,
    /// Each of them.
    pub list: Vec<Catalyst>,
    /// Flags from the chain and the feed.
    pub risk_flags: Vec<RiskFlag>,
}

/// Adds up what the chain and the feed say at `at`.
pub fn catalysts(chain: Option<&ChainFacts>, feed: Option<&[Event]>, at: UnixMs) -> Catalysts {
    let mut result = Catalysts::default();
    if let Some(facts) = chain {
        from_chain(facts, at, &mut result);
    }
    for event in feed.unwrap_or_default() {
        result.list.push(Catalyst {
            kind: event.kind,
            title: event.title.clone(),
            at: Some(event.at),
            direction: event.direction,
            magnitude: event.magnitude,
            half_life_days: Some(event.half_life_days),
            source_url: Some(event.source_url.clone()),
            impact: event.impact(at),
        });
        result.risk_flags.extend(event.risk(at));
    }
    if chain.is_some() || feed.is_some() {
        result.value = Some(clamp(result.list.iter().map(|catalyst| catalyst.impact).sum()));
    }
    result
}

fn from_chain(facts: &ChainFacts, at: UnixMs, result: &mut Catalysts) {
    let mut add = |kind, title: String, since: Option<UnixMs>, signed: f64, half_life: Option<f64>, impact: f64| {
        result.list.push(Catalyst {
            kind,
            title,
            at: since,
            direction: if signed > 0.0 {
                1
            } else if signed < 0.0 {
                -1
            } else {
                0
            },
            magnitude: signed.abs(),
            half_life_days: half_life,
            source_url: None,
            impact,
        });
    };
    if let Some(last) = facts.last_halving.filter(|last| *last <= at) {
        add(Kind::Halving, "Last halving".into(), Some(last), 0.30, Some(180.0), decayed(0.30, last, 180.0, at));
    }
    if let Some(next) = facts.next_halving.filter(|next| *next > at) {
        let near = days_between(at, next) <= 60.0;
        let counts = if near { 0.15 } else { 0.0 };
        add(Kind::Halving, "Next halving".into(), Some(next), counts, None, counts);
    }
    // 0.10 each, decaying, and at most 0.30 together: what is over is taken off the launches evenly.
    let recent = facts.launches.iter().filter(|launch| launch.at <= at && days_between(launch.at, at) <= 30.0);
    let sum: f64 = recent.clone().map(|launch| decayed(0.10, launch.at, 14.0, at)).sum();
    let share = if sum > 0.30 { 0.30 / sum } else { 1.0 };
    for launch in recent {
        let title = format!("Subnet {} launched", launch.netuid);
        let impact = share * decayed(0.10, launch.at, 14.0, at);
        add(Kind::SubnetLaunch, title, Some(launch.at), 0.10, Some(14.0), impact);
    }
    if facts.staked_share.is_some_and(|share| share > 0.60) {
        add(Kind::StakedShare, "Over 60 % of the issuance is staked".into(), None, 0.10, None, 0.10);
    }
    if facts.staked_share_change.is_some_and(|change| change < -0.02) {
        add(Kind::StakedShare, "Staked share fell by over 2 points in 30 days".into(), None, -0.20, None, -0.20);
    }
    if facts.emission_hhi.is_some_and(|hhi| hhi > 0.20) {
        add(Kind::EmissionSpread, "Few subnets take most of the emission".into(), None, -0.10, None, -0.10);
    }
    if let Some(nakamoto) = facts.nakamoto.filter(|nakamoto| *nakamoto <= 3) {
        let reason = format!("{nakamoto} coldkeys hold over half of the root stake");
        add(Kind::StakeConcentration, reason.clone(), None, -0.15, None, -0.15);
        result.risk_flags.push(RiskFlag { name: RiskName::Concentration, reason, since: None });
    }
}

fn days_between(from: UnixMs, to: UnixMs) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
    let milliseconds = to.since(from) as f64;
    milliseconds / DAY_MS
}

/// `signed · 2^(−age/half_life)`; 0 when the half-life is not above 0. Taken as a power of e, since `exp2` would bring
/// 4 KB of tables to every visitor.
fn decayed(signed: f64, since: UnixMs, half_life_days: f64, at: UnixMs) -> f64 {
    let halvings = days_between(since, at) / half_life_days;
    if half_life_days > 0.0 && signed.is_finite() && halvings.is_finite() {
        signed * libm::exp(-halvings * LN_2)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;
    const NOW: UnixMs = UnixMs(1_000 * DAY);

    fn event(days_ago: i64, direction: i8) -> Event {
        Event {
            kind: Kind::Announcement,
            title: "An announcement".into(),
            at: NOW.plus(-days_ago * DAY),
            direction,
            magnitude: 0.4,
            half_life_days: 10.0,
            source_url: "https://example.org/".into(),
            risk_flag: None,
            until: None,
        }
    }

    #[test]
    fn an_event_halves_with_each_half_life_and_counts_nothing_before_its_date() {
        assert_eq!(event(0, 1).impact(NOW), 0.4);
        assert!((event(10, 1).impact(NOW) - 0.2).abs() < 1e-15);
        assert!((event(20, -1).impact(NOW) + 0.1).abs() < 1e-15);
        assert_eq!(event(-1, 1).impact(NOW), 0.0);
        assert_eq!(Event { half_life_days: 0.0, ..event(1, 1) }.impact(NOW), 0.0);
        assert_eq!(Event { magnitude: f64::NAN, ..event(1, 1) }.impact(NOW), 0.0);
    }

    #[test]
    fn unknown_without_chain_and_feed_and_zero_with_an_empty_feed() {
        assert_eq!(catalysts(None, None, NOW).value, None);
        assert_eq!(catalysts(None, Some(&[]), NOW).value, Some(0.0));
    }

    #[test]
    fn the_sum_is_clamped() {
        let feed: Vec<Event> = (0..5).map(|_| event(0, -1)).collect();
        assert_eq!(catalysts(None, Some(&feed), NOW).value, Some(-1.0));
    }

    #[test]
    fn chain_states_count_as_published() {
        let facts = ChainFacts {
            last_halving: Some(NOW.plus(-180 * DAY)),
            next_halving: Some(NOW.plus(61 * DAY)),
            staked_share: Some(0.61),
            staked_share_change: Some(-0.021),
            nakamoto: Some(3),
            emission_hhi: Some(0.21),
            launches: Vec::new(),
        };
        let result = catalysts(Some(&facts), None, NOW);
        assert!((result.value.unwrap() - (0.15 + 0.0 + 0.10 - 0.20 - 0.15 - 0.10)).abs() < 1e-12);
        assert_eq!(result.risk_flags.first().unwrap().name, RiskName::Concentration);

        let near = ChainFacts { next_halving: Some(NOW.plus(60 * DAY)), ..ChainFacts::default() };
        assert_eq!(catalysts(Some(&near), None, NOW).value, Some(0.15));
        let limits = ChainFacts {
            staked_share: Some(0.60),
            staked_share_change: Some(-0.02),
            nakamoto: Some(4),
            emission_hhi: Some(0.20),
            ..ChainFacts::default()
        };
        assert_eq!(catalysts(Some(&limits), None, NOW), Catalysts { value: Some(0.0), ..Catalysts::default() });
    }

    #[test]
    fn launches_count_a_tenth_each_and_at_most_three() {
        let launch = |netuid, days_ago: i64| Launch { netuid, at: NOW.plus(-days_ago * DAY) };
        let facts = |launches| ChainFacts { launches, ..ChainFacts::default() };
        let two = catalysts(Some(&facts(vec![launch(1, 0), launch(2, 14)])), None, NOW);
        assert!((two.value.unwrap() - 0.15).abs() < 1e-15);
        let many = catalysts(Some(&facts((0..9).map(|n| launch(n, 0)).collect())), None, NOW);
        assert!((many.value.unwrap() - 0.30).abs() < 1e-12);
        assert_eq!(many.list.len(), 9);
        let old = catalysts(Some(&facts(vec![launch(1, 31)])), None, NOW);
        assert_eq!(old.value, Some(0.0));
    }

    #[test]
    fn a_feed_flag_is_up_for_one_half_life_or_until_it_says() {
        let flagged = |days_ago, until| Event { risk_flag: Some(RiskName::Regulatory), until, ..event(days_ago, -1) };
        let up = |event: Event| !catalysts(None, Some(&[event]), NOW).risk_flags.is_empty();
        assert!(up(flagged(9, None)));
        assert!(!up(flagged(10, None)));
        assert!(!up(flagged(-1, None)));
        assert!(up(flagged(50, Some(NOW.plus(1)))));
        assert!(!up(flagged(1, Some(NOW))));
    }
}
