//! Average directional movement index.

/// TA-Lib's ADX: directional movements start as sums of the first n−1 moves, then Wilder; the index starts as the mean
/// of n directional indices, at the (2n−1)th move.
///
/// The true range, over which TA-Lib takes both movements first, cancels in their index and is left out. The sums are
/// kept as n-ths of themselves, which cancels too: no price is too large for them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adx {
    period: u32,
    count: u32,
    keep: f64,
    share: f64,
    half_share: f64,
    plus: f64,
    minus: f64,
    value: f64,
}

impl Adx {
    /// A fresh state for `period` moves, at least 2.
    pub fn new(period: u32) -> Self {
        let period = period.max(2);
        let share = 1.0 / f64::from(period);
        Self { period, count: 0, keep: 1.0 - share, share, half_share: 0.5 * share, plus: 0.0, minus: 0.0, value: 0.0 }
    }

    /// Takes the next move: how far the high rose and how far the low fell.
    ///
    /// The larger of the two movements counts if it is positive; on a tie neither does.
    #[inline]
    pub fn push(&mut self, up: f64, down: f64) {
        // x + |x| is twice x where x is positive, else 0; the factors pick the larger of the two without a branch.
        let (half_up, half_down) = (up * self.half_share, down * self.half_share);
        let plus = (half_up + half_up.abs()) * f64::from(u8::from(up > down));
        let minus = (half_down + half_down.abs()) * f64::from(u8::from(down > up));
        if self.count >= self.period - 1 {
            self.plus = self.plus * self.keep + plus;
            self.minus = self.minus * self.keep + minus;
            self.index();
        } else {
            self.plus += plus;
            self.minus += minus;
        }
        self.count = self.count.saturating_add(1);
    }

    /// Folds the directional index of this move into the average. Like TA-Lib, a move without any direction adds
    /// nothing while seeding and changes nothing afterwards.
    #[inline]
    fn index(&mut self) {
        let sum = self.plus + self.minus;
        if sum <= 0.0 {
            return;
        }
        let difference = self.plus - self.minus;
        let index = 100.0 * (difference.abs() / sum);
        if self.count >= 2 * self.period - 1 {
            self.value = self.value * self.keep + index * self.share;
        } else {
            self.value += index * self.share;
        }
    }

    /// The index, 0 … 100, once 2n−1 moves have been seen.
    #[inline]
    pub fn value(&self) -> Option<f64> {
        (self.count >= 2 * self.period - 1).then_some(self.value)
    }
}
