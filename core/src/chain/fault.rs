//! Why a value of the chain is unknown.

use core::fmt;

/// What couldn't be read or believed, and why; both short enough for a line in the widget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The value, e.g. `total issuance`.
    pub what: &'static str,
    /// What is wrong with it, e.g. `not answered`.
    pub why: &'static str,
}

/// A value, or why it is unknown.
pub type Known<T> = Result<T, Fault>;

impl Fault {
    /// `what` is unknown because of `why`.
    pub const fn new(what: &'static str, why: &'static str) -> Self {
        Self { what, why }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        f.write_str(": ")?;
        f.write_str(self.why)
    }
}

impl core::error::Error for Fault {}
