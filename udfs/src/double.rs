//! Numbers of twice the digits, as an unevaluated sum of two: for results that must be right in their last digit.
//!
//! The algorithms and their error bounds, some 10^-31 of the result: M. Joldes, J.-M. Muller, V. Popescu, "Tight and
//! rigorous error bounds for basic building blocks of double-word arithmetic", ACM Transactions on Mathematical
//! Software 44 (2017), algorithms 6, 12 and 17.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number of about 31 digits: `low` is what `high` has no room for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Double {
    high: f64,
    low: f64,
}

impl Double {
    /// The sum of two numbers, exactly (Knuth's `TwoSum`).
    pub(crate) fn sum(left: f64, right: f64) -> Self {
        let high = left + right;
        let added = high - left;
        Self { high, low: (left - (high - added)) + (right - added) }
    }

    /// The product of two numbers, exactly unless it is tiny.
    pub(crate) fn product(left: f64, right: f64) -> Self {
        let high = left * right;
        Self { high, low: left.mul_add(right, -high) }
    }

    /// A count.
    pub(crate) fn count(count: i64) -> Self {
        // Counts of persons stay below 2^53, where this is exact.
        Self::from(count as f64)
    }

    /// The nearest number of usual size.
    pub(crate) fn value(self) -> f64 {
        self.high + self.low
    }

    /// Both parts, the greater one first.
    pub(crate) fn parts(self) -> (f64, f64) {
        (self.high, self.low)
    }

    /// The sum when `left` is 0 or not the smaller one (Dekker's `Fast2Sum`).
    fn ordered(left: f64, right: f64) -> Self {
        let high = left + right;
        Self { high, low: right - (high - left) }
    }
}

impl From<f64> for Double {
    fn from(high: f64) -> Self {
        Self { high, low: 0.0 }
    }
}

impl Neg for Double {
    type Output = Self;

    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl Add for Double {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (high, low) = (Self::sum(self.high, other.high), Self::sum(self.low, other.low));
        let part = Self::ordered(high.high, high.low + low.high);
        Self::ordered(part.high, low.low + part.low)
    }
}

impl Sub for Double {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Double {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let product = Self::product(self.high, other.high);
        let cross = self.high.mul_add(other.low, self.low * other.high);
        Self::ordered(product.high, product.low + cross)
    }
}

impl Div for Double {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self - other * Self::from(first);
        Self::ordered(first, rest.value() / other.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_number_loses_two_keep() {
        let third = Double::count(1) / Double::count(3);
        let rest = (third * Double::count(3) - Double::count(1)).value();
        assert!(rest.abs() < 1e-31, "{rest}");
        let sum = Double::from(1e16) + Double::from(1.0) - Double::from(1e16);
        assert_eq!(sum.value().to_bits(), 1.0_f64.to_bits());
        assert_eq!(Double::product(1e8 + 1.0, 1e8 + 1.0).parts(), (1e16 + 2e8, 1.0));
    }

    #[test]
    fn a_product_of_fractions_is_the_fraction() {
        // 1 - 1/n over n = 2..=1000 is 1/1000.
        let factors = (2..=1000).map(|n| Double::count(n - 1) / Double::count(n));
        let product = factors.fold(Double::from(1.0), Mul::mul);
        assert_eq!(product.value().to_bits(), 0.001_f64.to_bits());
    }
}
