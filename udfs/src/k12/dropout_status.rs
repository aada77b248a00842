//! `dropout_status`: every student of a school year under an event method.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::Result;
use lifetracks_datasets::EventRule;

use super::columns::{Columns, Detail, Row, event_schema};
use super::event::{EventJudge, Outcome};
use super::student::{Calendar, Spell, Student};
use super::verdict::{Place, Status};
use crate::person::{Program, Run};

/// The program of `dropout_status`: enrollment and diplomas in, a row for each person, school year and method out; two
/// rows for a dropout who left another school or grade than that of the count day.
#[derive(Debug)]
pub struct DropoutStatus {
    /// The first and the last school year, as ENDING years.
    years: (i32, i32),
    /// Names and rules, in the order of the result's rows.
    methods: Vec<(String, EventRule)>,
    schema: SchemaRef,
}

impl DropoutStatus {
    /// A program for some school years under some methods.
    pub fn new(years: (i32, i32), methods: Vec<(String, EventRule)>) -> Self {
        Self { years, methods, schema: event_schema() }
    }
}

impl Program for DropoutStatus {
    fn name(&self) -> &'static str {
        "DropoutStatus"
    }

    fn description(&self) -> String {
        let methods: Vec<&str> = self.methods.iter().map(|(name, _)| name.as_str()).collect();
        format!("school_years={}..={}, methods=[{}]", self.years.0, self.years.1, methods.join(", "))
    }

    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn start(&self, reference: &[RecordBatch]) -> Result<Box<dyn Run>> {
        let mut student = Student::default();
        let calendar = Calendar::read(reference, &mut student.names)?;
        let judges = self.methods.iter().map(|(name, rule)| (name.clone(), EventJudge::new(rule.clone())));
        let columns = Columns::new(Arc::clone(&self.schema));
        Ok(Box::new(DropoutRun { years: self.years, judges: judges.collect(), student, calendar, columns }))
    }
}

struct DropoutRun {
    years: (i32, i32),
    judges: Vec<(String, EventJudge)>,
    student: Student,
    calendar: Calendar,
    columns: Columns,
}

impl Run for DropoutRun {
    fn open(&mut self, input: usize, batch: &RecordBatch) -> Result<()> {
        self.student.open(input, batch)
    }

    fn rows(&mut self, input: usize, rows: Range<usize>) -> Result<()> {
        self.student.rows(input, rows);
        Ok(())
    }

    fn close(&mut self, person: i64) -> Result<()> {
        self.student.arrange();
        for (method, judge) in &mut self.judges {
            judge.take(&self.student);
            for year in self.years.0..=self.years.1 {
                if let Some(outcome) = judge.outcome(&self.student, year, &self.calendar) {
                    push(&mut self.columns, (person, year, method), &outcome, &self.student);
                }
            }
        }
        self.student.clear();
        Ok(())
    }

    fn waiting(&self) -> usize {
        self.columns.rows()
    }

    fn take(&mut self) -> Result<RecordBatch> {
        self.columns.take()
    }
}

/// One row, or two for a dropout who left another school or grade than that of the count day: one has the member, the
/// other the dropout.
fn push(
    columns: &mut Columns,
    (person, year, method): (i64, i32, &str),
    outcome: &Outcome,
    student: &Student,
) {
    let place = |spell: &Spell| Place { district: spell.district, school: spell.school };
    let Some(left) = outcome.verdict.spell.as_ref().map(place) else { return };
    let home = outcome.member.as_ref().map(|(spell, grade)| (place(spell), grade.as_str()));
    let there = (left, outcome.grade.as_str());
    let dropped = outcome.verdict.status == Status::Dropout;
    let (place, grade) = home.unwrap_or(there);
    let row = Row {
        person,
        year,
        method,
        detail: Detail::Event { grade },
        verdict: outcome.verdict,
        in_den: home.is_some(),
        in_num: dropped,
        weight: 1.0,
        place,
    };
    if dropped && home.is_some_and(|home| home != there) {
        columns.push(&Row { in_num: false, ..row }, &student.names);
        let detail = Detail::Event { grade: there.1 };
        columns.push(&Row { detail, in_den: false, place: left, ..row }, &student.names);
    } else {
        columns.push(&row, &student.names);
    }
}
