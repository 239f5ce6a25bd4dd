//! How few hold how much. Counts go by integers; only shares become `f64`.

/// Measures of how an amount is spread over its holders.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concentration {
    /// How many holders there are, at least 1.
    pub holders: u32,
    /// The fewest holders that together have over half (Nakamoto coefficient at 50 %).
    pub nakamoto: u32,
    /// Herfindahl–Hirschman index, the sum of squared shares: 1/holders … 1.
    pub hhi: f64,
    /// `(HHI − 1/n) / (1 − 1/n)`, 0 (even) … 1; 1 for a single holder, who has all.
    pub normalised_hhi: f64,
    /// Gini coefficient, 0 (even) … 1 − 1/holders.
    pub gini: f64,
    /// What the five largest have together, 0 … 1.
    pub top5: f64,
}

impl Concentration {
    /// Of these amounts, one for each holder; an amount of 0 is no holder. Nothing when there is none.
    #[expect(clippy::cast_precision_loss, reason = "shares: the last of 53 bits doesn't matter")]
    pub fn of(amounts: &[u64]) -> Option<Self> {
        // Each is put in its place, largest first: for some hundred holders that is quick, and the standard library's
        // sorting would bring 2 KB for each type that is sorted.
        let mut falling: Vec<u64> = Vec::with_capacity(amounts.len());
        let mut total = 0_u128;
        for amount in amounts.iter().copied().filter(|amount| *amount > 0) {
            falling.insert(falling.partition_point(|known| *known >= amount), amount);
            total += u128::from(amount);
        }
        let holders = u32::try_from(falling.len()).ok().filter(|holders| *holders > 0)?;
        let (n, sum) = (f64::from(holders), total as f64);

        let (mut nakamoto, mut five, mut held) = (0, 0, 0_u128);
        let (mut hhi, mut weighted) = (0.0, 0.0);
        for (place, amount) in falling.iter().enumerate() {
            nakamoto += u32::from(held * 2 <= total);
            held += u128::from(*amount);
            if place < 5 {
                five = held;
            }
            let share = *amount as f64 / sum;
            hhi += share * share;
            // The largest has the rank n in ascending order.
            weighted += (n - place as f64) * share;
        }
        let even = 1.0 / n;
        let normalised_hhi = if holders == 1 { 1.0 } else { ((hhi - even) / (1.0 - even)).clamp(0.0, 1.0) };
        let gini = (2.0 * weighted / n - (n + 1.0) / n).clamp(0.0, 1.0);
        Some(Self { holders, nakamoto, hhi: hhi.min(1.0), normalised_hhi, gini, top5: five as f64 / sum })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: f64, b: f64, by: f64) -> bool {
        (a - b).abs() <= by
    }

    #[test]
    fn the_reference_vectors_hold() {
        let many = [1220, 900, 800, 600, 500, 400, 300, 200, 100, 80, 60, 40, 20, 10];
        for (amounts, nakamoto, gini, hhi, normalised) in [
            (&[40, 20, 15, 10, 5, 5, 3, 2][..], 2, 0.4825, 0.2388, 0.1301),
            (&[7; 64], 33, 0.0, 0.0156, 0.0),
            (&many, 3, 0.5344, 0.1411, 0.0751),
        ] {
            let found = Concentration::of(amounts).unwrap();
            assert_eq!((found.holders as usize, found.nakamoto), (amounts.len(), nakamoto));
            assert!(near(found.gini, gini, 5.1e-5) && near(found.hhi, hhi, 5.1e-5), "{found:?}");
            assert!(near(found.normalised_hhi, normalised, 5.1e-5), "{found:?}");
        }
        assert_eq!(Concentration::of(&[40, 20, 15, 10, 5, 5, 3, 2]).unwrap().top5, 0.9);
    }

    #[test]
    fn the_edges_are_defined() {
        assert_eq!(Concentration::of(&[]), None);
        assert_eq!(Concentration::of(&[0, 0]), None);
        let one = Concentration { holders: 1, nakamoto: 1, hhi: 1.0, normalised_hhi: 1.0, gini: 0.0, top5: 1.0 };
        assert_eq!(Concentration::of(&[0, 5]), Some(one));
        assert_eq!(Concentration::of(&[1, 1]).unwrap().nakamoto, 2, "half is not over half");
        assert_eq!(Concentration::of(&[2, 1, 1]).unwrap().nakamoto, 2);
        assert_eq!(Concentration::of(&[3, 1, 1]).unwrap().nakamoto, 1);
        let largest = Concentration::of(&[u64::MAX; 1000]).unwrap();
        assert!(largest.nakamoto == 501 && near(largest.hhi, 0.001, 1e-12) && near(largest.gini, 0.0, 1e-9));
    }

    proptest! {
        #[test]
        fn bounds_scale_and_order(amounts in prop::collection::vec(0_u64..=21_000_000_000_000_000, 1..200), factor in 1_u64..800, turn: usize) {
            let Some(found) = Concentration::of(&amounts) else { return Ok(()) };
            let n = f64::from(found.holders);
            prop_assert!(found.nakamoto >= 1 && found.nakamoto <= found.holders / 2 + 1);
            prop_assert!(found.hhi >= 1.0 / n - 1e-12 && found.hhi <= 1.0);
            prop_assert!((0.0..=1.0).contains(&found.normalised_hhi));
            prop_assert!(found.gini >= 0.0 && found.gini <= 1.0 - 1.0 / n + 1e-9);
            prop_assert!(found.top5 >= (5.0 / n).min(1.0) - 1e-12 && found.top5 <= 1.0);
            // The largest share bounds both from either side.
            let largest = *amounts.iter().max().unwrap() as f64 / amounts.iter().map(|amount| *amount as f64).sum::<f64>();
            prop_assert!(found.hhi <= largest + 1e-12 && found.hhi >= largest * largest - 1e-12);

            let mut turned = amounts.clone();
            turned.rotate_left(turn % amounts.len());
            prop_assert_eq!(Concentration::of(&turned), Some(found));

            let scaled = Concentration::of(&amounts.iter().map(|amount| amount * factor).collect::<Vec<_>>()).unwrap();
            prop_assert_eq!((scaled.holders, scaled.nakamoto), (found.holders, found.nakamoto));
            for (a, b) in [(scaled.hhi, found.hhi), (scaled.normalised_hhi, found.normalised_hhi), (scaled.gini, found.gini), (scaled.top5, found.top5)] {
                prop_assert!(near(a, b, 1e-12));
            }
        }

        /// Gini by its other definition, half the mean difference of all pairs over the mean.
        #[test]
        fn gini_is_the_mean_difference(amounts in prop::collection::vec(1_u64..1_000_000, 1..60)) {
            let n = amounts.len() as f64;
            let sum: u64 = amounts.iter().sum();
            let apart: u64 = amounts.iter().flat_map(|a| amounts.iter().map(|b| a.abs_diff(*b))).sum();
            let gini = apart as f64 / (2.0 * n * sum as f64);
            prop_assert!(near(Concentration::of(&amounts).unwrap().gini, gini, 1e-12));
        }
    }
}
