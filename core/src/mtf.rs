//! The multi-timeframe score (method §4).

use crate::normal::ratio;
use crate::{Parameters, Reading};

/// What the ready timeframes say together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mtf {
    /// `100 · Σw·reading / Σw`, −100 … 100.
    pub score: f64,
    /// `|Σw·reading| / Σw·|reading|`, 0 … 1.
    pub agreement: f64,
    /// `Σw·strength / Σw`, 0 … 1.
    pub strength: f64,
    /// How many timeframes have |reading| ≥ 0.10 and the sign of the score.
    pub aligned: u32,
    /// The share of the timeframes' weight that is ready, 0 … 1.
    pub ready: f64,
}

impl Mtf {
    /// Combines the readings of 15m, 1h, 4h and 1d, each unknown while warming up. Nothing when none is ready.
    pub fn of(readings: &[Option<Reading>; 4], parameters: &Parameters) -> Option<Self> {
        let (mut weight, mut total, mut sum, mut absolute, mut strength) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (reading, w) in readings.iter().zip(parameters.timeframes) {
            total += w;
            if let Some(reading) = reading {
                weight += w;
                sum += w * reading.reading;
                absolute += w * reading.reading.abs();
                strength += w * reading.strength;
            }
        }
        if weight <= 0.0 {
            return None;
        }
        let aligned = readings
            .iter()
            .zip(parameters.timeframes)
            .filter(|(reading, w)| {
                *w > 0.0 && reading.is_some_and(|r| r.reading * sum > 0.0 && r.reading.abs() >= 0.10)
            })
            .count();
        Some(Self {
            score: 100.0 * sum / weight,
            agreement: ratio(sum.abs(), absolute),
            strength: strength / weight,
            aligned: u32::try_from(aligned).unwrap_or(u32::MAX),
            ready: weight / total,
        })
    }
}
