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
}

impl Cursor {
    pub(super) fn new(stream: SendableRecordBatchStream) -> Self {
        Self { stream, persons: Int64Array::from(Vec::<i64>::new()), position: 0 }
    }

    /// The person at hand; `None` when the batch is used up.
    pub(super) fn person(&self) -> Option<i64> {
        (self.position < self.persons.len()).then(|| self.persons.value(self.position))
    }

    /// Passes over the rows of earlier persons in this batch; hands back the person at hand, who is `person` or a later
    /// one, and `None` when the batch is used up.
    pub(super) fn pass_to(&mut self, person: i64) -> Option<i64> {
        let rest = &self.persons.values()[self.position..];
        if rest.first().is_some_and(|first| *first < person) {
            self.position += first_not(rest, |value| value < person);
        }
        self.person()
    }

    /// Takes the rows of the person at hand that stand in this batch.
    pub(super) fn take(&mut self) -> Range<usize> {
        let rest = &self.persons.values()[self.position..];
        let start = self.position;
        if let Some(person) = rest.first().copied() {
            self.position += first_not(rest, |value| value == person);
        }
        start..self.position
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
            let last = self.persons.values().last().copied().unwrap_or(i64::MIN);
            if !persons.values().is_sorted() || persons.values().first().is_some_and(|first| *first < last) {
                return internal_err!("an input that should be sorted by person_id is not");
            }
            self.persons = persons.clone();
            self.position = 0;
            return Ok(Some(batch));
        }
        self.position = self.persons.len();
        Ok(None)
    }
}

/// How many of the first values hold a condition that none holds behind the first that does not: in doubling steps and then
/// by halves, as most persons have few rows.
fn first_not(values: &[i64], holds: impl Fn(i64) -> bool) -> usize {
    let mut step = 1;
    while values.get(step).is_some_and(|value| holds(*value)) {
        step *= 2;
    }
    let low = step / 2;
    let high = step.min(values.len());
    low + values[low..high].partition_point(|value| holds(*value))
}

#[cfg(test)]
mod tests {
    use super::first_not;

    #[test]
    fn a_person_ends_where_the_next_begins() {
        for length in 1..40 {
            for after in 0..3 {
                let mut values = vec![7; length];
                values.extend(std::iter::repeat_n(8, after));
                assert_eq!(first_not(&values, |value| value == 7), length, "{length} {after}");
                assert_eq!(first_not(&values, |value| value < 8), length, "{length} {after}");
            }
        }
    }
}
