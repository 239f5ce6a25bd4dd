//! The statistics of the record: each is a plain function with its source.

/// A lower and an upper bound.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Interval {
    /// Whether `value` lies inside.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// Wilson's score interval at 95 % for a share of `n` cases (Wilson 1927); `n` may be an effective count.
pub fn wilson(share: f64, n: f64) -> Option<Interval> {
    const Z: f64 = 1.959_963_984_540_054;
    if n.is_nan() || n <= 0.0 {
        return None;
    }
    let square = Z * Z;
    let middle = share + square / (2.0 * n);
    let half = Z * libm::sqrt((share * (1.0 - share) + square / (4.0 * n)) / n);
    let scale = 1.0 + square / n;
    Some(Interval { low: ((middle - half) / scale).max(0.0), high: ((middle + half) / scale).min(1.0) })
}

/// The arithmetic mean.
pub fn mean(values: &[f64]) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let count = values.len() as f64;
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count)
}

/// The median: the middle value, or the mean of the two in the middle.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some((sorted.get(sorted.len() / 2 - 1)? + upper) / 2.0)
}

/// Ranks from 1; equal values share the mean of their ranks.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> = values.iter().copied().zip(0..).collect();
    order.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0.0;
    for equal in order.chunk_by(|(a, _), (b, _)| a == b) {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let count = equal.len() as f64;
        for (_, index) in equal {
            if let Some(rank) = ranks.get_mut(*index) {
                *rank = before + (count + 1.0) / 2.0;
            }
        }
        before += count;
    }
    ranks
}

/// Sums from which a correlation is computed; those of blocks add up.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Moments {
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Moments {
    fn plus(self, other: Self, sign: f64) -> Self {
        Self {
            n: self.n + sign * other.n,
            x: self.x + sign * other.x,
            y: self.y + sign * other.y,
            xx: self.xx + sign * other.xx,
            yy: self.yy + sign * other.yy,
            xy: self.xy + sign * other.xy,
        }
    }

    fn correlation(self) -> Option<f64> {
        let (a, b) = (self.xx - self.x * self.x / self.n, self.yy - self.y * self.y / self.n);
        (self.n > 2.0 && a > 0.0 && b > 0.0).then(|| (self.xy - self.x * self.y / self.n) / libm::sqrt(a * b))
    }
}

/// A rank correlation with its interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct RankCorrelation {
    /// Spearman's rank correlation, −1 … 1.
    pub value: f64,
    /// At 95 %, by a moving-block bootstrap over the ranks.
    pub interval: Interval,
}

/// How often the bootstrap draws.
const DRAWS: usize = 999;

/// Spearman's rank correlation of two series of equal length, in time order, with a 95 % interval by a moving-block
/// bootstrap (Künsch 1989) with blocks of `block` observations; returns that overlap need blocks of at least twice
/// their horizon. The interval is `value ± t · s`, `s` being the standard deviation of the draws and `t` Student's at
/// as many degrees of freedom as there are blocks less two: percentiles of few blocks are too narrow. `seed` makes the
/// draws repeatable. `None` for fewer than four blocks, or a series that is constant.
pub fn spearman(x: &[f64], y: &[f64], block: usize, seed: u64) -> Option<RankCorrelation> {
    let blocks = x.len().min(y.len()) / block.max(1);
    if blocks < 4 || x.len() != y.len() {
        return None;
    }
    let (x, y) = (ranks(x), ranks(y));
    // Around their mean, so that sums of squares lose no digits.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let middle = (x.len() as f64 + 1.0) / 2.0;
    let mut sums = Vec::with_capacity(x.len() + 1);
    sums.push(Moments::default());
    let mut sum = Moments::default();
    for (x, y) in x.iter().zip(&y) {
        let (x, y) = (x - middle, y - middle);
        sum = sum.plus(Moments { n: 1.0, x, y, xx: x * x, yy: y * y, xy: x * y }, 1.0);
        sums.push(sum);
    }
    let value = sum.correlation()?;
    let starts = x.len() - block + 1;
    let mut random = Random(seed);
    let draws: Vec<f64> = (0..DRAWS)
        .filter_map(|_| {
            let mut drawn = Moments::default();
            for _ in 0..blocks {
                let start = random.below(starts);
                drawn = drawn.plus(sums.get(start + block)?.plus(*sums.get(start)?, -1.0), 1.0);
            }
            drawn.correlation()
        })
        .collect();
    let half = student(blocks) * deviation(&draws)?;
    Some(RankCorrelation { value, interval: Interval { low: (value - half).max(-1.0), high: (value + half).min(1.0) } })
}

