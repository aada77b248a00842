//! What must hold between the rows of a table, or between them and another table: looked at while ranges are merged.

mod overlap;
mod reference;

use std::collections::BTreeMap;

use datafusion::arrow::array::{AsArray, Int32Array, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{Int32Type, Int64Type};
use lifetracks_datasets::{CheckRule, Severity, Table};

use self::overlap::Overlap;
use self::reference::Reference;
use super::{FILE_COLUMN, LINE_COLUMN};
use crate::error::{Error, Result};
use crate::lake::Lake;

/// Rows of one file that break one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) rows: u64,
    pub(super) first_line: i64,
}

/// By number of the rule and number of the file.
pub(super) type Found = BTreeMap<(usize, i32), Broken>;

/// Adds what was found in another range.
pub(super) fn add(found: &mut Found, more: Found) {
    for (place, broken) in more {
        let sum = found.entry(place).or_insert(Broken { rows: 0, ..broken });
        sum.rows += broken.rows;
        sum.first_line = sum.first_line.min(broken.first_line);
    }
}

/// A rule as reports name it.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) severity: Severity,
    pub(super) column: String,
    pub(super) detail: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Reference(Reference),
    Overlap(Overlap),
}

/// The rules of a table that one row alone cannot break.
#[derive(Debug, Default)]
pub(super) struct TableChecks {
    pub(super) rules: Vec<Rule>,
    /// Checks that could not be made, and why.
    pub(super) notices: Vec<String>,
}

impl TableChecks {
    /// Makes ready to check rows of `table`, with the other tables of `lake`, in which persons may have old numbers.
    pub(super) async fn prepare(
        table: &Table,
        lake: Option<&Lake>,
        renamed: &BTreeMap<i64, i64>,
    ) -> Result<Self> {
        let mut checks = Self::default();
        for check in &table.checks {
            let (kind, column, detail) = match &check.rule {
                CheckRule::Order { .. } | CheckRule::Range { .. } => continue,
                CheckRule::Overlap { start, end, within } => {
                    let detail = format!("rows of one {} overlap in time", within.join(", "));
                    let overlap = Overlap::new(start.clone(), end.clone(), within.clone());
                    (Kind::Overlap(overlap), start.clone(), detail)
                }
                CheckRule::Reference { columns, table: other, to } => {
                    match Reference::read(columns, other, to, table, lake, renamed).await? {
                        Ok(reference) => {
                            let detail = format!("no such row in {other} ({})", to.join(", "));
                            (Kind::Reference(reference), columns.join(", "), detail)
                        }
                        Err(why) => {
                            checks.notices.push(format!("{} was not checked: {why}.", check.name));
                            continue;
                        }
                    }
                }
            };
            let (name, severity) = (check.name.clone(), check.severity);
            checks.rules.push(Rule { name, severity, column, detail, kind });
        }
        Ok(checks)
    }

    /// Lets rows that are about to come into the table answer references to the table itself.
    pub(super) fn observe(&mut self, rows: &RecordBatch) -> Result<()> {
        for rule in &mut self.rules {
            if let Kind::Reference(reference) = &mut rule.kind {
                reference.observe(rows)?;
            }
        }
        Ok(())
    }

    /// Looks at the rows of a range that stay (`keep`), and tells of those that this load brought.
    pub(super) fn look(&self, rows: &RecordBatch, keep: &[u32]) -> Result<Found> {
        let mut found = Found::new();
        if self.rules.is_empty() {
            return Ok(found);
        }
        let origin = Places::of(rows)?;
        for (number, rule) in self.rules.iter().enumerate() {
            let mut tell = |row: u32| {
                let row = row as usize;
                let place = (number, origin.files.value(row));
                let line = origin.lines.value(row);
                let broken = found.entry(place).or_insert(Broken { rows: 0, first_line: line });
                broken.rows += 1;
                broken.first_line = broken.first_line.min(line);
            };
            match &rule.kind {
                Kind::Reference(reference) => reference.look(rows, &origin.loaded(keep), &mut tell)?,
                Kind::Overlap(overlap) => overlap.look(rows, keep, |row| origin.is_loaded(row), &mut tell)?,
            }
        }
        Ok(found)
    }
}

/// Where the rows came from.
struct Places<'a> {
    files: &'a Int32Array,
    lines: &'a Int64Array,
}

impl<'a> Places<'a> {
    fn of(rows: &'a RecordBatch) -> Result<Self> {
        let missing = || Error::lake("staged rows do not say where they came from");
        let files =
            rows.column_by_name(FILE_COLUMN).and_then(|column| column.as_primitive_opt::<Int32Type>());
        let lines =
            rows.column_by_name(LINE_COLUMN).and_then(|column| column.as_primitive_opt::<Int64Type>());
        Ok(Self { files: files.ok_or_else(missing)?, lines: lines.ok_or_else(missing)? })
    }

    fn is_loaded(&self, row: u32) -> bool {
        self.files.value(row as usize) >= 0
    }

    fn loaded(&self, keep: &[u32]) -> Vec<u32> {
        keep.iter().copied().filter(|row| self.is_loaded(*row)).collect()
    }
}
