//! What a side of the join compares, and its values for a batch.

use std::sync::Arc;

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::buffer::{NullBuffer, ScalarBuffer};
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::cast::as_int64_array;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;

use super::time::ordered;

/// The expressions of one side.
#[derive(Debug, Clone)]
pub(super) struct Side {
    /// The column of persons.
    pub(super) person: usize,
    /// The moments.
    pub(super) time: Arc<dyn PhysicalExpr>,
    /// What else must be equal.
    pub(super) equal: Vec<Arc<dyn PhysicalExpr>>,
}

/// Computes the keys of a side, batch by batch.
pub(super) struct Reader {
    side: Side,
    is_reversed: bool,
    converter: Option<RowConverter>,
    /// The last person that was read, to notice an input that is not in order.
    last: i64,
}

/// The keys of a batch.
pub(super) struct Keys {
    /// The persons in order; those before `known` are NULL.
    pub(super) persons: ScalarBuffer<i64>,
    pub(super) known: usize,
    pub(super) times: ScalarBuffer<i64>,
    /// Which rows can match at all: no part of their keys is NULL.
    pub(super) valid: Option<NullBuffer>,
    /// What else must be equal, comparable with that of the other side.
    pub(super) equal: Option<Rows>,
}

impl Reader {
    /// A reader of `side` whose times are in the order of time, or reversed.
    pub(super) fn new(side: Side, is_reversed: bool, input: &Schema) -> Result<Self> {
        let fields = side.equal.iter().map(|key| Ok(SortField::new(key.data_type(input)?)));
        let fields = fields.collect::<Result<Vec<_>>>()?;
        let converter = (!fields.is_empty()).then(|| RowConverter::new(fields)).transpose()?;
        Ok(Self { side, is_reversed, converter, last: i64::MIN })
    }

    /// The keys of the next batch.
    pub(super) fn read(&mut self, batch: &RecordBatch) -> Result<Keys> {
        let persons = as_int64_array(batch.column(self.side.person))?;
        let known = persons.null_count();
        let values = persons.values().clone();
        let is_sorted = values[known..].is_sorted();
        let is_first = values.get(known).is_none_or(|person| *person >= self.last);
        if !is_sorted || !is_first || persons.slice(0, known).null_count() != known {
            return internal_err!("an input that should be sorted by person_id is not");
        }
        self.last = values[known..].last().copied().unwrap_or(self.last);
        let rows = batch.num_rows();
        let times = self.side.time.evaluate(batch)?.into_array(rows)?;
        let (times, mut valid) = ordered(&times, self.is_reversed)?;
        let columns = self.side.equal.iter().map(|key| key.evaluate(batch)?.into_array(rows));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        for column in &columns {
            valid = NullBuffer::union(valid.as_ref(), column.logical_nulls().as_ref());
        }
        let equal =
            self.converter.as_ref().map(|converter| converter.convert_columns(&columns)).transpose()?;
        Ok(Keys { persons: values, known, times, valid, equal })
    }
}

impl Keys {
    /// Whether a row can match.
    pub(super) fn is_valid(&self, row: usize) -> bool {
        self.valid.as_ref().is_none_or(|valid| valid.is_valid(row))
    }

    /// The first row from `start` on of a person who is not before `person`.
    pub(super) fn first_from(&self, start: usize, person: i64) -> usize {
        let rest = &self.persons[start..];
        let mut step = 1;
        while rest.get(step - 1).is_some_and(|value| *value < person) {
            step *= 2;
        }
        let low = step / 2;
        let high = step.min(rest.len());
        start + low + rest[low..high].partition_point(|value| *value < person)
    }

    /// Where the rows of the person end that starts at `start`.
    pub(super) fn end_of(&self, start: usize) -> usize {
        match self.persons.get(start).and_then(|person| person.checked_add(1)) {
            Some(next) => self.first_from(start, next),
            None => self.persons.len(),
        }
    }
}
