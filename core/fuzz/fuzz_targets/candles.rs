//! Arbitrary candles, arriving in any order and as broken as they like: what a series keeps is valid, sorted and
//! unique, and every number of the Assessment is finite and within its bounds.
#![no_main]

#[path = "../../tests/support/bounds.rs"]
mod bounds;

use libfuzzer_sys::fuzz_target;
use tao_conviction_core::indicator::Periods;
use tao_conviction_core::{Candle, CandleSeries, Inputs, ParameterValues, Parameters, Timeframe, UnixMs, assess};

/// The asset's four series, Bitcoin's two, and the two that each member of the basket has.
const SERIES: [Timeframe; 8] = [
    Timeframe::M15,
    Timeframe::H1,
    Timeframe::H4,
    Timeframe::D1,
    Timeframe::H4,
    Timeframe::D1,
    Timeframe::H4,
    Timeframe::D1,
];

/// Reads numbers from the front; zeros when the input has ended.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        let there = N.min(self.0.len());
        bytes[..there].copy_from_slice(&self.0[..there]);
        self.0 = &self.0[there..];
        bytes
    }

    fn byte(&mut self) -> u8 {
        u8::from_le_bytes(self.take())
    }

    fn number(&mut self) -> f64 {
        f64::from_le_bytes(self.take())
    }
}

/// One series as it is being dictated.
#[derive(Clone, Copy)]
struct Pen {
    slot: i64,
    price: f64,
}

/// Most inputs are scored with short periods, which need few candles and so leave time for many more inputs; one in 16
/// with the published ones.
fn parameters(byte: u8) -> (Parameters, i64) {
    if byte.is_multiple_of(16) {
        return (Parameters::default(), 4);
    }
    let periods = Periods { ema: [3, 8, 20], rsi: 5, atr: 5, adx: 5 };
    let values = ParameterValues { periods, momentum_steps: 5, warm_up: 30, ..ParameterValues::default() };
    (Parameters::new(values).expect("valid parameters"), 1)
}

/// Appends what the next instruction says to `arrivals`: one candle of raw bits, one of raw prices put in order, or a
/// run of candles that move by a constant factor, so that a few bytes make a series long enough to be ready.
fn dictate(input: &mut Input<'_>, instruction: u8, length: i64, most: i64, pen: &mut Pen, arrivals: &mut Vec<Candle>) {
    match instruction {
        0 => arrivals.push(Candle {
            open_time: UnixMs(i64::from_le_bytes(input.take())),
            open: input.number(),
            high: input.number(),
            low: input.number(),
            close: input.number(),
            volume: input.number(),
        }),
        1..8 => {
            pen.slot = i64::from(i16::from_le_bytes(input.take()));
            let prices = [input.number(), input.number(), input.number(), input.number()];
            let high = prices.into_iter().fold(f64::NEG_INFINITY, f64::max);
            let low = prices.into_iter().fold(f64::INFINITY, f64::min);
            let open_time = UnixMs(pen.slot * length);
            let volume = f64::from(input.byte());
            arrivals.push(Candle { open_time, open: prices[0], high, low, close: prices[3], volume });
            pen.price = prices[3];
        }
        _ => {
            let count = 1 + most * i64::from(input.byte()) / 2;
            let factor = (f64::from(i8::from_le_bytes(input.take())) / 64.0).exp2();
            let spread = f64::from(input.byte()) / 64.0;
            for _ in 0..count {
                let (open, close) = (pen.price, pen.price * factor);
                let (top, bottom) = (open.max(close), open.min(close));
                let open_time = UnixMs(pen.slot * length);
                let (high, low) = (top + top * spread, bottom - bottom * spread / 8.0);
                arrivals.push(Candle { open_time, open, high, low, close, volume: 1.0 });
                // A run that leaves the range of prices goes on at its edge, flat.
                pen.price = if close.is_normal() { close } else { open };
                pen.slot += i64::from(instruction & 3).max(1);
            }
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let (parameters, most) = parameters(input.byte());
    let at = UnixMs(i64::from(u32::from_le_bytes(input.take())) * 1000);
    let mut pens = SERIES.map(|_| Pen { slot: 0, price: 400.0 });
    let mut arrivals = SERIES.map(|_| Vec::new());
    while !input.0.is_empty() && arrivals.iter().map(Vec::len).sum::<usize>() < 4000 {
        let instruction = input.byte();
        let index = usize::from(instruction >> 5);
        let length = SERIES[index].duration_ms();
        dictate(&mut input, instruction & 31, length, most, &mut pens[index], &mut arrivals[index]);
    }

    let mut index = 0;
    let series = arrivals.map(|arrivals| {
        let (timeframe, count) = (SERIES[index], arrivals.len());
        index += 1;
        let series = CandleSeries::from_arrivals(timeframe, arrivals);
        assert!(series.candles().iter().all(|candle| candle.defect(timeframe).is_none()));
        assert!(series.candles().is_sorted_by(|a, b| a.open_time < b.open_time));
        let quality = series.quality();
        assert_eq!(series.candles().len() + (quality.rejected + quality.duplicates) as usize, count);
        series
    });

    let (own, rest) = series.split_at(4);
    let (btc, member) = rest.split_at(2);
    let mut inputs = Inputs::new("TAO", at, own);
    let basket = [member; 3];
    (inputs.btc, inputs.basket) = (btc, &basket);
    let assessment = assess(&inputs, &parameters);
    assert_eq!(bounds::violation(&assessment), None);

    for base in own {
        for to in Timeframe::ALL.into_iter().filter(|to| *to > base.timeframe()) {
            let built = base.resample(to, at).expect("a longer timeframe").series;
            assert_eq!(built.candles().len(), built.closed(at).len(), "only closed candles are built");
            assert!(built.candles().is_sorted_by(|a, b| a.open_time < b.open_time));
        }
    }
});
