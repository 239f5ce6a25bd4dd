//! The halving, from the issuance alone and in integers: one rao beside a threshold is less than an `f64` can tell.
//!
//! The runtime (`coinbase/block_emission.rs`) takes `k = floor(log2(1 / (1 − issuance/21M)))` and emits `1 TAO / 2^k`
//! a block. With `left = MAX − issuance` that is the largest `k` with `left · 2^k ≤ MAX`.

use super::{Fault, Known, What, Why};
use crate::UnixMs;

/// All TAO that there can be, in rao.
pub const MAX_ISSUANCE: u64 = 21_000_000_000_000_000;

/// What a block emits before the first halving, in rao.
pub const FIRST_EMISSION: u64 = 1_000_000_000;

/// Milliseconds from block to block, the average of February 2025 to October 2026 (nominally 12,000).
pub const BLOCK_MS: u64 = 12_040;

/// How many blocks 30 days have, rounded down.
pub const MONTH_BLOCKS: u64 = 30 * 86_400_000 / BLOCK_MS;

/// The day of the first halving, UTC; sources name the 14th to the 16th.
pub const FIRST_HALVING: UnixMs = UnixMs(1_765_756_800_000);

/// A reading of 2026-07-30 (its hour isn't known, noon is taken) to measure the growth against where no node has one
/// as old: <https://github.com/JSONbored/metagraphed/issues/8747>.
pub const ANCHOR: Reading = Reading { issuance: 11_180_113_340_423_226, at: UnixMs(1_785_412_800_000), block: None };

const CENTURY_MS: u64 = 3_155_760_000_000;

/// How many halvings an issuance (rao) is past; nothing when all is issued.
pub const fn halvings(issuance: u64) -> Option<u32> {
    match MAX_ISSUANCE.checked_sub(issuance) {
        None | Some(0) => None,
        Some(left) => (MAX_ISSUANCE / left).checked_ilog2(),
    }
}

/// What a block emits at this issuance; both in rao.
pub const fn emission(issuance: u64) -> u64 {
    match halvings(issuance) {
        Some(done) => halved(FIRST_EMISSION, done),
        None => 0,
    }
}

/// The issuance in rao at which the halving with this number comes, counted from 1; 0 for 0.
pub const fn threshold(number: u32) -> u64 {
    MAX_ISSUANCE - halved(MAX_ISSUANCE, number)
}

/// Rounded down, and 0 after 64 times.
const fn halved(amount: u64, times: u32) -> u64 {
    match amount.checked_shr(times) {
        Some(half) => half,
        None => 0,
    }
}

/// The issuance at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// In rao.
    pub issuance: u64,
    /// When.
    pub at: UnixMs,
    /// In which block, if that is known.
    pub block: Option<u64>,
}

/// Where the emission stands, and when it halves next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Halving {
    /// Halvings so far.
    pub done: u32,
    /// What a block emits, in rao.
    pub emission: u64,
    /// The issuance of the next halving, in rao.
    pub threshold: u64,
    /// What is still to be issued until then, in rao.
    pub remaining: u64,
    /// When the last one was.
    pub last: Known<UnixMs>,
    /// The next one if nothing were recycled: not before.
    pub earliest: Known<UnixMs>,
    /// The next one at the pace since an older reading.
    pub expected: Known<UnixMs>,
}

impl Halving {
    /// What `now` says, with `then` (weeks ago) for the pace; either time may be unknown.
    ///
    /// # Errors
    /// When all is issued, so that nothing halves any more.
    pub fn of(issuance: u64, now: Known<Reading>, then: &Reading) -> Known<Self> {
        let done = halvings(issuance).ok_or(Fault::new(What::Halving, Why::AllIssued))?;
        let last = match done {
            0 => Err(Fault::new(What::LastHalving, Why::NoneYet)),
            1 => Ok(FIRST_HALVING),
            _ => Err(Fault::new(What::LastHalving, Why::DateUnknown)),
        };
        let (emission, threshold) = (emission(issuance), threshold(done.saturating_add(1)));
        let remaining = threshold.saturating_sub(issuance);
        Ok(Self {
            done,
            emission,
            threshold,
            remaining,
            last,
            earliest: now.and_then(|now| earliest(&now)),
            expected: now.and_then(|now| expected(&now, then)),
        })
    }
}

const fn next(why: Why) -> Fault {
    Fault::new(What::NextHalving, why)
}

/// When the next halving comes if every block adds its whole emission. Burnt TAO changes nothing of it, recycled TAO
/// delays it.
///
/// # Errors
/// When blocks emit nothing any more, or it is over a century away.
pub fn earliest(now: &Reading) -> Known<UnixMs> {
    let (emission, remaining) = pace(now)?;
    let blocks = remaining.div_ceil(emission);
    later(now.at, u128::from(blocks) * u128::from(BLOCK_MS))
}

