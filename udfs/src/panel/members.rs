//! The rows of the cohort, each of which is repeated for every period.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, Date32Array, RecordBatch, UInt32Array, new_null_array};
use datafusion::arrow::compute::{interleave, take};
use datafusion::arrow::datatypes::Field;
use datafusion::common::cast::as_date32_array;
use datafusion::common::exec_err;
use datafusion::error::Result;

/// The column with the day from which a member's time is counted.
pub const INDEX_DATE: &str = "index_date";

/// Rows of the cohort: those of the present person, and which row each row of the result repeats.
#[derive(Debug, Default)]
pub(super) struct Members {
    batches: Vec<RecordBatch>,
    days: Option<Date32Array>,
    /// Rows of the present person: batch, row and day.
    present: Vec<(usize, usize, i32)>,
    /// Batch and row of each row of the result.
    repeated: Vec<(usize, usize)>,
}

impl Members {
    pub(super) fn open(&mut self, batch: &RecordBatch) -> Result<()> {
        let days = batch.schema().index_of(INDEX_DATE)?;
        self.days = Some(as_date32_array(batch.column(days))?.clone());
        self.batches.push(batch.clone());
        Ok(())
    }

    /// Errors: a NULL index date.
    pub(super) fn rows(&mut self, rows: Range<usize>) -> Result<()> {
        let Some(days) = &self.days else { return Ok(()) };
        let batch = self.batches.len() - 1;
        for row in rows {
            if days.is_null(row) {
                return exec_err!(
                    "the cohort of a panel has a row whose {INDEX_DATE} is NULL, from which no time can be counted; leave it out with WHERE .. IS NOT NULL"
                );
            }
            self.present.push((batch, row, days.value(row)));
        }
        Ok(())
    }

    /// How many rows the present person has.
    pub(super) fn present(&self) -> usize {
        self.present.len()
    }

    /// The index date of a row of the present person.
    pub(super) fn day(&self, member: usize) -> i32 {
        self.present.get(member).map_or(0, |(_, _, day)| *day)
    }

    /// A row of the present person is repeated so many times.
    pub(super) fn repeat(&mut self, member: usize, times: usize) {
        if let Some((batch, row, _)) = self.present.get(member) {
            self.repeated.extend(std::iter::repeat_n((*batch, *row), times));
        }
    }

    /// The present person is done.
    pub(super) fn clear(&mut self) {
        self.present.clear();
    }

    /// Rows of the result.
    pub(super) fn repeated(&self) -> usize {
        self.repeated.len()
    }

    /// The columns of the cohort for the rows of the result; `None` for one that nobody reads.
    pub(super) fn take(
        &mut self,
        fields: &[&Field],
        is_asked: impl Fn(usize) -> bool,
    ) -> Result<Vec<Option<ArrayRef>>> {
        let places = fields.iter().enumerate();
        let columns = places.map(|(place, field)| is_asked(place).then(|| self.column(field)).transpose());
        let columns = columns.collect::<Result<_>>()?;
        self.repeated.clear();
        // Between persons only the open batch can be named again.
        if self.present.is_empty() {
            self.batches.drain(..self.batches.len().saturating_sub(1));
        }
        Ok(columns)
    }

    fn column(&self, field: &Field) -> Result<ArrayRef> {
        let parts: Option<Vec<&ArrayRef>> =
            self.batches.iter().map(|batch| batch.column_by_name(field.name())).collect();
        match parts.as_deref() {
            None | Some([]) => Ok(new_null_array(field.data_type(), self.repeated.len())),
            Some([part]) => {
                let rows = self.repeated.iter().map(|(_, row)| u32::try_from(*row).unwrap_or(u32::MAX));
                Ok(take(part, &UInt32Array::from_iter_values(rows), None)?)
            }
            Some(parts) => {
                let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
                Ok(interleave(&parts, &self.repeated)?)
            }
        }
    }
}
