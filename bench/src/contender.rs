//! The contenders: each computes the set over a market and writes it to the columns, in the way its documentation
//! shows. NaN stands where it has no value yet.

use tao_conviction_core::indicator::{IndicatorSet, Periods};
use wickra_core::Indicator;
use yata::core::{IndicatorConfig, IndicatorInstance, Method};

use crate::market::Market;

/// Names of the columns.
pub const COLUMNS: [&str; 6] = ["RSI14", "EMA20", "EMA50", "EMA200", "ATR14", "ADX14"];

/// The six outputs.
pub type Columns = [Vec<f64>; 6];

/// Columns for `count` candles.
pub fn columns(count: usize) -> Columns {
    COLUMNS.map(|_| vec![f64::NAN; count])
}

/// Someone who computes the set.
pub struct Contender {
    /// Its name, version and way of being called.
    pub name: &'static str,
    /// Computes the set.
    pub run: fn(&Market, &mut Columns),
}

/// Everyone, this project first.
pub const ALL: [Contender; 9] = [
    Contender { name: "tao-conviction-core, streaming", run: own },
    Contender { name: "ta-lib 0.8.3, batch", run: ta_lib_batch },
    Contender { name: "ta-lib 0.8.3, streaming", run: ta_lib_streaming },
    Contender { name: "kand 0.2.2, batch", run: kand_batch },
    Contender { name: "kand 0.2.2, incremental", run: kand_incremental },
    Contender { name: "wickra-core 2.1.1, streaming", run: wickra_streaming },
    Contender { name: "wickra-core 2.1.1, batch_fast", run: wickra_fast },
    Contender { name: "yata 0.7.0, streaming", run: yata_streaming },
    Contender { name: "ta 0.5.0, streaming", run: ta_streaming },
];

fn own(market: &Market, out: &mut Columns) {
    let [rsi, fast, middle, slow, atr, adx] = out;
    let mut set = IndicatorSet::new(&Periods::default());
    let rows = rsi.iter_mut().zip(fast).zip(middle).zip(slow).zip(atr).zip(adx);
    for (candle, (((((rsi, fast), middle), slow), atr), adx)) in market.candles.iter().zip(rows) {
        set.push(candle);
        let [e20, e50, e200] = set.emas();
        *rsi = set.rsi().unwrap_or(f64::NAN);
        *fast = e20.unwrap_or(f64::NAN);
        *middle = e50.unwrap_or(f64::NAN);
        *slow = e200.unwrap_or(f64::NAN);
        *atr = set.atr().unwrap_or(f64::NAN);
        *adx = set.adx().unwrap_or(f64::NAN);
    }
}

fn ta_lib_batch(market: &Market, out: &mut Columns) {
    let core = ta_lib::Core::new();
    let (high, low, close) = (&market.high, &market.low, &market.close);
    let last = close.len() - 1;
    let [rsi, fast, middle, slow, atr, adx] = out;
    // Each writes from the first slot on; what it returns says where that is in the series.
    for (column, period) in [(fast, 20), (middle, 50), (slow, 200)] {
        let from = core.ema_lookback(period).expect("a period");
        core.ema(0, last, close, period, &mut column[from..]).expect("EMA");
    }
    let from = core.rsi_lookback(14).expect("a period");
    core.rsi(0, last, close, 14, &mut rsi[from..]).expect("RSI");
    let from = core.atr_lookback(14).expect("a period");
    core.atr(0, last, high, low, close, 14, &mut atr[from..]).expect("ATR");
    let from = core.adx_lookback(14).expect("a period");
    core.adx(0, last, high, low, close, 14, &mut adx[from..]).expect("ADX");
}

/// Candles that a streaming state is opened with where it can't start from none.
const HISTORY: usize = 200;

