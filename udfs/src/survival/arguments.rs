//! The arguments of the functions of this family: their types, and their columns.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, PrimitiveArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::plan_err;
use datafusion::error::Result;

use super::time::{Person, Time};

/// The type a time is cast to: BIGINT for whole numbers, DOUBLE for others.
pub(super) fn time_type(function: &str, given: &DataType) -> Result<DataType> {
    match given {
        DataType::Null => Ok(DataType::Int64),
        // Every other number becomes a DOUBLE without an error that would name a row's value.
        DataType::UInt64 => Ok(DataType::Float64),
        whole if whole.is_integer() => Ok(DataType::Int64),
        number if number.is_numeric() => Ok(DataType::Float64),
        other => plan_err!(
            "{function}() takes a number as time, but it was given {other}; \
             count the days, terms or years from each person's start to the event or to the last day of watch."
        ),
    }
}

/// The type of an event: a condition.
pub(super) fn event_type(function: &str, given: &DataType) -> Result<DataType> {
    match given {
        DataType::Null | DataType::Boolean => Ok(DataType::Boolean),
        other => plan_err!(
            "{function}() takes a condition as event, true when it happened and false when the person was censored, \
             but it was given {other}; write a condition such as status = 'dropout'."
        ),
    }
}

/// The columns of time and event.
pub(super) struct Persons<T: Time> {
    time: PrimitiveArray<T::Arrow>,
    event: BooleanArray,
}

impl<T: Time> Persons<T> {
    /// Takes the first two columns; what follows is for others.
    pub(super) fn new(columns: &[ArrayRef]) -> Result<Self> {
        let [time, event, ..] = columns else {
            return plan_err!("a function of survival needs a time and an event.");
        };
        Ok(Self { time: time.as_primitive::<T::Arrow>().clone(), event: event.as_boolean().clone() })
    }

    /// The person in a row.
    pub(super) fn at(&self, row: usize) -> Person<T> {
        Person {
            time: self.time.is_valid(row).then(|| T::of(self.time.value(row))),
            event: self.event.is_valid(row).then(|| self.event.value(row)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DataType::{Boolean, Decimal128, Float32, Float64, Int16, Int64, Null, UInt64, Utf8};

    #[test]
    fn times_are_numbers_and_events_conditions() {
        for (given, expected) in [
            (Int16, Int64),
            (Null, Int64),
            (UInt64, Float64),
            (Float32, Float64),
            (Decimal128(9, 2), Float64),
        ] {
            assert_eq!(time_type("km_median", &given).unwrap(), expected);
        }
        let error = time_type("km_median", &DataType::Date32).unwrap_err().to_string();
        assert!(error.contains("km_median() takes a number as time, but it was given Date32"), "{error}");
        assert_eq!(event_type("km_median", &Null).unwrap(), Boolean);
        for other in [Int64, Utf8] {
            let error = event_type("km_median", &other).unwrap_err().to_string();
            assert!(error.contains("status = 'dropout'"), "{error}");
        }
    }
}