/// The mean of a series in time order with a 95 % interval, by the same bootstrap as [`spearman`].
pub fn mean_with_interval(values: &[f64], block: usize, seed: u64) -> Option<(f64, Interval)> {
    let blocks = values.len() / block.max(1);
    if blocks < 4 {
        return None;
    }
    let value = mean(values)?;
    let mut sums = Vec::with_capacity(values.len() + 1);
    sums.push(0.0);
    let mut sum = 0.0;
    for one in values {
        sum += one;
        sums.push(sum);
    }
    let starts = values.len() - block + 1;
    let mut random = Random(seed);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let drawn = (blocks * block) as f64;
    let draws: Vec<f64> = (0..DRAWS)
        .filter_map(|_| {
            let mut total = 0.0;
            for _ in 0..blocks {
                let start = random.below(starts);
                total += sums.get(start + block)? - sums.get(start)?;
            }
            Some(total / drawn)
        })
        .collect();
    let half = student(blocks) * deviation(&draws)?;
    Some((value, Interval { low: value - half, high: value + half }))
}

/// The standard deviation of a sample.
fn deviation(values: &[f64]) -> Option<f64> {
    let middle = mean(values)?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let freedom = values.len() as f64 - 1.0;
    (freedom > 0.0).then(|| libm::sqrt(values.iter().map(|v| (v - middle) * (v - middle)).sum::<f64>() / freedom))
}

/// Student's t at 97.5 % for `blocks` less two degrees of freedom (Cornish–Fisher around the normal quantile, error
/// below 0.025 from three degrees on).
fn student(blocks: usize) -> f64 {
    const Z: f64 = 1.959_963_984_540_054;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let v = blocks.saturating_sub(2).max(2) as f64;
    let (z2, z3) = (Z * Z, Z * Z * Z);
    let first = (z3 + Z) / (4.0 * v);
    let second = (5.0 * z3 * z2 + 16.0 * z3 + 3.0 * Z) / (96.0 * v * v);
    let third = (3.0 * z3 * z2 * z2 + 19.0 * z3 * z2 + 17.0 * z3 - 15.0 * Z) / (384.0 * v * v * v);
    Z + first + second + third
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, seeded, the same everywhere.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in 0 … `limit` − 1.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let wide = u128::from(self.next()) * limit as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }
}

/// The probabilistic Sharpe ratio (Bailey, López de Prado 2012): how probable it is that the true Sharpe ratio of a period
/// exceeds `benchmark`, from returns of `returns.len()` periods with their skewness and plain kurtosis (3 if normal).
pub fn probabilistic_sharpe(returns: &[f64], benchmark: f64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let count = returns.len() as f64;
    let middle = mean(returns)?;
    let moment = |power: i32| returns.iter().map(|r| libm::pow(r - middle, f64::from(power))).sum::<f64>() / count;
    let spread = libm::sqrt(moment(2));
    if returns.len() < 3 || spread <= 0.0 {
        return None;
    }
    let sharpe = middle / spread;
    let (skew, kurtosis) = (moment(3) / libm::pow(spread, 3.0), moment(4) / libm::pow(spread, 4.0));
    let variance = 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe * sharpe;
    (variance > 0.0).then(|| normal((sharpe - benchmark) * libm::sqrt(count - 1.0) / libm::sqrt(variance)))
}

/// The Sharpe ratio that the best of `variants` worthless strategies is expected to show by luck, whose ratios vary with
/// `variance` (Bailey, López de Prado 2014): 0 for a single one, for which the deflated ratio is the probabilistic one.
pub fn luckiest_sharpe(variants: u32, variance: f64) -> f64 {
    const GAMMA: f64 = 0.577_215_664_901_532_9;
    if variants < 2 {
        return 0.0;
    }
    let n = f64::from(variants);
    let e = core::f64::consts::E;
    libm::sqrt(variance) * ((1.0 - GAMMA) * quantile(1.0 - 1.0 / n) + GAMMA * quantile(1.0 - 1.0 / (n * e)))
}

