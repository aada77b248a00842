//! The mean of the 45th and the 55th percentile of sorted numbers, exact for whole numbers and decimals.

use datafusion::common::{exec_datafusion_err, exec_err};
use datafusion::error::Result;

use crate::native::{Native, Real};

/// Percentiles in twentieths: 45 % and 55 %.
const RANKS: [i64; 2] = [9, 11];

/// What a percentile lies between: two places among the sorted numbers, and how many twentieths of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rank {
    pub(super) below: i64,
    pub(super) above: i64,
    pub(super) twentieths: u8,
}

/// Both percentiles of so many numbers, at least one: place `p (n - 1)`, counted from 0 (type 7 of R. J. Hyndman,
/// Y. Fan, The American Statistician 50, 1996), as in `percentile_cont`.
pub(super) fn ranks(count: i64) -> [Rank; 2] {
    RANKS.map(|rank| {
        let (last, twentieths) = (count - 1, rank * (count - 1));
        let below = twentieths / 20;
        let rest = u8::try_from(twentieths % 20).unwrap_or(0);
        Rank { below, above: (below + 1).min(last), twentieths: rest }
    })
}

/// A number of which percentiles are taken.
pub(super) trait Measure: Native {
    /// An error for what is no number.
    fn check(self) -> Result<()>;

    /// The mean of two percentiles, each between two numbers; the digits behind the point of all are `scale`.
    fn mean(percentiles: [(Self, Self, u8); 2], scale: i8) -> Result<f64>;
}

impl Measure for i128 {
    fn check(self) -> Result<()> {
        Ok(())
    }

    fn mean(percentiles: [(Self, Self, u8); 2], scale: i8) -> Result<f64> {
        // Forty times the mean, without any rounding.
        let weighted = |(below, above, twentieths): (Self, Self, u8)| {
            let step = above.checked_sub(below)?.checked_mul(Self::from(twentieths))?;
            below.checked_mul(20)?.checked_add(step)
        };
        let [low, high] = percentiles.map(weighted);
        let sum = low.zip(high).and_then(|(low, high)| low.checked_add(high)).ok_or_else(|| {
            exec_datafusion_err!(
                "fuzzy_median() met decimals of more than 36 digits; divide or round the numbers first."
            )
        })?;
        Ok(sum as f64 / (40.0 * 10.0_f64.powi(i32::from(scale))))
    }
}

impl Measure for Real {
    fn check(self) -> Result<()> {
        if self.value().is_finite() {
            return Ok(());
        }
        exec_err!("fuzzy_median() met a number that is not finite; filter such rows out first.")
    }

    fn mean(percentiles: [(Self, Self, u8); 2], _scale: i8) -> Result<f64> {
        let [low, high] = percentiles.map(|(below, above, twentieths)| {
            let (below, above, share) = (below.value(), above.value(), f64::from(twentieths) / 20.0);
            // Equal numbers stay what they are.
            if below < above { below * (1.0 - share) + above * share } else { below }
        });
        Ok(f64::midpoint(low, high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_percentiles() {
        assert_eq!(ranks(1), [Rank { below: 0, above: 0, twentieths: 0 }; 2]);
        let [low, high] = ranks(21);
        assert_eq!((low.below, low.twentieths, high.below, high.twentieths), (9, 0, 11, 0));
        let [low, high] = ranks(4);
        assert_eq!((low.below, low.above, low.twentieths), (1, 2, 7));
        assert_eq!((high.below, high.above, high.twentieths), (1, 2, 13));
    }

    #[test]
    fn decimals_are_exact() {
        // 0.10 and 0.20, both halfway: 0.15.
        assert_eq!(i128::mean([(10, 20, 10); 2], 2).unwrap().to_bits(), 0.15_f64.to_bits());
        assert!(i128::mean([(i128::MAX, i128::MAX, 0); 2], 0).unwrap_err().to_string().contains("36 digits"));
    }

    #[test]
    fn great_numbers_do_not_overflow() {
        let (least, most) = (Real::of(f64::MIN), Real::of(f64::MAX));
        assert_eq!(Real::mean([(least, most, 10); 2], 0).unwrap().to_bits(), 0.0_f64.to_bits());
        assert!(Real::of(f64::NAN).check().is_err());
    }
}
