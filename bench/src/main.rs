//! Times the contenders natively: `cargo run --release -- [CANDLES.csv]` in this folder. Every round runs each of them
//! once, so that whatever else the machine does falls on all alike; medians over the rounds are printed.

use std::hint::black_box;
use std::time::Instant;

use tao_conviction_bench::assessment::{Surroundings, push};
use tao_conviction_bench::contender::{ALL, COLUMNS, columns, differences};
use tao_conviction_bench::market::Market;
use tao_conviction_bench::replay::Year;

const ROUNDS: usize = 301;

/// Median and shortest: the one is what to expect, the other what is left of it when nothing else runs.
fn median_and_least(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[0])
}

fn timed<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64() * 1e9
}

fn main() -> Result<(), String> {
    let path = std::env::args().nth(1);
    let market = Market::read(path.as_deref())?;
    let count = market.candles.len();
    println!("{count} candles, medians of {ROUNDS} interleaved rounds, {}", std::env::consts::ARCH);

    let mut outputs = ALL.map(|_| columns(count));
    let mut times = ALL.map(|_| Vec::with_capacity(ROUNDS));
    for _ in 0..ROUNDS {
        for ((contender, out), times) in ALL.iter().zip(&mut outputs).zip(&mut times) {
            times.push(timed(|| (contender.run)(black_box(&market), out)));
        }
    }
    let per_candle = times.map(median_and_least).map(|(median, least)| (median / count as f64, least / count as f64));
    println!("\n| contender | ns/candle | ratio | shortest | largest difference after 2,000 candles |");
    println!("|---|---:|---:|---:|---|");
    for ((contender, (ns, least)), out) in ALL.iter().zip(per_candle).zip(&outputs) {
        let apart: Vec<String> = differences(&outputs[0], out, 2000)
            .into_iter()
            .zip(COLUMNS)
            .map(|(apart, name)| apart.map_or(format!("{name} none"), |apart| format!("{name} {apart:.0e}")))
            .collect();
        let ratio = ns / per_candle[0].0;
        println!("| {} | {ns:.1} | {ratio:.2} | {least:.1} | {} |", contender.name, apart.join(", "));
    }

    let surroundings = Surroundings::new(&market.candles);
    let mut own: [Vec<f64>; 6] = Default::default();
    for _ in 0..ROUNDS {
        own[0].push(timed(|| push(black_box(&market.candles))) / count as f64);
        own[1].push(timed(|| black_box(&surroundings).readings()) / 1000.0);
        own[2].push(timed(|| black_box(&surroundings).assess()) / 1000.0);
        // A single tick is shorter than the clock's step.
        own[3].push(timed(|| (0..100).map(|_| black_box(&surroundings).tick()).sum::<f64>()) / 100_000.0);
        own[4].push(timed(|| (0..100).map(|_| black_box(&surroundings).report()).sum::<f64>()) / 100_000.0);
        own[5].push(timed(|| (0..100).map(|_| black_box(&surroundings).close()).sum::<f64>()) / 100_000.0);
    }
    let year = Year::new(&market.candles);
    let mut past: [Vec<f64>; 2] = Default::default();
    for _ in 0..ROUNDS.min(101) {
        past[0].push(timed(|| black_box(&year).replay()) / 1e6);
        past[1].push(timed(|| black_box(&year).record()) / 1e6);
    }
    let names = [
        ("`TimeframeState::push`, per candle", "ns"),
        ("four readings from 4 × 500 candles", "µs"),
        ("`assess`, 4 × 500 candles, BTC and a basket of seven", "µs"),
        ("tick: the whole score from four running candles", "µs"),
        ("the whole Assessment from the state, texts included", "µs"),
        ("a 4h close of nine assets on a copy of the state, scored", "µs"),
    ];
    println!("\n| what | time | shortest |\n|---|---:|---:|");
    for ((name, unit), (median, least)) in names.into_iter().zip(own.map(median_and_least)) {
        println!("| {name} | {median:.2} {unit} | {least:.2} {unit} |");
    }
    let begin = Instant::now();
    let slice = year.longest_slice(|| begin.elapsed().as_secs_f64() * 1e3);
    for (name, (median, least)) in
        ["replay of all candles, a decision an hour", "the whole record of them"].into_iter().zip(past.map(median_and_least))
    {
        println!("| {name} | {median:.2} ms | {least:.2} ms |");
    }
    println!("| its longest slice | {slice:.2} ms | |");
    Ok(())
}
