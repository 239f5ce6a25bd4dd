//! The last N values of a stream, in a fixed piece of memory.

/// The last `N` values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window<T, const N: usize> {
    values: [T; N],
    position: usize,
    len: usize,
}

impl<T: Copy + Default, const N: usize> Default for Window<T, N> {
    fn default() -> Self {
        Self { values: [T::default(); N], position: 0, len: 0 }
    }
}

impl<T: Copy + Default, const N: usize> Window<T, N> {
    pub(super) fn push(&mut self, value: T) {
        if let Some(slot) = self.values.get_mut(self.position) {
            *slot = value;
        }
        self.position = if self.position + 1 >= N { 0 } else { self.position + 1 };
        self.len = if self.len < N { self.len + 1 } else { N };
    }

    /// How many values there are.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// The values in the order of their places, not of their arrival.
    pub(super) fn seen(&self) -> &[T] {
        self.values.get(..self.len).unwrap_or_default()
    }

    pub(super) fn last(&self) -> Option<T> {
        let position = if self.position == 0 { N } else { self.position } - 1;
        self.seen().get(position).copied()
    }

    /// The value that the next one replaces, once the window is full.
    pub(super) fn oldest(&self) -> T {
        self.values.get(self.position).copied().unwrap_or_default()
    }

    /// The last `count` values, oldest first, if there are as many.
    pub(super) fn latest(&self, count: usize) -> Option<Vec<T>> {
        let skip = self.len.checked_sub(count)?;
        // While it fills up, the oldest value is in the first place; afterwards in the one that is written next.
        let split = if self.len < N { 0 } else { self.position };
        let (newer, older) = self.seen().split_at_checked(split)?;
        Some(older.iter().chain(newer).copied().collect::<Vec<_>>().split_off(skip))
    }
}

impl<const N: usize> Window<f64, N> {
    /// Population standard deviation of a full window.
    pub(super) fn deviation(&self) -> Option<f64> {
        let count = f64::from(u32::try_from(N).unwrap_or(u32::MAX));
        if self.len < N {
            return None;
        }
        let mean = self.seen().iter().sum::<f64>() / count;
        let squares: f64 = self.seen().iter().map(|value| (value - mean) * (value - mean)).sum();
        Some((squares / count).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_come_in_order_of_arrival() {
        let mut window = Window::<u32, 4>::default();
        assert_eq!((window.last(), window.latest(1)), (None, None));
        for value in 1..=20 {
            window.push(value);
            let expected: Vec<u32> = (1..=value).skip(value.saturating_sub(4) as usize).collect();
            assert_eq!(window.latest(window.len()), Some(expected));
            assert_eq!((window.last(), window.latest(1)), (Some(value), Some(vec![value])));
        }
        assert_eq!((window.oldest(), window.latest(5)), (17, None));
    }

    #[test]
    fn the_deviation_is_the_populations() {
        let mut window = Window::<f64, 3>::default();
        [9.0, 1.0, 2.0].into_iter().for_each(|value| window.push(value));
        window.push(3.0);
        assert!((window.deviation().unwrap() - (2.0_f64 / 3.0).sqrt()).abs() < 1e-15);
    }
}
