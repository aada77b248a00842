//! The values that can be counted to find the usual one: text, whole numbers, conditions and dates.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Date32Type, Int64Type};

use crate::labels::Labels;
use crate::tally::Key;

/// A value with an order.
pub(super) trait Value: Key + Debug + Send + Sync + 'static {
    /// The type of its columns.
    const TYPE: DataType;

    /// A column as values.
    fn column(array: &ArrayRef) -> Vec<Option<Self>>;

    /// Values as a column.
    fn array(values: Vec<Option<Self>>) -> ArrayRef;
}

impl Value for Arc<str> {
    const TYPE: DataType = DataType::Utf8;

    fn column(array: &ArrayRef) -> Vec<Option<Self>> {
        Labels::new(array.as_string::<i32>()).into_rows()
    }

    fn array(values: Vec<Option<Self>>) -> ArrayRef {
        Arc::new(values.iter().map(Option::as_deref).collect::<StringArray>())
    }
}

impl Value for i64 {
    const TYPE: DataType = DataType::Int64;

    fn column(array: &ArrayRef) -> Vec<Option<Self>> {
        array.as_primitive::<Int64Type>().iter().collect()
    }

    fn array(values: Vec<Option<Self>>) -> ArrayRef {
        Arc::new(Int64Array::from(values))
    }
}

impl Key for bool {}

impl Value for bool {
    const TYPE: DataType = DataType::Boolean;

    fn column(array: &ArrayRef) -> Vec<Option<Self>> {
        array.as_boolean().iter().collect()
    }

    fn array(values: Vec<Option<Self>>) -> ArrayRef {
        Arc::new(BooleanArray::from(values))
    }
}

/// A date, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(i32);

impl Key for Day {}

impl Value for Day {
    const TYPE: DataType = DataType::Date32;

    fn column(array: &ArrayRef) -> Vec<Option<Self>> {
        array.as_primitive::<Date32Type>().iter().map(|day| day.map(Self)).collect()
    }

    fn array(values: Vec<Option<Self>>) -> ArrayRef {
        Arc::new(values.into_iter().map(|day| day.map(|day| day.0)).collect::<Date32Array>())
    }
}
