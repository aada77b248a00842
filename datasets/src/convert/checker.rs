//! What a load and a check both look at while rows stream by: codes that no code set knows on the row's day, columns
//! that the agency does not collect in the row's year, and the checks of one row that do not reject it.

mod codes;
mod time;

use arrow::array::Array;
use arrow::datatypes::DataType;

use super::request::Chunk;
use super::row_check;
use crate::layout::RowCheck;
use crate::{Column, Definitions, Layout, Privacy, Severity, Table};
use codes::{KnownCodes, Verdict};
use time::RowTime;

/// The most unknown codes that are listed for one column.
const MOST_LISTED: usize = 20;

/// What is odd about some rows of a file, which are loaded all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What follows from it; a finding is never an error, for a row that breaks an error is rejected.
    pub severity: Severity,
    /// `unknown_code`: the code set of the column has no such code. `code_not_valid`: it has, but not on the row's day
    /// or in its year. `not_collected`: the column holds a value in a year in which the agency does not collect it.
    /// Any other text is the name of a check of the table.
    pub rule: String,
    /// The canonical column; `None` when the row as a whole is odd.
    pub column: Option<String>,
    /// The line of the file, or the row of the sheet, on which the first such row starts.
    pub first_line: u64,
    /// The number of rows.
    pub rows: u64,
    /// Up to 20 of the codes, sorted; always `None` for a column that is not public.
    pub detail: Option<String>,
}

/// Looks at rows while they stream by. Its findings do not depend on how the rows are cut into chunks.
#[derive(Debug)]
pub struct Checker {
    time: RowTime,
    codes: Vec<CodeWatch>,
    collected: Vec<YearWatch>,
    checks: Vec<CheckWatch>,
}

/// The codes of one column.
#[derive(Debug)]
struct CodeWatch {
    position: usize,
    known: KnownCodes,
    is_public: bool,
    unknown: Tally,
    not_valid: Tally,
}

/// A column that is collected in some years only.
#[derive(Debug)]
struct YearWatch {
    position: usize,
    first: i32,
    last: i32,
    found: Tally,
}

/// A check of the table.
#[derive(Debug)]
struct CheckWatch {
    check: RowCheck,
    found: Tally,
}

/// How many rows are odd in one way.
#[derive(Debug)]
struct Tally {
    severity: Severity,
    rule: String,
    column: Option<String>,
    first_line: u64,
    rows: u64,
    listed: std::collections::BTreeSet<String>,
}

impl Checker {
    /// A checker of the rows that `layout` gives. It watches nothing when the layout fills no table of rows.
    pub fn new(layout: &Layout, definitions: &Definitions) -> Self {
        let Some(table) = definitions.table(&layout.table).filter(|_| !layout.is_link()) else {
            return Self {
                time: RowTime::Never,
                codes: Vec::new(),
                collected: Vec::new(),
                checks: Vec::new(),
            };
        };
        let columns = || table.columns.iter().enumerate();
        let watch = |(position, column): (usize, &Column)| {
            let set = definitions.code_set(column.code_set.as_deref()?)?;
            (column.data_type == DataType::Utf8).then(|| CodeWatch {
                position,
                known: KnownCodes::new(set),
                is_public: column.privacy == Privacy::Public,
                unknown: Tally::new(Severity::Warning, "unknown_code", Some(&column.name)),
                not_valid: Tally::new(Severity::Warning, "code_not_valid", Some(&column.name)),
            })
        };
        let collected = |(position, column): (usize, &Column)| {
            (column.valid_from.is_some() || column.valid_to.is_some()).then(|| YearWatch {
                position,
                first: column.valid_from.unwrap_or(i32::MIN),
                last: column.valid_to.unwrap_or(i32::MAX),
                found: Tally::new(Severity::Warning, "not_collected", Some(&column.name)),
            })
        };
        Self {
            time: RowTime::of(table),
            codes: columns().filter_map(watch).collect(),
            collected: columns().filter_map(collected).collect(),
            checks: checks(layout, table),
        }
    }

