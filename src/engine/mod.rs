//! What to fetch when, and the state that the components draw. Knows the pipes below it and no component.

mod feed;
mod schedule;
mod snapshot;

pub(crate) use feed::{Feed, FeedState, Outage};
pub(crate) use snapshot::Snapshot;
