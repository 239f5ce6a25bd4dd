//! Why a source could not be used, in words a reader understands, and for how long it is then left alone.

/// Why a source could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// The browser says no more than this: offline, blocked, no CORS header on an error, a page policy.
    #[error("could not be reached from this browser")]
    Unreachable,
    /// Nothing came in time.
    #[error("did not answer within 8 seconds")]
    Timeout,
    /// The venue doesn't serve this region or this visitor: an HTTP status, or the venue's own code.
    #[error("does not serve this region ({})", code(*.0))]
    Refused(u16),
    /// Too many requests from this address: an HTTP status, or the venue's own code.
    #[error("asks for fewer requests ({})", code(*.0))]
    RateLimited(u16),
    /// Another status than 200.
    #[error("answered with HTTP {0}")]
    Status(u16),
    /// The body is not what is documented.
    #[error("sent an answer that can't be read: {0}")]
    Body(String),
    /// The venue's own error.
    #[error("says “{0}”")]
    Exchange(String),
    /// The asset isn't traded there.
    #[error("does not list {0}")]
    Unlisted(&'static str),
    /// Not one closed candle.
    #[error("sent no closed candles")]
    Empty,
    /// Too many candles break the rules of validity.
    #[error("sent {rejected} invalid candles of {total}")]
    Invalid {
        /// How many were refused.
        rejected: usize,
        /// Of how many.
        total: usize,
    },
}

/// Venues' own codes have five digits, an HTTP status three.
fn code(number: u16) -> String {
    format!("{} {number}", if number < 1_000 { "HTTP" } else { "code" })
}

impl Failure {
    /// How long the source is left alone after its `streak`th failure in a row, in milliseconds, if another can
    /// stand in.
    pub(crate) fn cool_down_ms(&self, streak: u32) -> i64 {
        const MINUTE: i64 = 60_000;
        match self {
            Self::Refused(_) | Self::Unlisted(_) => 24 * 60 * MINUTE,
            Self::RateLimited(418) => 15 * MINUTE,
            _ => (MINUTE << streak.saturating_sub(1).min(10)).min(60 * MINUTE),
        }
    }
}

impl From<tao_conviction_core::Error> for Failure {
    fn from(error: tao_conviction_core::Error) -> Self {
        match error {
            tao_conviction_core::Error::Exchange(text) => Self::Exchange(text.chars().take(160).collect()),
            tao_conviction_core::Error::Wire(what) => Self::Body(what.into()),
            // The others are about files, parameters and timeframes of our own. Wording them too would bring the
            // formatting of floats into the wasm, 3 KB for every visitor.
            _ => Self::Body("it makes no candles".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_and_a_code_of_the_venue_are_told_apart() {
        assert_eq!(Failure::Refused(451).to_string(), "does not serve this region (HTTP 451)");
        assert_eq!(Failure::RateLimited(50_011).to_string(), "asks for fewer requests (code 50011)");
    }
}
