//! `grad_cohort`: every person ever considered for a graduating cohort, under one or several methods, in one scan.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Statistics;
use datafusion::error::Result;
use lifetracks_datasets::CohortRule;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cohort::{CohortYears, Judge};
use super::columns::{Columns, Detail, Row, cohort_schema, counts};
use super::estimate::of_students;
use super::run::{Judgement, Seen, StudentRun};
use super::student::Student;
use crate::person::{Collected, Gather, Known, Program, Run};
use crate::travel;

/// The program of `grad_cohort`: enrollment and diplomas in, a row for each person, cohort, method and school out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradCohort {
    years: CohortYears,
    /// Names and rules, in the order of the result's rows.
    methods: Vec<(String, CohortRule)>,
    #[serde(skip, default = "cohort_schema")]
    schema: SchemaRef,
}

impl GradCohort {
    /// A program for some cohorts under some methods.
    pub fn new(years: CohortYears, methods: Vec<(String, CohortRule)>) -> Self {
        Self { years, methods, schema: cohort_schema() }
    }

    fn start(&self, calendar: &[RecordBatch]) -> Result<Box<dyn Run>> {
        let entries = || self.methods.iter().map(|(_, rule)| &rule.entry);
        let ungraded = entries().flat_map(|entry| entry.ungraded.iter().flat_map(|rule| &rule.grades));
        let student = Student::in_grades(entries().flat_map(|entry| &entry.grades).chain(ungraded));
        let years = self.years;
        let judges = self.methods.iter();
        let judges =
            judges.map(|(name, rule)| (name.clone(), CohortJudge { years, judge: Judge::new(rule.clone()) }));
        Ok(Box::new(StudentRun::new(student, calendar, judges, self.schema())?))
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

    fn parameters(&self) -> Result<Value> {
        travel::parameters(self)
    }

    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// A person has one cohort, and rarely a second one.
    fn estimate(&self, inputs: &[Known]) -> Statistics {
        of_students(&self.schema, inputs, ((self.years.first, self.years.last), 1), self.methods.len())
    }

    fn gather(&self) -> Box<dyn Gather> {
        let program = self.clone();
        Box::new(Collected::new(move |calendar| program.start(calendar)))
    }
}

/// A method and the cohorts that are asked for.
struct CohortJudge {
    years: CohortYears,
    judge: Judge,
}

impl Judgement for CohortJudge {
    fn write(&mut self, person: i64, method: &str, seen: &Seen, rows: &mut Columns) {
        let Self { years, judge } = self;
        if !judge.take(&seen.student) {
            return;
        }
        for member in judge.memberships(&seen.student, *years).into_iter().flatten() {
            let places = judge.places(&member, &seen.calendar);
            let total: u32 = places.iter().map(|(_, count)| count).sum();
            let terms_at_risk = judge.terms_at_risk(&member);
            let (in_den, in_num) = counts(member.verdict.status);
            // A row for each school that answers, with its share.
            for (place, count) in places {
                let row = Row {
                    person,
                    year: member.cohort,
                    method,
                    detail: Detail::Cohort { years: years.years, terms_at_risk },
                    verdict: member.verdict,
                    in_den,
                    in_num,
                    weight: f64::from(count) / f64::from(total.max(1)),
                    place,
                };
                rows.push(&row, &seen.student.names);
            }
        }
    }
}
