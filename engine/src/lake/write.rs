//! Encodes sorted rows as one immutable Parquet file: row groups sized for skipping, statistics, page index, zstd.

use bytes::Bytes;
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Int64Type, SchemaRef};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_writer::ArrowWriterOptions;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use lifetracks_datasets::Period;

use super::coverage::CoverageCounter;
use super::facts::{RunCounter, to_json};
use crate::error::{Error, LakeContext, Result};

/// Rows in a row group: small enough that one person's history reads little, large enough to compress.
const ROW_GROUP_ROWS: usize = 128 * 1024;

/// A finished data file, not yet in the store.
#[derive(Debug)]
pub(crate) struct EncodedFile {
    pub(crate) bytes: Bytes,
    /// Distinct persons, for a table that is sorted by person.
    pub(crate) persons: Option<usize>,
    /// Delta statistics.
    pub(crate) statistics: String,
    /// Rows by source and period, for a table that has periods.
    pub(crate) coverage: Option<String>,
    /// Content hash, which also names the file.
    pub(crate) hash: String,
}

/// What is known of the rows of a data file before they are written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Contents<'a> {
    /// The first column is `person_id`, and rows are sorted by it.
    pub(crate) person_sorted: bool,
    /// How the rows' periods are told, where they belong to any.
    pub(crate) period: Option<&'a Period>,
}

/// Writes batches, in order, into one Parquet file in memory.
pub(crate) fn encode(
    schema: &SchemaRef,
    batches: impl IntoIterator<Item = Result<RecordBatch>>,
    contents: Contents<'_>,
) -> Result<EncodedFile> {
    let level = ZstdLevel::try_new(1).lake_context(|| "set the compression".to_owned())?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_created_by("lifetracks".to_owned())
        .build();
    let mut bytes = Vec::new();
    // The types of Parquet say everything of ours. An Arrow schema beside them would only be one more thing to break:
    // arrow-ipc panics at a damaged one.
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, SchemaRef::clone(schema), options)
        .lake_context(|| "begin a data file".to_owned())?;
    let mut persons = RunCounter::default();
    let mut coverage = match contents.period {
        Some(period) => Some((CoverageCounter::new(schema, period, contents.person_sorted)?, period)),
        None => None,
    };
    for batch in batches {
        let batch = batch?;
        if contents.person_sorted {
            let ids = batch.column(0).as_primitive_opt::<Int64Type>();
            persons.push(ids.ok_or_else(|| Error::lake("person_id must be a 64-bit integer"))?.values());
        }
        if let Some((coverage, _)) = &mut coverage {
            coverage.push(&batch)?;
        }
        writer.write(&batch).lake_context(|| "write a data file".to_owned())?;
    }
    let footer = writer.close().lake_context(|| "finish a data file".to_owned())?;
    let statistics = to_json(schema, &footer)?;
    let coverage = coverage.and_then(|(counter, period)| Some(counter.finish()?.to_tag(period)));
    let bytes = Bytes::from(bytes);
    let hash = blake3::hash(&bytes).to_hex().to_string();
    Ok(EncodedFile {
        persons: contents.person_sorted.then(|| persons.distinct()),
        statistics,
        coverage: coverage.transpose()?,
        hash,
        bytes,
    })
}

/// The coverage that a file of these rows would have; nothing is encoded.
pub(crate) fn measure(
    schema: &SchemaRef,
    batches: impl IntoIterator<Item = Result<RecordBatch>>,
    contents: Contents<'_>,
) -> Result<Option<String>> {
    let Some(period) = contents.period else {
        return Ok(None);
    };
    let mut counter = CoverageCounter::new(schema, period, contents.person_sorted)?;
    for batch in batches {
        counter.push(&batch?)?;
    }
    counter.finish().map(|coverage| coverage.to_tag(period)).transpose()
}
