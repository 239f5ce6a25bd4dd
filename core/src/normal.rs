//! The normal distribution, as far as the method needs it.

use core::f64::consts::FRAC_1_SQRT_2;

/// `rank(z) = erf(z/√2) = 2Φ(z) − 1`: how unusual `z` standard deviations are for a driftless random walk, −1 … 1.
pub fn rank(z: f64) -> f64 {
    libm::erf(z * FRAC_1_SQRT_2)
}

/// `clamp(x) = max(−1, min(1, x))`.
pub(crate) const fn clamp(x: f64) -> f64 {
    x.clamp(-1.0, 1.0)
}

/// `numerator / denominator`, or 0 for a zero denominator (a flat market makes its term 0, method §3) and for prices
/// so large that the terms overflow.
pub(crate) fn ratio(numerator: f64, denominator: f64) -> f64 {
    let quotient = if denominator == 0.0 { 0.0 } else { numerator / denominator };
    if quotient.is_nan() { 0.0 } else { quotient }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_is_the_two_sided_normal_probability() {
        // Φ(1) = 0.841344746068543, Φ(1.96) = 0.975002104851780 (standard tables, 15 digits).
        assert!((rank(1.0) - (2.0 * 0.841_344_746_068_543 - 1.0)).abs() < 1e-14);
        assert!((rank(-1.96) + (2.0 * 0.975_002_104_851_780 - 1.0)).abs() < 1e-14);
        assert_eq!(rank(0.0), 0.0);
        assert_eq!(rank(f64::INFINITY), 1.0);
    }
}
