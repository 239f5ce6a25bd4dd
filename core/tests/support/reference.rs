//! The method written a second time, as plainly as it can be: vectors of numbers, the formulas of the specification
//! (§2 to §7) in their order, the standard library's mathematics, and no line shared with the crate.

use std::f64::consts::PI;

/// Closed candles as columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    pub(crate) length: i64,
    pub(crate) time: Vec<i64>,
    pub(crate) high: Vec<f64>,
    pub(crate) low: Vec<f64>,
    pub(crate) close: Vec<f64>,
}

impl Columns {
    pub(crate) fn is_empty(&self) -> bool {
        self.close.is_empty()
    }

    /// When the last candle closed.
    pub(crate) fn closed_at(&self) -> Option<i64> {
        self.time.last().map(|time| time + self.length)
    }
}

fn last(x: &[f64]) -> f64 {
    x[x.len() - 1]
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

fn logs(x: &[f64]) -> Vec<f64> {
    x.iter().map(|price| price.ln()).collect()
}

fn differences(x: &[f64]) -> Vec<f64> {
    (1..x.len()).map(|i| x[i] - x[i - 1]).collect()
}

/// The error function: erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ·x^(2n+1)/(2n+1)!!, all terms of one sign.
fn erf(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, 0.0);
    for n in 0..400 {
        sum += term;
        term *= 2.0 * x * x / (2.0 * f64::from(n) + 3.0);
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}

fn rank(z: f64) -> f64 {
    erf(z / 2.0_f64.sqrt())
}

fn clamp(x: f64) -> f64 {
    x.clamp(-1.0, 1.0)
}

fn over(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}

// §2

fn ema(x: &[f64], n: usize) -> Option<f64> {
    if x.len() < n {
        return None;
    }
    let alpha = 2.0 / (n as f64 + 1.0);
    Some(x[n..].iter().fold(mean(&x[..n]), |ema, x| alpha * x + (1.0 - alpha) * ema))
}

/// Wilder's average after a first value.
fn wilder(first: f64, rest: &[f64], n: f64) -> f64 {
    rest.iter().fold(first, |average, x| (average * (n - 1.0) + x) / n)
}

fn rsi(close: &[f64]) -> Option<f64> {
    let changes = differences(close);
    if changes.len() < 14 {
        return None;
    }
    let gains: Vec<f64> = changes.iter().map(|x| x.max(0.0)).collect();
    let losses: Vec<f64> = changes.iter().map(|x| (-x).max(0.0)).collect();
    let g = wilder(mean(&gains[..14]), &gains[14..], 14.0);
    let l = wilder(mean(&losses[..14]), &losses[14..], 14.0);
    Some(if g + l == 0.0 { 50.0 } else { 100.0 * g / (g + l) })
}

/// TR[1..].
fn true_ranges(x: &Columns) -> Vec<f64> {
    (1..x.close.len())
        .map(|i| {
            let (high, low, before) = (x.high[i], x.low[i], x.close[i - 1]);
            (high - low).max((high - before).abs()).max((low - before).abs())
        })
        .collect()
}

fn atr(x: &Columns) -> Option<f64> {
    let ranges = true_ranges(x);
    (ranges.len() >= 14).then(|| wilder(mean(&ranges[..14]), &ranges[14..], 14.0))
}

fn adx(x: &Columns) -> Option<f64> {
    let ranges = true_ranges(x);
    let (mut plus, mut minus) = (Vec::new(), Vec::new());
    for i in 1..x.close.len() {
        let (up, down) = (x.high[i] - x.high[i - 1], x.low[i - 1] - x.low[i]);
        plus.push(if up > down && up > 0.0 { up } else { 0.0 });
        minus.push(if down > up && down > 0.0 { down } else { 0.0 });
    }
    if plus.len() < 27 {
        return None;
    }
    let smooth = |x: &[f64]| {
        let mut sums = vec![x[..13].iter().sum::<f64>()];
        x[13..].iter().for_each(|x| sums.push(last(&sums) - last(&sums) / 14.0 + x));
        sums[1..].to_vec()
    };
    let (plus, minus, range) = (smooth(&plus), smooth(&minus), smooth(&ranges));
    let dx: Vec<Option<f64>> = (0..plus.len())
        .map(|i| {
            let (di_plus, di_minus) = (over(100.0 * plus[i], range[i]), over(100.0 * minus[i], range[i]));
            let sum = di_plus + di_minus;
            (sum > 0.0).then(|| 100.0 * (di_plus - di_minus).abs() / sum)
        })
        .collect();
    // A move without direction counts 0 in the first mean and changes nothing after it.
    let first = dx[..14].iter().map(|dx| dx.unwrap_or(0.0)).sum::<f64>() / 14.0;
    Some(wilder(first, &dx[14..].iter().copied().flatten().collect::<Vec<_>>(), 14.0))
}

fn sigma(log_returns: &[f64]) -> Option<f64> {
    let squares: Vec<f64> = log_returns.iter().map(|r| r * r).collect();
    let first = *squares.first()?;
    Some(squares[1..].iter().fold(first, |v, s| (1.0 - 1.0 / 64.0) * v + s / 64.0).sqrt())
}

/// `rank(ln(x/x₋ₙ)/(σ·√n))` and the change itself, from log prices.
fn change_rank(log_price: &[f64], n: usize) -> Option<(f64, f64)> {
    if log_price.len() <= n {
        return None;
    }
    let change = last(log_price) - log_price[log_price.len() - 1 - n];
    let deviation = sigma(&differences(log_price))? * (n as f64).sqrt();
    Some((change, rank(over(change, deviation))))
}

// §3

/// Everything about one timeframe; the terms are there only when it is ready.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    pub(crate) candles: usize,
    pub(crate) close: Option<f64>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) ema: [Option<f64>; 3],
    pub(crate) rsi_index: Option<f64>,
    pub(crate) atr: Option<f64>,
    pub(crate) adx: Option<f64>,
    pub(crate) sigma: Option<f64>,
    pub(crate) terms: Option<Terms>,
}