    /// Looks at the rows of a chunk.
    pub fn take(&mut self, chunk: &Chunk) {
        for watch in &mut self.checks {
            watch.take(chunk);
        }
        if self.codes.is_empty() && self.collected.is_empty() {
            return;
        }
        let dated = self.codes.iter().any(|watch| watch.known.is_dated());
        let days = if dated { self.time.days(chunk) } else { Vec::new() };
        for watch in &mut self.codes {
            watch.take(chunk, &days);
        }
        if self.collected.is_empty() {
            return;
        }
        let years = self.time.years(chunk);
        for watch in &mut self.collected {
            watch.take(chunk, &years);
        }
    }

    /// What was found: by column, then by check, each in the order of the table.
    pub fn finish(self) -> Vec<Finding> {
        let codes = self.codes.into_iter().flat_map(|watch| [watch.unknown, watch.not_valid]);
        let collected = self.collected.into_iter().map(|watch| watch.found);
        let checks = self.checks.into_iter().map(|watch| watch.found);
        codes.chain(collected).chain(checks).filter_map(Tally::finish).collect()
    }
}

/// The checks of one row that do not reject it.
fn checks(layout: &Layout, table: &Table) -> Vec<CheckWatch> {
    let schema = layout.chunk_schema(table);
    let checks = RowCheck::of(table, &schema).into_iter();
    let watch = |check: RowCheck| {
        let named = check.test.columns().first().map(|position| schema.field(*position).name().clone());
        let found = Tally::new(check.severity, &check.name, named.as_deref());
        CheckWatch { check, found }
    };
    checks.filter(|check| check.severity != Severity::Error).map(watch).collect()
}

impl CodeWatch {
    fn take(&mut self, chunk: &Chunk, days: &[(i32, i32)]) {
        let Some(codes) =
            chunk.batch.column(self.position).as_any().downcast_ref::<arrow::array::StringArray>()
        else {
            return;
        };
        let mut last_known = None;
        for (row, (code, line)) in codes.iter().zip(&chunk.lines).enumerate() {
            let day = days.get(row).copied();
            let Some(code) = code.filter(|code| last_known != Some((*code, day))) else {
                continue;
            };
            let tally = match self.known.verdict(code, day) {
                Verdict::Valid => {
                    last_known = Some((code, day));
                    continue;
                }
                Verdict::Unknown => &mut self.unknown,
                Verdict::NotValid => &mut self.not_valid,
            };
            tally.count(*line);
            if self.is_public && tally.listed.len() < MOST_LISTED && !tally.listed.contains(code) {
                tally.listed.insert(code.to_owned());
            }
        }
    }
}

impl YearWatch {
    fn take(&mut self, chunk: &Chunk, years: &[Option<i32>]) {
        let column = chunk.batch.column(self.position);
        for (row, (year, line)) in years.iter().zip(&chunk.lines).enumerate() {
            if column.is_valid(row) && year.is_some_and(|year| year < self.first || self.last < year) {
                self.found.count(*line);
            }
        }
    }
}

impl CheckWatch {
    fn take(&mut self, chunk: &Chunk) {
        // A check that cannot be computed has been refused with the definitions.
        let Ok(Some(failed)) = row_check::failed(&self.check.test, chunk.batch.columns()) else {
            return;
        };
        for line in failed.filter_map(|row| chunk.lines.get(row)) {
            self.found.count(*line);
        }
    }
}

impl Tally {
    fn new(severity: Severity, rule: &str, column: Option<&str>) -> Self {
        Self {
            severity,
            rule: rule.to_owned(),
            column: column.map(str::to_owned),
            first_line: 0,
            rows: 0,
            listed: std::collections::BTreeSet::new(),
        }
    }

    fn count(&mut self, line: u64) {
        if self.rows == 0 {
            self.first_line = line;
        }
        self.rows += 1;
    }

    fn finish(self) -> Option<Finding> {
        let Self { severity, rule, column, first_line, rows, listed } = self;
        let detail = (!listed.is_empty()).then(|| listed.into_iter().collect::<Vec<_>>().join(", "));
        (rows > 0).then_some(Finding { severity, rule, column, first_line, rows, detail })
    }
}
