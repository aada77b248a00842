//! `grad_cohort`: every person ever considered for a graduating cohort, under one or several methods, in one scan.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::Result;
use lifetracks_datasets::CohortRule;

use super::cohort::{CohortYears, Judge, Membership};
use super::columns::{Columns, Detail, Row, cohort_schema, counts};
use super::student::{Calendar, Student};
use super::verdict::Place;
use crate::person::{Program, Run};

/// The program of `grad_cohort`: enrollment and diplomas in, a row for each person, cohort, method and school out.
#[derive(Debug)]
pub struct GradCohort {
    years: CohortYears,
    /// Names and rules, in the order of the result's rows.
    methods: Vec<(String, CohortRule)>,
    schema: SchemaRef,
}

impl GradCohort {
    /// A program for some cohorts under some methods.
    pub fn new(years: CohortYears, methods: Vec<(String, CohortRule)>) -> Self {
        Self { years, methods, schema: cohort_schema() }
    }
}

impl Program for GradCohort {
    fn name(&self) -> &'static str {
        "GradCohort"
    }

    fn description(&self) -> String {
        let CohortYears { first, last, years, last_loaded } = self.years;
        let methods: Vec<&str> = self.methods.iter().map(|(name, _)| name.as_str()).collect();
        let loaded = last_loaded.map_or_else(String::new, |year| format!(", loaded_to={year}"));
        format!("cohorts={first}..={last}, years={years}, methods=[{}]{loaded}", methods.join(", "))
    }

    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn start(&self, reference: &[RecordBatch]) -> Result<Box<dyn Run>> {
        let entries = || self.methods.iter().map(|(_, rule)| &rule.entry);
        let ungraded = entries().flat_map(|entry| entry.ungraded.iter().flat_map(|rule| &rule.grades));
        let mut student = Student::in_grades(entries().flat_map(|entry| &entry.grades).chain(ungraded));
        let calendar = Calendar::read(reference, &mut student.names)?;
        let judges = self.methods.iter().map(|(name, rule)| (name.clone(), Judge::new(rule.clone())));
        let columns = Columns::new(Arc::clone(&self.schema));
        Ok(Box::new(GradCohortRun {
            years: self.years,
            judges: judges.collect(),
            student,
            calendar,
            columns,
        }))
    }
}

struct GradCohortRun {
    years: CohortYears,
    judges: Vec<(String, Judge)>,
    student: Student,
    calendar: Calendar,
    columns: Columns,
}

impl Run for GradCohortRun {
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
            if !judge.take(&self.student) {
                continue;
            }
            for member in judge.memberships(&self.student, self.years).into_iter().flatten() {
                let row = row(person, method, &member, (self.years.years, judge.terms_at_risk(&member)));
                push(&mut self.columns, row, judge.places(&member, &self.calendar), &self.student);
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

/// A member's row before its schools.
fn row<'a>(
    person: i64,
    method: &'a str,
    member: &Membership,
    (years, terms_at_risk): (i32, Option<i32>),
) -> Row<'a> {
    let (in_den, in_num) = counts(member.verdict.status);
    Row {
        person,
        year: member.cohort,
        method,
        detail: Detail::Cohort { years, terms_at_risk },
        verdict: member.verdict,
        in_den,
        in_num,
        weight: 1.0,
        place: Place { district: 0, school: 0 },
    }
}

/// A row for each school that answers, with its share.
fn push(columns: &mut Columns, row: Row<'_>, places: Vec<(Place, u32)>, student: &Student) {
    let total: u32 = places.iter().map(|(_, count)| count).sum();
    for (place, count) in places {
        let weight = f64::from(count) / f64::from(total.max(1));
        columns.push(&Row { weight, place, ..row }, &student.names);
    }
}
