//! No allocation where a tick passes: the states are of fixed size, whatever history they have seen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(unsafe_code, reason = "an allocator that counts can't be written without")]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use support::synthetic::Market;
use tao_conviction_core::context::{RegimeState, Row};
use tao_conviction_core::{AssessmentState, Circumstances, Parameters, Timeframe, TimeframeState, UnixMs};

thread_local! {
    static ALLOCATIONS: Cell<u32> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `work` allocates on this thread.
fn allocations(work: impl FnOnce()) -> u32 {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

#[test]
fn the_count_counts() {
    assert_eq!(allocations(|| drop(black_box(vec![1, 2, 3]))), 1);
}

#[test]
fn a_tick_and_a_closed_candle_allocate_nothing() {
    let candles = Market::WALK.candles(Timeframe::H1, 1, UnixMs(1_748_736_000_000), 2000);
    let parameters = Parameters::default();
    let count = allocations(|| {
        let mut state = TimeframeState::new(&parameters);
        for candle in &candles {
            black_box(state.preview(candle));
            state.push(candle);
            black_box(state.reading());
        }
        assert_eq!(state.count(), 2000);
    });
    assert_eq!(count, 0);
}

/// The whole assessment, with Bitcoin and a basket of seven.
#[test]
fn a_tick_and_a_closed_candle_of_a_whole_assessment_allocate_nothing() {
    let end = UnixMs(1_748_736_000_000);
    let parameters = Parameters::default();
    let circumstances = Circumstances { catalysts: Some(0.2), depth: Some(60_000.0), ..Circumstances::default() };
    let candles = Timeframe::ALL.map(|timeframe| Market::WALK.candles(timeframe, 1, end, 900));
    let mut state = AssessmentState::new(7, &parameters);
    let mut known = 0;
    let count = allocations(|| {
        for (timeframe, candles) in Timeframe::ALL.into_iter().zip(&candles) {
            for candle in candles {
                black_box(state.preview(&[Some(*candle); 4], candle.open_time, &circumstances));
                let basket = [Some(*candle); 7];
                state.push(timeframe, &Row { asset: Some(*candle), btc: Some(*candle), basket: &basket });
                let score = black_box(state.score(candle.open_time, &circumstances));
                known += u32::from(score.conviction.is_some());
            }
        }
    });
    assert_eq!(count, 0);
    let score = state.score(end, &circumstances);
    assert!(known > 2000 && score.relative_strength.is_some() && score.ai_sentiment.is_some());
}

#[test]
fn a_day_of_the_regime_allocates_nothing() {
    let candles = Market::WALK.candles(Timeframe::D1, 1, UnixMs(1_748_736_000_000), 900);
    let mut state = RegimeState::default();
    let count = allocations(|| {
        for candle in &candles {
            state.push(candle);
            black_box(state.report());
        }
    });
    assert_eq!(count, 0);
}
