//! What is known of one of two groups that are compared: how many, and the exact sums of their numbers.

use datafusion::error::Result;

use super::exact_sum::ExactSum;
use crate::double::Double;

/// The numbers of one group.
#[derive(Debug, Clone, Default)]
pub(super) struct Side {
    pub(super) count: i64,
    pub(super) least: f64,
    pub(super) greatest: f64,
    pub(super) sum: ExactSum,
    pub(super) squares: ExactSum,
}

impl Side {
    /// Takes a number.
    pub(super) fn add(&mut self, number: f64) -> Result<()> {
        self.sum.add(number)?;
        let (square, rest) = Double::product(number, number).parts();
        self.squares.add(square)?;
        self.squares.add(rest)?;
        self.extend(1, number, number);
        Ok(())
    }

    /// Takes what another one has seen.
    pub(super) fn merge(&mut self, other: &Self) -> Result<()> {
        self.sum.merge(&other.sum)?;
        self.squares.merge(&other.squares)?;
        if other.count > 0 {
            self.extend(other.count, other.least, other.greatest);
        }
        Ok(())
    }

    fn extend(&mut self, count: i64, least: f64, greatest: f64) {
        let empty = self.count == 0;
        self.least = if empty { least } else { self.least.min(least) };
        self.greatest = if empty { greatest } else { self.greatest.max(greatest) };
        self.count += count;
    }

    /// The sample variance; `None` for fewer than two numbers.
    pub(super) fn sample_variance(&self) -> Result<Option<Double>> {
        if self.count < 2 {
            return Ok(None);
        }
        // Equal numbers have none, not even a rounding error.
        if self.least >= self.greatest {
            return Ok(Some(Double::from(0.0)));
        }
        let count = Double::count(self.count);
        let sum = self.sum.value()?;
        let spread = count * self.squares.value()? - sum * sum;
        Ok(Some(spread / (count * Double::count(self.count - 1))))
    }

    /// The variance of a condition, `p (1 - p)`, when the numbers are 0 and 1; `None` for none.
    pub(super) fn condition_variance(&self) -> Result<Option<Double>> {
        if self.count < 1 {
            return Ok(None);
        }
        let (count, sum) = (Double::count(self.count), self.sum.value()?);
        Ok(Some(sum * (count - sum) / (count * count)))
    }

    /// The bytes of the sums.
    pub(super) fn heap_size(&self) -> usize {
        self.sum.heap_size() + self.squares.heap_size()
    }
}

/// The mean of one group less that of another; neither is empty.
pub(super) fn difference(one: &Side, other: &Side) -> Result<Double> {
    let (one_count, other_count) = (Double::count(one.count), Double::count(other.count));
    let crossed = one.sum.value()? * other_count - other.sum.value()? * one_count;
    Ok(crossed / (one_count * other_count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(numbers: &[f64]) -> Side {
        let mut side = Side::default();
        numbers.iter().try_for_each(|number| side.add(*number)).unwrap();
        side
    }

    #[test]
    fn a_small_spread_around_a_great_mean_is_kept() {
        let variance = side(&[1e15 + 1.0, 1e15 + 2.0, 1e15 + 3.0]).sample_variance().unwrap().unwrap();
        assert_eq!(variance.value().to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn equal_numbers_have_no_variance_and_one_number_has_none_known() {
        assert_eq!(side(&[0.1; 7]).sample_variance().unwrap(), Some(Double::from(0.0)));
        assert_eq!(side(&[0.1]).sample_variance().unwrap(), None);
        assert_eq!(side(&[]).condition_variance().unwrap(), None);
    }

    #[test]
    fn equal_means_differ_by_nothing() {
        let found = difference(&side(&[0.0, 0.0, 1.0]), &side(&[1.0, 0.0, 0.0, 0.0, 0.0, 1.0])).unwrap();
        assert_eq!(found.value().to_bits(), 0.0_f64.to_bits());
    }
}