/// The standard normal distribution function.
fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z * core::f64::consts::FRAC_1_SQRT_2)
}

/// Its inverse, by bisection: nobody asks often.
fn quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if normal(middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, by: f64) {
        assert!((a - b).abs() < by, "{a} instead of {b}");
    }

    #[test]
    fn wilson_is_the_published_interval() {
        // Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for (up, n, low, high) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let found = wilson(up / n, n).unwrap();
            close(found.low, low, 5e-5);
            close(found.high, high, 5e-5);
        }
        assert_eq!(wilson(0.5, 0.0), None);
    }

    #[test]
    fn ranks_share_ties_and_the_median_is_the_middle() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        assert_eq!((median(&[3.0, 1.0, 2.0]), median(&[4.0, 1.0]), median(&[])), (Some(2.0), Some(2.5), None));
    }

    #[test]
    fn spearman_is_the_textbooks() {
        // Hours of television and IQ: ρ = −29/165.
        let iq = [106.0, 100.0, 86.0, 101.0, 99.0, 103.0, 97.0, 113.0, 112.0, 110.0];
        let hours = [7.0, 27.0, 2.0, 50.0, 28.0, 29.0, 20.0, 12.0, 6.0, 17.0];
        close(spearman(&iq, &hours, 2, 1).unwrap().value, -29.0 / 165.0, 1e-12);
        assert_eq!(spearman(&iq, &hours, 3, 1), None);
        assert_eq!(spearman(&[1.0; 40], &hours.repeat(4), 2, 1), None);
        let up: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(spearman(&up, &up, 5, 1).unwrap().value, 1.0);
    }

    #[test]
    fn the_bootstrap_of_independent_values_is_the_classical_interval() {
        let mut random = Random(7);
        #[expect(clippy::cast_precision_loss, reason = "a random number")]
        let mut uniform = || (random.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let values: Vec<f64> = (0..4_000).map(|_| uniform()).collect();
        let (value, interval) = mean_with_interval(&values, 1, 3).unwrap();
        // A uniform variable's deviation is 1/√12.
        let half = 1.96 / libm::sqrt(12.0 * 4_000.0);
        close(interval.high - value, half, 0.08 * half);
        close(value - interval.low, half, 0.08 * half);
        // The same seed gives the same bits.
        assert_eq!(mean_with_interval(&values, 1, 3), Some((value, interval)));
        // Each value ten times in a row is no more evidence than once, and blocks know it.
        let tenfold: Vec<f64> = values.iter().take(400).flat_map(|value| [*value; 10]).collect();
        let (_, naive) = mean_with_interval(&tenfold, 1, 3).unwrap();
        let (_, honest) = mean_with_interval(&tenfold, 20, 3).unwrap();
        let ratio = (honest.high - honest.low) / (naive.high - naive.low);
        close(ratio, libm::sqrt(10.0), 0.6);
    }

    #[test]
    fn students_quantiles_are_those_of_tables() {
        for (blocks, t) in [(5, 3.182), (7, 2.571), (12, 2.228), (32, 2.042), (122, 1.980)] {
            close(student(blocks), t, 0.025);
        }
    }

    #[test]
    fn sharpe_ratios_are_the_published_examples() {
        close(normal(1.96), 0.975_002_104_851_78, 1e-12);
        close(quantile(0.975), 1.959_963_984_540_054, 1e-9);
        // Bailey, López de Prado 2014: of 100 trials with a variance of 1/2 a year, 250 days: SR* = 0.1132 a day.
        close(luckiest_sharpe(100, 0.5 / 250.0), 0.1132, 5e-5);
        assert_eq!(luckiest_sharpe(1, 1.0), 0.0);
        // Symmetric returns of two values: kurtosis 1, skewness 0, so PSR = Φ(SR·√(T−1)).
        let returns: Vec<f64> = (0..100).map(|i| if i % 2 == 0 { 0.012 } else { -0.01 }).collect();
        close(probabilistic_sharpe(&returns, 0.0).unwrap(), normal(0.001 / 0.011 * libm::sqrt(99.0)), 1e-9);
        assert_eq!(probabilistic_sharpe(&[0.01; 9], 0.0), None);
    }
}
