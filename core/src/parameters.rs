//! Every published constant that a developer may change, in one validated type.

use core::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::indicator::Periods;

/// The constants of the method, by default as published. Deserialises from JSON with any of them left out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ParameterValues {
    /// Weights of 15m, 1h, 4h and 1d; 0 leaves a timeframe out (method §4).
    pub timeframes: [f64; 4],
    /// Weights of trend, alignment, RSI and momentum within a reading (method §3).
    pub terms: [f64; 4],
    /// Indicator periods (method §2).
    pub periods: Periods,
    /// Look-back of the momentum term, in candles (method §3).
    pub momentum_steps: u32,
    /// Closed candles that make a timeframe ready (method §3).
    pub warm_up: u32,
    /// Weights of MTF, relative strength, catalysts and AI sentiment (method §6).
    pub families: [f64; 4],
    /// Conviction from which a setup is one (method §6).
    pub setup_conviction: f64,
    /// Coverage that the data gate asks for (method §6).
    pub min_coverage: f64,
    /// Largest distance of the 1h close above its EMA200, in ATR (method §6).
    pub max_distance: f64,
    /// Lowest and highest RSI on 1h, and the RSI on 4h to stay below (method §6).
    pub rsi_limits: [f64; 3],
    /// Order-book depth within ±0.5 % of mid that the liquidity gate asks for, in the quote currency (method §6).
    pub min_depth: f64,
}

impl Default for ParameterValues {
    fn default() -> Self {
        Self {
            timeframes: [0.10, 0.20, 0.30, 0.40],
            terms: [0.35, 0.30, 0.20, 0.15],
            periods: Periods::default(),
            momentum_steps: 14,
            warm_up: 461,
            families: [0.60, 0.15, 0.15, 0.10],
            setup_conviction: 40.0,
            min_coverage: 0.8,
            max_distance: 6.0,
            rsi_limits: [45.0, 70.0, 75.0],
            min_depth: 50_000.0,
        }
    }
}

/// Parameters that have been checked: weights sum to something, periods are usable, thresholds are in range.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Parameters(ParameterValues);

impl Deref for Parameters {
    type Target = ParameterValues;

    fn deref(&self) -> &ParameterValues {
        &self.0
    }
}

impl Parameters {
    /// Checks `values`.
    ///
    /// # Errors
    /// [`Error::Parameter`] that names the first parameter out of range, its value and what is accepted.
    pub fn new(values: ParameterValues) -> Result<Self, Error> {
        let check = |ok: bool, name, value, expected| {
            if ok { Ok(()) } else { Err(Error::Parameter { name, value, expected }) }
        };
        for (name, weights) in
            [("timeframes", values.timeframes), ("terms", values.terms), ("families", values.families)]
        {
            for weight in weights {
                let fits = weight.is_finite() && (0.0..=1e6).contains(&weight);
                check(fits, name, weight, "weights from 0 to 1000000")?;
            }
            let sum = weights.iter().sum();
            check(sum > 0.0, name, sum, "weights with a sum above 0")?;
        }
        let terms = values.terms.iter().sum::<f64>();
        check((terms - 1.0).abs() < 1e-9, "terms", terms, "weights with the sum 1")?;
        let [mtf, ..] = values.families;
        check(mtf > 0.0, "families", mtf, "a weight above 0 for MTF")?;

        let Periods { ema: [fast, middle, slow], rsi, atr, adx } = values.periods;
        for (name, period, least) in [
            ("periods.ema", fast, 1),
            ("periods.ema", middle, 1),
            ("periods.ema", slow, 1),
            ("periods.rsi", rsi, 1),
            ("periods.atr", atr, 1),
            ("periods.adx", adx, 2),
        ] {
            check((least..=1000).contains(&period), name, f64::from(period), "a period from 1 (ADX: 2) to 1000")?;
        }
        let steps = values.momentum_steps;
        check((1..=64).contains(&steps), "momentumSteps", f64::from(steps), "1 to 64 candles")?;
        let longest = fast.max(middle).max(slow).max(rsi + 1).max(atr + 1).max(2 * adx).max(steps + 1);
        let warm_up = values.warm_up;
        let fits = (longest..=100_000).contains(&warm_up);
        check(fits, "warmUp", f64::from(warm_up), "at least the longest period, at most 100000")?;

        let range = |name, value: f64, low: f64, high: f64, expected| {
            check(value.is_finite() && value >= low && value <= high, name, value, expected)
        };
        range("setupConviction", values.setup_conviction, 0.0, 100.0, "0 to 100")?;
        range("minCoverage", values.min_coverage, 0.0, 1.0, "0 to 1")?;
        range("maxDistance", values.max_distance, 0.0, 1e6, "0 to 1000000 ATR")?;
        range("minDepth", values.min_depth, 0.0, 1e15, "0 or more, in the quote currency")?;
        for limit in values.rsi_limits {
            range("rsiLimits", limit, 0.0, 100.0, "0 to 100")?;
        }
        Ok(Self(values))
    }

