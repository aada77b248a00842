//! `jobs`: every job of every person, quarter by quarter, with what LEHD tells of it.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, Int32Builder, Int64Builder, RecordBatch, StringViewBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{DFSchema, Statistics, exec_datafusion_err};
use datafusion::error::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::estimate;
use super::industry::{Industry, Places};
use super::loaded::{LoadedRule, Loading};
use super::wage_columns::DOLLARS;
use super::wages::{WageFacts, naics};
use super::work::{EMPLOYER, Job, LoadedQuarters, UNIT, Work};
use crate::person::{Blanks, Gather, Known, Program, Run, Start};
use crate::travel;

const NAICS: &str = "naics";
const PRIMARY: &str = "primary_job";

/// The columns of `jobs`, with what they mean.
pub(super) const COLUMNS: [(&str, &str); 14] = [
    ("person_id", "The worker. Never NULL."),
    ("quarter_index", "Quarter as 4 times the year plus the quarter less one. Never NULL."),
    (EMPLOYER, "Unemployment insurance account of the employer. Never NULL."),
    (UNIT, "The unit of the account that paid most; of equals the smaller one. Never NULL."),
    ("wages", "Dollars from the employer in the quarter, above 0. Never NULL."),
    (
        NAICS,
        "Industry of that unit: its NAICS code in the employer file of the quarter, or else of the nearest one. NULL: not in the employer file.",
    ),
    (
        "primary_job",
        "Whether it is the job of the quarter that paid the person most; of equals the one of the smaller account. Never NULL.",
    ),
    (
        "beginning_of_quarter",
        "Whether the employer paid in the quarter before too: employment on the first day. NULL: that quarter is not loaded.",
    ),
    (
        "end_of_quarter",
        "Whether the employer paid in the quarter after too: employment on the last day. NULL: that quarter is not loaded.",
    ),
    ("full_quarter", "Whether the employer paid in both. NULL: one of them is not loaded."),
    (
        "accession",
        "Whether the employer did not pay in the quarter before. NULL: that quarter is not loaded.",
    ),
    (
        "separation",
        "Whether the employer did not pay in the quarter after. NULL: that quarter is not loaded.",
    ),
    ("tenure", "Quarters in a row with wages from the employer, up to this one. Never NULL."),
    (
        "tenure_censored",
        "Whether the quarter before these is not loaded, so that they may be more. Never NULL.",
    ),
];

/// The program of `jobs`.
///
/// Person inputs: where `has_cohort` the persons that are asked for (`person_id`), and wage records. References: their coverage,
/// and, where `has_industry`, the employer file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    /// How the coverage is read.
    pub loaded: LoadedRule,
    /// Whether the employer file is there.
    pub has_industry: bool,
    /// Whether only the persons of the first input are looked at.
    pub has_cohort: bool,
}

fn schema() -> SchemaRef {
    let types = [
        (DataType::Int64, false),
        (DataType::Int32, false),
        (DataType::Utf8View, false),
        (DataType::Utf8View, true),
        (DOLLARS, false),
        (DataType::Utf8View, true),
        (DataType::Boolean, false),
        (DataType::Boolean, true),
        (DataType::Boolean, true),
        (DataType::Boolean, true),
        (DataType::Boolean, true),
        (DataType::Boolean, true),
        (DataType::Int32, false),
        (DataType::Boolean, false),
    ];
    let fields = COLUMNS.iter().zip(types);
    Arc::new(Schema::new(
        fields.map(|((name, _), (of, nullable))| Field::new(*name, of, nullable)).collect::<Vec<_>>(),
    ))
}

