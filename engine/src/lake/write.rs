//! Encodes sorted rows as one immutable Parquet file: row groups sized for skipping, statistics, page index, zstd.

use bytes::Bytes;
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Int64Type, SchemaRef};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};

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
    /// Content hash, which also names the file.
    pub(crate) hash: String,
}

/// Writes batches, in order, into one Parquet file in memory.
///
/// `person_sorted` says that the first column is `person_id` and that rows are sorted by it.
pub(crate) fn encode(
    schema: &SchemaRef,
    batches: impl IntoIterator<Item = Result<RecordBatch>>,
    person_sorted: bool,
) -> Result<EncodedFile> {
    let level = ZstdLevel::try_new(1).lake_context(|| "set the compression".to_owned())?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_created_by("lifetracks".to_owned())
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, SchemaRef::clone(schema), Some(properties))
        .lake_context(|| "begin a data file".to_owned())?;
    let mut persons = RunCounter::default();
    for batch in batches {
        let batch = batch?;
        if person_sorted {
            let ids = batch.column(0).as_primitive_opt::<Int64Type>();
            persons.push(ids.ok_or_else(|| Error::lake("person_id must be a 64-bit integer"))?.values());
        }
        writer.write(&batch).lake_context(|| "write a data file".to_owned())?;
    }
    let footer = writer.close().lake_context(|| "finish a data file".to_owned())?;
    let statistics = to_json(schema, &footer)?;
    let bytes = Bytes::from(bytes);
    let hash = blake3::hash(&bytes).to_hex().to_string();
    Ok(EncodedFile { persons: person_sorted.then(|| persons.distinct()), statistics, hash, bytes })
}
