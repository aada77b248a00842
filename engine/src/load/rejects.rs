//! Refused rows: how many are too many, and the table that keeps where they were and why.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::merge::DUPLICATE_ROW;
use super::report::{FileReject, count_rejects};
use crate::error::{Error, ErrorKind, LakeContext, Result};
use crate::lake::{Kind, Shape};

/// The table of refused rows.
pub(crate) const REJECTS: &str = "_rejects";
/// Reasons that an error names; `check` lists them all.
const NAMED_REASONS: usize = 5;

/// Fails when more than `limit` (0..1) of the rows were refused; a row delivered twice does not count.
pub(super) fn check_share(rows_in: u64, files: &[String], rejects: &[FileReject], limit: f64) -> Result<()> {
    let (counted, share) = share(rows_in, rejects);
    if share <= limit {
        return Ok(());
    }
    let message = format!(
        "{counted} of {} rows were refused, {:.2} % where {:.2} % is the limit; nothing was loaded",
        rows_in,
        share * 100.0,
        limit * 100.0
    );
    let reasons = count_rejects(files, rejects);
    let named = reasons.iter().take(NAMED_REASONS).map(|count| {
        let column = count.column.as_deref().map_or(String::new(), |column| format!(", column {column}"));
        format!("{} line {}{column}: {} ({} rows)", count.file, count.first_line, count.rule, count.rows)
    });
    Err(Error::new(ErrorKind::Query, message)
        .with_help("look at the file with `check`, mend it or its layout, or raise --max-reject-share")
        .with_note(named.collect::<Vec<_>>().join("; ")))
}

/// How many of the rows were refused, and their share of all; a row delivered twice does not count.
pub(super) fn share(rows_in: u64, rejects: &[FileReject]) -> (usize, f64) {
    let counted = rejects.iter().filter(|reject| reject.reject.rule != DUPLICATE_ROW).count();
    (counted, counted as f64 / rows_in.max(1) as f64)
}

/// What the table of refused rows is: files added by each load, never rewritten.
pub(super) fn shape() -> Shape {
    let text = |name: &str, nullable: bool| Field::new(name, DataType::Utf8, nullable);
    let number = |name: &str| Field::new(name, DataType::Int64, false);
    Shape {
        name: REJECTS.to_owned(),
        kind: Kind::Journal,
        schema: Arc::new(Schema::new(vec![
            number("lake_version"),
            text("table_name", false),
            text("file", false),
            number("line"),
            text("column_name", true),
            text("rule", false),
        ])),
        order: Vec::new(),
    }
}

/// The schema of refused rows, which is there before any row is.
pub(crate) fn rejects_schema() -> SchemaRef {
    shape().schema
}

/// A load's refused rows as rows of the table; `files` are the names their numbers stand for.
pub(super) fn batch(
    lake_version: u64,
    table: &str,
    files: &[String],
    rejects: &[FileReject],
) -> Result<RecordBatch> {
    let version = i64::try_from(lake_version).unwrap_or(i64::MAX);
    let name = |reject: &FileReject| files.get(reject.file).cloned().unwrap_or_default();
    let line = |reject: &FileReject| i64::try_from(reject.reject.line).unwrap_or(i64::MAX);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_value(version, rejects.len())),
        Arc::new(StringArray::from(vec![table; rejects.len()])),
        Arc::new(StringArray::from_iter_values(rejects.iter().map(name))),
        Arc::new(Int64Array::from_iter_values(rejects.iter().map(line))),
        Arc::new(rejects.iter().map(|reject| reject.reject.column.clone()).collect::<StringArray>()),
        Arc::new(StringArray::from_iter_values(rejects.iter().map(|reject| reject.reject.rule))),
    ];
    RecordBatch::try_new(rejects_schema(), columns).lake_context(|| "write the refused rows".to_owned())
}
