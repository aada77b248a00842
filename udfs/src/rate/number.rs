//! The two kinds of numbers a rate is made of, exact ones and floating-point ones, and their sums.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Float64Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type};
use datafusion::common::{exec_datafusion_err, exec_err, plan_err};
use datafusion::error::Result;

/// A number that can be multiplied by a weight and added up.
pub(crate) trait Number: Copy + Debug + Send + Sync + 'static {
    /// A sum of such numbers.
    type Total: Total<Self>;
    /// An argument column of such numbers.
    type Column: Send;

    const ZERO: Self;
    const ONE: Self;

    /// The product with a weight.
    fn times(self, weight: Self) -> Result<Self>;

    /// An argument column, of a type that coercion has let through.
    fn column(array: &ArrayRef) -> Result<Self::Column>;

    /// The number in a row; `None` for NULL.
    fn at(column: &Self::Column, row: usize) -> Option<Self>;
}

/// A sum that does not depend on the order of what is added.
pub(crate) trait Total<N>: Copy + Debug + Default + PartialEq + Send + Sync + 'static {
    /// The names and types of the columns that hold totals.
    const TYPES: &'static [(&'static str, DataType)];

    /// Adds one number.
    fn add(&mut self, number: N) -> Result<()>;

    /// Adds what another total has summed.
    fn merge(&mut self, other: &Self) -> Result<()>;

    /// The sum; rounded once, here.
    fn value(&self) -> f64;

    /// Totals as columns of [`Self::TYPES`].
    fn write(totals: impl Iterator<Item = Self> + Clone) -> Vec<ArrayRef>;

    /// What [`Self::write`] has written.
    fn read(columns: &[ArrayRef]) -> Vec<Self>;
}

/// Whole numbers and decimals; a decimal is its digits without the point, which the two sides of a rate share.
impl Number for i128 {
    type Total = ExactTotal;
    type Column = ExactColumn;

    const ZERO: Self = 0;
    const ONE: Self = 1;

    fn times(self, weight: Self) -> Result<Self> {
        self.checked_mul(weight).ok_or_else(too_big)
    }

    fn column(array: &ArrayRef) -> Result<ExactColumn> {
        match array.data_type() {
            DataType::Int64 => Ok(ExactColumn::Whole(array.as_primitive::<Int64Type>().clone())),
            DataType::Decimal128(..) => {
                Ok(ExactColumn::Decimal(array.as_primitive::<Decimal128Type>().clone()))
            }
            other => plan_err!(
                "a rate of exact numbers was given a column of type {other}; cast it to BIGINT or DECIMAL."
            ),
        }
    }

    fn at(column: &ExactColumn, row: usize) -> Option<Self> {
        match column {
            ExactColumn::Whole(numbers) => numbers.is_valid(row).then(|| Self::from(numbers.value(row))),
            ExactColumn::Decimal(numbers) => numbers.is_valid(row).then(|| numbers.value(row)),
        }
    }
}

/// An argument column of exact numbers.
pub(crate) enum ExactColumn {
    Whole(Int64Array),
    Decimal(Decimal128Array),
}

/// A sum without any rounding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ExactTotal(pub(crate) i128);

impl Total<i128> for ExactTotal {
    const TYPES: &'static [(&'static str, DataType)] = &[("sum", DataType::Decimal128(38, 0))];

    fn add(&mut self, number: i128) -> Result<()> {
        self.0 = self.0.checked_add(number).ok_or_else(too_big)?;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.add(other.0)
    }

    fn value(&self) -> f64 {
        self.0 as f64
    }

    fn write(totals: impl Iterator<Item = Self> + Clone) -> Vec<ArrayRef> {
        let sums = Decimal128Array::from_iter_values(totals.map(|total| total.0));
        vec![Arc::new(sums.with_data_type(DataType::Decimal128(38, 0)))]
    }

    fn read(columns: &[ArrayRef]) -> Vec<Self> {
        columns[0].as_primitive::<Decimal128Type>().values().iter().map(|sum| Self(*sum)).collect()
    }
}

/// Floating-point numbers.
impl Number for f64 {
    type Total = FloatTotal;
    type Column = Float64Array;

    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    fn times(self, weight: Self) -> Result<Self> {
        Ok(self * weight)
    }

    fn column(array: &ArrayRef) -> Result<Float64Array> {
        Ok(array.as_primitive::<Float64Type>().clone())
    }

    fn at(column: &Float64Array, row: usize) -> Option<Self> {
        column.is_valid(row).then(|| column.value(row))
    }
}

/// A sum of floating-point numbers with about twice their digits: `low` holds what `high` has no room for.
///
/// The order of the rows can change the last bit of `low` only, so that it does not show in the rounded sum of
/// fewer than some 10^15 numbers of like size. (Neumaier 1974, "Rundungsfehleranalyse einiger Verfahren zur
/// Summation endlicher Summen"; the error of an addition by Knuth's `TwoSum`.)
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct FloatTotal {
    high: f64,
    low: f64,
}

