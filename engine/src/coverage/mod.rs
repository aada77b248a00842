//! Coverage: which sources and periods the lake's tables hold, which are absent, and which changed more than usual.

mod alarm;
mod complete;
mod gap;
mod thresholds;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::Schema;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use lifetracks_datasets::{Period, Table, TableKind};

pub use self::alarm::Alarm;
pub(crate) use self::alarm::alarms;
pub(crate) use self::complete::periods;
pub use self::gap::Gap;
pub(crate) use self::gap::gaps;
pub(crate) use self::thresholds::{Limits, Thresholds};
use crate::error::{Error, LakeContext, Result};
use crate::lake::{Coverage, CoverageCounter, DataFile, Group, Location, TableVersion, Tally, read_data};

/// Rows of a file without facts that are decoded at a time.
const READ_ROWS: usize = 64 * 1024;

/// What one table holds of every source and period at one version.
#[derive(Debug, Clone)]
pub(crate) struct TableCoverage<'a> {
    pub(crate) table: &'a Table,
    pub(crate) coverage: Coverage,
}

impl<'a> TableCoverage<'a> {
    /// The coverage of a table version, from its log. A file of an earlier release, whose log entry does not say, is read.
    pub(crate) async fn read(location: &Location, version: &TableVersion, table: &'a Table) -> Result<Self> {
        let mut coverage = Coverage::empty(nullable(&version.shape.schema));
        for file in &version.files {
            match &table.period {
                None => coverage.absorb(&whole(file)),
                Some(period) => match logged(file, period) {
                    Some(facts) => coverage.absorb(&facts),
                    None => coverage.absorb(&scan(location, version, file, table, period).await?),
                },
            }
        }
        Ok(Self { table, coverage })
    }

    /// The coverage of files about to be committed, or just committed; `None` if a log entry does not say.
    pub(crate) fn of_files(table: &'a Table, schema: &Schema, files: &[DataFile]) -> Option<Self> {
        let period = table.period.as_ref()?;
        let mut coverage = Coverage::empty(nullable(schema));
        for file in files {
            coverage.absorb(&logged(file, period)?);
        }
        Some(Self { table, coverage })
    }

    /// Whether its rows are about persons.
    pub(crate) fn counts_persons(&self) -> bool {
        self.table.kind == TableKind::Person
    }
}

fn nullable(schema: &Schema) -> Vec<String> {
    schema.fields().iter().filter(|field| field.is_nullable()).map(|field| field.name().clone()).collect()
}

fn logged(file: &DataFile, period: &Period) -> Option<Coverage> {
    Coverage::from_tag(file.coverage.as_deref()?, period)
}

/// A file of a table without periods: one group.
fn whole(file: &DataFile) -> Coverage {
    let rows = file.rows().unwrap_or(0);
    let tally = Tally { rows, persons: file.persons.unwrap_or(0) as u64, nulls: Vec::new() };
    let mut coverage = Coverage::empty(Vec::new());
    coverage.groups.insert(Group { source: None, period: None }, tally);
    coverage
}

/// Counts a file that was written before its facts were kept.
async fn scan(
    location: &Location,
    version: &TableVersion,
    file: &DataFile,
    table: &Table,
    period: &Period,
) -> Result<Coverage> {
    let doing = || format!("count the rows of the data file {}", file.path);
    let bytes = read_data(location, &version.shape.name, file).await?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).lake_context(doing)?;
    let schema = std::sync::Arc::clone(builder.schema());
    let person = table.kind == TableKind::Person;
    let wanted = |name: &str| {
        name == period.column || period.source.as_deref() == Some(name) || (person && name == "person_id")
    };
    let columns = schema.fields().iter().enumerate();
    let columns: Vec<usize> = columns
        .filter(|(_, field)| field.is_nullable() || wanted(field.name()))
        .map(|(position, _)| position)
        .collect();
    let kept = schema.project(&columns).lake_context(doing)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), columns);
    let reader = builder.with_projection(mask).with_batch_size(READ_ROWS).build().lake_context(doing)?;
    let mut counter = CoverageCounter::new(&kept, period, person)?;
    for batch in reader {
        let batch: RecordBatch = batch.lake_context(doing)?;
        counter.push(&batch)?;
    }
    counter.finish().ok_or_else(|| {
        Error::lake(format!(
            "column {} of table {} has too many values to be its period",
            period.column, table.name
        ))
        .with_help("name another column in the table's [period]")
    })
}
