//! Everything that can go wrong in the core, in words that name what was wrong.

use crate::Timeframe;

/// An error of the core. Nothing here is fatal: the caller loses one input and says so.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A timeframe's name is not one of the four.
    #[error("unknown timeframe `{0}`: expected 15m, 1h, 4h or 1d")]
    Timeframe(String),
    /// A longer timeframe was asked to be split into a shorter one.
    #[error("{to} candles cannot be built from {from} candles: the base must be shorter")]
    Resample {
        /// The timeframe of the base candles.
        from: Timeframe,
        /// The timeframe asked for.
        to: Timeframe,
    },
    /// A CSV cell could not be read.
    #[error("line {line}, column {column}: {what}")]
    Csv {
        /// 1-based line of the file, the header included.
        line: usize,
        /// 1-based number of the cell in its line.
        column: usize,
        /// What was found and what is expected.
        what: String,
    },
    /// A parameter is out of its range.
    #[error("parameter `{name}` is {value}: expected {expected}")]
    Parameter {
        /// The parameter's path, as in the JSON.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The accepted range.
        expected: &'static str,
    },
    /// An exchange answered with an error of its own.
    #[error("the exchange says: {0}")]
    Exchange(String),
    /// An answer has another shape than documented.
    #[error("unexpected answer: {0}")]
    Wire(&'static str),
}