impl Total<f64> for FloatTotal {
    const TYPES: &'static [(&'static str, DataType)] =
        &[("high", DataType::Float64), ("low", DataType::Float64)];

    fn add(&mut self, number: f64) -> Result<()> {
        let sum = self.high + number;
        if !sum.is_finite() {
            return exec_err!(
                "a rate met a number that is not finite, or a sum too big for DOUBLE; filter such rows out first."
            );
        }
        let added = sum - self.high;
        self.low += (self.high - (sum - added)) + (number - added);
        self.high = sum;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.add(other.high)?;
        self.low += other.low;
        Ok(())
    }

    fn value(&self) -> f64 {
        self.high + self.low
    }

    fn write(totals: impl Iterator<Item = Self> + Clone) -> Vec<ArrayRef> {
        let high = Float64Array::from_iter_values(totals.clone().map(|total| total.high));
        let low = Float64Array::from_iter_values(totals.map(|total| total.low));
        vec![Arc::new(high), Arc::new(low)]
    }

    fn read(columns: &[ArrayRef]) -> Vec<Self> {
        let (high, low) =
            (columns[0].as_primitive::<Float64Type>(), columns[1].as_primitive::<Float64Type>());
        high.values().iter().zip(low.values()).map(|(high, low)| Self { high: *high, low: *low }).collect()
    }
}

/// The state columns of an aggregate that keeps these totals.
pub(crate) fn total_types<N: Number>(names: &[&str]) -> Vec<(String, DataType)> {
    let types = N::Total::TYPES.iter();
    let of_name =
        |name| types.clone().map(move |(part, data_type)| (format!("{name}_{part}"), data_type.clone()));
    names.iter().flat_map(of_name).collect()
}

/// States, each given as its totals, as columns of [`total_types`].
pub(crate) fn write_totals<N: Number, const K: usize>(states: &[[N::Total; K]]) -> Vec<ArrayRef> {
    let column = |position: usize| N::Total::write(states.iter().map(move |totals| totals[position]));
    (0..K).flat_map(column).collect()
}

/// What [`write_totals`] has written.
pub(crate) fn read_totals<N: Number, const K: usize>(columns: &[ArrayRef]) -> Vec<[N::Total; K]> {
    let totals: Vec<Vec<N::Total>> = columns.chunks(N::Total::TYPES.len()).map(N::Total::read).collect();
    let states = totals.first().map_or(0, Vec::len);
    (0..states).map(|state| std::array::from_fn(|position| totals[position][state])).collect()
}

fn too_big() -> datafusion::error::DataFusionError {
    exec_datafusion_err!(
        "a rate met a sum or a product of more than 38 digits; divide or round the numbers first."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn total(numbers: &[f64]) -> f64 {
        let mut total = FloatTotal::default();
        for number in numbers {
            total.add(*number).unwrap();
        }
        total.value()
    }

    #[test]
    fn a_float_total_keeps_what_a_plain_sum_loses() {
        assert_eq!(total(&[1e16, 1.0, -1e16]).to_bits(), 1.0_f64.to_bits());
        assert_eq!(total(&[0.1; 10]).to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let error = FloatTotal::default().add(number).unwrap_err().to_string();
            assert!(error.contains("not finite"), "{error}");
        }
    }

    #[test]
    fn an_exact_total_says_when_it_is_full() {
        let error = ExactTotal(i128::MAX).add(1).unwrap_err().to_string();
        assert!(error.contains("more than 38 digits"), "{error}");
        assert!(i128::MAX.times(2).is_err());
    }

    proptest! {
        #[test]
        fn the_order_of_floats_does_not_show(mut numbers in prop::collection::vec(-1e6..1e6, 0..200)) {
            let forward = total(&numbers);
            numbers.sort_by(f64::total_cmp);
            prop_assert_eq!(forward.to_bits(), total(&numbers).to_bits());
        }

        #[test]
        fn totals_survive_their_columns(numbers in prop::collection::vec((any::<i64>(), -1e9..1e9), 0..20)) {
            let exact: Vec<_> = numbers.iter().map(|(whole, _)| ExactTotal(i128::from(*whole) << 60)).collect();
            prop_assert_eq!(&exact, &ExactTotal::read(&ExactTotal::write(exact.iter().copied())));
            let floats: Vec<_> = numbers.iter().map(|(_, high)| FloatTotal { high: *high, low: 1e-9 }).collect();
            prop_assert_eq!(&floats, &FloatTotal::read(&FloatTotal::write(floats.iter().copied())));
        }
    }
}
