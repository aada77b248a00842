//! Lists in columns: what a state of many values is written to, and answers of several rows.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, PrimitiveArray};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{ArrowPrimitiveType, DataType, Field};
use datafusion::error::Result;

use crate::native::Native;

/// The type of a list of such values.
pub(crate) fn list_of(values: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(values, true)))
}

/// The type of a list of such numbers in a state.
pub(crate) fn numbers_type<N: Native>() -> DataType {
    list_of(N::Arrow::DATA_TYPE)
}

/// Lists of these lengths, one after the other in `values`; no length is NULL.
pub(crate) fn list(lengths: &[Option<usize>], values: ArrayRef) -> Result<ArrayRef> {
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    let offsets = OffsetBuffer::from_lengths(lengths.iter().map(|length| length.unwrap_or(0)));
    let present: NullBuffer = lengths.iter().map(Option::is_some).collect();
    Ok(Arc::new(ListArray::try_new(field, offsets, values, Some(present))?))
}

/// Lists of whatever values, none of them NULL.
pub(crate) fn full_list(lengths: impl Iterator<Item = usize>, values: ArrayRef) -> ArrayRef {
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(lengths), values, None))
}

/// Lists of numbers.
pub(crate) fn numbers<N: Native>(
    lengths: impl Iterator<Item = usize>,
    values: impl Iterator<Item = N>,
) -> ArrayRef {
    let values = PrimitiveArray::<N::Arrow>::from_iter_values(values.map(Native::value));
    full_list(lengths, Arc::new(values))
}

/// The places of each list in the values of a column of lists.
pub(crate) fn places(column: &ArrayRef) -> Vec<Range<usize>> {
    let offsets = column.as_list::<i32>().value_offsets();
    let place = |offset: i32| usize::try_from(offset).unwrap_or(0);
    offsets.windows(2).map(|pair| place(pair[0])..place(pair[1])).collect()
}

/// The numbers of a column of lists, in one; [`places`] says which are whose.
pub(crate) fn values<N: Native>(column: &ArrayRef) -> Vec<N> {
    let values = column.as_list::<i32>().values().as_primitive::<N::Arrow>();
    values.values().iter().map(|value| N::of(*value)).collect()
}
