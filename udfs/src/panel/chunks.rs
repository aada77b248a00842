//! Rows of batches that went by, kept as long as somebody names them: a batch of which few rows are named is not kept.

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, UInt32Array, new_null_array};
use datafusion::arrow::compute::{interleave, take};
use datafusion::arrow::datatypes::Field;
use datafusion::error::Result;

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    chunk: usize,
    row: usize,
}

/// Puts a row of a chunk among those that are kept.
fn keep(place: &mut Place, chunk: usize, kept: &mut Vec<u32>) {
    if place.chunk != chunk {
        return;
    }
    let row = u32::try_from(place.row).unwrap_or(u32::MAX);
    // A row that is named several times in a row stands once.
    if kept.last() != Some(&row) {
        kept.push(row);
    }
    place.row = kept.len() - 1;
}

/// The rows that are named.
#[derive(Debug)]
pub(super) struct Chunks {
    fields: Vec<Field>,
    /// The columns of each chunk; the last one is the open batch. One that the batches do not have is NULL.
    kept: Vec<Vec<ArrayRef>>,
    /// The row of each row of the result.
    picked: Vec<Option<Place>>,
}

impl Chunks {
    pub(super) fn new(fields: Vec<Field>) -> Self {
        Self { fields, kept: Vec::new(), picked: Vec::new() }
    }

    /// A row of the open batch.
    pub(super) fn place(&self, row: usize) -> Place {
        Place { chunk: self.kept.len().saturating_sub(1), row }
    }

    /// The next batch; of the one before those rows stay that are picked or `present`.
    pub(super) fn open<'a>(
        &mut self,
        batch: &RecordBatch,
        present: impl Iterator<Item = &'a mut Place>,
    ) -> Result<()> {
        if let Some(open) = self.kept.pop() {
            let chunk = self.kept.len();
            let mut rows = Vec::new();
            present.for_each(|place| keep(place, chunk, &mut rows));
            self.picked.iter_mut().flatten().for_each(|place| keep(place, chunk, &mut rows));
            if !rows.is_empty() {
                let rows = UInt32Array::from(rows);
                self.kept
                    .push(open.iter().map(|column| Ok(take(column, &rows, None)?)).collect::<Result<_>>()?);
            }
        }
        let column = |field: &Field| match batch.column_by_name(field.name()) {
            Some(column) => ArrayRef::clone(column),
            None => new_null_array(field.data_type(), batch.num_rows()),
        };
        self.kept.push(self.fields.iter().map(column).collect());
        Ok(())
    }

    /// The row that the next row of the result carries; NULL when there is none.
    pub(super) fn pick(&mut self, place: Option<Place>) {
        self.picked.push(place);
    }

    /// The columns of the rows picked since the last time; between persons.
    pub(super) fn take(&mut self) -> Result<Vec<ArrayRef>> {
        let columns = (0..self.fields.len()).map(|column| self.column(column)).collect::<Result<_>>()?;
        self.picked.clear();
        self.kept.drain(..self.kept.len().saturating_sub(1));
        Ok(columns)
    }

    fn column(&self, column: usize) -> Result<ArrayRef> {
        let nothing = new_null_array(self.fields[column].data_type(), 1);
        let parts = self.kept.iter().filter_map(|chunk| chunk.get(column));
        let parts: Vec<&dyn Array> =
            std::iter::once(nothing.as_ref()).chain(parts.map(AsRef::as_ref)).collect();
        let rows: Vec<(usize, usize)> = self
            .picked
            .iter()
            .map(|place| place.map_or((0, 0), |place| (place.chunk + 1, place.row)))
            .collect();
        Ok(interleave(&parts, &rows)?)
    }
}
