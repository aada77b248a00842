//! Journals: small tables to which every load may add a file, never rewritten; what loads refused and what they found.

use std::collections::HashMap;

use datafusion::arrow::array::RecordBatch;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::{LakeContext, Result};
use crate::lake::{Contents, Lake, Shape, commit, encode, put, read_data};

/// The most rows of a file, which is made in memory.
const FILE_ROWS: usize = 4 << 20;

/// Commits rows at the end of a journal; returns its Delta version.
pub(super) async fn append(
    lake: &Lake,
    shape: &Shape,
    rows: impl IntoIterator<Item = Result<RecordBatch>>,
) -> Result<u64> {
    let present = lake.table(&shape.name, lake.version()).await?;
    let mut files = present.map(|table| table.files).unwrap_or_default();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let encoded = encode(&shape.schema, first(&mut rows, FILE_ROWS), Contents::default())?;
        files.push(put(lake.location(), &shape.name, 0, &encoded).await?);
    }
    commit(lake.location(), shape, &files, HashMap::new()).await
}

/// The next batches, until they have so many rows.
fn first(
    rows: &mut impl Iterator<Item = Result<RecordBatch>>,
    most: usize,
) -> impl Iterator<Item = Result<RecordBatch>> {
    let mut taken = 0;
    std::iter::from_fn(move || {
        let batch = if taken < most { rows.next()? } else { return None };
        taken += batch.as_ref().map_or(most, RecordBatch::num_rows);
        Some(batch)
    })
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
