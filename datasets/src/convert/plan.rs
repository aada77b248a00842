//! From a piece of a file to a chunk of canonical rows: the layout bound to the header of one file.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::buffer::BooleanBuffer;
use arrow::compute::filter;
use arrow::error::ArrowError;

use super::column::{Faults, Filling};
use super::expect::Expects;
use super::header::Positions;
use super::request::{Chunk, Counts, Reject};
use super::row_check;
use super::rows::{Fault, Rows, Work};
use super::rule::Rule;
use super::shape::Shape;
use crate::layout::ResolvedLayout;

/// How the pieces of one file become chunks.
pub(crate) struct Plan {
    pub(crate) layout: ResolvedLayout,
    /// Where each fill of the layout finds its columns.
    pub(crate) positions: Vec<Positions>,
    pub(crate) shape: Shape,
    pub(crate) expects: Expects,
}

/// A chunk, and what it says about the rows of the file.
pub(crate) struct Converted {
    pub(crate) chunk: Chunk,
    pub(crate) counts: Counts,
}

impl Plan {
    /// Converts one piece.
    pub(crate) fn convert(&self, work: Work) -> Result<Converted, ArrowError> {
        let rows = Rows::read(work, &self.shape);
        let mut faults = Faults::new(rows.len());
        self.expects.check(&rows, &mut faults);
        let columns = self.columns(&rows, &mut faults)?;
        let produced = self.produced(&columns);
        self.check_required(&rows, &columns, produced.as_ref(), &mut faults);
        self.check_rows(&columns, produced.as_ref(), &mut faults)?;
        self.assemble(&rows, columns, produced.as_ref(), &faults)
    }

    /// Every canonical column, in order; a column that nothing fills is NULL.
    fn columns(&self, rows: &Rows, faults: &mut Faults) -> Result<Vec<ArrayRef>, ArrowError> {
        let length = rows.len() * self.layout.per_row;
        let mut columns: Vec<Option<ArrayRef>> = vec![None; self.layout.schema.fields().len()];
        for filling in self.fillings(rows) {
            for (target, column) in filling.fill.targets.iter().zip(filling.columns(faults)?) {
                columns[*target] = Some(column);
            }
        }
        let fields = self.layout.schema.fields().iter();
        let filled = fields
            .zip(columns)
            .map(|(field, column)| column.unwrap_or_else(|| new_null_array(field.data_type(), length)));
        Ok(filled.collect())
    }

    fn fillings<'a>(&'a self, rows: &'a Rows) -> impl Iterator<Item = Filling<'a>> {
        let schema = &self.layout.schema;
        self.layout.fills.iter().zip(&self.positions).map(move |(fill, positions)| Filling {
            rows,
            fill,
            positions,
            schema,
        })
    }

    /// Which rows are produced at all; `None` when every row is.
    fn produced(&self, columns: &[ArrayRef]) -> Option<BooleanBuffer> {
        let mut produced: Option<BooleanBuffer> = None;
        for target in &self.layout.require {
            // A column without a NULL produces every row.
            let valid = columns[*target].nulls()?.inner().clone();
            produced = Some(produced.map_or_else(|| valid.clone(), |others| &others | &valid));
        }
        produced
    }

    /// Notes a fault for each produced row that lacks a value it must have.
    fn check_required(
        &self,
        rows: &Rows,
        columns: &[ArrayRef],
        produced: Option<&BooleanBuffer>,
        faults: &mut Faults,
    ) {
        let per_row = self.layout.per_row;
        for filling in self.fillings(rows) {
            for target in &filling.fill.targets {
                let Some(nulls) =
                    columns[*target].nulls().filter(|_| !self.layout.schema.field(*target).is_nullable())
                else {
                    continue;
                };
                let missing = (0..nulls.len()).filter(|at| nulls.is_null(*at));
                for at in missing.filter(|at| produced.is_none_or(|produced| produced.value(*at))) {
                    if let Some(column) = filling.null_column(at / per_row, at % per_row) {
                        faults.note(at / per_row, column, Rule::MissingRequired);
                    }
                }
            }
        }
    }

    /// Notes a fault for each produced row that fails a check of the table.
    fn check_rows(
        &self,
        columns: &[ArrayRef],
        produced: Option<&BooleanBuffer>,
        faults: &mut Faults,
    ) -> Result<(), ArrowError> {
        for check in &self.layout.checks {
            let Some(failed) = row_check::failed(&check.test, columns)? else {
                continue;
            };
            for at in failed.filter(|at| produced.is_none_or(|produced| produced.value(*at))) {
                let column = check.test.columns().iter().find_map(|target| self.source_of(*target, at));
                // A row without a column at fault goes last among the faults of its row.
                faults.note(at / self.layout.per_row, column.unwrap_or(usize::MAX), check.test.rule());
            }
        }
        Ok(())
    }

    /// The first column of the file from which a canonical column of a produced row is filled.
    fn source_of(&self, target: usize, at: usize) -> Option<usize> {
        let fill = self.layout.fills.iter().position(|fill| fill.targets.contains(&target))?;
        self.positions.get(fill)?.get(at % self.layout.per_row)?.as_ref()?.first().copied()
    }

    fn assemble(
        &self,
        rows: &Rows,
        columns: Vec<ArrayRef>,
        produced: Option<&BooleanBuffer>,
        faults: &Faults,
    ) -> Result<Converted, ArrowError> {
        let per_row = self.layout.per_row;
        let faulty = faults.all();
        let rejected = faulty.iter().filter(|fault| fault.is_some()).count();
        let is_kept =
            |at: usize| faulty[at / per_row].is_none() && produced.is_none_or(|produced| produced.value(at));
        let mut lines = Vec::with_capacity(rows.len() * per_row);
        lines.extend((0..rows.len() * per_row).filter(|at| is_kept(*at)).map(|at| rows.lines[at / per_row]));
        let batch = if lines.len() == rows.len() * per_row {
            self.batch(columns, lines.len())?
        } else {
            let kept = BooleanArray::from((0..rows.len() * per_row).map(is_kept).collect::<Vec<_>>());
            // The other rows may lack a value, so they go before the schema is looked at.
            let columns = columns.iter().map(|column| filter(column, &kept)).collect::<Result<_, _>>()?;
            self.batch(columns, lines.len())?
        };
        let counts = Counts {
            rows_in: (rows.len() + rows.faults.len()) as u64,
            loaded: (rows.len() - rejected) as u64,
            rejected: (rejected + rows.faults.len()) as u64,
        };
        Ok(Converted { chunk: Chunk { batch, lines, rejects: self.rejects(rows, faulty) }, counts })
    }

    fn batch(&self, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch, ArrowError> {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.layout.schema), columns, &options)
    }

    /// The rejects of the piece, in order of line.
    fn rejects(&self, rows: &Rows, faulty: &[Option<(usize, Rule)>]) -> Vec<Reject> {
        let in_cells = rows.lines.iter().zip(faulty).filter_map(|(line, fault)| {
            let (column, rule) = (*fault)?;
            Some(Fault { line: *line, column: Some(column), rule })
        });
        let mut all: Vec<Fault> = rows.faults.iter().copied().chain(in_cells).collect();
        all.sort_by_key(|fault| fault.line);
        let name = |column: usize| self.shape.header.get(column).cloned();
        let reject = |fault: Fault| Reject {
            line: fault.line,
            column: fault.column.and_then(name),
            rule: fault.rule.name(),
        };
        all.into_iter().map(reject).collect()
    }
}
