//! Moments as whole numbers in the same order, so that they are compared without looking at their type.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::buffer::{NullBuffer, ScalarBuffer};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type, UInt64Type};
use datafusion::error::Result;

/// Whether ASOF JOIN can compare values of this type: dates, times and numbers.
pub fn is_comparable(data_type: &DataType) -> bool {
    data_type.is_integer()
        || matches!(
            data_type,
            DataType::Date32
                | DataType::Date64
                | DataType::Timestamp(..)
                | DataType::Time32(_)
                | DataType::Time64(_)
                | DataType::Float32
                | DataType::Float64
        )
}

/// The values as whole numbers that are ordered as they are, or the other way round.
pub(super) fn ordered(
    array: &ArrayRef,
    is_reversed: bool,
) -> Result<(ScalarBuffer<i64>, Option<NullBuffer>)> {
    let numbers = match array.data_type() {
        DataType::Float32 | DataType::Float64 => {
            let values = cast(array, &DataType::Float64)?;
            let values = values.as_primitive::<Float64Type>();
            values.values().iter().map(|value| ordered_real(*value)).collect()
        }
        DataType::UInt64 => {
            let values = array.as_primitive::<UInt64Type>();
            values.values().iter().map(|value| value.cast_signed() ^ i64::MIN).collect()
        }
        // The type between is the one whose values the dates and times are.
        DataType::Date32 | DataType::Time32(_) => {
            let days = cast(array, &DataType::Int32)?;
            cast(&days, &DataType::Int64)?.as_primitive::<Int64Type>().values().clone()
        }
        _ => cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().values().clone(),
    };
    let numbers = if is_reversed { numbers.iter().map(|number| !number).collect() } else { numbers };
    Ok((numbers, array.logical_nulls().filter(|nulls| nulls.null_count() > 0)))
}

/// A real number's place in the order of all: NaN is the greatest, and the two zeros are one.
fn ordered_real(value: f64) -> i64 {
    let value = if value.is_nan() {
        f64::NAN.abs()
    } else if value == 0.0 {
        0.0
    } else {
        value
    };
    let bits = value.to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{Float64Array, UInt64Array};

    use super::*;

    #[test]
    fn numbers_keep_their_order() {
        let reals: ArrayRef = Arc::new(Float64Array::from(vec![
            f64::NEG_INFINITY,
            -2.5,
            -0.0,
            0.0,
            1e-9,
            f64::INFINITY,
            f64::NAN,
        ]));
        let (order, _) = ordered(&reals, false).unwrap();
        assert!(order.is_sorted());
        assert_eq!(order[2], order[3]);
        let wholes: ArrayRef = Arc::new(UInt64Array::from(vec![Some(0), Some(1), Some(u64::MAX), None]));
        let (order, nulls) = ordered(&wholes, false).unwrap();
        assert!(order[..3].is_sorted());
        assert_eq!(nulls.unwrap().null_count(), 1);
        let (order, _) = ordered(&wholes, true).unwrap();
        assert!(order[..3].iter().rev().is_sorted());
    }
}