fn ta_lib_streaming(market: &Market, out: &mut Columns) {
    let core = ta_lib::Core::new();
    let (high, low, close) = (&market.high, &market.low, &market.close);
    let (h, l, c) = (&high[..HISTORY], &low[..HISTORY], &close[..HISTORY]);
    let mut emas = [20, 50, 200].map(|period| core.ema_open(c, period).expect("EMA").0);
    let mut rsi = core.rsi_open(c, 14).expect("RSI").0;
    let mut atr = core.atr_open(h, l, c, 14).expect("ATR").0;
    let mut adx = core.adx_open(h, l, c, 14).expect("ADX").0;
    for i in HISTORY..close.len() {
        let (h, l, c) = (high[i], low[i], close[i]);
        out[0][i] = rsi.update(c).expect("finite");
        out[1][i] = emas[0].update(c).expect("finite");
        out[2][i] = emas[1].update(c).expect("finite");
        out[3][i] = emas[2].update(c).expect("finite");
        out[4][i] = atr.update(h, l, c).expect("finite");
        out[5][i] = adx.update(h, l, c).expect("finite");
    }
}

fn kand_batch(market: &Market, out: &mut Columns) {
    use kand::ohlcv::{adx, atr, ema, rsi};
    let (high, low, close) = (&market.high, &market.low, &market.close);
    // It writes its intermediate series too.
    let mut spare: [Vec<f64>; 3] = [(); 3].map(|()| vec![0.0; close.len()]);
    let [gain, loss, range] = &mut spare;
    rsi::rsi(close, 14, &mut out[0], gain, loss).expect("RSI");
    ema::ema(close, 20, None, &mut out[1]).expect("EMA");
    ema::ema(close, 50, None, &mut out[2]).expect("EMA");
    ema::ema(close, 200, None, &mut out[3]).expect("EMA");
    atr::atr(high, low, close, 14, &mut out[4]).expect("ATR");
    adx::adx(high, low, close, 14, &mut out[5], gain, loss, range).expect("ADX");
}

fn kand_incremental(market: &Market, out: &mut Columns) {
    use kand::ohlcv::{adx, atr, ema, rsi};
    let (high, low, close) = (&market.high, &market.low, &market.close);
    let (h, l, c) = (&high[..HISTORY], &low[..HISTORY], &close[..HISTORY]);
    let mut start: [Vec<f64>; 11] = [(); 11].map(|()| vec![0.0; HISTORY]);
    let [r, gain, loss, fast, middle, slow, a, x, plus, minus, range] = &mut start;
    rsi::rsi(c, 14, r, gain, loss).expect("RSI");
    ema::ema(c, 20, None, fast).expect("EMA");
    ema::ema(c, 50, None, middle).expect("EMA");
    ema::ema(c, 200, None, slow).expect("EMA");
    atr::atr(h, l, c, 14, a).expect("ATR");
    adx::adx(h, l, c, 14, x, plus, minus, range).expect("ADX");
    let [_, mut gain, mut loss, mut fast, mut middle, mut slow, mut a, mut x, mut plus, mut minus, mut range] =
        start.map(|column| column[HISTORY - 1]);
    for i in HISTORY..close.len() {
        let (h, l, c, before) = (high[i], low[i], close[i], close[i - 1]);
        let value;
        (value, gain, loss) = rsi::rsi_inc(c, before, gain, loss, 14).expect("RSI");
        fast = ema::ema_inc(c, fast, 20, None).expect("EMA");
        middle = ema::ema_inc(c, middle, 50, None).expect("EMA");
        slow = ema::ema_inc(c, slow, 200, None).expect("EMA");
        a = atr::atr_inc(h, l, before, a, 14).expect("ATR");
        (x, plus, minus, range) =
            adx::adx_inc(h, l, high[i - 1], low[i - 1], before, x, plus, minus, range, 14).expect("ADX");
        for (column, value) in out.iter_mut().zip([value, fast, middle, slow, a, x]) {
            column[i] = value;
        }
    }
}

fn wickra_streaming(market: &Market, out: &mut Columns) {
    let mut rsi = wickra_core::Rsi::new(14).expect("a period");
    let mut emas = [20, 50, 200].map(|period| wickra_core::Ema::new(period).expect("a period"));
    let mut atr = wickra_core::Atr::new(14).expect("a period");
    let mut adx = wickra_core::Adx::new(14).expect("a period");
    for (i, candle) in market.wickra.iter().enumerate() {
        out[0][i] = rsi.update(candle.close).unwrap_or(f64::NAN);
        out[1][i] = emas[0].update(candle.close).unwrap_or(f64::NAN);
        out[2][i] = emas[1].update(candle.close).unwrap_or(f64::NAN);
        out[3][i] = emas[2].update(candle.close).unwrap_or(f64::NAN);
        out[4][i] = atr.update(*candle).unwrap_or(f64::NAN);
        out[5][i] = adx.update(*candle).map_or(f64::NAN, |adx| adx.adx);
    }
}

