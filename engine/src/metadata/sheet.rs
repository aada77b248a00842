//! A table of facts, built column by column.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{Field, Schema};

use crate::error::{LakeContext, Result};

/// Builds a batch column by column.
#[derive(Default)]
pub(super) struct Sheet {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
}

impl Sheet {
    /// Adds a column of any type.
    pub(super) fn add(mut self, name: &str, column: ArrayRef) -> Self {
        self.fields.push(Field::new(name, column.data_type().clone(), true));
        self.columns.push(column);
        self
    }

    /// Adds a column of texts.
    pub(super) fn text<T: AsRef<str>>(self, name: &str, values: impl IntoIterator<Item = Option<T>>) -> Self {
        self.add(name, Arc::new(StringArray::from_iter(values)))
    }

    /// Adds a column of counts.
    pub(super) fn number(self, name: &str, values: impl IntoIterator<Item = Option<u64>>) -> Self {
        let values = values.into_iter().map(|value| value.and_then(|value| i64::try_from(value).ok()));
        self.add(name, Arc::new(values.collect::<Int64Array>()))
    }

    /// Adds a column of small numbers.
    pub(super) fn small(self, name: &str, values: impl IntoIterator<Item = Option<i32>>) -> Self {
        self.add(name, Arc::new(values.into_iter().collect::<Int32Array>()))
    }

    /// The rows.
    pub(super) fn finish(self) -> Result<RecordBatch> {
        let schema = Arc::new(Schema::new(self.fields));
        RecordBatch::try_new(schema, self.columns).lake_context(|| "describe the lake".to_owned())
    }
}
