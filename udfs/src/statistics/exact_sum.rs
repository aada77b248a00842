//! The sum of floating-point numbers without any error, so that no order shows in what is made of it.
//!
//! J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates", Discrete &
//! Computational Geometry 18 (1997), 305-363: a sum is a few numbers that do not overlap, in ascending size.

use datafusion::common::exec_err;
use datafusion::error::Result;

use crate::double::Double;

/// A sum; its parts do not overlap.
#[derive(Debug, Clone, Default)]
pub(super) struct ExactSum {
    parts: Vec<f64>,
}

impl ExactSum {
    /// Adds a number.
    pub(super) fn add(&mut self, number: f64) -> Result<()> {
        let mut carry = number;
        let mut kept = 0;
        for place in 0..self.parts.len() {
            let (high, low) = Double::sum(carry, self.parts[place]).parts();
            if low != 0.0 {
                self.parts[kept] = low;
                kept += 1;
            }
            carry = high;
        }
        if !carry.is_finite() {
            return exec_err!(
                "smd() met a number that is not finite, or numbers whose squares are too big for DOUBLE; \
                 filter such rows out, or give x in a greater unit."
            );
        }
        self.parts.truncate(kept);
        if carry != 0.0 {
            self.parts.push(carry);
        }
        Ok(())
    }

    /// Adds another sum.
    pub(super) fn merge(&mut self, other: &Self) -> Result<()> {
        other.parts.iter().try_for_each(|part| self.add(*part))
    }

    /// The sum to twice the digits of a number; equal sums give equal bits, whatever their parts are.
    pub(super) fn value(&self) -> Result<Double> {
        let high = self.nearest();
        let mut rest = self.clone();
        rest.add(-high)?;
        Ok(Double::sum(high, rest.nearest()))
    }

    /// The parts, for a column.
    pub(super) fn parts(&self) -> &[f64] {
        &self.parts
    }

    /// A sum of the parts of another one.
    pub(super) fn of_parts(parts: &[f64]) -> Self {
        Self { parts: parts.to_vec() }
    }

    /// The bytes of the parts.
    pub(super) fn heap_size(&self) -> usize {
        self.parts.capacity() * size_of::<f64>()
    }

    /// The nearest number, half to even.
    fn nearest(&self) -> f64 {
        let mut parts = self.parts.iter().rev().copied();
        let mut high = parts.next().unwrap_or(0.0);
        let mut low = 0.0;
        for part in parts.by_ref() {
            (high, low) = Double::sum(high, part).parts();
            if low != 0.0 {
                break;
            }
        }
        // Exactly between two numbers so far: what is left decides.
        let further = parts.next().unwrap_or(0.0);
        let away = high + 2.0 * low;
        let between = (away - high).to_bits() == (2.0 * low).to_bits();
        if low * further > 0.0 && between { away } else { high }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(numbers: &[f64]) -> Double {
        let mut sum = ExactSum::default();
        numbers.iter().try_for_each(|number| sum.add(*number)).unwrap();
        sum.value().unwrap()
    }

    #[test]
    fn nothing_is_lost() {
        assert_eq!(sum(&[1e100, 1.0, -1e100, 1e-30]).parts(), (1.0, 1e-30));
        assert_eq!(sum(&[]).parts(), (0.0, 0.0));
        assert_eq!(sum(&[0.1; 10]).value().to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn halves_are_decided_by_what_is_left() {
        let unit = f64::EPSILON;
        for (left, expected) in [(1e-40, 1.0 + unit), (-1e-40, 1.0), (0.0, 1.0)] {
            let mut sum = ExactSum::default();
            [1.0, unit / 2.0, left].into_iter().try_for_each(|number| sum.add(number)).unwrap();
            assert_eq!(sum.nearest().to_bits(), expected.to_bits(), "{left}");
        }
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        for number in [f64::NAN, f64::INFINITY] {
            assert!(ExactSum::default().add(number).unwrap_err().to_string().contains("not finite"));
        }
        let mut full = ExactSum::default();
        full.add(f64::MAX).unwrap();
        assert!(full.add(f64::MAX).is_err());
    }

    proptest! {
        #[test]
        fn no_order_shows(
            (numbers, shuffled) in prop::collection::vec((-60_i32..60, -1.0..1.0), 0..60).prop_flat_map(|numbers| {
                let numbers: Vec<f64> = numbers.into_iter().map(|(power, number)| number * 2.0_f64.powi(power)).collect();
                (Just(numbers.clone()), Just(numbers).prop_shuffle())
            })
        ) {
            prop_assert_eq!(sum(&numbers), sum(&shuffled));
        }
    }
}
