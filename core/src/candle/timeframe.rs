//! Points in time and the four candle lengths.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// A point in time: milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMs(pub i64);

impl UnixMs {
    /// This time moved by `milliseconds`, held at the ends of the range instead of wrapping.
    #[must_use]
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to this time, negative when it is not earlier.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// The length of a candle. Buckets start at multiples of it since the Unix epoch (method §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timeframe {
    /// 15 minutes.
    #[serde(rename = "15m")]
    M15,
    /// One hour.
    #[serde(rename = "1h")]
    H1,
    /// Four hours.
    #[serde(rename = "4h")]
    H4,
    /// One day.
    #[serde(rename = "1d")]
    D1,
}

impl Timeframe {
    /// All four, shortest first.
    pub const ALL: [Self; 4] = [Self::M15, Self::H1, Self::H4, Self::D1];

    /// Length in milliseconds.
    pub const fn duration_ms(self) -> i64 {
        match self {
            Self::M15 => 15 * 60_000,
            Self::H1 => 60 * 60_000,
            Self::H4 => 4 * 60 * 60_000,
            Self::D1 => 24 * 60 * 60_000,
        }
    }

    /// The name used everywhere: `15m`, `1h`, `4h` or `1d`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::M15 => "15m",
            Self::H1 => "1h",
            Self::H4 => "4h",
            Self::D1 => "1d",
        }
    }

    /// The open time of the bucket that holds `time`.
    pub const fn bucket(self, time: UnixMs) -> UnixMs {
        UnixMs(time.0.saturating_sub(time.0.rem_euclid(self.duration_ms())))
    }
}

impl fmt::Display for Timeframe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Timeframe {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|timeframe| timeframe.name() == name)
            .ok_or_else(|| Error::Timeframe(name.to_owned()))
    }
}