/// When the next halving comes at the pace from `then` to `now`, which is at most the emission.
///
/// # Errors
/// When `then` is no older reading of the same era, the issuance didn't grow, or it is over a century away.
pub fn expected(now: &Reading, then: &Reading) -> Known<UnixMs> {
    let (emission, remaining) = pace(now)?;
    let elapsed = u64::try_from(now.at.since(then.at)).unwrap_or(0);
    if elapsed == 0 {
        return Err(next(Why::NotOlder));
    }
    if halvings(then.issuance) != halvings(now.issuance) {
        return Err(next(Why::HalvingBetween));
    }
    let blocks = match (now.block, then.block) {
        (Some(now), Some(then)) => now.saturating_sub(then),
        _ => elapsed / BLOCK_MS,
    };
    // A block takes 12 s: a pair of readings that says something else entirely is not of this chain.
    if !(6_000..=60_000).contains(&elapsed.checked_div(blocks).unwrap_or(0)) {
        return Err(next(Why::BlocksAndTimes));
    }
    let grown = u128::from(now.issuance.saturating_sub(then.issuance)).min(u128::from(emission) * u128::from(blocks));
    let wait = (u128::from(remaining) * u128::from(elapsed)).checked_div(grown);
    later(now.at, wait.ok_or(next(Why::NotGrown))?)
}

/// What a block emits, above 0, and what is left until the next threshold.
fn pace(now: &Reading) -> Known<(u64, u64)> {
    let done = halvings(now.issuance).ok_or(next(Why::AllIssued))?;
    let emission = emission(now.issuance);
    let remaining = threshold(done.saturating_add(1)).saturating_sub(now.issuance);
    if emission == 0 { Err(next(Why::NoEmission)) } else { Ok((emission, remaining)) }
}

