//! What to fetch when, and the state that the components draw. Knows the pipes below it and no component.

mod cache;
mod feed;
mod news;
mod quiet;
mod schedule;
mod snapshot;
mod tabs;

pub(crate) use feed::{Feed, FeedState, Outage};
pub(crate) use quiet::View;
pub(crate) use snapshot::Snapshot;
