//! The scoring core of TAO Conviction.
//!
//! Candles go in, an [`Assessment`] comes out. Everything here is pure: no network, no clock (the decision time is a
//! parameter), no I/O, no panic and no `unsafe`, so the same code runs in a browser, in a test and on a server, and
//! gives the same bits in each: transcendental functions come from `libm`, and no fused multiply-add is used.
//!
//! The method is published in `docs/method.md`; each item here names the part of it that it implements.
//!
//! ```
//! use tao_conviction_core::{assess, Candle, CandleSeries, Inputs, Parameters, Timeframe, UnixMs};
//!
//! let hour = Timeframe::H1.duration_ms();
//! let arrivals = (0..500).map(|i| {
//!     let close = 400.0 + f64::from(i) * 0.1;
//!     Candle { open_time: UnixMs(i64::from(i) * hour), open: close, high: close, low: close, close, volume: 1.0 }
//! });
//! let series = [CandleSeries::from_arrivals(Timeframe::H1, arrivals)];
//! let assessment = assess(&Inputs::new("TAO", UnixMs(500 * hour), &series), &Parameters::default());
//! assert!(assessment.mtf.score.is_some_and(|score| score > 0.0));
//! ```

mod assessment;
pub mod candle;
pub mod catalyst;
pub mod chain;
pub mod context;
mod conviction;
mod error;
mod explanation;
mod gate;
pub mod indicator;
mod mtf;
mod normal;
mod parameters;
mod reading;
pub mod record;
mod state;
pub mod wire;

pub use assessment::{
    Assessment, Confirmation, DataReport, DataState, FamilyReport, GateReport, Inputs, MtfReport, Provenance, SCHEMA,
    SourceFailure, TimeframeReport, assess,
};
pub use candle::{Candle, CandleSeries, Timeframe, UnixMs};
pub use conviction::{Conviction, Family, Setup, Verdict};
pub use error::Error;
pub use explanation::{
    CrossoverWorkings, Explanation, Missing, Multipliers, ReadingWorkings, Unknown, Workings, explain, work,
};
pub use gate::{Gate, GateOutcome, GateState};
pub use mtf::Mtf;
pub use normal::rank;
pub use parameters::{ParameterValues, Parameters};
pub use reading::{Reading, Stack, TimeframeState};
pub use state::{AssessmentState, Circumstances, Score};
