//! Columns that nobody reads: their values are those of their type's zero, and cost nothing.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::ScalarValue;
use datafusion::error::Result;

/// One long column for each type, of which pieces are cut.
#[derive(Debug, Default)]
pub(crate) struct Blanks {
    long: HashMap<DataType, ArrayRef>,
}

impl Blanks {
    /// A column of so many rows.
    pub(crate) fn column(&mut self, field: &Field, rows: usize) -> Result<ArrayRef> {
        let known = self.long.get(field.data_type()).filter(|column| column.len() >= rows);
        if let Some(column) = known {
            return Ok(column.slice(0, rows));
        }
        let column = ScalarValue::new_default(field.data_type())?.to_array_of_size(rows)?;
        self.long.insert(field.data_type().clone(), ArrayRef::clone(&column));
        Ok(column)
    }
}
