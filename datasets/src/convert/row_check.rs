//! The checks of a table that look at one row, over whole columns; NULL passes every one of them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Datum, Scalar};
use arrow::compute::kernels::cmp::{gt, lt};
use arrow::error::ArrowError;

use super::rule::Rule;
use crate::layout::RowTest;

impl RowTest {
    /// The columns that are looked at, the one to name in a reject first.
    pub(crate) fn columns(&self) -> Vec<usize> {
        match self {
            Self::Order { first, second } => vec![*second, *first],
            Self::Range { column, .. } => vec![*column],
        }
    }

    /// The rule of a reject.
    pub(crate) fn rule(&self) -> Rule {
        match self {
            Self::Order { .. } => Rule::OutOfOrder,
            Self::Range { .. } => Rule::OutOfRange,
        }
    }
}

/// The rows that fail a test; `None` when none does.
pub(crate) fn failed(
    test: &RowTest,
    columns: &[ArrayRef],
) -> Result<Option<impl Iterator<Item = usize> + use<>>, ArrowError> {
    let failed = match test {
        RowTest::Order { first, second } => vec![gt(&columns[*first], &columns[*second])?],
        RowTest::Range { column, minimum, maximum } => {
            let value = &columns[*column];
            let bound = |bound: &Option<ArrayRef>| bound.as_ref().map(|bound| Scalar::new(Arc::clone(bound)));
            let below = bound(minimum).map(|minimum| lt(value, &minimum as &dyn Datum));
            let above = bound(maximum).map(|maximum| gt(value, &maximum as &dyn Datum));
            below.into_iter().chain(above).collect::<Result<_, _>>()?
        }
    };
    let is_any = failed.iter().any(|failed: &BooleanArray| failed.true_count() > 0);
    let length = failed.first().map_or(0, Array::len);
    let fails = move |row: &usize| failed.iter().any(|failed| failed.is_valid(*row) && failed.value(*row));
    Ok(is_any.then(|| (0..length).filter(fails)))
}