/// Its SIMD kernels where it has them; ADX has none and streams.
fn wickra_fast(market: &Market, out: &mut Columns) {
    let close = &market.close;
    wickra_core::Rsi::new(14).expect("a period").batch_fast_into(close, &mut out[0]);
    wickra_core::Ema::new(20).expect("a period").batch_fast_into(close, &mut out[1]);
    wickra_core::Ema::new(50).expect("a period").batch_fast_into(close, &mut out[2]);
    wickra_core::Ema::new(200).expect("a period").batch_fast_into(close, &mut out[3]);
    let mut atr = wickra_core::Atr::new(14).expect("a period");
    atr.batch_atr_fast_into(&market.high, &market.low, close, &mut out[4]);
    let mut adx = wickra_core::Adx::new(14).expect("a period");
    for (candle, out) in market.wickra.iter().zip(&mut out[5]) {
        *out = adx.update(*candle).map_or(f64::NAN, |adx| adx.adx);
    }
}

/// Its RSI averages by EMA unless told otherwise, and gives shares of 1; ADX too.
fn yata_streaming(market: &Market, out: &mut Columns) {
    use yata::helpers::MA;
    use yata::indicators::{AverageDirectionalIndex, RelativeStrengthIndex};
    use yata::methods::{EMA, RMA, TR};
    let first = &market.yata[0];
    let wilder = RelativeStrengthIndex { ma: MA::RMA(14), ..RelativeStrengthIndex::default() };
    let mut rsi = wilder.init(first).expect("RSI");
    let mut emas = [20, 50, 200].map(|period| EMA::new(period, &first.close).expect("EMA"));
    let mut range = TR::new(first).expect("TR");
    let mut atr = RMA::new(14, &(first.high - first.low)).expect("ATR");
    let mut adx = AverageDirectionalIndex::default().init(first).expect("ADX");
    for (i, candle) in market.yata.iter().enumerate() {
        out[0][i] = 100.0 * rsi.next(candle).value(0);
        out[1][i] = emas[0].next(&candle.close);
        out[2][i] = emas[1].next(&candle.close);
        out[3][i] = emas[2].next(&candle.close);
        out[4][i] = atr.next(&range.next(candle));
        out[5][i] = 100.0 * adx.next(candle).value(0);
    }
}

/// It has no ADX: that column stays empty.
fn ta_streaming(market: &Market, out: &mut Columns) {
    use ta::Next;
    use ta::indicators::{AverageTrueRange, ExponentialMovingAverage, RelativeStrengthIndex};
    let mut rsi = RelativeStrengthIndex::new(14).expect("a period");
    let mut emas = [20, 50, 200].map(|period| ExponentialMovingAverage::new(period).expect("a period"));
    let mut atr = AverageTrueRange::new(14).expect("a period");
    for (i, item) in market.ta.iter().enumerate() {
        let close = ta::Close::close(item);
        out[0][i] = rsi.next(close);
        out[1][i] = emas[0].next(close);
        out[2][i] = emas[1].next(close);
        out[3][i] = emas[2].next(close);
        out[4][i] = atr.next(item);
    }
}

/// The largest difference of each column from this project's, from candle `from` on; nothing for an empty column.
pub fn differences(own: &Columns, theirs: &Columns, from: usize) -> [Option<f64>; 6] {
    let mut result = [None; 6];
    for (result, (own, theirs)) in result.iter_mut().zip(own.iter().zip(theirs)) {
        let apart = own.iter().zip(theirs).skip(from).map(|(a, b)| (a - b).abs()).filter(|apart| !apart.is_nan());
        *result = apart.reduce(f64::max);
    }
    result
}
