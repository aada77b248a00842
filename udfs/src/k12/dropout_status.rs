//! `dropout_status`: every student of a school year under an event method.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Statistics;
use datafusion::error::Result;
use lifetracks_datasets::EventRule;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::columns::{Columns, Detail, Row, event_schema};
use super::estimate::of_students;
use super::event::{EventJudge, Outcome};
use super::run::{Judgement, Seen, StudentRun};
use super::student::{Spell, Student};
use super::verdict::{Place, Status};
use crate::person::{Collected, Gather, Known, Program, Run};
use crate::travel;

/// The program of `dropout_status`: enrollment and diplomas in, a row for each person, school year and method out; two
/// rows for a dropout who left another school or grade than that of the count day.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropoutStatus {
    /// The first and the last school year, as ENDING years.
    years: (i32, i32),
    /// Names and rules, in the order of the result's rows.
    methods: Vec<(String, EventRule)>,
    #[serde(skip, default = "event_schema")]
    schema: SchemaRef,
}

impl DropoutStatus {
    /// A program for some school years under some methods.
    pub fn new(years: (i32, i32), methods: Vec<(String, EventRule)>) -> Self {
        Self { years, methods, schema: event_schema() }
    }

    fn start(&self, calendar: &[RecordBatch]) -> Result<Box<dyn Run>> {
        let years = self.years;
        let judges = self.methods.iter();
        let judges = judges
            .map(|(name, rule)| (name.clone(), YearsJudge { years, judge: EventJudge::new(rule.clone()) }));
        Ok(Box::new(StudentRun::new(Student::default(), calendar, judges, self.schema())?))
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

    fn parameters(&self) -> Result<Value> {
        travel::parameters(self)
    }

    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn estimate(&self, inputs: &[Known]) -> Statistics {
        let (first, last) = self.years;
        let count = usize::try_from(i64::from(last) - i64::from(first) + 1).unwrap_or(0);
        of_students(&self.schema, inputs, (self.years, count), self.methods.len())
    }

    fn gather(&self) -> Box<dyn Gather> {
        let program = self.clone();
        Box::new(Collected::new(move |calendar| program.start(calendar)))
    }
}

/// A method and the school years that are asked for.
struct YearsJudge {
    years: (i32, i32),
    judge: EventJudge,
}

impl Judgement for YearsJudge {
    fn write(&mut self, person: i64, method: &str, seen: &Seen, rows: &mut Columns) {
        self.judge.take(&seen.student);
        for year in self.years.0..=self.years.1 {
            if let Some(outcome) = self.judge.outcome(&seen.student, year, &seen.calendar) {
                push(rows, (person, year, method), &outcome, &seen.student);
            }
        }
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
