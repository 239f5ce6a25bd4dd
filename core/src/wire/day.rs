//! The last price and what became of it in 24 hours, from the venues that say what it was then.
//!
//! Kraken does not: the `o` of its ticker is the open of the UTC day, so there the change comes from the candles.

use crate::Error;

/// The last price and its change in 24 hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Day {
    /// The last price, in the quote currency.
    pub last: f64,
    /// The change as a fraction: 0.05 is five per cent up.
    pub change: f64,
}

impl Day {
    /// From the price a day ago and the last one.
    pub(crate) fn since(before: f64, last: f64) -> Result<Self, Error> {
        let change = last / before - 1.0;
        if !(before > 0.0 && before.is_finite() && last > 0.0 && last.is_finite() && change.is_finite()) {
            return Err(Error::Wire("a price that is not a positive number"));
        }
        Ok(Self { last, change })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_change_is_a_fraction_of_the_earlier_price() {
        assert_eq!(Day::since(200.0, 210.0), Ok(Day { last: 210.0, change: 210.0 / 200.0 - 1.0 }));
    }

    #[test]
    fn what_is_no_price_gives_no_change() {
        for (before, last) in [
            (0.0, 1.0),
            (1.0, 0.0),
            (-1.0, -1.0),
            (f64::NAN, 1.0),
            (1.0, f64::NAN),
            (1.0, f64::INFINITY),
            (1e-320, 1e9),
        ] {
            assert!(Day::since(before, last).is_err(), "{before} {last}");
        }
        // An infinite price a day ago would be a fall by 100 %.
        assert!(Day::since(f64::INFINITY, 1.0).is_err());
    }
}
