//! The widget of TAO Conviction: fetches public candles in the reader's browser, scores them with
//! `tao-conviction-core` and draws the result.
//!
//! From JavaScript it is used through [`mount`], or, more comfortably, through the element that `embed.js` defines.
//! Data travels one way: `market` and `catalysts` (the network) → `engine` (what to fetch when, and the state) → `ui`
//! (what is seen).

mod catalysts;
mod config;
mod engine;
mod handle;
mod market;
#[cfg(feature = "panel")]
mod signals;
mod texts;
mod ui;

#[cfg(feature = "panel")]
pub use handle::awake;
pub use handle::{Handle, mount, version};
