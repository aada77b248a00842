//! Reads one input, batch by batch, and finds where each person ends.

use std::ops::Range;

use datafusion::arrow::array::{Array, Int64Array, RecordBatch};
use datafusion::common::cast::as_int64_array;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::physical_plan::SendableRecordBatchStream;
use futures::StreamExt;

/// Where the reading of an input stands.
pub(super) struct Cursor {
    stream: SendableRecordBatchStream,
    persons: Int64Array,
    position: usize,
    /// The last person that was read, to notice an input that is not in order.
    last: i64,
}

impl Cursor {
    pub(super) fn new(stream: SendableRecordBatchStream) -> Self {
        Self { stream, persons: Int64Array::from(Vec::<i64>::new()), position: 0, last: i64::MIN }
    }

    /// The person at hand; `None` when the batch is used up.
    pub(super) fn person(&self) -> Option<i64> {
        (self.position < self.persons.len()).then(|| self.persons.value(self.position))
    }

    /// Takes the rows of the person at hand that stand in this batch.
    pub(super) fn take(&mut self) -> Result<Range<usize>> {
        let rest = &self.persons.values()[self.position..];
        let Some(person) = rest.first().copied() else {
            return Ok(self.position..self.position);
        };
        if person < self.last {
            return internal_err!("an input that should be sorted by person_id is not");
        }
        self.last = person;
        let start = self.position;
        self.position += length_of(rest, person);
        Ok(start..self.position)
    }

    /// The next batch that has rows; `None` at the end of the input.
    pub(super) async fn next(&mut self) -> Result<Option<RecordBatch>> {
        while let Some(batch) = self.stream.next().await {
            let batch = batch?;
            if batch.num_rows() == 0 {
                continue;
            }
            let persons = as_int64_array(batch.column(0))?;
            if persons.null_count() > 0 {
                return internal_err!("person_id is NULL in a table of persons");
            }
            self.persons = persons.clone();
            self.position = 0;
            return Ok(Some(batch));
        }
        self.persons = Int64Array::from(Vec::<i64>::new());
        self.position = 0;
        Ok(None)
    }
}

/// How many of the first values are `person`: in doubling steps and then by halves, as most persons have few rows.
fn length_of(values: &[i64], person: i64) -> usize {
    let mut step = 1;
    while values.get(step).is_some_and(|value| *value == person) {
        step *= 2;
    }
    let low = step / 2;
    let high = step.min(values.len());
    low + values[low..high].partition_point(|value| *value == person)
}

#[cfg(test)]
mod tests {
    use super::length_of;

    #[test]
    fn a_person_ends_where_the_next_begins() {
        for length in 1..40 {
            for after in 0..3 {
                let mut values = vec![7; length];
                values.extend(std::iter::repeat_n(8, after));
                assert_eq!(length_of(&values, 7), length, "{length} {after}");
            }
        }
    }
}
