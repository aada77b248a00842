//! The first and last rows of a result as a Markdown table.

use std::collections::VecDeque;
use std::io;

use lifetracks_engine::Role;
use lifetracks_engine::arrow::datatypes::{Schema, SchemaRef};
use lifetracks_engine::arrow::record_batch::RecordBatch;

use crate::render::{Columns, Ending, Look, RENDERERS, Render, View, format_named};
use crate::text::counted;

/// Rows at most, where the screen shows all.
const MOST: usize = 1_000;

/// Rows of a result, as many as the screen shows.
pub(crate) struct Excerpt {
    schema: SchemaRef,
    render: Box<dyn Render>,
    head: Rows,
    tail: Rows,
    count: u64,
}

/// Rows up to a number.
#[derive(Default)]
struct Rows {
    batches: VecDeque<RecordBatch>,
    count: usize,
    limit: usize,
}

impl Excerpt {
    /// An excerpt of at most so many rows of a result with these columns; 0 has as many as the screen may show.
    pub(super) fn new(schema: &SchemaRef, roles: &[Option<Role>], rows: usize, look: &Look) -> Self {
        let rows = if rows == 0 { MOST } else { rows };
        let format = format_named("markdown").unwrap_or(&RENDERERS[0]);
        let view = View { look: look.clone(), ..View::default() };
        let rows_up_to = |limit| Rows { limit, ..Rows::default() };
        Self {
            schema: SchemaRef::clone(schema),
            render: (format.open)(&Columns { schema, roles }, &view),
            head: rows_up_to(rows.div_ceil(2)),
            tail: rows_up_to(rows / 2),
            count: 0,
        }
    }

    /// The columns.
    pub(super) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Takes the next rows.
    pub(crate) fn add(&mut self, batch: &RecordBatch) {
        self.count += batch.num_rows() as u64;
        let first = self.head.limit.saturating_sub(self.head.count).min(batch.num_rows());
        self.head.push(batch.slice(0, first));
        self.tail.push(batch.slice(first, batch.num_rows() - first));
        self.tail.drop_first();
    }

    /// The table, and a line that counts the rows where some are left out.
    pub(super) fn markdown(mut self) -> io::Result<String> {
        let mut text = Vec::new();
        self.render.begin(&mut text)?;
        let shown = self.head.count + self.tail.count;
        let skips = self.count > shown as u64;
        for batch in &self.head.batches {
            self.render.batch(batch, &mut text)?;
        }
        if skips {
            text.extend(format!("|{}\n", " … |".repeat(self.schema.fields().len())).bytes());
        }
        for batch in &self.tail.batches {
            self.render.batch(batch, &mut text)?;
        }
        self.render.end(&Ending::default(), &mut text)?;
        if skips {
            text.extend(format!("\n{} ({shown} shown)\n", counted(self.count, "row")).bytes());
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

impl Rows {
    fn push(&mut self, batch: RecordBatch) {
        if batch.num_rows() > 0 {
            self.count += batch.num_rows();
            self.batches.push_back(batch);
        }
    }

    /// Drops the first rows that are past the limit.
    fn drop_first(&mut self) {
        while self.count > self.limit
            && let Some(first) = self.batches.pop_front()
        {
            let surplus = (self.count - self.limit).min(first.num_rows());
            self.count -= first.num_rows();
            self.push_first(first.slice(surplus, first.num_rows() - surplus));
        }
    }

    fn push_first(&mut self, batch: RecordBatch) {
        if batch.num_rows() > 0 {
            self.count += batch.num_rows();
            self.batches.push_front(batch);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use lifetracks_engine::arrow::array::{ArrayRef, Int64Array};

    /// An excerpt of the numbers 1 to `count`, in batches of that many.
    fn markdown(rows: usize, count: i64, batch: usize) -> String {
        let numbers: Vec<i64> = (1..=count).collect();
        let batches: Vec<RecordBatch> = numbers
            .chunks(batch)
            .map(|part| {
                let column: ArrayRef = Arc::new(Int64Array::from(part.to_vec()));
                RecordBatch::try_from_iter([("n", column)]).unwrap()
            })
            .collect();
        let mut excerpt = Excerpt::new(&batches[0].schema(), &[None], rows, &Look::default());
        for batch in &batches {
            excerpt.add(batch);
        }
        excerpt.markdown().unwrap()
    }

    #[test]
    fn a_short_result_is_whole() {
        assert_eq!(markdown(4, 3, 2), "| n |\n| ---: |\n| 1 |\n| 2 |\n| 3 |\n");
    }

    #[test]
    fn a_long_result_has_its_first_and_last_rows_however_they_come() {
        let expected = "| n |\n| ---: |\n| 1 |\n| 2 |\n| … |\n| 99 |\n| 100 |\n\n100 rows (4 shown)\n";
        for batch in [1, 3, 7, 100] {
            assert_eq!(markdown(4, 100, batch), expected, "{batch}");
        }
        assert!(markdown(3, 100, 9).ends_with("| 2 |\n| … |\n| 100 |\n\n100 rows (3 shown)\n"));
    }

    #[test]
    fn a_screen_without_a_limit_is_recorded_up_to_one() {
        assert!(markdown(0, 1_001, 100).ends_with("\n1,001 rows (1000 shown)\n"));
    }
}
