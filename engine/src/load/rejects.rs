//! Refused rows: how many a load may have, why they were refused, and the table that keeps where they were and why.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use lifetracks_datasets::Reject;

use super::merge::DUPLICATE_ROW;
use super::reject_runs::{Refused, Runs};
use super::report::RejectCount;
use crate::error::{Error, ErrorKind, LakeContext, Result};
use crate::lake::{Kind, Shape};

/// The table of refused rows.
pub(crate) const REJECTS: &str = "_rejects";
/// Reasons that an error names; `check` lists them all.
const NAMED_REASONS: usize = 5;
/// Rows of the table that are made at a time.
const BATCH_ROWS: usize = 64 * 1024;
/// In place of a column's number: the whole row is at fault.
const WHOLE_ROW: u32 = u32::MAX;

/// The refused rows of a load, in bounded memory.
#[derive(Debug)]
pub(super) struct Rejects {
    /// The columns and rules that were met, by number.
    columns: Vec<String>,
    column_numbers: BTreeMap<String, u32>,
    rules: Vec<&'static str>,
    /// By file, rule and column.
    counts: BTreeMap<(u32, u32, u32), Count>,
    runs: Runs,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    first_line: u64,
    rows: u64,
}

impl Rejects {
    /// None yet; those that do not fit into memory go to files in `folder`, which its owner removes.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            columns: Vec::new(),
            column_numbers: BTreeMap::new(),
            rules: Vec::new(),
            counts: BTreeMap::new(),
            runs: Runs::new(folder.to_owned()),
        }
    }

    /// Adds a row of file number `file`.
    pub(super) fn push(&mut self, file: usize, reject: Reject) -> Result<()> {
        let Reject { line, column, rule } = reject;
        let file = u32::try_from(file).unwrap_or(u32::MAX);
        let column = column.map_or(WHOLE_ROW, |column| self.column(column));
        let rule = self.rule(rule);
        let count = self.counts.entry((file, rule, column)).or_insert(Count { first_line: line, rows: 0 });
        count.first_line = count.first_line.min(line);
        count.rows += 1;
        self.runs.push(Refused { file, line, column, rule })
    }

    fn column(&mut self, name: String) -> u32 {
        if let Some(number) = self.column_numbers.get(&name) {
            return *number;
        }
        let number = u32::try_from(self.columns.len()).unwrap_or(WHOLE_ROW);
        self.columns.push(name.clone());
        self.column_numbers.insert(name, number);
        number
    }

    fn rule(&mut self, rule: &'static str) -> u32 {
        let found = self.rules.iter().position(|known| *known == rule);
        let number = found.unwrap_or_else(|| {
            self.rules.push(rule);
            self.rules.len() - 1
        });
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// How many there are.
    pub(super) fn rows(&self) -> u64 {
        self.counts.values().map(|count| count.rows).sum()
    }

    /// How many broke one rule.
    pub(super) fn rows_of(&self, rule: &str) -> u64 {
        let of_rule = self.counts.iter().filter(|((_, broken, _), _)| self.rules[*broken as usize] == rule);
        of_rule.map(|(_, count)| count.rows).sum()
    }

    /// How many of `rows_in` rows were refused, and their share of all; a row delivered twice does not count.
    pub(super) fn share(&self, rows_in: u64) -> (u64, f64) {
        let counted = self.rows() - self.rows_of(DUPLICATE_ROW);
        (counted, counted as f64 / rows_in.max(1) as f64)
    }

    /// Fails when more than `limit` (0..1) of the rows were refused; a row delivered twice does not count.
    pub(super) fn check_share(&self, rows_in: u64, files: &[String], limit: f64) -> Result<()> {
        let (counted, share) = self.share(rows_in);
        if share <= limit {
            return Ok(());
        }
        let message = format!(
            "{counted} of {} rows were refused, {:.2} % where {:.2} % is the limit; nothing was loaded",
            rows_in,
            share * 100.0,
            limit * 100.0
        );
        let reasons = self.counts(files);
        let named = reasons.iter().take(NAMED_REASONS).map(|count| {
            let column = count.column.as_deref().map_or(String::new(), |column| format!(", column {column}"));
            format!("{} line {}{column}: {} ({} rows)", count.file, count.first_line, count.rule, count.rows)
        });
        Err(Error::new(ErrorKind::Query, message)
            .with_help("look at the file with `check`, mend it or its layout, or raise --max-reject-share")
            .with_note(named.collect::<Vec<_>>().join("; ")))
    }

    /// How many there are of each file, column and rule, by file and first line; `files` are the files' names.
    pub(super) fn counts(&self, files: &[String]) -> Vec<RejectCount> {
        let mut counts: Vec<(u32, RejectCount)> = self
            .counts
            .iter()
            .map(|((file, rule, column), count)| {
                let count = RejectCount {
                    file: files.get(*file as usize).cloned().unwrap_or_default(),
                    column: self.columns.get(*column as usize).cloned(),
                    rule: self.rules[*rule as usize].to_owned(),
                    first_line: count.first_line,
                    rows: count.rows,
                };
                (*file, count)
            })
            .collect();
        counts.sort_by(|(left_file, left), (right_file, right)| {
            let place = (left_file, left.first_line, &left.rule, &left.column);
            place.cmp(&(right_file, right.first_line, &right.rule, &right.column))
        });
        counts.into_iter().map(|(_, count)| count).collect()
    }

    /// All of them as rows of their table, by file and line; `files` are the files' names.
    pub(super) fn batches<'a>(
        &'a self,
        lake_version: u64,
        table: &'a str,
        files: &'a [String],
    ) -> Result<impl Iterator<Item = Result<RecordBatch>> + 'a> {
        let mut all = self.runs.in_order()?;
        Ok(std::iter::from_fn(move || {
            let some: Result<Vec<Refused>> = all.by_ref().take(BATCH_ROWS).collect();
            match some {
                Ok(rows) if rows.is_empty() => None,
                Ok(rows) => Some(self.batch(lake_version, table, files, &rows)),
                Err(error) => Some(Err(error)),
            }
        }))
    }

    fn batch(
        &self,
        lake_version: u64,
        table: &str,
        files: &[String],
        rows: &[Refused],
    ) -> Result<RecordBatch> {
        let version = i64::try_from(lake_version).unwrap_or(i64::MAX);
        let file = |row: &Refused| files.get(row.file as usize).map_or("", String::as_str);
        let line = |row: &Refused| i64::try_from(row.line).unwrap_or(i64::MAX);
        let column = |row: &Refused| self.columns.get(row.column as usize).map(String::as_str);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_value(version, rows.len())),
            Arc::new(StringArray::from(vec![table; rows.len()])),
            Arc::new(StringArray::from_iter_values(rows.iter().map(file))),
            Arc::new(Int64Array::from_iter_values(rows.iter().map(line))),
            Arc::new(rows.iter().map(column).collect::<StringArray>()),
            Arc::new(StringArray::from_iter_values(rows.iter().map(|row| self.rules[row.rule as usize]))),
        ];
        RecordBatch::try_new(rejects_schema(), columns).lake_context(|| "write the refused rows".to_owned())
    }
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

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::datatypes::Int64Type;

    use super::*;

    fn few(folder: &Path, budget: usize) -> Rejects {
        let mut rejects = Rejects::new(folder);
        rejects.runs = Runs::with_budget(folder.to_owned(), budget);
        let columns = [None, Some("GRADE"), Some("ENTRY_DATE")];
        let rules = ["ragged_row", "not_a_number", "not_a_date"];
        for number in 0..30 {
            let kind = number % 3;
            let (line, column) = (30 - number as u64, columns[kind].map(str::to_owned));
            rejects.push(number % 2, Reject { line, column, rule: rules[kind] }).unwrap();
        }
        rejects.push(0, Reject { line: 2, column: None, rule: DUPLICATE_ROW }).unwrap();
        rejects
    }

    #[test]
    fn the_budget_shows_nowhere() {
        let files = ["a.csv", "b.csv"].map(str::to_owned);
        let told = [1, 4, 1000].map(|budget| {
            let folder = tempfile::tempdir().unwrap();
            let rejects = few(folder.path(), budget);
            let spilled = std::fs::read_dir(folder.path()).unwrap().count();
            assert_eq!(spilled, 31 / budget);
            let batches: Vec<RecordBatch> =
                rejects.batches(3, "t", &files).unwrap().map(Result::unwrap).collect();
            assert!(rejects.check_share(100, &files, 0.3).is_ok());
            let error = rejects.check_share(100, &files, 0.29).unwrap_err();
            (
                batches,
                rejects.counts(&files),
                rejects.rows(),
                rejects.share(100),
                error.note().map(str::to_owned),
            )
        });
        assert_eq!(told[0], told[1]);
        assert_eq!(told[0], told[2]);
        let (batches, counts, rows, share, note) = &told[0];
        assert_eq!((*rows, share.0, counts.iter().map(|count| count.rows).sum()), (31, 30, 31_u64));
        let lines = batches[0].column(3).as_primitive::<Int64Type>().values();
        assert_eq!(lines[..3], [2, 2, 4]);
        assert!(lines[..16].is_sorted() && lines[16..].is_sorted());
        let place = |count: &RejectCount| (count.file.clone(), count.first_line, count.rule.clone());
        assert_eq!(place(&counts[0]), ("a.csv".to_owned(), 2, DUPLICATE_ROW.to_owned()));
        assert_eq!(place(&counts[1]), ("a.csv".to_owned(), 2, "not_a_number".to_owned()));
        assert_eq!((&counts[0].column, counts[1].column.as_deref()), (&None, Some("GRADE")));
        let second = "; a.csv line 2, column GRADE: not_a_number (5 rows); ";
        assert!(note.as_deref().unwrap().contains(second), "{note:?}");
    }
}