impl Program for Jobs {
    fn name(&self) -> &'static str {
        "Jobs"
    }

    fn description(&self) -> String {
        format!("industry={}, cohort={}", self.has_industry, self.has_cohort)
    }

    fn parameters(&self) -> Result<Value> {
        travel::parameters(self)
    }

    fn schema(&self) -> SchemaRef {
        schema()
    }

    fn reads(&self, asked: &[usize], inputs: &[&DFSchema]) -> Vec<Vec<usize>> {
        let asks =
            |name: &str| asked.iter().any(|place| COLUMNS.get(*place).is_some_and(|column| column.0 == name));
        let of_input = |(input, columns): (usize, &&DFSchema)| {
            // Behind the cohort come the wages, their coverage, and the employer file.
            let needed = |name: &str| match (input.wrapping_sub(usize::from(self.has_cohort)), name) {
                (0, UNIT) => asks(NAICS) || asks(UNIT),
                (2, _) => asks(NAICS),
                _ => true,
            };
            let columns = columns.fields().iter().enumerate();
            columns.filter(|(_, field)| needed(field.name())).map(|(place, _)| place).collect()
        };
        inputs.iter().enumerate().map(of_input).collect()
    }

    fn follows_first(&self) -> bool {
        self.has_cohort
    }

    fn follows_through_time(&self) -> bool {
        true
    }

    fn estimate(&self, inputs: &[Known]) -> Statistics {
        estimate::jobs(self, inputs)
    }

    fn gather(&self) -> Box<dyn Gather> {
        let (loading, industry) = (Loading::new(self.loaded.clone()), Industry::default());
        Box::new(JobsGather { loading, industry, has_cohort: self.has_cohort })
    }
}

#[derive(Debug)]
struct JobsGather {
    loading: Loading,
    industry: Industry,
    has_cohort: bool,
}

impl Gather for JobsGather {
    fn batch(&mut self, reference: usize, batch: &RecordBatch) -> Result<()> {
        if reference == 0 { self.loading.batch(batch) } else { self.industry.batch(batch) }
    }

    fn finish(self: Box<Self>) -> Result<Box<dyn Start>> {
        let sentence = |sentence| exec_datafusion_err!("{sentence}");
        let loaded = LoadedQuarters::new(&self.loading.finish()).map_err(sentence)?;
        let facts = WageFacts { industry: self.industry.finish(), loaded, worth: None };
        Ok(Box::new(Started { facts: Arc::new(facts), has_cohort: self.has_cohort }))
    }
}

struct Started {
    facts: Arc<WageFacts>,
    has_cohort: bool,
}

impl Start for Started {
    fn start(&self, asked: &[usize]) -> Result<Box<dyn Run>> {
        let facts = Arc::clone(&self.facts);
        Ok(Box::new(JobsRun::new(facts, asked, usize::from(self.has_cohort))))
    }
}

/// The jobs of one person after the other.
struct JobsRun {
    facts: Arc<WageFacts>,
    schema: SchemaRef,
    work: Work,
    places: Places,
    rows: usize,
    asks: Asks,
    blanks: Blanks,
    /// The place of wage records among the inputs.
    wages: usize,
    columns: Columns,
}

/// Which of the columns that cost something somebody reads; the others are NULL, or false.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "one for each column")]
struct Asks {
    employer: bool,
    unit: bool,
    naics: bool,
    primary: bool,
}

impl Asks {
    fn new(asked: &[usize]) -> Self {
        let is_asked =
            |name: &str| asked.iter().any(|place| COLUMNS.get(*place).is_some_and(|column| column.0 == name));
        Self {
            employer: is_asked(EMPLOYER),
            unit: is_asked(UNIT),
            naics: is_asked(NAICS),
            primary: is_asked(PRIMARY),
        }
    }
}

/// Builders of all columns.
#[derive(Debug, Default)]
struct Columns {
    person: Int64Builder,
    quarter: Int32Builder,
    employer: StringViewBuilder,
    unit: StringViewBuilder,
    wages: Decimal128Builder,
    naics: StringViewBuilder,
    primary: BooleanBuilder,
    beginning: BooleanBuilder,
    end: BooleanBuilder,
    full: BooleanBuilder,
    accession: BooleanBuilder,
    separation: BooleanBuilder,
    tenure: Int32Builder,
    censored: BooleanBuilder,
}

