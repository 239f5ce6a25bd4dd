//! Why a source could not be used, in words a reader understands, and for how long it is then left alone.

use super::Source;
use crate::texts::{Said, Speaks, Texts, place, say};
use core::fmt;

/// Why a source could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The browser says no more than this: offline, blocked, no CORS header on an error, a page policy.
    Unreachable,
    /// Nothing came in time.
    Timeout,
    /// The venue doesn't serve this region or this visitor: an HTTP status, or the venue's own code.
    Refused(u16),
    /// Too many requests from this address: an HTTP status, the venue's own code or 0, and for how many milliseconds it
    /// asked to be left alone, which a browser may rarely read.
    RateLimited(u16, i64),
    /// Another status than 200.
    Status(u16),
    /// The body is not what is documented.
    Body(String),
    /// The venue's own error.
    Exchange(String),
    /// The asset isn't traded there.
    Unlisted(&'static str),
    /// Not one closed candle.
    Empty,
    /// What another tab of this browser said of the source.
    Told(String),
    /// Candles from after this computer's time, by so many minutes.
    ClockBehind(i64),
    /// Too many candles break the rules of validity.
    Invalid {
        /// How many were refused.
        rejected: usize,
        /// Of how many.
        total: usize,
    },
}

/// With the number, where there is one: venues' own codes have five digits, an HTTP status three.
fn coded(said: usize, number: u16, reader: Option<&Texts>) -> Said {
    let said = reader.say(said, &[]);
    let place = match number {
        0 => return said,
        1..1_000 => place!("{0} (HTTP {1})"),
        _ => place!("{0} (code {1})"),
    };
    reader.say(place, &[&said, &number.to_string()])
}

/// In the words of programs and the console.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(None))
    }
}

impl Failure {
    /// What the source does or did, as the end of a sentence that begins with its name.
    pub(crate) fn said(&self, reader: Option<&Texts>) -> Said {
        let (place, what) = match self {
            Self::Unreachable => (place!("could not be reached from this browser"), String::new()),
            Self::Timeout => (place!("did not answer within 8 seconds"), String::new()),
            Self::Refused(number) => return coded(place!("does not serve this region"), *number, reader),
            Self::RateLimited(number, _) => return coded(place!("asks for fewer requests"), *number, reader),
            Self::Status(status) => (place!("answered with HTTP {0}"), status.to_string()),
            Self::Body(what) => (place!("sent an answer that can't be read: {0}"), what.clone()),
            Self::Exchange(said) => (place!("says “{0}”"), said.clone()),
            Self::Unlisted(asset) => (place!("does not list {0}"), (*asset).to_owned()),
            Self::Empty => (place!("sent no closed candles"), String::new()),
            Self::Told(said) => return said.clone().into(),
            Self::ClockBehind(minutes) => (
                place!("has candles that closed after this computer's time: its clock seems to be {0} behind"),
                if *minutes < 120 { format!("{minutes} min") } else { format!("{} h", minutes / 60) },
            ),
            Self::Invalid { rejected, total } => {
                return say!(&reader, "sent {0} invalid candles of {1}", rejected.to_string(), total.to_string());
            }
        };
        reader.say(place, &[&what])
    }

    /// A sentence with its name.
    pub(crate) fn sentence(&self, source: Source, reader: Option<&Texts>) -> Said {
        say!(&reader, "{0} {1}.", source.name(), self.said(reader))
    }

    /// How long the source is left alone after its `streak`th failure in a row, in milliseconds, if another can
    /// stand in. `dice` is uniform in 0 … 1.
    pub(crate) fn cool_down_ms(&self, streak: u32, dice: f64) -> i64 {
        const MINUTE: i64 = 60_000;
        let doubled = |first: i64, most: i64| (first << streak.saturating_sub(1).min(12)).min(most);
        match self {
            Self::Refused(_) | Self::Unlisted(_) => 24 * 60 * MINUTE,
            Self::RateLimited(418, wait) => (15 * MINUTE).max(*wait),
            Self::RateLimited(_, wait) => doubled(MINUTE, 60 * MINUTE).max(*wait),
            // Full jitter: whoever lost the network together must not come back together.
            Self::Unreachable | Self::Timeout | Self::Status(_) => jitter(1_000, doubled(2_000, 5 * MINUTE), dice),
            // The clock may be set right at any moment, and nothing was wrong with the source.
            Self::ClockBehind(_) => 0,
            _ => doubled(MINUTE, 60 * MINUTE),
        }
    }
}

/// Between `least` and `most` milliseconds.
fn jitter(least: i64, most: i64, dice: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "minutes")]
    let part = ((most - least) as f64 * dice) as i64;
    least + part
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
        assert_eq!(Failure::RateLimited(50_011, 0).to_string(), "asks for fewer requests (code 50011)");
        assert_eq!(Failure::RateLimited(0, 0).to_string(), "asks for fewer requests");
    }

    #[test]
    fn a_source_rests_for_as_long_as_its_failure_asks() {
        const MINUTE: i64 = 60_000;
        let rests = |failure: Failure| [1, 2, 3, 99].map(|streak| failure.cool_down_ms(streak, 1.0));
        assert_eq!(rests(Failure::Refused(451)), [24 * 60 * MINUTE; 4]);
        assert_eq!(rests(Failure::Unlisted("TAO")), [24 * 60 * MINUTE; 4]);
        assert_eq!(rests(Failure::RateLimited(429, 0)), [MINUTE, 2 * MINUTE, 4 * MINUTE, 60 * MINUTE]);
        assert_eq!(rests(Failure::RateLimited(418, 0)), [15 * MINUTE; 4]);
        // What the venue asks for counts where it is longer.
        assert_eq!(rests(Failure::RateLimited(429, 3 * MINUTE))[..3], [3 * MINUTE, 3 * MINUTE, 4 * MINUTE]);
        assert_eq!(rests(Failure::Unreachable), [2_000, 4_000, 8_000, 5 * MINUTE]);
        assert_eq!(Failure::Timeout.cool_down_ms(99, 0.0), 1_000);
        assert_eq!(Failure::Status(503).cool_down_ms(3, 0.5), 4_500);
        assert_eq!(rests(Failure::Body(String::new())), [MINUTE, 2 * MINUTE, 4 * MINUTE, 60 * MINUTE]);
        assert_eq!(rests(Failure::ClockBehind(60)), [0; 4]);
    }

    #[test]
    fn a_wrong_clock_is_told_in_hours_or_minutes() {
        assert!(Failure::ClockBehind(45).to_string().ends_with("its clock seems to be 45 min behind"));
        assert!(Failure::ClockBehind(24 * 60 + 7).to_string().ends_with("24 h behind"));
    }
}
