//! The columns of a result about students, built row by row.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int32Builder, Int64Builder, RecordBatch,
    StringViewBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::error::Result;

use super::verdict::{Place, Status, Verdict};
use crate::person::Names;

/// One row of a result.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) person: i64,
    /// The cohort or the school year, as ENDING year.
    pub(super) year: i32,
    pub(super) method: &'a str,
    /// Years after which the status is taken, or the grade of the event.
    pub(super) detail: Detail<'a>,
    pub(super) verdict: Verdict,
    pub(super) in_den: bool,
    pub(super) in_num: bool,
    pub(super) weight: f64,
    pub(super) place: Place,
}

/// What a cohort has and an event has not, and the other way round.
#[derive(Debug, Clone, Copy)]
pub(super) enum Detail<'a> {
    Cohort { years: i32, terms_at_risk: Option<i32> },
    Event { grade: &'a str },
}

/// Builders of all columns.
#[derive(Debug)]
pub(super) struct Columns {
    schema: SchemaRef,
    rows: usize,
    person: Int64Builder,
    year: Int32Builder,
    method: StringViewBuilder,
    years: Int32Builder,
    grade: StringViewBuilder,
    status: StringViewBuilder,
    reason: StringViewBuilder,
    in_den: BooleanBuilder,
    in_num: BooleanBuilder,
    weight: Float64Builder,
    district: StringViewBuilder,
    school: StringViewBuilder,
    terms: Int32Builder,
    entry: Date32Builder,
    exit: Date32Builder,
    exit_code: StringViewBuilder,
    documented: BooleanBuilder,
    award: Date32Builder,
    diploma: StringViewBuilder,
}

fn field(name: &str, data_type: DataType, nullable: bool) -> Field {
    Field::new(name, data_type, nullable)
}

/// The columns of `grad_cohort`.
pub(super) fn cohort_schema() -> SchemaRef {
    let mut fields = vec![
        field("person_id", DataType::Int64, false),
        field("cohort_year", DataType::Int32, false),
        field("method", DataType::Utf8View, false),
        field("years", DataType::Int32, false),
    ];
    fields.extend(judged());
    fields.push(field("terms_at_risk", DataType::Int32, true));
    fields.extend(evidence());
    Arc::new(Schema::new(fields))
}

/// The columns of `dropout_status`.
pub(super) fn event_schema() -> SchemaRef {
    let mut fields = vec![
        field("person_id", DataType::Int64, false),
        field("school_year", DataType::Int32, false),
        field("method", DataType::Utf8View, false),
        field("grade", DataType::Utf8View, false),
    ];
    fields.extend(judged());
    fields.extend(evidence());
    Arc::new(Schema::new(fields))
}

fn judged() -> [Field; 7] {
    [
        field("status", DataType::Utf8View, false),
        field("reason_code", DataType::Utf8View, false),
        field("in_den", DataType::Boolean, false),
        field("in_num", DataType::Boolean, false),
        field("weight", DataType::Float64, false),
        field("district_id", DataType::Utf8View, false),
        field("school_id", DataType::Utf8View, false),
    ]
}

fn evidence() -> [Field; 6] {
    [
        field("entry_date", DataType::Date32, true),
        field("exit_date", DataType::Date32, true),
        field("exit_code", DataType::Utf8View, true),
        field("exit_documented", DataType::Boolean, true),
        field("award_date", DataType::Date32, true),
        field("diploma_type", DataType::Utf8View, true),
    ]
}

impl Columns {
    pub(super) fn new(schema: SchemaRef) -> Self {
        let text = || StringViewBuilder::new().with_deduplicate_strings();
        Self {
            schema,
            rows: 0,
            person: Int64Builder::new(),
            year: Int32Builder::new(),
            method: text(),
            years: Int32Builder::new(),
            grade: text(),
            status: text(),
            reason: text(),
            in_den: BooleanBuilder::new(),
            in_num: BooleanBuilder::new(),
            weight: Float64Builder::new(),
            district: text(),
            school: text(),
            terms: Int32Builder::new(),
            entry: Date32Builder::new(),
            exit: Date32Builder::new(),
            exit_code: text(),
            documented: BooleanBuilder::new(),
            award: Date32Builder::new(),
            diploma: text(),
        }
    }

    /// Rows since the last batch.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn push(&mut self, row: &Row<'_>, names: &Names) {
        self.rows += 1;
        self.person.append_value(row.person);
        self.year.append_value(row.year);
        self.method.append_value(row.method);
        match row.detail {
            Detail::Cohort { years, terms_at_risk } => {
                self.years.append_value(years);
                self.terms.append_option(terms_at_risk);
            }
            Detail::Event { grade } => self.grade.append_value(grade),
        }
        let verdict = &row.verdict;
        self.status.append_value(verdict.status.code());
        self.reason.append_value(verdict.reason.code());
        self.in_den.append_value(row.in_den);
        self.in_num.append_value(row.in_num);
        self.weight.append_value(row.weight);
        self.district.append_value(names.text(row.place.district));
        self.school.append_value(names.text(row.place.school));
        let spell = verdict.spell.as_ref();
        self.entry.append_option(spell.map(|spell| spell.entry));
        self.exit.append_option(spell.and_then(|spell| spell.exit));
        self.exit_code.append_option(spell.and_then(|spell| spell.exit_code).map(|code| names.text(code)));
        self.documented.append_option(spell.and_then(|spell| spell.documented));
        self.award.append_option(verdict.award.map(|award| award.day));
        self.diploma.append_option(verdict.award.map(|award| names.text(award.kind)));
    }

    /// The rows since the last batch, as a batch.
    pub(super) fn take(&mut self) -> Result<RecordBatch> {
        self.rows = 0;
        let columns = self.schema.fields().iter().map(|field| -> ArrayRef {
            match field.name().as_str() {
                "person_id" => Arc::new(self.person.finish()),
                "cohort_year" | "school_year" => Arc::new(self.year.finish()),
                "method" => Arc::new(self.method.finish()),
                "years" => Arc::new(self.years.finish()),
                "grade" => Arc::new(self.grade.finish()),
                "status" => Arc::new(self.status.finish()),
                "reason_code" => Arc::new(self.reason.finish()),
                "in_den" => Arc::new(self.in_den.finish()),
                "in_num" => Arc::new(self.in_num.finish()),
                "weight" => Arc::new(self.weight.finish()),
                "district_id" => Arc::new(self.district.finish()),
                "school_id" => Arc::new(self.school.finish()),
                "terms_at_risk" => Arc::new(self.terms.finish()),
                "entry_date" => Arc::new(self.entry.finish()),
                "exit_date" => Arc::new(self.exit.finish()),
                "exit_code" => Arc::new(self.exit_code.finish()),
                "exit_documented" => Arc::new(self.documented.finish()),
                "award_date" => Arc::new(self.award.finish()),
                _ => Arc::new(self.diploma.finish()),
            }
        });
        let columns = columns.collect();
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

/// Whether a status counts in the denominator and in the numerator of a graduation rate.
pub(super) fn counts(status: Status) -> (bool, bool) {
    (status != Status::Excluded, status == Status::Graduate)
}
