//! The contenders as WebAssembly exports without any glue: candles go in one by one, names come out as bytes in memory.

use std::cell::RefCell;
use std::hint::black_box;

use tao_conviction_core::{Candle, UnixMs};

use crate::assessment::{Surroundings, push};
use crate::contender::{ALL, Columns, columns, differences};
use crate::market::Market;
use crate::replay::Year;

#[derive(Default)]
struct Bench {
    candles: Vec<Candle>,
    market: Market,
    outputs: Vec<Columns>,
    surroundings: Option<Surroundings>,
    year: Option<Year>,
}

thread_local! {
    static BENCH: RefCell<Bench> = RefCell::default();
}

#[unsafe(no_mangle)]
extern "C" fn candle(time: f64, open: f64, high: f64, low: f64, close: f64) {
    let candle = Candle { open_time: UnixMs(time as i64), open, high, low, close, volume: 1.0 };
    BENCH.with_borrow_mut(|bench| bench.candles.push(candle));
}

/// Takes the candles that were given, and says how many contenders there are.
#[unsafe(no_mangle)]
extern "C" fn begin() -> u32 {
    BENCH.with_borrow_mut(|bench| {
        bench.market = Market::new(std::mem::take(&mut bench.candles));
        bench.outputs = ALL.map(|_| columns(bench.market.candles.len())).into();
        bench.year = Some(Year::new(&bench.market.candles));
        bench.surroundings = Some(Surroundings::new(&bench.market.candles));
    });
    ALL.len() as u32
}

#[unsafe(no_mangle)]
extern "C" fn name_start(contender: u32) -> usize {
    ALL[contender as usize].name.as_ptr() as usize
}

#[unsafe(no_mangle)]
extern "C" fn name_length(contender: u32) -> usize {
    ALL[contender as usize].name.len()
}

/// Runs a contender `times` times.
#[unsafe(no_mangle)]
extern "C" fn run(contender: u32, times: u32) {
    BENCH.with_borrow_mut(|bench| {
        for _ in 0..times {
            (ALL[contender as usize].run)(black_box(&bench.market), &mut bench.outputs[contender as usize]);
        }
    });
}

/// The last value of a column, so that JavaScript can compare its own libraries.
#[unsafe(no_mangle)]
extern "C" fn value(contender: u32, column: u32, row: u32) -> f64 {
    BENCH.with_borrow(|bench| bench.outputs[contender as usize][column as usize][row as usize])
}

/// The largest difference from this project's column after 2,000 candles; NaN for an empty column.
#[unsafe(no_mangle)]
extern "C" fn difference(contender: u32, column: u32) -> f64 {
    BENCH.with_borrow(|bench| {
        let apart = differences(&bench.outputs[0], &bench.outputs[contender as usize], 2000);
        apart[column as usize].unwrap_or(f64::NAN)
    })
}

/// `TimeframeState::push` over all candles, `times` times.
#[unsafe(no_mangle)]
extern "C" fn push_all(times: u32) -> f64 {
    BENCH.with_borrow(|bench| (0..times).map(|_| push(black_box(&bench.market.candles))).sum())
}

fn with_surroundings(times: u32, work: impl Fn(&Surroundings) -> f64) -> f64 {
    BENCH.with_borrow(|bench| {
        let surroundings = bench.surroundings.as_ref().expect("begin() comes first");
        (0..times).map(|_| work(black_box(surroundings))).sum()
    })
}

/// Four readings from 4 × 500 candles.
#[unsafe(no_mangle)]
extern "C" fn readings(times: u32) -> f64 {
    with_surroundings(times, Surroundings::readings)
}

/// Whole assessments.
#[unsafe(no_mangle)]
extern "C" fn assessments(times: u32) -> f64 {
    with_surroundings(times, Surroundings::assess)
}

/// Ticks: the whole score from four running candles.
#[unsafe(no_mangle)]
extern "C" fn ticks(times: u32) -> f64 {
    with_surroundings(times, Surroundings::tick)
}

/// Whole Assessments from the state, texts included.
#[unsafe(no_mangle)]
extern "C" fn reports(times: u32) -> f64 {
    with_surroundings(times, Surroundings::report)
}

/// Closes of nine assets on copies of the state.
#[unsafe(no_mangle)]
extern "C" fn closes(times: u32) -> f64 {
    with_surroundings(times, Surroundings::close)
}

fn with_year(times: u32, work: impl Fn(&Year) -> f64) -> f64 {
    BENCH.with_borrow(|bench| {
        let year = bench.year.as_ref().expect("begin() comes first");
        (0..times).map(|_| work(black_box(year))).sum()
    })
}

/// Replays of the year.
#[unsafe(no_mangle)]
extern "C" fn replays(times: u32) -> f64 {
    with_year(times, Year::replay)
}

/// Whole records of the year.
#[unsafe(no_mangle)]
extern "C" fn records(times: u32) -> f64 {
    with_year(times, Year::record)
}
