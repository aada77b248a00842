//! The text of a value, the same in every format that has no types of its own.

use std::io;

use lifetracks_engine::arrow::array::Array;
use lifetracks_engine::arrow::datatypes::DataType;
use lifetracks_engine::arrow::record_batch::RecordBatch;
use lifetracks_engine::arrow::util::display::{ArrayFormatter, FormatOptions};

use super::unprintable;

/// How values are written.
pub(super) const OPTIONS: FormatOptions<'static> = FormatOptions::new()
    .with_display_error(false)
    .with_null("NULL")
    .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"))
    .with_datetime_format(Some("%Y-%m-%d %H:%M:%S%.f"));

/// The values of one batch as text.
pub(crate) struct Cells<'a> {
    columns: Vec<(&'a dyn Array, ArrayFormatter<'a>)>,
}

impl<'a> Cells<'a> {
    /// Prepares every column of the batch.
    pub(crate) fn try_new(batch: &'a RecordBatch) -> io::Result<Self> {
        let columns = batch
            .columns()
            .iter()
            .map(|column| {
                let array: &dyn Array = column.as_ref();
                let formatter = ArrayFormatter::try_new(array, &OPTIONS).map_err(unprintable)?;
                Ok((array, formatter))
            })
            .collect::<io::Result<_>>()?;
        Ok(Self { columns })
    }

    /// Adds the text of one value to `text`; false, and nothing added, where it is NULL.
    pub(crate) fn push(&self, row: usize, column: usize, text: &mut String) -> io::Result<bool> {
        let (array, formatter) = &self.columns[column];
        // An array of no type has no bits that say what is NULL.
        if array.is_null(row) || *array.data_type() == DataType::Null {
            return Ok(false);
        }
        formatter.value(row).write(text).map_err(unprintable)?;
        Ok(true)
    }

    /// The cells of one row; `None` is NULL.
    pub(crate) fn row(&self, row: usize) -> io::Result<Vec<Option<String>>> {
        let cell = |column| {
            let mut text = String::new();
            Ok(self.push(row, column, &mut text)?.then_some(text))
        };
        (0..self.columns.len()).map(cell).collect()
    }
}
