//! A trial conversion: what a load of the file would count and reject, and what it would find in the rows. Nothing is kept.

use std::collections::BTreeMap;

use super::checker::{Checker, Finding};
use super::convert;
use super::error::ConvertError;
use super::request::{Counts, Request};

/// What is known about a file without loading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// How many rows would be loaded and rejected.
    pub counts: Counts,
    /// The year that the file is of; `None` when nothing depends on it and nobody named one.
    pub year: Option<i32>,
    /// What a reader should know, as sentences: columns that the file lacks, and the variant that it was read by.
    pub notices: Vec<String>,
    /// The rejects by column and rule.
    pub rejects: Vec<RejectCount>,
    /// What is odd about rows that would be loaded all the same.
    pub findings: Vec<Finding>,
}

/// How many rows one rule rejects in one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectCount {
    /// The column's name in the file's header; `None` when the row as a whole is at fault.
    pub column: Option<String>,
    /// The rule.
    pub rule: &'static str,
    /// The line on which the first such row starts.
    pub first_line: u64,
    /// The number of rows.
    pub rows: u64,
}

/// Reads a whole file as [`convert`] does, and reports instead of delivering rows.
///
/// Errors: those of [`convert`].
pub fn check(request: &Request<'_>) -> Result<CheckReport, ConvertError> {
    let mut rejects: BTreeMap<(Option<String>, &'static str), RejectCount> = BTreeMap::new();
    let mut checker = Checker::new(request.layout, request.definitions);
    let conversion = convert(request, &mut |chunk| {
        checker.take(&chunk);
        for reject in chunk.rejects {
            let key = (reject.column.clone(), reject.rule);
            let first =
                || RejectCount { column: reject.column, rule: reject.rule, first_line: reject.line, rows: 0 };
            rejects.entry(key).or_insert_with(first).rows += 1;
        }
        Ok(())
    })?;
    Ok(CheckReport {
        counts: conversion.counts,
        year: conversion.year,
        notices: conversion.notices,
        rejects: rejects.into_values().collect(),
        findings: checker.finish(),
    })
}