#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) trend: f64,
    pub(crate) alignment: f64,
    pub(crate) rsi: f64,
    pub(crate) momentum: f64,
    pub(crate) reading: f64,
    pub(crate) strength: f64,
    pub(crate) stack: &'static str,
}

fn ewma(x: &[f64], n: f64) -> f64 {
    x[1..].iter().fold(x[0], |e, x| (1.0 - 1.0 / n) * e + x / n)
}

pub(crate) fn frame(x: &Columns) -> Frame {
    let log_close = logs(&x.close);
    let mut frame = Frame {
        candles: x.close.len(),
        close: x.close.last().copied(),
        closed_at: x.closed_at(),
        ema: [20, 50, 200].map(|n| ema(&x.close, n)),
        rsi_index: rsi(&x.close),
        atr: atr(x),
        adx: adx(x),
        sigma: sigma(&differences(&log_close)),
        terms: None,
    };
    if frame.candles < 461 {
        return frame;
    }
    let (close, atr, sigma) = (frame.close.unwrap(), frame.atr.unwrap(), frame.sigma.unwrap());
    let [e20, e50, e200] = frame.ema.map(Option::unwrap);
    let crossover = |s: f64, l: f64| {
        let (a, b) = (1.0 - 1.0 / s, 1.0 - 1.0 / l);
        let kappa2 = a.powi(2) / (1.0 - a.powi(2)) - 2.0 * a * b / (1.0 - a * b) + b.powi(2) / (1.0 - b.powi(2));
        rank(over(ewma(&log_close, s) - ewma(&log_close, l), sigma * kappa2.sqrt()))
    };
    let trend = mean(&[crossover(8.0, 24.0), crossover(16.0, 48.0), crossover(32.0, 96.0)]);
    let alignment =
        mean(&[clamp(over(close - e20, atr)), clamp(over(e20 - e50, atr)), clamp(over(e50 - e200, 2.0 * atr))]);
    let rsi = clamp((frame.rsi_index.unwrap() - 50.0) / 25.0);
    let momentum = change_rank(&log_close, 14).unwrap().1;
    frame.terms = Some(Terms {
        trend,
        alignment,
        rsi,
        momentum,
        reading: 0.35 * trend + 0.30 * alignment + 0.20 * rsi + 0.15 * momentum,
        strength: ((frame.adx.unwrap() - 15.0) / 20.0).clamp(0.0, 1.0),
        stack: match () {
            () if close > e20 && e20 > e50 && e50 > e200 => "bull",
            () if close < e20 && e20 < e50 && e50 < e200 => "bear",
            () => "mixed",
        },
    });
    frame
}

