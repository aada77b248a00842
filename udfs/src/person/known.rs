//! What is known of an input of persons before it is read, for what a program tells of its result.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};

/// An input's columns and statistics.
#[derive(Debug, Clone)]
pub struct Known {
    schema: SchemaRef,
    statistics: Arc<Statistics>,
}

impl Known {
    pub(super) fn new(schema: SchemaRef, statistics: Arc<Statistics>) -> Self {
        Self { schema, statistics }
    }

    /// How many rows it has.
    pub(crate) fn rows(&self) -> Precision<usize> {
        self.statistics.num_rows
    }

    /// How many persons it has: as counted, or else as many as it has rows.
    pub(crate) fn persons(&self) -> Precision<usize> {
        let counted = self.column(super::exec::PERSON).distinct_count;
        let rows = self.rows().to_inexact();
        least(counted.to_inexact(), rows)
    }

    /// What is known of a column; nothing of one that is not read.
    pub(crate) fn column(&self, name: &str) -> ColumnStatistics {
        let place = self.schema.index_of(name).ok();
        place.and_then(|place| self.statistics.column_statistics.get(place)).cloned().unwrap_or_default()
    }

    /// The bounds of a column in a result that has some of the input's rows.
    pub(crate) fn bounds(&self, name: &str) -> ColumnStatistics {
        let ColumnStatistics { min_value, max_value, distinct_count, .. } = self.column(name).to_inexact();
        ColumnStatistics { min_value, max_value, distinct_count, ..ColumnStatistics::new_unknown() }
    }
}

/// The smaller of two counts; the other one where one is not known.
pub(crate) fn least(one: Precision<usize>, other: Precision<usize>) -> Precision<usize> {
    match (one, other) {
        (Precision::Absent, known) | (known, Precision::Absent) => known,
        (one, other) => one.min(&other),
    }
}

/// A column of whole numbers from one to another, of which each occurs when `is_exact`.
pub(crate) fn numbers(first: i32, last: i32, is_exact: bool) -> ColumnStatistics {
    let count = i64::from(last) - i64::from(first) + 1;
    let known = ColumnStatistics {
        min_value: Precision::Exact(ScalarValue::Int32(Some(first))),
        max_value: Precision::Exact(ScalarValue::Int32(Some(last))),
        distinct_count: Precision::Exact(usize::try_from(count).unwrap_or(0)),
        ..ColumnStatistics::new_unknown()
    };
    if is_exact { known } else { known.to_inexact() }
}
