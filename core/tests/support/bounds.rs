//! The bounds of every number in an Assessment, for the properties and the fuzzer. NaN and the infinities are outside
//! of all of them.

use tao_conviction_core::Assessment;

/// Sums of rounded weights may exceed a bound by the rounding.
const ROUNDING: f64 = 1e-9;

/// Names the first number that is out of its bounds, with its value.
pub(crate) fn violation(assessment: &Assessment) -> Option<String> {
    numbers(assessment).into_iter().find_map(|(name, value, [low, high])| {
        let value = value?;
        let fits = value >= low - ROUNDING && value <= high + ROUNDING && value.is_finite();
        (!fits).then(|| format!("{name} is {value}, outside {low} … {high}"))
    })
}

type Number = (&'static str, Option<f64>, [f64; 2]);

fn numbers(assessment: &Assessment) -> Vec<Number> {
    const SCORE: [f64; 2] = [-100.0, 100.0];
    const VALUE: [f64; 2] = [-1.0, 1.0];
    const SHARE: [f64; 2] = [0.0, 1.0];
    const INDEX: [f64; 2] = [0.0, 100.0];
    const PRICE: [f64; 2] = [0.0, f64::MAX];
    const ANY: [f64; 2] = [f64::MIN, f64::MAX];

    let (mtf, regime) = (&assessment.mtf, &assessment.regime);
    let mut all = vec![
        ("price", assessment.price, PRICE),
        ("conviction", assessment.conviction, SCORE),
        ("coverage", Some(assessment.coverage), SHARE),
        ("agreement", assessment.agreement, SHARE),
        ("strength", assessment.strength, SHARE),
        ("damp", Some(assessment.damp), [0.5, 1.0]),
        ("mtf.score", mtf.score, SCORE),
        ("mtf.aligned", Some(f64::from(mtf.aligned)), [0.0, 4.0]),
        ("regime.warnings", regime.warnings.map(f64::from), [0.0, 3.0]),
        ("regime.close", regime.close, PRICE),
        ("regime.ema200", regime.ema200, PRICE),
        ("regime.volatility", regime.volatility, PRICE),
        ("regime.volatility_limit", regime.volatility_limit, PRICE),
        ("regime.drawdown_limit", regime.drawdown_limit, PRICE),
    ];
    for frame in &mtf.timeframes {
        all.extend([
            ("close", frame.close, PRICE),
            ("ema20", frame.ema20, PRICE),
            ("ema50", frame.ema50, PRICE),
            ("ema200", frame.ema200, PRICE),
            ("rsi14", frame.rsi14, INDEX),
            ("atr14", frame.atr14, PRICE),
            ("adx14", frame.adx14, INDEX),
            ("volatility", frame.volatility, PRICE),
            ("trend", frame.trend, VALUE),
            ("alignment", frame.alignment, VALUE),
            ("rsi", frame.rsi, VALUE),
            ("momentum", frame.momentum, VALUE),
            ("reading", frame.reading, VALUE),
            ("timeframe strength", frame.strength, SHARE),
        ]);
    }
    for family in &assessment.families {
        all.extend([("family value", family.value, VALUE), ("family points", family.points, SCORE)]);
    }
    for gate in &assessment.gates {
        all.extend([("gate value", gate.value, ANY), ("gate threshold", Some(gate.threshold), ANY)]);
    }
    let others = [assessment.correlation.btc, assessment.correlation.basket, assessment.correlation.btc_down_days];
    for other in others.into_iter().flatten() {
        all.extend([("correlation", Some(other.correlation), VALUE), ("beta", Some(other.beta), ANY)]);
    }
    all.extend(assessment.catalysts.iter().map(|catalyst| ("impact", Some(catalyst.impact), VALUE)));
    all
}