// §4

pub(crate) const TIMEFRAME_WEIGHTS: [f64; 4] = [0.10, 0.20, 0.30, 0.40];

#[derive(Debug, Clone)]
pub(crate) struct Mtf {
    pub(crate) score: f64,
    pub(crate) agreement: f64,
    pub(crate) strength: f64,
    pub(crate) aligned: usize,
    pub(crate) ready_weight: f64,
}

pub(crate) fn mtf(frames: &[Frame; 4]) -> Option<Mtf> {
    let ready: Vec<(f64, &Terms)> =
        TIMEFRAME_WEIGHTS.iter().zip(frames).filter_map(|(w, frame)| Some((*w, frame.terms.as_ref()?))).collect();
    if ready.is_empty() {
        return None;
    }
    let sum = |f: &dyn Fn(&Terms) -> f64| ready.iter().map(|(w, terms)| w * f(terms)).sum::<f64>();
    let weight = sum(&|_| 1.0);
    let net = sum(&|terms| terms.reading);
    Some(Mtf {
        score: 100.0 * net / weight,
        agreement: over(net.abs(), sum(&|terms| terms.reading.abs())),
        strength: sum(&|terms| terms.strength) / weight,
        aligned: ready.iter().filter(|(_, t)| t.reading.abs() >= 0.10 && t.reading * net > 0.0).count(),
        ready_weight: weight,
    })
}

// §5

/// Closes on the open times that all have in common.
fn common(all: &[&Columns]) -> Vec<Vec<f64>> {
    let mut rows = vec![Vec::new(); all.len()];
    for time in &all[0].time {
        let at: Option<Vec<usize>> = all.iter().map(|x| x.time.binary_search(time).ok()).collect();
        if let Some(at) = at {
            for ((row, x), i) in rows.iter_mut().zip(all).zip(at) {
                row.push(x.close[i]);
            }
        }
    }
    rows
}

/// Log price of the first and mean log price of the others, on common open times.
fn against(asset: &Columns, others: &[&Columns]) -> (Vec<f64>, Vec<f64>) {
    let all: Vec<&Columns> = std::iter::once(asset).chain(others.iter().copied()).collect();
    let rows: Vec<Vec<f64>> = common(&all).iter().map(|row| logs(row)).collect();
    let basket = (0..rows[0].len()).map(|i| mean(&rows[1..].iter().map(|row| row[i]).collect::<Vec<_>>())).collect();
    (rows[0].clone(), basket)
}

#[derive(Debug, Clone)]
pub(crate) struct Relative {
    pub(crate) value: f64,
    pub(crate) btc_change: f64,
}

/// On 4h; the basket counts when at least 3 members have 43 candles and 43 open times are shared by all.
pub(crate) fn relative_strength(asset: &Columns, btc: &Columns, basket: &[Columns]) -> Option<Relative> {
    let ranked = |others: &[&Columns]| {
        let (a, b) = against(asset, others);
        let ratio: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a - b).collect();
        change_rank(&ratio, 42)
    };
    let (btc_change, by_btc) = ranked(&[btc])?;
    let members: Vec<&Columns> = basket.iter().filter(|member| member.close.len() >= 43).collect();
    let by_basket = if members.len() >= 3 { ranked(&members) } else { None };
    let value = by_basket.map_or(by_btc, |(_, by_basket)| mean(&[by_btc, by_basket]));
    Some(Relative { value, btc_change })
}

