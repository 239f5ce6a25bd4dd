//! Several series side by side, on the open times that they have in common.

use crate::{Candle, UnixMs};

/// Calls `row` for each open time that every series has, in order, with their closes in the order of `series`.
pub fn join(series: &[&[Candle]], mut row: impl FnMut(UnixMs, &[f64])) {
    let Some((first, others)) = series.split_first() else { return };
    let mut rests: Vec<&[Candle]> = others.to_vec();
    let mut closes = vec![0.0; series.len()];
    'candles: for candle in *first {
        if let Some(close) = closes.first_mut() {
            *close = candle.close;
        }
        for (rest, close) in rests.iter_mut().zip(closes.iter_mut().skip(1)) {
            let skip = rest.iter().take_while(|other| other.open_time < candle.open_time).count();
            *rest = rest.get(skip..).unwrap_or_default();
            match rest.first() {
                Some(other) if other.open_time == candle.open_time => *close = other.close,
                Some(_) => continue 'candles,
                None => return,
            }
        }
        row(candle.open_time, &closes);
    }
}

/// The basket's log price: the mean of its members' log prices.
pub fn basket_log_price(closes: &[f64]) -> f64 {
    let sum: f64 = closes.iter().map(|close| libm::log(*close)).sum();
    sum / f64::from(u32::try_from(closes.len().max(1)).unwrap_or(u32::MAX))
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
    fn only_common_open_times_are_joined() {
        let (a, b, c) = (series(&[0, 1, 2, 4, 5]), series(&[1, 2, 3, 4, 5, 6]), series(&[2, 4, 6]));
        let mut rows = Vec::new();
        join(&[&a, &b, &c], |time, closes| rows.push((time.0, closes.to_vec())));
        assert_eq!(rows, [(2, vec![3.0; 3]), (4, vec![5.0; 3])]);
    }
}
