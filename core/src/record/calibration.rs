//! Walk-forward calibration: a probability that the price is up after the horizon, learnt at each hour from what was
//! known by then, and held against the plain share of ups known by then.

use serde::Serialize;

use super::statistic::{Interval, mean_with_interval, wilson};

/// Labels that must be known before the first forecast.
const LEAST_LABELS: u32 = 500;
/// Hours between two fits.
const REFIT: usize = 24;
/// Weight of the ridge on the slope, in cases: shrinks towards "the score says nothing".
const RIDGE: f64 = 1.0;
/// Points of the reliability diagram.
const GROUPS: usize = 5;

/// One forecast and what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// The decision's place in the history.
    pub index: usize,
    /// The forecast probability that the price is up after the horizon.
    pub probability: f64,
    /// The share of ups known at that time.
    pub base: f64,
    /// Whether it was up; unknown where the horizon isn't over.
    pub up: Option<bool>,
}

/// How good the forecasts were.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
    /// Forecasts whose outcome is known.
    pub count: u32,
    /// Mean squared error of the forecasts (Brier 1950).
    pub brier: f64,
    /// The same of the base rate known at the time.
    pub base_brier: f64,
    /// `1 − brier / base_brier`: above 0 the score helped.
    pub skill: f64,
    /// At 95 %, by a moving-block bootstrap.
    pub interval: Option<Interval>,
    /// Murphy's decomposition over the points below (1973): reliability − resolution + uncertainty.
    pub reliability: f64,
    /// How far the points' shares differ from the whole.
    pub resolution: f64,
    /// What the whole leaves open.
    pub uncertainty: f64,
    /// The reliability diagram: groups of equal size, by forecast.
    pub points: Vec<Point>,
}

/// A group of forecasts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// Mean forecast.
    pub forecast: f64,
    /// Share that was up.
    pub share: f64,
    /// Wilson's interval of the share on the effective count.
    pub interval: Option<Interval>,
    /// Forecasts in it.
    pub count: u32,
}

/// Cases by whole score, −100 … 100, with how many were up: all that a fit on whole scores needs.
struct Cases {
    counts: [(f64, f64); 201],
    count: u32,
    ups: u32,
}

fn place(conviction: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 … 200")]
    let place = (libm::round(conviction).clamp(-100.0, 100.0) + 100.0) as usize;
    place
}

fn score(place: usize) -> f64 {
    (f64::from(u32::try_from(place).unwrap_or(0)) - 100.0) / 100.0
}

impl Cases {
    fn learn(&mut self, conviction: f64, up: bool) {
        if let Some((count, ups)) = self.counts.get_mut(place(conviction)) {
            *count += 1.0;
            *ups += f64::from(u8::from(up));
        }
        self.count += 1;
        self.ups += u32::from(up);
    }

