//! Rows that a command works on itself.

use lifetracks_engine::arrow::datatypes::SchemaRef;
use lifetracks_engine::arrow::record_batch::RecordBatch;
use lifetracks_engine::{Progress, Role};

use super::Next;
use crate::failure::Result;
use crate::render::Cells;
use crate::shell::Shell;

/// SQL whose rows a command works on itself.
pub(crate) struct Collect {
    /// One statement.
    pub(crate) sql: String,
    /// Rows that are kept at most.
    pub(crate) limit: usize,
    /// What is done with the rows.
    pub(crate) then: Then,
}

/// What a command does with rows.
pub(crate) type Then = Box<dyn FnOnce(&mut Shell, Collected) -> Result<Next>>;

/// Rows of a statement.
pub(crate) struct Collected {
    /// Names and types of the columns.
    pub(crate) schema: SchemaRef,
    /// What each column means, where known.
    pub(crate) roles: Vec<Option<Role>>,
    /// The first rows, up to the limit.
    pub(crate) batches: Vec<RecordBatch>,
    /// Rows of the statement, those past the limit included.
    pub(crate) rows: u64,
    /// What ran.
    pub(crate) progress: Option<Progress>,
}

impl Collected {
    /// The rows as texts; `None` is NULL.
    pub(super) fn texts(&self) -> Result<Vec<Vec<Option<String>>>> {
        let mut rows = Vec::new();
        for batch in &self.batches {
            let cells = Cells::try_new(batch)?;
            for row in 0..batch.num_rows() {
                rows.push(cells.row(row)?);
            }
        }
        Ok(rows)
    }
}