pub(crate) fn ai_sentiment(basket: &[Columns]) -> Option<f64> {
    let members: Vec<&Columns> = basket.iter().filter(|member| member.close.len() >= 50).collect();
    if members.len() < 3 {
        return None;
    }
    let above = members.iter().filter(|m| last(&m.close) > ema(&m.close, 50).unwrap()).count();
    let breadth = above as f64 / members.len() as f64;
    let ranks: Vec<f64> = members.iter().map(|m| change_rank(&logs(&m.close), 7).unwrap().1).collect();
    Some(0.5 * (2.0 * breadth - 1.0) + 0.5 * mean(&ranks))
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Regime {
    pub(crate) state: &'static str,
    pub(crate) warnings: Option<usize>,
    pub(crate) close: Option<f64>,
    pub(crate) ema200: Option<f64>,
    pub(crate) volatility: Option<f64>,
    pub(crate) volatility_limit: Option<f64>,
    pub(crate) drawdown_limit: Option<f64>,
}

/// Annualised population standard deviation of the 20 daily log returns up to day `i`.
fn realised(log_close: &[f64], i: usize) -> Option<f64> {
    let from = i.checked_sub(20)?;
    let returns = differences(&log_close[from..=i]);
    let centre = mean(&returns);
    Some((mean(&returns.iter().map(|r| (r - centre).powi(2)).collect::<Vec<_>>()) * 365.0).sqrt())
}

fn percentile75(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let position = 0.75 * (sorted.len().checked_sub(1)? as f64);
    let (low, high) = (position.floor() as usize, position.ceil() as usize);
    Some(sorted[low] + (sorted[high] - sorted[low]) * (position - low as f64))
}

pub(crate) fn regime(btc: &Columns) -> Regime {
    let log_close = logs(&btc.close);
    let volatilities: Vec<Option<f64>> = (0..btc.close.len()).map(|i| realised(&log_close, i)).collect();
    let day = |i: usize| {
        let known: Vec<f64> = volatilities[..=i].iter().copied().flatten().collect();
        let high = btc.high[i.saturating_sub(89)..=i].iter().copied().fold(0.0, f64::max);
        let mut day = Regime {
            close: Some(btc.close[i]),
            ema200: ema(&btc.close[..=i], 200),
            volatility: volatilities[i],
            volatility_limit: percentile75(&known[known.len().saturating_sub(365)..]),
            drawdown_limit: Some(0.8 * high),
            ..Regime::default()
        };
        day.warnings = day.ema200.map(|ema| {
            usize::from(btc.close[i] < ema)
                + usize::from(day.volatility.unwrap() > day.volatility_limit.unwrap())
                + usize::from(btc.close[i] < 0.8 * high)
        });
        day
    };
    let says: Vec<bool> = (199..btc.close.len()).map(|i| day(i).warnings.unwrap() >= 2).collect();
    let mut risk_off = false;
    for two in says.windows(2) {
        if two[0] == two[1] {
            risk_off = two[0];
        }
    }
    let state = match says.len() {
        0 => "unknown",
        _ if risk_off => "risk-off",
        _ => "risk-on",
    };
    Regime { state, ..btc.close.len().checked_sub(1).map(day).unwrap_or_default() }
}

/// Pearson correlation, beta and the number of days.
pub(crate) type Correlation = Option<(f64, f64, usize)>;

fn correlate(x: &[f64], y: &[f64]) -> Correlation {
    if x.len() < 2 {
        return None;
    }
    let product = |a: &[f64], b: &[f64]| {
        let (centre_a, centre_b) = (mean(a), mean(b));
        a.iter().zip(b).map(|(a, b)| (a - centre_a) * (b - centre_b)).sum::<f64>()
    };
    let (xy, xx, yy) = (product(x, y), product(x, x), product(y, y));
    (xx > 0.0 && yy > 0.0).then(|| (xy / (xx.sqrt() * yy.sqrt()), xy / yy, x.len()))
}

/// Against BTC, against the basket, against BTC on its down days.
pub(crate) fn correlations(asset: &Columns, btc: &Columns, basket: &[Columns]) -> [Correlation; 3] {
    let returns = |others: &[&Columns], days: usize| {
        let (a, b) = against(asset, others);
        let (a, b) = (differences(&a), differences(&b));
        let from = a.len().checked_sub(days)?;
        Some((a[from..].to_vec(), b[from..].to_vec()))
    };
    let members: Vec<&Columns> = basket.iter().filter(|member| member.close.len() >= 31).collect();
    let with_basket = if members.len() >= 3 { returns(&members, 30) } else { None };
    let down = returns(&[btc], 90).and_then(|(a, b)| {
        let (a, b): (Vec<f64>, Vec<f64>) = a.into_iter().zip(b).filter(|(_, btc)| *btc < 0.0).unzip();
        correlate(&a, &b)
    });
    [returns(&[btc], 30).and_then(|(a, b)| correlate(&a, &b)), with_basket.and_then(|(a, b)| correlate(&a, &b)), down]
}

// §6

pub(crate) const FAMILY_WEIGHTS: [f64; 4] = [0.60, 0.15, 0.15, 0.10];

#[derive(Debug, Clone)]
pub(crate) struct Conviction {
    pub(crate) points: [Option<f64>; 4],
    pub(crate) damp: f64,
    pub(crate) score: f64,
}

pub(crate) fn conviction(mtf: &Mtf, values: [Option<f64>; 4], risk_off: bool) -> Conviction {
    let known: Vec<(f64, f64)> =
        FAMILY_WEIGHTS.iter().zip(values).filter_map(|(w, value)| Some((*w, value?))).collect();
    let weight: f64 = known.iter().map(|(w, _)| w).sum();
    let c = known.iter().map(|(w, value)| w * value).sum::<f64>() / weight;
    let damp = if c > 0.0 && risk_off { 0.5 } else { 1.0 };
    let mut points = [None; 4];
    for (i, value) in values.iter().enumerate() {
        points[i] = value.map(|value| 100.0 * FAMILY_WEIGHTS[i] * value / weight);
    }
    let score = 100.0 * c * (0.5 + 0.5 * mtf.agreement) * (0.6 + 0.4 * mtf.strength) * damp;
    Conviction { points, damp, score }
}

pub(crate) fn coverage(mtf: Option<&Mtf>, values: [Option<f64>; 4]) -> f64 {
    let others: f64 =
        FAMILY_WEIGHTS[1..].iter().zip(&values[1..]).filter(|(_, value)| value.is_some()).map(|(w, _)| w).sum();
    others + FAMILY_WEIGHTS[0] * mtf.map_or(0.0, |mtf| mtf.ready_weight)
}

pub(crate) fn verdict(score: Option<f64>, coverage: f64) -> &'static str {
    match score {
        None => "insufficient-data",
        Some(_) if coverage < 0.5 => "insufficient-data",
        Some(c) if c >= 40.0 => "strong-bullish",
        Some(c) if c >= 15.0 => "bullish",
        Some(c) if c > -15.0 => "neutral",
        Some(c) if c > -40.0 => "bearish",
        Some(_) => "strong-bearish",
    }
}