    /// The same with other weights of 15m, 1h, 4h and 1d; as they are where those are no weights: not from 0 to 1000000,
    /// or all 0.
    #[must_use]
    pub fn weighing(mut self, timeframes: [f64; 4]) -> Self {
        let usable = timeframes.iter().all(|weight| (0.0..=1e6).contains(weight));
        if usable && timeframes.iter().any(|weight| *weight > 0.0) {
            self.0.timeframes = timeframes;
        }
        self
    }

    /// Whether anything differs from the published method; the Assessment then says so. Weights count up to a common
    /// factor, since only their ratios enter the score.
    pub fn is_custom(&self) -> bool {
        let normal = |weights: [f64; 4]| {
            let sum: f64 = weights.iter().sum();
            weights.map(|weight| weight / sum)
        };
        let same = |a: [f64; 4], b: [f64; 4]| normal(a).iter().zip(normal(b)).all(|(x, y)| (x - y).abs() < 1e-12);
        let published = ParameterValues::default();
        let mut rest = self.0;
        rest.timeframes = published.timeframes;
        rest.families = published.families;
        rest != published || !same(self.timeframes, published.timeframes) || !same(self.families, published.families)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_constants_are_valid_and_not_custom() {
        let parameters = Parameters::new(ParameterValues::default()).unwrap();
        assert_eq!(parameters, Parameters::default());
        assert!(!parameters.is_custom());
    }

    #[test]
    fn scaled_weights_are_the_published_method_and_others_are_custom() {
        let published = ParameterValues::default();
        let scaled = ParameterValues { timeframes: [1.0, 2.0, 3.0, 4.0], ..published };
        assert!(!Parameters::new(scaled).unwrap().is_custom());
        let daily = ParameterValues { timeframes: [0.0, 0.0, 0.0, 1.0], ..published };
        assert!(Parameters::new(daily).unwrap().is_custom());
        let patient = ParameterValues { max_distance: 4.0, ..published };
        assert!(Parameters::new(patient).unwrap().is_custom());
    }

    #[test]
    fn weights_that_are_none_leave_the_published_ones() {
        let published = Parameters::default();
        assert_eq!(published.weighing([0.0, 0.0, 1.0, 3.0]).timeframes, [0.0, 0.0, 1.0, 3.0]);
        for none in [[0.0; 4], [f64::NAN, 1.0, 1.0, 1.0], [-1.0, 1.0, 1.0, 1.0], [f64::INFINITY, 1.0, 1.0, 1.0]] {
            assert_eq!(published.weighing(none), published, "{none:?}");
        }
    }

    #[test]
    fn a_value_out_of_range_is_named() {
        let published = ParameterValues::default();
        let periods = |ema| Periods { ema, ..Periods::default() };
        let cases = [
            (
                ParameterValues { timeframes: [-0.1, 0.2, 0.3, 0.4], ..published },
                "parameter `timeframes` is -0.1: expected weights from 0 to 1000000",
            ),
            (
                ParameterValues { timeframes: [0.0; 4], ..published },
                "parameter `timeframes` is 0: expected weights with a sum above 0",
            ),
            (
                ParameterValues { terms: [0.5; 4], ..published },
                "parameter `terms` is 2: expected weights with the sum 1",
            ),
            (
                ParameterValues { families: [0.0, 1.0, 0.0, 0.0], ..published },
                "parameter `families` is 0: expected a weight above 0 for MTF",
            ),
            (
                ParameterValues { periods: periods([0, 50, 200]), ..published },
                "parameter `periods.ema` is 0: expected a period from 1 (ADX: 2) to 1000",
            ),
            (
                ParameterValues { warm_up: 100, ..published },
                "parameter `warmUp` is 100: expected at least the longest period, at most 100000",
            ),
            (
                ParameterValues { min_coverage: f64::NAN, ..published },
                "parameter `minCoverage` is NaN: expected 0 to 1",
            ),
        ];
        for (values, expected) in cases {
            assert_eq!(Parameters::new(values).unwrap_err().to_string(), expected);
        }
    }
}
