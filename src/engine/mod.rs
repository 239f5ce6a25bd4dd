//! What to fetch when, and the state that the components draw. Knows the pipes below it and no component.

mod cache;
mod feed;
mod live;
mod news;
mod quiet;
#[cfg(feature = "panel")]
mod record;
mod schedule;
mod snapshot;
mod tabs;
#[cfg(feature = "panel")]
mod watch;

#[cfg(feature = "panel")]
pub(crate) use cache::{load_value, save_value};
pub(crate) use feed::{Feed, FeedState, Outage};
pub(crate) use quiet::View;
#[cfg(feature = "panel")]
pub(crate) use quiet::{may_ask, stay_awake};
#[cfg(feature = "panel")]
pub(crate) use record::{Covered, Past, Standing, Work};
pub(crate) use snapshot::Snapshot;
#[cfg(feature = "panel")]
pub(crate) use watch::{Progress, Watch};
