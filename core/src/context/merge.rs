//! Several series side by side: what each of them has at one open time.

use crate::{Candle, UnixMs};

/// Calls `row` for each open time that at least one of `series` has, in order, with the candles in the order of
/// `series`; nothing stands where a series has none.
pub fn merge(series: &[&[Candle]], mut row: impl FnMut(&[Option<Candle>])) {
    let mut rests: Vec<&[Candle]> = series.to_vec();
    let mut candles: Vec<Option<Candle>> = vec![None; series.len()];
    let open_time = |rest: &&[Candle]| rest.first().map(|candle| candle.open_time);
    while let Some(next) = rests.iter().filter_map(open_time).min() {
        for (rest, candle) in rests.iter_mut().zip(&mut candles) {
            *candle = None;
            if let Some((first, others)) = rest.split_first().filter(|(first, _)| first.open_time == next) {
                (*candle, *rest) = (Some(*first), others);
            }
        }
        row(&candles);
    }
}

/// What closed at one open time in one timeframe: the asset's candle, Bitcoin's, and those of the AI basket.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Row<'a> {
    /// The asset's candle.
    pub asset: Option<Candle>,
    /// Bitcoin's.
    pub btc: Option<Candle>,
    /// The basket's, always in the same order of members.
    pub basket: &'a [Option<Candle>],
}

impl<'a> Row<'a> {
    /// A row from what [`merge`] hands out for the asset, Bitcoin and the basket, in this order.
    pub(crate) fn of(candles: &'a [Option<Candle>]) -> Self {
        match candles {
            [asset, btc, basket @ ..] => Self { asset: *asset, btc: *btc, basket },
            _ => Self::default(),
        }
    }

    /// The row's open time, when it has a candle at all.
    pub(crate) fn open_time(&self) -> Option<UnixMs> {
        let all = self.asset.iter().chain(&self.btc).chain(self.basket.iter().flatten());
        all.map(|candle| candle.open_time).next()
    }
}

/// The AI basket as one price: which of its members count is decided at the start and stays, so that its changes are
/// the prices' alone.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Basket {
    counts: Vec<bool>,
}

impl Basket {
    /// The members with more than `least` of the closed candles in `histories`.
    pub(crate) fn of(histories: &[&[Candle]], least: usize) -> Self {
        Self { counts: histories.iter().map(|history| history.len() > least).collect() }
    }

    /// All of `members`.
    pub(crate) fn whole(members: usize) -> Self {
        Self { counts: vec![true; members] }
    }

    /// The mean of the members' log prices; unknown when one of them has no candle, or fewer than 3 count.
    pub(crate) fn log_price(&self, candles: &[Option<Candle>]) -> Option<f64> {
        let (mut sum, mut members) = (0.0, 0_u32);
        for (candle, _) in candles.iter().zip(&self.counts).filter(|(_, counts)| **counts) {
            sum += libm::log(candle.as_ref()?.close);
            members += 1;
        }
        (members >= super::MIN_MEMBERS).then(|| sum / f64::from(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(opens: &[i64]) -> Vec<Candle> {
        let candle = |open_time: &i64| {
            let close = 1.0 + f64::from(i32::try_from(*open_time).unwrap());
            Candle { open_time: UnixMs(*open_time), open: close, high: close, low: close, close, volume: 0.0 }
        };
        opens.iter().map(candle).collect()
    }

    #[test]
    fn each_open_time_comes_once_with_what_each_series_has() {
        let (a, b, c) = (series(&[0, 1, 4]), series(&[1, 2, 4]), series(&[]));
        let mut rows = Vec::new();
        merge(&[&a, &b, &c], |row| {
            rows.push(row.iter().map(|candle| candle.map(|candle| candle.open_time.0)).collect::<Vec<_>>());
        });
        let expected =
            [[Some(0), None, None], [Some(1), Some(1), None], [None, Some(2), None], [Some(4), Some(4), None]];
        assert_eq!(rows, expected);
    }

    #[test]
    fn a_basket_without_one_of_its_members_has_no_price() {
        let candles: Vec<Option<Candle>> = series(&[0, 1, 2, 3]).into_iter().map(Some).collect();
        let young = [&series(&[0])[..], &series(&[0, 1]), &series(&[0, 1]), &series(&[0, 1])].map(<[Candle]>::to_vec);
        let basket = Basket::of(&young.each_ref().map(Vec::as_slice), 1);
        let expected = (2.0_f64.ln() + 3.0_f64.ln() + 4.0_f64.ln()) / 3.0;
        assert!((basket.log_price(&candles).unwrap() - expected).abs() < 1e-15);
        let [_, second, third, fourth] = candles.as_slice() else { panic!() };
        assert_eq!(basket.log_price(&[None, *second, *third, *fourth]), basket.log_price(&candles));
        assert_eq!(basket.log_price(&[None, *second, None, *fourth]), None);
        assert_eq!(Basket::whole(2).log_price(&candles), None);
    }
}
