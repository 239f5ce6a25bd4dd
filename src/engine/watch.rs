//! Many assets at once, for a watchlist: a few begin at a time, in their order, so that the first are there soon and a
//! source that fails is found out by a few; one stream a source moves the prices of all.

use std::rc::Weak;

use leptos::prelude::ArcRwSignal;
use tao_conviction_core::UnixMs;

use super::feed::{Feed, FeedState, Run};
use super::live::Live;
use crate::config::DataConfig;
use crate::market::{Asset, Source, now};

/// Assets that may be loading at the same time.
const AT_ONCE: usize = 3;
/// A stream is opened anew for other assets at most so often.
const CALM_MS: i64 = 10_000;

/// The assets of one watchlist and their feeds.
#[derive(Default)]
pub(crate) struct Watch {
    wanted: Vec<Asset>,
    config: DataConfig,
    feeds: Vec<(Asset, Feed)>,
    /// The reader wants no further ones to begin.
    halted: bool,
    choirs: Vec<Choir>,
}

/// Those whose prices one stream moves.
struct Choir {
    source: Source,
    assets: Vec<Asset>,
    since: UnixMs,
    /// Nothing where it could not be followed.
    _live: Option<Live>,
}

/// How far the loading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Assets that were loaded, or could not be had.
    pub(crate) loaded: usize,
    /// Of how many.
    pub(crate) all: usize,
    /// Whether the reader has stopped it.
    pub(crate) halted: bool,
}

impl Watch {
    /// Watches these; who stays keeps its feed, and who goes is let go.
    pub(crate) fn set(&mut self, assets: &[Asset], config: &DataConfig) {
        if self.config != *config {
            self.feeds.clear();
            self.choirs.clear();
            self.config = config.clone();
        }
        if self.wanted != assets {
            self.wanted = assets.to_vec();
            self.halted = false;
        }
        self.feeds.retain(|(asset, _)| assets.contains(asset));
    }

    /// Begins the next ones, as many as may load at the same time; whether there were any.
    pub(crate) fn go_on(&mut self) -> bool {
        let loading = self.feeds.iter().filter(|(_, feed)| feed.is_loading()).count();
        let free = if self.halted { 0 } else { AT_ONCE.saturating_sub(loading) };
        let known: Vec<Asset> = self.feeds.iter().map(|(asset, _)| *asset).collect();
        let next = next(&self.wanted, &known, free);
        self.feeds.extend(next.iter().map(|asset| (*asset, Feed::row(*asset, &self.config))));
        // A stream that is opened for each that comes would be opened as often as there are assets.
        if loading == 0 && next.is_empty() {
            self.sing();
        }
        !next.is_empty()
    }

    /// Has each source's stream followed for those that come from it.
    fn sing(&mut self) {
        let mut parts: Vec<(Source, Vec<Asset>, Vec<Weak<Run>>)> = Vec::new();
        for (asset, feed) in &self.feeds {
            let Some((source, run)) = feed.voice() else { continue };
            match parts.iter_mut().find(|(known, ..)| *known == source) {
                Some((_, assets, runs)) => {
                    assets.push(*asset);
                    runs.push(run);
                }
                None => parts.push((source, vec![*asset], vec![run])),
            }
        }
        let at = now();
        self.choirs.retain(|choir| {
            let own = parts.iter().find(|(source, ..)| *source == choir.source);
            own.is_some_and(|(_, assets, _)| *assets == choir.assets || at.since(choir.since) < CALM_MS)
        });
        for (source, assets, runs) in parts {
            if !self.choirs.iter().any(|choir| choir.source == source) {
                let symbols = assets.iter().map(|asset| asset.symbol()).collect();
                self.choirs.push(Choir { source, assets, since: at, _live: Live::follow(runs, symbols, source) });
            }
        }
    }

    /// Begins no further ones and lets go of those that are loading, or goes on.
    pub(crate) fn halt(&mut self, halt: bool) {
        self.halted = halt;
        if halt {
            self.feeds.retain(|(_, feed)| !feed.is_loading());
        }
    }

    pub(crate) fn progress(&self) -> Progress {
        let loaded = self.feeds.iter().filter(|(_, feed)| !feed.is_loading()).count();
        Progress { loaded, all: self.wanted.len(), halted: self.halted }
    }

    /// The assets in their order, each with what is known of it once it has begun.
    pub(crate) fn rows(&self) -> Vec<(Asset, Option<ArcRwSignal<FeedState>>)> {
        let state = |asset: &Asset| self.feeds.iter().find(|(known, _)| known == asset).map(|(_, feed)| feed.state());
        self.wanted.iter().map(|asset| (*asset, state(asset))).collect()
    }

    /// Asks the sources now for all of them.
    pub(crate) fn refresh(&self) {
        for (_, feed) in &self.feeds {
            feed.refresh();
        }
    }
}

/// The next assets that begin: the first ones in their order that haven't.
fn next(wanted: &[Asset], known: &[Asset], free: usize) -> Vec<Asset> {
    wanted.iter().filter(|asset| !known.contains(asset)).take(free).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_begin_at_a_time_in_their_order() {
        let wanted: Vec<Asset> = Asset::usual().into_iter().take(5).collect();
        assert_eq!(next(&wanted, &[], AT_ONCE), wanted[..3]);
        assert_eq!(next(&wanted, &wanted[..2], 1), [wanted[2]]);
        assert_eq!(next(&wanted, &[wanted[0], wanted[3]], 9), [wanted[1], wanted[2], wanted[4]]);
        assert_eq!(next(&wanted, &wanted, 3), []);
        assert_eq!(next(&wanted, &[], 0), []);
    }
}
