//! When to ask next. Pure: the time and the dice are parameters.

use tao_conviction_core::{Timeframe, UnixMs};

/// Retries after a candle that was due did not come.
const LATE_MS: i64 = 15_000;

/// The next refresh after a successful one: 2 to 10 s after the next close of `often`, so that not every visitor asks in the
/// same second. A source that hasn't published a due candle yet is asked again soon.
///
/// `dice` is uniform in 0 … 1.
pub(super) fn after_success(now: UnixMs, as_of: Option<UnixMs>, often: Timeframe, dice: f64) -> UnixMs {
    let due = often.bucket(now);
    if as_of.is_none_or(|as_of| as_of < due) && now.since(due) < 2 * 60_000 {
        return now.plus(LATE_MS);
    }
    due.plus(often.duration_ms()).plus(2_000 + scaled(8_000, dice))
}

/// The next try after the `attempt`th failure in a row (from 1): full jitter between 1 s and a limit that doubles from
/// 10 s to 5 min.
pub(super) fn after_failure(now: UnixMs, attempt: u32, dice: f64) -> UnixMs {
    let limit = (10_000_i64 << attempt.saturating_sub(1).min(8)).min(300_000);
    now.plus(1_000 + scaled(limit - 1_000, dice))
}

fn scaled(span: i64, dice: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "spans are below 2^53")]
    let part = (span as f64 * dice) as i64;
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    const M15: i64 = 15 * 60_000;

    #[test]
    fn the_next_refresh_follows_the_next_close() {
        let now = UnixMs(10 * M15 + 5_000);
        let fresh = Some(UnixMs(10 * M15));
        assert_eq!(after_success(now, fresh, Timeframe::M15, 0.0), UnixMs(11 * M15 + 2_000));
        assert_eq!(after_success(now, fresh, Timeframe::M15, 1.0), UnixMs(11 * M15 + 10_000));
    }

    #[test]
    fn a_candle_that_is_due_is_asked_for_again_soon_but_not_for_ever() {
        let old = Some(UnixMs(9 * M15));
        assert_eq!(after_success(UnixMs(10 * M15 + 5_000), old, Timeframe::M15, 0.5), UnixMs(10 * M15 + 20_000));
        assert_eq!(after_success(UnixMs(10 * M15 + 120_000), old, Timeframe::M15, 0.0), UnixMs(11 * M15 + 2_000));
    }

    #[test]
    fn retries_spread_out_and_grow_to_five_minutes() {
        let at = |attempt, dice| after_failure(UnixMs(0), attempt, dice).0;
        assert_eq!(
            [at(1, 0.0), at(1, 1.0), at(2, 1.0), at(6, 1.0), at(99, 1.0)],
            [1_000, 10_000, 20_000, 300_000, 300_000]
        );
    }
}
