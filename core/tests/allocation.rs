//! No allocation where a tick passes: the states are of fixed size, whatever history they have seen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(unsafe_code, reason = "an allocator that counts can't be written without")]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use support::synthetic::Market;
use tao_conviction_core::context::RegimeState;
use tao_conviction_core::{Parameters, Timeframe, TimeframeState, UnixMs};

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
