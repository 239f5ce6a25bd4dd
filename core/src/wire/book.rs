//! Order books, and how much money stands in one near the price (the liquidity gate of method §6).

use super::json::Json;
use crate::Error;

/// The band of the liquidity gate: ±0.5 % of mid.
pub const BAND: f64 = 0.005;

/// One price of an order book.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// In the quote currency.
    pub price: f64,
    /// In units of the base asset.
    pub size: f64,
}

/// An order book, or as much of it as the venue sent. The order of its levels does not matter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Book {
    /// Offers to buy.
    pub bids: Vec<Level>,
    /// Offers to sell.
    pub asks: Vec<Level>,
}

/// How much stands in an order book near its middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Depth {
    /// Halfway between the best bid and the best ask.
    pub mid: f64,
    /// The sum of price × size over both sides within the band, in the quote currency.
    pub value: f64,
    /// Whether each side reached beyond the band. When not, the venue may have cut the book off inside it: `value` is
    /// then a lower bound.
    pub whole: bool,
}

impl Depth {
    /// Whether at least `least` stands in the band. A book that was cut off can prove that there is enough, never that
    /// there is not: then nothing is known.
    pub fn reaches(&self, least: f64) -> Option<bool> {
        if self.value >= least { Some(true) } else { self.whole.then_some(false) }
    }
}

impl Book {
    /// From both sides as they were sent: each level a row that begins with price and size, or an object of `px` and
    /// `sz`.
    pub(super) fn read(bids: Option<&Json>, asks: Option<&Json>) -> Result<Self, Error> {
        let level = |level: &Json| {
            let (price, size) = match level {
                Json::Object(_) => (level.number_of("px")?, level.number_of("sz")?),
                _ => (level.number_at(0)?, level.number_at(1)?),
            };
            Ok(Level { price, size })
        };
        let side = |levels: Option<&Json>| -> Result<Vec<Level>, Error> {
            levels.ok_or(Error::Wire("an order book without a side"))?.list()?.iter().map(level).collect()
        };
        Ok(Self { bids: side(bids)?, asks: side(asks)? })
    }

    /// What stands within `band` of mid on both sides, as a fraction of mid, the edges included.
    ///
    /// # Errors
    /// [`Error::Wire`] when a level is not a positive price with a size, a side is empty, the sides overlap, or the sum
    /// is not a number any more.
    pub fn depth(&self, band: f64) -> Result<Depth, Error> {
        let sound =
            |level: &Level| level.price > 0.0 && level.price.is_finite() && level.size >= 0.0 && level.size.is_finite();
        if !self.bids.iter().chain(&self.asks).all(sound) {
            return Err(Error::Wire("an order book level that is not a price and a size"));
        }
        // A size of 0 is how streams say that a price is gone.
        let prices = |side: &'static str, levels: &[Level]| {
            let standing = levels.iter().filter(|level| level.size > 0.0).map(|level| level.price);
            let range = standing.fold(None, |range: Option<(f64, f64)>, price| {
                Some(range.map_or((price, price), |(low, high)| (low.min(price), high.max(price))))
            });
            range.ok_or(Error::Wire(side))
        };
        let (deepest, bid) = prices("an order book without bids", &self.bids)?;
        let (ask, highest) = prices("an order book without asks", &self.asks)?;
        if bid >= ask {
            return Err(Error::Wire("an order book whose sides overlap"));
        }
        let mid = bid / 2.0 + ask / 2.0;
        let reach = mid * band;
        let near = |level: &&Level| (level.price - mid).abs() <= reach;
        let value: f64 = self.bids.iter().chain(&self.asks).filter(near).map(|level| level.price * level.size).sum();
        if !value.is_finite() {
            return Err(Error::Wire("an order book that is worth more than there are numbers for"));
        }
        Ok(Depth { mid, value, whole: mid - deepest > reach && highest - mid > reach })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(bids: &[(f64, f64)], asks: &[(f64, f64)]) -> Book {
        let side = |levels: &[(f64, f64)]| levels.iter().map(|&(price, size)| Level { price, size }).collect();
        Book { bids: side(bids), asks: side(asks) }
    }

    #[test]
    fn both_sides_are_summed_up_to_the_edges_of_the_band() {
        // Mid is 100, the band of 0.5 % from 99.5 to 100.5.
        let full = book(&[(99.9, 1.0), (99.5, 2.0), (99.4, 50.0)], &[(100.1, 3.0), (100.5, 4.0), (100.6, 50.0)]);
        let depth = full.depth(BAND).unwrap();
        let expected = 99.9 + 2.0 * 99.5 + 3.0 * 100.1 + 4.0 * 100.5;
        assert_eq!((depth.mid, depth.whole), (100.0, true));
        assert!((depth.value - expected).abs() < 1e-9, "{depth:?}");
        assert_eq!((depth.reaches(900.0), depth.reaches(1_100.0)), (Some(true), Some(false)));
    }

    #[test]
    fn a_book_cut_off_inside_the_band_proves_only_that_there_is_enough() {
        let cut = book(&[(99.9, 10.0), (99.0, 1.0)], &[(100.1, 10.0), (100.2, 1.0)]);
        let depth = cut.depth(BAND).unwrap();
        assert!(!depth.whole);
        assert_eq!((depth.reaches(2_000.0), depth.reaches(3_000.0)), (Some(true), None));
    }

    #[test]
    fn the_order_of_levels_does_not_matter_and_size_zero_is_gone() {
        let one = book(&[(99.0, 1.0), (99.9, 1.0), (99.95, 0.0)], &[(102.0, 1.0), (100.1, 1.0), (100.0, 0.0)]);
        let other = book(&[(99.9, 1.0), (99.0, 1.0)], &[(100.1, 1.0), (102.0, 1.0)]);
        assert_eq!(one.depth(BAND), other.depth(BAND));
    }

    #[test]
    fn what_is_no_book_is_refused() {
        let fine = [(100.1, 1.0)];
        for (bids, said) in [
            (&[][..], "an order book without bids"),
            (&[(99.0, 0.0)], "an order book without bids"),
            (&[(100.1, 1.0)], "an order book whose sides overlap"),
            (&[(0.0, 1.0)], "an order book level that is not a price and a size"),
            (&[(f64::NAN, 1.0)], "an order book level that is not a price and a size"),
            (&[(99.9, -1.0)], "an order book level that is not a price and a size"),
            (&[(99.9, f64::INFINITY)], "an order book level that is not a price and a size"),
            (&[(99.9, 1e308)], "an order book that is worth more than there are numbers for"),
        ] {
            assert_eq!(book(bids, &fine).depth(BAND), Err(Error::Wire(said)), "{bids:?}");
        }
        assert_eq!(book(&[(99.0, 1.0)], &[]).depth(BAND), Err(Error::Wire("an order book without asks")));
    }
}
