//! What a record says in words, chosen by rules: never a promise.

use serde::Serialize;

use super::calibration::Calibration;
use super::statistic::RankCorrelation;

/// Independent cases below which nothing is said about an edge.
const LEAST: f64 = 30.0;

/// What a horizon's statistics amount to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "is", content = "cases")]
pub enum Edge {
    /// Too little to say anything; the independent cases there are.
    TooFew(f64),
    /// The score helped nothing that its interval could tell from zero.
    None,
    /// Higher scores were followed by lower returns.
    Inverse,
    /// Higher scores were followed by higher returns, and a probability made of them beat the base rate.
    Positive,
}

impl Edge {
    /// Judges: too few independent forecasts first, then an inverse relation, then whether both the rank correlation and
    /// the forecasts' skill can be told from zero.
    pub(super) fn of(rank: Option<&RankCorrelation>, calibration: Option<&Calibration>, hours: u32) -> Self {
        let cases = calibration.map_or(0.0, |calibration| f64::from(calibration.count) / f64::from(hours));
        let (Some(rank), Some(calibration)) = (rank, calibration) else { return Self::TooFew(cases) };
        if cases < LEAST {
            Self::TooFew(cases)
        } else if rank.interval.high < 0.0 {
            Self::Inverse
        } else if rank.interval.low > 0.0 && calibration.interval.is_some_and(|interval| interval.low > 0.0) {
            Self::Positive
        } else {
            Self::None
        }
    }

    /// In one sentence's words.
    pub(super) fn words(self) -> String {
        match self {
            Self::TooFew(cases) => {
                #[expect(clippy::cast_possible_truncation, reason = "a count of a history's hours")]
                let cases = libm::floor(cases) as i64;
                format!("too few independent cases (n = {cases})")
            }
            Self::None => "no measurable edge".to_owned(),
            Self::Inverse => "higher scores were followed by lower returns here".to_owned(),
            Self::Positive => {
                "higher scores were followed by higher returns here; that it goes on is not known".to_owned()
            }
        }
    }
}
