//! What the program around the engine keeps of its use, as rows: `query_log()` and `shell_history()`.

use std::io;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ListBuilder, RecordBatch, StringBuilder, TimestampMicrosecondArray};
use datafusion::catalog::TableProvider;

use super::memory;
use super::sheet::Sheet;
use crate::error::{Error, LakeContext, Result};
use crate::logs::{self, Logs, QueryEntry, UNREAD};

/// The statements that ran, the oldest first. The schema says how many lines of the file cannot be read, if any.
pub(crate) fn query_log(logs: &Logs) -> Result<Arc<dyn TableProvider>> {
    let (entries, unread) = match &logs.queries {
        Some(path) => logs::read(path).map_err(|error| unreadable(path, &error))?,
        None => (Vec::new(), 0),
    };
    let batch = statements(&entries)?;
    if unread == 0 {
        return memory(batch);
    }
    let mut schema = batch.schema().as_ref().clone();
    schema.metadata.insert(UNREAD.to_owned(), unread.to_string());
    memory(batch.with_schema(Arc::new(schema)).lake_context(|| "show the query log".to_owned())?)
}

fn statements(entries: &[QueryEntry]) -> Result<RecordBatch> {
    let began: TimestampMicrosecondArray =
        entries.iter().map(|entry| entry.started_at().map(|moment| moment.timestamp_micros())).collect();
    let mut tables = ListBuilder::new(StringBuilder::new());
    for entry in entries {
        tables.append_value(entry.tables.iter().map(Some));
    }
    Sheet::default()
        .add("started_at", Arc::new(began.with_timezone("UTC")))
        .text("who", entries.iter().map(|entry| Some(&entry.who)))
        .text("lake", entries.iter().map(|entry| entry.lake.as_ref()))
        .number("lake_version", entries.iter().map(|entry| entry.lake_version))
        .text("sql_hash", entries.iter().map(|entry| Some(&entry.sql_hash)))
        .text("command", entries.iter().map(|entry| entry.command.as_ref()))
        .add("tables", Arc::new(tables.finish()))
        .number("rows", entries.iter().map(|entry| entry.rows))
        .number("milliseconds", entries.iter().map(|entry| Some(entry.milliseconds)))
        .text("status", entries.iter().map(|entry| Some(entry.status.name())))
        .text("output_file", entries.iter().map(|entry| entry.output_file.as_ref()))
        .finish()
}

/// The entries of the prompt's history with their numbers, the oldest first.
pub(crate) fn shell_history(logs: &Logs) -> Result<Arc<dyn TableProvider>> {
    let entries = match logs.history.map_or_else(|| Ok(Vec::new()), |read| read()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        read => read.lake_context(|| "read the history of the prompt".to_owned())?,
    };
    let rows = Sheet::default()
        .number("number", (1..=entries.len()).map(|number| Some(number as u64)))
        .text("statement", entries.iter().map(Some));
    memory(rows.finish()?)
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::usage(format!("could not read the query log {}: {error}", path.display()))
}
