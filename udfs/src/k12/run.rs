//! A program over students at work: it collects the rows of a student and asks its judges, one for each method.

use std::ops::Range;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::Result;

use super::columns::Columns;
use super::student::{Calendar, Student};
use crate::person::Run;

/// What a method makes of a student.
pub(super) trait Judgement: Send {
    /// Writes the rows that the method, of this name, has for a student.
    fn write(&mut self, person: i64, method: &str, seen: &Seen, rows: &mut Columns);
}

/// A student, and the calendars of the schools.
pub(super) struct Seen {
    pub(super) student: Student,
    pub(super) calendar: Calendar,
}

/// Students one after the other, each judged by every method.
pub(super) struct StudentRun<J> {
    seen: Seen,
    /// Names and judges of methods, in the order of the result's rows.
    judges: Vec<(String, J)>,
    rows: Columns,
}

impl<J> StudentRun<J> {
    /// A run whose reference input holds the calendars.
    pub(super) fn new(
        mut student: Student,
        reference: &[RecordBatch],
        judges: impl Iterator<Item = (String, J)>,
        schema: SchemaRef,
    ) -> Result<Self> {
        let calendar = Calendar::read(reference, &mut student.names)?;
        let seen = Seen { student, calendar };
        Ok(Self { seen, judges: judges.collect(), rows: Columns::new(schema) })
    }
}

impl<J: Judgement> Run for StudentRun<J> {
    fn open(&mut self, input: usize, batch: &RecordBatch) -> Result<()> {
        self.seen.student.open(input, batch)
    }

    fn rows(&mut self, input: usize, rows: Range<usize>) -> Result<()> {
        self.seen.student.rows(input, rows);
        Ok(())
    }

    fn close(&mut self, person: i64) -> Result<()> {
        self.seen.student.arrange();
        for (method, judge) in &mut self.judges {
            judge.write(person, method, &self.seen, &mut self.rows);
        }
        self.seen.student.clear();
        Ok(())
    }

    fn waiting(&self) -> usize {
        self.rows.rows()
    }

    fn take(&mut self) -> Result<RecordBatch> {
        self.rows.take()
    }
}