fn later(now: UnixMs, wait: u128) -> Known<UnixMs> {
    let wait = u64::try_from(wait).ok().filter(|wait| *wait <= CENTURY_MS);
    wait.and_then(|wait| i64::try_from(wait).ok()).map(|wait| now.plus(wait)).ok_or(next(Why::TooFar))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TAO: u64 = 1_000_000_000;
    const DAY: i64 = 86_400_000;

    /// By the definition, with nothing but multiplications: independent of what ships.
    fn naive(issuance: u64) -> Option<u32> {
        let (max, issuance) = (u128::from(MAX_ISSUANCE), u128::from(issuance));
        (issuance < max).then(|| (0..64).take_while(|k| issuance * (1 << k) >= max * ((1 << k) - 1)).last().unwrap())
    }

    #[test]
    fn the_reference_vectors_hold() {
        for (issuance, done, per_block, next) in [
            (0, Some(0), 1_000_000_000, 10_500_000_000_000_000),
            (10_499_999_999_999_999, Some(0), 1_000_000_000, 10_500_000_000_000_000),
            (10_500_000_000_000_000, Some(1), 500_000_000, 15_750_000_000_000_000),
            (11_180_113_340_423_226, Some(1), 500_000_000, 15_750_000_000_000_000),
            (15_749_999_999_999_999, Some(1), 500_000_000, 15_750_000_000_000_000),
            (15_750_000_000_000_000, Some(2), 250_000_000, 18_375_000_000_000_000),
            (18_375_000_000_000_000, Some(3), 125_000_000, 19_687_500_000_000_000),
            (19_687_500 * TAO, Some(4), 62_500_000, 20_343_750 * TAO),
            (20_343_750 * TAO, Some(5), 31_250_000, 20_671_875 * TAO),
            (MAX_ISSUANCE - 1, Some(54), 0, MAX_ISSUANCE),
        ] {
            assert_eq!((halvings(issuance), emission(issuance)), (done, per_block), "{issuance}");
            assert_eq!(threshold(done.unwrap() + 1), next, "{issuance}");
        }
        for issuance in [MAX_ISSUANCE, MAX_ISSUANCE + 1, u64::MAX] {
            assert_eq!((halvings(issuance), emission(issuance)), (None, 0));
        }
    }

    #[test]
    fn every_threshold_counts_to_the_rao() {
        for number in 1..=54 {
            let exact = u128::from(MAX_ISSUANCE) * ((1 << number) - 1);
            let limit = threshold(number);
            assert_eq!(u128::from(limit), exact.div_ceil(1 << number), "{number}");
            for (issuance, done) in [(limit - 1, number - 1), (limit, number), (limit + 1, number)] {
                assert_eq!(halvings(issuance), naive(issuance), "{number}");
                if number < 50 {
                    assert_eq!(halvings(issuance), Some(done), "{number}");
                    assert_eq!(emission(issuance), TAO / (1 << done), "{number}");
                }
            }
        }
        assert_eq!((threshold(55), threshold(64), threshold(u32::MAX)), (MAX_ISSUANCE, MAX_ISSUANCE, MAX_ISSUANCE));
    }

    /// From the anchor of the reference: 4,569,886.66 TAO remain, so 9,139,774 blocks, not before January 2030; and in
    /// October 2030 at 2,996 TAO a day.
    #[test]
    fn the_next_halving_is_dated_as_in_the_reference() {
        let now = ANCHOR;
        assert_eq!(earliest(&now), Ok(now.at.plus(9_139_774 * 12_040)));
        let then = Reading { issuance: now.issuance - 29_960 * TAO, at: now.at.plus(-10 * DAY), block: None };
        let expected = expected(&now, &then).unwrap();
        let days = 4_569_886.659_576_774 / 2_996.0;
        assert!((expected.since(now.at) as f64 / DAY as f64 - days).abs() < 1e-6);
        let halving = Halving::of(now.issuance, Ok(now), &then).unwrap();
        assert_eq!((halving.done, halving.emission, halving.remaining), (1, TAO / 2, 4_569_886_659_576_774));
        assert_eq!((halving.last, halving.expected), (Ok(FIRST_HALVING), Ok(expected)));
    }

    #[test]
    fn a_pace_above_the_emission_is_the_emission() {
        let now = Reading { block: Some(1_000_000), ..ANCHOR };
        let then =
            Reading { issuance: now.issuance - 100_000 * TAO, at: now.at.plus(-12_040_000), block: Some(999_000) };
        let (expected, earliest) = (expected(&now, &then).unwrap(), earliest(&now).unwrap());
        assert!(earliest.since(expected).abs() <= 12_040, "{expected:?} {earliest:?}");
    }

    #[test]
    fn readings_that_say_nothing_are_refused_by_name() {
        let now = Reading { block: Some(1_000_000), ..ANCHOR };
        let then = Reading { issuance: now.issuance - TAO, at: now.at.plus(-DAY), block: Some(1_000_000 - 7_200) };
        let why = |then: Reading| expected(&now, &then).unwrap_err().why.text();
        assert!(expected(&now, &then).is_err_and(|fault| fault.why.text() == "over a century away"));
        assert_eq!(why(Reading { at: now.at, ..then }), "the older reading is not older");
        assert_eq!(why(Reading { at: UnixMs(i64::MAX), ..then }), "the older reading is not older");
        assert_eq!(why(Reading { issuance: now.issuance, ..then }), "the issuance has not grown");
        assert_eq!(why(Reading { issuance: now.issuance + 1, ..then }), "the issuance has not grown");
        assert_eq!(why(Reading { issuance: 10_499_999 * TAO, ..then }), "a halving lies between the two readings");
        for block in [1_000_000, 1_000_001, 1_000_000 - 720, 1_000_000 - 72_000] {
            assert_eq!(why(Reading { block: Some(block), ..then }), "the two readings' blocks and times don't fit");
        }
        assert_eq!(earliest(&Reading { issuance: MAX_ISSUANCE - 1, ..now }), Err(next(Why::NoEmission)));
        assert_eq!(earliest(&Reading { issuance: MAX_ISSUANCE, ..now }), Err(next(Why::AllIssued)));
        let second = Halving::of(threshold(2), Err(next(Why::NotAnswered)), &then).unwrap();
        assert_eq!(second.last.unwrap_err().why.text(), "its date is not known to this version");
        assert_eq!((second.earliest, second.expected), (Err(next(Why::NotAnswered)), Err(next(Why::NotAnswered))));
        assert!(Halving::of(MAX_ISSUANCE, Ok(now), &then).is_err());
        assert_eq!(Halving::of(0, Ok(now), &then).unwrap().last.unwrap_err().why.text(), "there was none");
    }

    proptest! {
        #[test]
        fn the_shift_is_what_the_definition_says(left in 0_u64..=MAX_ISSUANCE, shift in 0_u32..55) {
            let issuance = MAX_ISSUANCE - (left >> shift);
            prop_assert_eq!(halvings(issuance), naive(issuance));
            prop_assert_eq!(emission(issuance), naive(issuance).map_or(0, |k| (TAO as f64 / 2.0_f64.powi(k as i32)) as u64));
            if let Some(done) = halvings(issuance) {
                prop_assert!(threshold(done) <= issuance && issuance < threshold(done + 1));
            }
        }

        /// Whatever two readings say, the next halving is not before the earliest and not in the past.
        #[test]
        fn nothing_comes_before_the_earliest(
            issuance in 10_500_000 * TAO..MAX_ISSUANCE, less in 0..100_000 * TAO, days in 1_i64..60, seconds in 12_050_u64..13_000,
        ) {
            let now = Reading { issuance, at: ANCHOR.at, block: Some(9_000_000) };
            let elapsed = days * DAY;
            let blocks = elapsed as u64 / seconds;
            let then = Reading { issuance: issuance - less, at: now.at.plus(-elapsed), block: Some(9_000_000 - blocks) };
            if let (Ok(earliest), Ok(expected)) = (earliest(&now), expected(&now, &then)) {
                prop_assert!(expected.plus(12_040) >= earliest && earliest > now.at);
            }
        }

        #[test]
        fn no_readings_make_it_panic(a: (u64, i64, Option<u64>), b: (u64, i64, Option<u64>)) {
            let [now, then] = [a, b].map(|(issuance, at, block)| Reading { issuance, at: UnixMs(at), block });
            let _ = Halving::of(now.issuance, Ok(now), &then);
        }
    }
}
