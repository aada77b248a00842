//! Numbers that can be counted one by one: they have an order, and a column of Arrow holds them.

use std::cmp::Ordering;
use std::fmt::Debug;

use datafusion::arrow::datatypes::{ArrowPrimitiveType, Decimal128Type, Float64Type, Int64Type};

use crate::tally::Key;

/// A number with an order.
pub(crate) trait Native: Key + Copy + Debug + Send + Sync + 'static {
    /// Its column.
    type Arrow: ArrowPrimitiveType;

    /// The number of a column's value.
    fn of(value: <Self::Arrow as ArrowPrimitiveType>::Native) -> Self;

    /// The column's value of a number.
    fn value(self) -> <Self::Arrow as ArrowPrimitiveType>::Native;
}

impl Key for i64 {}

/// Whole numbers.
impl Native for i64 {
    type Arrow = Int64Type;

    fn of(value: Self) -> Self {
        value
    }

    fn value(self) -> Self {
        self
    }
}

impl Key for i128 {}

/// The digits of decimals without the point, which one column shares.
impl Native for i128 {
    type Arrow = Decimal128Type;

    fn of(value: Self) -> Self {
        value
    }

    fn value(self) -> Self {
        self
    }
}

/// A floating-point number in IEEE's total order, with one zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Real(f64);

impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Real {}

impl PartialOrd for Real {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Real {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Key for Real {}

impl Native for Real {
    type Arrow = Float64Type;

    fn of(value: f64) -> Self {
        // The sum of the two zeros is 0.0.
        Self(value + 0.0)
    }

    fn value(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_zeros_are_one() {
        assert_eq!(Real::of(-0.0), Real::of(0.0));
        assert!(Real::of(-1.0) < Real::of(0.0) && Real::of(0.5) < Real::of(f64::INFINITY));
    }
}