/// What the gates look at besides the frames.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) coverage: f64,
    pub(crate) any_stale: bool,
    pub(crate) second_close: Option<f64>,
    pub(crate) btc_change: Option<f64>,
    pub(crate) regime: &'a str,
    pub(crate) depth: Option<f64>,
    pub(crate) catalysts_known: bool,
    pub(crate) other_flags: usize,
}

/// A gate's state and the value that it measured.
pub(crate) type Gate = (&'static str, &'static str, Option<f64>);

/// Three-valued: a known `false` decides, else an unknown does.
fn all(conditions: &[Option<bool>]) -> &'static str {
    match conditions {
        _ if conditions.contains(&Some(false)) => "fail",
        _ if conditions.iter().any(Option::is_none) => "unknown",
        _ => "pass",
    }
}

/// The table of gates, and how many risk flags are up.
pub(crate) fn gates(frames: &[Frame; 4], around: Surroundings<'_>) -> (Vec<Gate>, usize) {
    let [_, hour, four, day] = frames;
    let agree = hour.close.zip(around.second_close).map(|(own, second)| (second / own - 1.0).abs() <= 0.01);
    let data = all(&[Some(around.coverage >= 0.8), Some(!around.any_stale), agree]);

    let ready = |frame: &Frame| frame.terms.clone().map(|terms| (frame.clone(), terms));
    let (hour, four, day) = (ready(hour), ready(four), ready(day));
    let spread = hour.as_ref().map(|(f, _)| f.close.unwrap() - f.ema[2].unwrap());
    let distance = hour.as_ref().map(|(f, _)| over(spread.unwrap(), f.atr.unwrap()));
    let up = frames.iter().filter(|f| f.terms.as_ref().is_some_and(|t| t.reading >= 0.10)).count();
    let unready = frames.iter().filter(|f| f.terms.is_none()).count();
    let three = if up >= 3 {
        Some(true)
    } else if up + unready < 3 {
        Some(false)
    } else {
        None
    };
    let hour_rsi = hour.as_ref().map(|(f, _)| f.rsi_index.unwrap());
    let four_rsi = four.as_ref().map(|(f, _)| f.rsi_index.unwrap());
    let four_momentum = four.as_ref().map(|(_, t)| t.momentum);
    let risk_on = (around.regime != "unknown").then_some(around.regime == "risk-on");
    let deep = around.depth.map(|depth| depth >= 50_000.0);
    let flags = around.other_flags + usize::from(data == "fail") + usize::from(deep == Some(false));
    let calm = match flags {
        0 => around.catalysts_known.then_some(true),
        _ => Some(false),
    };
    let list = vec![
        ("data", data, Some(around.coverage)),
        (
            "trend",
            all(&[spread.map(|x| x > 0.0)]),
            hour.as_ref().map(|(f, _)| f.close.unwrap() / f.ema[2].unwrap() - 1.0),
        ),
        ("proximity", all(&[distance.map(|x| 0.0 < x && x <= 6.0)]), distance),
        ("mtf", all(&[day.map(|(_, t)| t.reading >= 0.10), three]), Some(up as f64)),
        ("rsi", all(&[hour_rsi.map(|x| (45.0..=70.0).contains(&x)), four_rsi.map(|x| x < 75.0)]), hour_rsi),
        ("momentum", all(&[four_momentum.map(|x| x >= 0.0)]), four_momentum),
        ("relative", all(&[around.btc_change.map(|x| x >= 0.0)]), around.btc_change),
        ("regime", all(&[risk_on]), None),
        ("liquidity", all(&[deep]), around.depth),
        ("catalysts", all(&[calm]), (flags > 0 || around.catalysts_known).then_some(flags as f64)),
    ];
    (list, flags)
}

pub(crate) fn setup(score: Option<f64>, gates: &[Gate]) -> &'static str {
    let any = |state| gates.iter().any(|(_, s, _)| *s == state);
    match score {
        Some(score) if score >= 40.0 && !any("fail") => {
            if any("unknown") {
                "unconfirmed"
            } else {
                "high-conviction"
            }
        }
        _ => "none",
    }
}

// §7

/// `(direction, magnitude, half-life in days, age in days)` of each dated catalyst; a negative age is the future.
pub(crate) fn catalysts(dated: &[(f64, f64, f64, f64)], states: &[f64]) -> f64 {
    let impact = |(direction, magnitude, half_life, age): &(f64, f64, f64, f64)| {
        if *age < 0.0 { 0.0 } else { direction * magnitude * 2.0_f64.powf(-age / half_life) }
    };
    clamp(dated.iter().map(impact).sum::<f64>() + states.iter().sum::<f64>())
}
