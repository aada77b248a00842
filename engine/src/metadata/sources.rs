//! `lifetracks.sources`: the extract files that were loaded, one row each.

use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, TimestampMicrosecondArray};

use super::sheet::Sheet;
use crate::catalog::LakeSchema;
use crate::error::Result;
use crate::lake::{Entry, SourceFile};

/// One row per file and load, in the order of the loads.
pub(super) fn sources(main: &LakeSchema) -> Result<RecordBatch> {
    let entries = main.lake().map(|lake| lake.log().entries.clone()).unwrap_or_default();
    let all: Vec<(&Entry, &SourceFile)> =
        entries.iter().flat_map(|entry| entry.sources.iter().map(move |file| (entry, file))).collect();
    let moments: TimestampMicrosecondArray =
        all.iter().map(|(entry, _)| Some(entry.committed_at.timestamp_micros())).collect();
    Sheet::default()
        .number("lake_version", all.iter().map(|(entry, _)| Some(entry.lake_version)))
        .text("table_name", all.iter().map(|(entry, _)| Some(&entry.table)))
        .text("file", all.iter().map(|(_, file)| Some(&file.name)))
        .text("layout", all.iter().map(|(entry, _)| Some(&entry.layout)))
        .number("rows_in", all.iter().map(|(_, file)| Some(file.rows_in)))
        .add("committed_at", Arc::new(moments.with_timezone("UTC")))
        .text("hash", all.iter().map(|(_, file)| Some(&file.hash)))
        .finish()
}