    /// Fits `p = 1 / (1 + exp(−a − b·score/100))` by Newton's method from where the last fit ended.
    fn fit(&self, [mut a, mut b]: [f64; 2]) -> [f64; 2] {
        for _ in 0..25 {
            let (mut ga, mut gb) = (0.0, -RIDGE * b);
            let (mut haa, mut hab, mut hbb) = (1e-9, 0.0, RIDGE);
            for (place, (count, ups)) in self.counts.iter().enumerate().filter(|(_, (count, _))| *count > 0.0) {
                let x = score(place);
                let p = logistic(a + b * x);
                let (error, weight) = (ups - count * p, count * p * (1.0 - p));
                ga += error;
                gb += error * x;
                haa += weight;
                hab += weight * x;
                hbb += weight * x * x;
            }
            let determinant = haa * hbb - hab * hab;
            let (da, db) = ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant);
            if !(da.is_finite() && db.is_finite()) {
                break;
            }
            // Where all went one way the best fit lies at infinity; a step at a time is enough.
            a += da.clamp(-1.0, 1.0);
            b += db.clamp(-1.0, 1.0);
            if da.abs() + db.abs() < 1e-9 {
                break;
            }
        }
        [a, b]
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// Forecasts for each decision, in order, from scores and from outcomes that are known `horizon` decisions-hours later.
/// `hours` are the decisions' times in whole hours: what is learnt at hour t had its horizon over by t (purged), and
/// everything since the beginning counts (expanding).
pub fn forecasts(convictions: &[f64], ups: &[Option<bool>], hours: &[i64], horizon: u32) -> Vec<Forecast> {
    let mut cases = Cases { counts: [(0.0, 0.0); 201], count: 0, ups: 0 };
    let (mut learnt, mut fitted, mut last_fit) = (0, [0.0, 0.0], None);
    let mut found = Vec::new();
    for (index, ((conviction, up), hour)) in convictions.iter().zip(ups).zip(hours).enumerate() {
        while hours.get(learnt).is_some_and(|then| then + i64::from(horizon) <= *hour) {
            if let (Some(conviction), Some(Some(up))) = (convictions.get(learnt), ups.get(learnt)) {
                cases.learn(*conviction, *up);
            }
            learnt += 1;
        }
        if cases.count < LEAST_LABELS {
            continue;
        }
        if last_fit.is_none_or(|last| index - last >= REFIT) {
            fitted = cases.fit(fitted);
            last_fit = Some(index);
        }
        let [a, b] = fitted;
        let base = f64::from(cases.ups) / f64::from(cases.count);
        found.push(Forecast { index, probability: logistic(a + b * score(place(*conviction))), base, up: *up });
    }
    found
}

/// Judges forecasts over a horizon of so many hours.
pub fn calibration(forecasts: &[Forecast], horizon: u32, seed: u64) -> Option<Calibration> {
    let known: Vec<(f64, f64, f64)> = forecasts
        .iter()
        .filter_map(|forecast| Some((forecast.probability, forecast.base, f64::from(u8::from(forecast.up?)))))
        .collect();
    let count = u32::try_from(known.len()).ok().filter(|count| *count > 0)?;
    let n = f64::from(count);
    let error = |forecast: f64, up: f64| (forecast - up) * (forecast - up);
    let brier = known.iter().map(|(p, _, up)| error(*p, *up)).sum::<f64>() / n;
    let base_brier = known.iter().map(|(_, base, up)| error(*base, *up)).sum::<f64>() / n;
    if base_brier <= 0.0 {
        return None;
    }
    let gains: Vec<f64> = known.iter().map(|(p, base, up)| (error(*base, *up) - error(*p, *up)) / base_brier).collect();
    let interval = mean_with_interval(&gains, 2 * usize::try_from(horizon).ok()?, seed).map(|(_, interval)| interval);
    let share = known.iter().map(|(.., up)| up).sum::<f64>() / n;
    let mut sorted = known;
    // Stable: equal forecasts stay in time order.
    sorted.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
    let points: Vec<Point> =
        sorted.chunks(sorted.len().div_ceil(GROUPS)).filter_map(|group| point(group, horizon)).collect();
    let part = |term: &dyn Fn(&Point) -> f64| points.iter().map(|p| f64::from(p.count) * term(p)).sum::<f64>() / n;
    Some(Calibration {
        count,
        brier,
        base_brier,
        skill: 1.0 - brier / base_brier,
        interval,
        reliability: part(&|point| error(point.forecast, point.share)),
        resolution: part(&|point| error(point.share, share)),
        uncertainty: share * (1.0 - share),
        points,
    })
}

fn point(group: &[(f64, f64, f64)], horizon: u32) -> Option<Point> {
    let count = u32::try_from(group.len()).ok()?;
    let n = f64::from(count);
    let forecast = group.iter().map(|(p, ..)| p).sum::<f64>() / n;
    let share = group.iter().map(|(.., up)| up).sum::<f64>() / n;
    Some(Point { forecast, share, interval: wilson(share, n / f64::from(horizon)), count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::statistic::Random;

    fn known(probability: f64, base: f64, up: bool) -> Forecast {
        Forecast { index: 0, probability, base, up: Some(up) }
    }

    #[test]
    fn brier_and_its_decomposition_are_those_of_a_case_by_hand() {
        // Two groups of equal forecasts: 0.2 with 1 of 5 up, 0.8 with 3 of 5.
        let low = [true, false, false, false, false].map(|up| known(0.2, 0.5, up));
        let high = [true, true, true, false, false].map(|up| known(0.8, 0.5, up));
        let all = [low, high].concat();
        let found = calibration(&all, 1, 1).unwrap();
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} instead of {b}");
        close(found.brier, (0.64 + 4.0 * 0.04 + 3.0 * 0.04 + 2.0 * 0.64) / 10.0);
        close(found.base_brier, 0.25);
        close(found.skill, 1.0 - found.brier / 0.25);
        close(found.uncertainty, 0.24);
        // Groups of two: forecasts are equal within a group but the last low and the first high, so with exact
        // groups Murphy's identity holds.
        let groups: Vec<_> = [&all[..5], &all[5..]]
            .map(|half| {
                half.iter().map(|f| (f.probability, f.base, f64::from(u8::from(f.up.unwrap())))).collect::<Vec<_>>()
            })
            .iter()
            .filter_map(|group| point(group, 1))
            .collect();
        let reliability = groups.iter().map(|g| (g.forecast - g.share) * (g.forecast - g.share)).sum::<f64>() / 2.0;
        let resolution = groups.iter().map(|g| (g.share - 0.4) * (g.share - 0.4)).sum::<f64>() / 2.0;
        close(found.brier, reliability - resolution + 0.24);
    }

    #[test]
    fn the_fit_finds_the_curve_that_made_the_cases() {
        let mut cases = Cases { counts: [(0.0, 0.0); 201], count: 0, ups: 0 };
        for place in 0..=200 {
            cases.counts[place] = (1_000.0, 1_000.0 * logistic(0.3 + 1.5 * score(place)));
        }
        let [a, b] = cases.fit([0.0, 0.0]);
        // The ridge of one case against 201,000 moves the slope by less than that.
        assert!((a - 0.3).abs() < 1e-3 && (b - 1.5).abs() < 1e-3, "{a} {b}");
        // The gradient of the penalised likelihood is 0 there.
        let gradient: f64 =
            (0..=200).map(|i| (cases.counts[i].1 - 1_000.0 * logistic(a + b * score(i))) * score(i)).sum::<f64>() - b;
        assert!(gradient.abs() < 1e-6, "{gradient}");
    }

    #[test]
    fn nothing_is_learnt_before_its_horizon_is_over() {
        let mut random = Random(1);
        let convictions: Vec<f64> = (0..2_000).map(|_| random_score(&mut random)).collect();
        let ups: Vec<Option<bool>> = convictions.iter().map(|score| Some(*score > 0.0)).collect();
        let hours: Vec<i64> = (0..2_000).collect();
        let honest = forecasts(&convictions, &ups, &hours, 24);
        assert_eq!(honest[0].index, 500 + 23);
        for end in [600, 1_000, 1_500] {
            // Whatever comes later, and whatever is still open then, changes no forecast made by then.
            let mut other = ups.clone();
            other.iter_mut().skip(end - 23).for_each(|up| *up = up.map(|up| !up));
            let changed = forecasts(&convictions, &other, &hours, 24);
            let until = |all: &[Forecast]| {
                all.iter().filter(|f| f.index <= end).map(|f| (f.probability, f.base)).collect::<Vec<_>>()
            };
            assert_eq!(until(&honest), until(&changed));
        }
    }

    fn random_score(random: &mut Random) -> f64 {
        let place = u32::try_from(random.below(201)).unwrap();
        f64::from(place) - 100.0
    }
}