impl JobsRun {
    fn new(facts: Arc<WageFacts>, asked: &[usize], wages: usize) -> Self {
        Self {
            facts,
            schema: schema(),
            work: Work::default(),
            places: Places::default(),
            rows: 0,
            asks: Asks::new(asked),
            blanks: Blanks::default(),
            wages,
            columns: Columns::default(),
        }
    }

    fn push(&mut self, person: i64, job: &Job, is_primary: bool) {
        let (facts, columns) = (&self.facts, &mut self.columns);
        let (before, after) = (facts.loaded.has(job.quarter - 1), facts.loaded.has(job.quarter + 1));
        columns.person.append_value(person);
        columns.quarter.append_value(job.quarter);
        columns.wages.append_value(i128::from(job.cents));
        if self.asks.employer {
            columns.employer.append_value(self.work.text(&job.employer));
        }
        if self.asks.unit {
            columns.unit.append_value(self.work.text(&job.unit));
        }
        if self.asks.naics {
            columns.naics.append_option(naics(facts, &self.work, &mut self.places, job));
        }
        columns.primary.append_value(is_primary);
        columns.beginning.append_option(before.then_some(job.before));
        columns.end.append_option(after.then_some(job.after));
        columns.full.append_option((before && after).then_some(job.is_full_quarter()));
        columns.accession.append_option(before.then_some(!job.before));
        columns.separation.append_option(after.then_some(!job.after));
        columns.tenure.append_value(job.tenure);
        columns.censored.append_value(!facts.loaded.has(job.quarter - job.tenure));
    }
}

impl Run for JobsRun {
    fn open(&mut self, input: usize, batch: &RecordBatch) -> Result<()> {
        if input == self.wages { self.work.open(batch) } else { Ok(()) }
    }

    fn rows(&mut self, input: usize, rows: Range<usize>) -> Result<()> {
        if input == self.wages {
            self.work.rows(rows);
        }
        Ok(())
    }

    fn close(&mut self, person: i64) -> Result<()> {
        self.work.arrange();
        let mut first = 0;
        while let Some(job) = self.work.jobs().get(first).copied() {
            let rest = &self.work.jobs()[first..];
            let end = first + rest.iter().take_while(|other| other.quarter == job.quarter).count();
            let mut primary = first;
            let others = if self.asks.primary { first + 1..end } else { end..end };
            for place in others {
                let rank = |place: usize| (self.work.jobs()[place].employer, self.work.jobs()[place].cents);
                if self.work.outranks(rank(place), rank(primary)) {
                    primary = place;
                }
            }
            for place in first..end {
                let job = self.work.jobs()[place];
                self.push(person, &job, place == primary);
            }
            self.rows += end - first;
            first = end;
        }
        self.work.clear();
        Ok(())
    }

    fn waiting(&self) -> usize {
        self.rows
    }

    fn take(&mut self) -> Result<RecordBatch> {
        let rows = std::mem::take(&mut self.rows);
        let columns = &mut self.columns;
        let blank = self.blanks.column(self.schema.field_with_name(NAICS)?, rows)?;
        let texts = |builder: &mut StringViewBuilder, is_asked: bool| -> ArrayRef {
            if is_asked { Arc::new(builder.finish()) } else { ArrayRef::clone(&blank) }
        };
        let employer = texts(&mut columns.employer, self.asks.employer);
        let unit = texts(&mut columns.unit, self.asks.unit);
        let naics = texts(&mut columns.naics, self.asks.naics);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(columns.person.finish()),
            Arc::new(columns.quarter.finish()),
            employer,
            unit,
            Arc::new(columns.wages.finish().with_data_type(DOLLARS)),
            naics,
            Arc::new(columns.primary.finish()),
            Arc::new(columns.beginning.finish()),
            Arc::new(columns.end.finish()),
            Arc::new(columns.full.finish()),
            Arc::new(columns.accession.finish()),
            Arc::new(columns.separation.finish()),
            Arc::new(columns.tenure.finish()),
            Arc::new(columns.censored.finish()),
        ];
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}
