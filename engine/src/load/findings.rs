//! Findings: what checks say of rows that were loaded all the same, and the journal that keeps it.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use lifetracks_datasets::Severity;

use super::checks::{Found, TableChecks};
use super::journal;
use crate::error::{LakeContext, Result};
use crate::lake::{Kind, Lake, Shape};
use crate::roles::severity_name;

/// The journal of findings.
pub(crate) const FINDINGS: &str = "_findings";

/// Codes that no code set has.
pub(super) const UNKNOWN_CODE: &str = "unknown_code";
/// Unknown codes in a column where no earlier load of the table had any.
const NEW_UNKNOWN_CODE: &str = "new_unknown_code";

/// What a check says of some rows of one file. It never holds a value of a confidential column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The name of the check.
    pub rule: String,
    /// The canonical column; several, with commas, where several were looked at together.
    pub column: Option<String>,
    /// The file, or the archive and its member.
    pub file: String,
    /// The physical line of the first such row, counted from 1.
    pub first_line: u64,
    /// How many rows.
    pub rows: u64,
    /// More about it, where there is more to say.
    pub detail: Option<String>,
}

/// What the checks over many rows found, file by file.
pub(super) fn of_checks(checks: &TableChecks, found: &Found, files: &[String]) -> Vec<Finding> {
    let finding = |((rule, file), broken): (&(usize, i32), &super::checks::Broken)| {
        let rule = checks.rules.get(*rule)?;
        let file = usize::try_from(*file).ok().and_then(|file| files.get(file));
        Some(Finding {
            severity: rule.severity,
            rule: rule.name.clone(),
            column: Some(rule.column.clone()),
            file: file.cloned().unwrap_or_default(),
            first_line: broken.first_line.unsigned_abs(),
            rows: broken.rows,
            detail: Some(rule.detail.clone()),
        })
    };
    found.iter().filter_map(finding).collect()
}

/// The worst first; what is as bad by rule, column, file and line.
pub(super) fn sort(findings: &mut [Finding]) {
    findings.sort_by(|left, right| {
        let place = |finding: &Finding| (finding.severity, finding.rule.clone(), finding.column.clone());
        place(left)
            .cmp(&place(right))
            .then_with(|| (&left.file, left.first_line).cmp(&(&right.file, right.first_line)))
    });
}

/// Adds a finding for each column that has unknown codes for the first time, if the table was loaded before.
pub(super) async fn add_new_codes(lake: &Lake, table: &str, findings: &mut Vec<Finding>) -> Result<()> {
    let loaded_before =
        lake.log().entries.iter().any(|entry| entry.table == table && entry.operation == "load");
    if !loaded_before || !findings.iter().any(|finding| finding.rule == UNKNOWN_CODE) {
        return Ok(());
    }
    let earlier = read(lake).await?;
    let known: BTreeSet<Option<String>> = earlier
        .into_iter()
        .filter(|entry| entry.table == table && entry.finding.rule == UNKNOWN_CODE)
        .map(|entry| entry.finding.column)
        .collect();
    let mut told = known;
    let new: Vec<Finding> = findings
        .iter()
        .filter(|finding| finding.rule == UNKNOWN_CODE && told.insert(finding.column.clone()))
        .map(|finding| Finding {
            severity: Severity::Warning,
            rule: NEW_UNKNOWN_CODE.to_owned(),
            ..finding.clone()
        })
        .collect();
    findings.extend(new);
    Ok(())
}

/// A finding in the journal, and the load it is of.
#[derive(Debug)]
pub(crate) struct JournalEntry {
    pub(crate) lake_version: u64,
    pub(crate) table: String,
    pub(crate) finding: Finding,
}

/// The journal at the lake's version.
pub(crate) async fn read(lake: &Lake) -> Result<Vec<JournalEntry>> {
    let mut entries = Vec::new();
    for batch in journal::read(lake, FINDINGS).await? {
        decode(&batch, &mut entries);
    }
    Ok(entries)
}

fn decode(batch: &RecordBatch, entries: &mut Vec<JournalEntry>) {
    let text = |name: &str, row: usize| {
        let column = batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>())?;
        datafusion::arrow::array::Array::is_valid(column, row).then(|| column.value(row).to_owned())
    };
    let number = |name: &str, row: usize| {
        let column = batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
        column.map_or(0, |column| column.value(row).unsigned_abs())
    };
    for row in 0..batch.num_rows() {
        let severity = match text("severity", row).as_deref() {
            Some("error") => Severity::Error,
            Some("info") => Severity::Info,
            _ => Severity::Warning,
        };
        entries.push(JournalEntry {
            lake_version: number("lake_version", row),
            table: text("table_name", row).unwrap_or_default(),
            finding: Finding {
                severity,
                rule: text("rule", row).unwrap_or_default(),
                column: text("column_name", row),
                file: text("file", row).unwrap_or_default(),
                first_line: number("first_line", row),
                rows: number("rows", row),
                detail: text("detail", row),
            },
        });
    }
}

/// What the journal is: files added by each load, never rewritten.
pub(super) fn shape() -> Shape {
    let text = |name: &str, nullable: bool| Field::new(name, DataType::Utf8, nullable);
    let number = |name: &str| Field::new(name, DataType::Int64, false);
    Shape {
        name: FINDINGS.to_owned(),
        kind: Kind::Journal,
        schema: Arc::new(Schema::new(vec![
            number("lake_version"),
            text("table_name", false),
            text("file", false),
            text("severity", false),
            text("rule", false),
            text("column_name", true),
            number("first_line"),
            number("rows"),
            text("detail", true),
        ])),
        order: Vec::new(),
    }
}

/// The schema of findings, which is there before any is.
pub(crate) fn findings_schema() -> SchemaRef {
    shape().schema
}

/// A load's findings as rows of the journal.
pub(super) fn batch(lake_version: u64, table: &str, findings: &[Finding]) -> Result<RecordBatch> {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let text = |value: fn(&Finding) -> Option<&str>| -> ArrayRef {
        Arc::new(findings.iter().map(value).collect::<StringArray>())
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_value(number(lake_version), findings.len())),
        Arc::new(StringArray::from(vec![table; findings.len()])),
        text(|finding| Some(&finding.file)),
        text(|finding| Some(severity_name(finding.severity))),
        text(|finding| Some(&finding.rule)),
        text(|finding| finding.column.as_deref()),
        Arc::new(Int64Array::from_iter_values(findings.iter().map(|finding| number(finding.first_line)))),
        Arc::new(Int64Array::from_iter_values(findings.iter().map(|finding| number(finding.rows)))),
        text(|finding| finding.detail.as_deref()),
    ];
    RecordBatch::try_new(findings_schema(), columns).lake_context(|| "write the findings".to_owned())
}
