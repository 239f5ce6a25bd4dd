//! The Fear & Greed Index of alternative.me, about crypto as a whole. Shown only, never scored; their terms ask for the
//! attribution that is shown with it.

use tao_conviction_core::UnixMs;
use tao_conviction_core::wire::Json;

use super::{DAY_MS, time};

/// The index of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mood {
    /// 0 (fear) … 100 (greed).
    pub(crate) value: u8,
    /// The day it is for.
    pub(crate) at: UnixMs,
}

impl Mood {
    /// The word of its band, as the provider draws them.
    pub(crate) const fn name(self) -> &'static str {
        match self.value {
            0..=24 => "extreme fear",
            25..=44 => "fear",
            45..=55 => "neutral",
            56..=75 => "greed",
            _ => "extreme greed",
        }
    }
}

/// Of rows `[value, time in seconds]`, newest first.
pub(super) fn mood(rows: &[Json], at: UnixMs) -> Result<Mood, &'static str> {
    let read = |row: &Json| {
        let [value, seconds] = row.numbers().ok()?;
        let whole = (0.0..=100.0).contains(&value) && libm::trunc(value) == value;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number up to 100")]
        let value = whole.then_some(value as u8)?;
        Some(Mood { value, at: time(1_000.0 * seconds)? })
    };
    let newest = rows.first().and_then(read).ok_or("sent no number from 0 to 100 with a date")?;
    if at.since(newest.at) > 3 * DAY_MS {
        return Err("has nothing newer than three days");
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMs = UnixMs(1_790_862_960_000);

    #[test]
    fn the_newest_day_is_read_with_the_providers_bands() {
        let rows = |value: &str, days: i64| {
            let seconds = (NOW.0 - days * DAY_MS) / 1_000;
            vec![Json::List(vec![Json::Text(value.into()), Json::Text(seconds.to_string())])]
        };
        let name = |value: &str| mood(&rows(value, 0), NOW).map(Mood::name);
        assert_eq!(
            ["0", "24", "25", "44", "45"].map(name),
            ["extreme fear", "extreme fear", "fear", "fear", "neutral"].map(Ok)
        );
        assert_eq!(
            ["55", "56", "75", "76", "100"].map(name),
            ["neutral", "greed", "greed", "extreme greed", "extreme greed"].map(Ok)
        );
        for wrong in ["101", "-1", "40.5", "NaN", "", "Fear"] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
        assert!(mood(&rows("40", 4), NOW).is_err() && mood(&[], NOW).is_err());
    }
}
