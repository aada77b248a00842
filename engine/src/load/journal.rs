//! Journals: small tables to which every load may add a file, never rewritten; what loads refused and what they found.

use std::collections::HashMap;

use datafusion::arrow::array::RecordBatch;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::{LakeContext, Result};
use crate::lake::{Contents, Lake, Shape, commit, encode, put, read_data};

/// Commits rows at the end of a journal; returns its Delta version.
pub(super) async fn append(lake: &Lake, shape: &Shape, rows: Result<RecordBatch>) -> Result<u64> {
    let encoded = encode(&shape.schema, [rows], Contents::default())?;
    let file = put(lake.location(), &shape.name, 0, &encoded).await?;
    let present = lake.table(&shape.name, lake.version()).await?;
    let mut files = present.map(|table| table.files).unwrap_or_default();
    files.push(file);
    commit(lake.location(), shape, &files, HashMap::new()).await
}

/// Reads a journal as it is at the lake's version; nothing if there is none yet.
pub(crate) async fn read(lake: &Lake, name: &str) -> Result<Vec<RecordBatch>> {
    let mut rows = Vec::new();
    let Some(table) = lake.table(name, lake.version()).await? else {
        return Ok(rows);
    };
    for file in &table.files {
        let doing = || format!("read the data file {}", file.path);
        let bytes = read_data(lake.location(), name, file).await?;
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).lake_context(doing)?;
        for batch in builder.build().lake_context(doing)? {
            rows.push(batch.lake_context(doing)?);
        }
    }
    Ok(rows)
}
