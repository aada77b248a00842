//! What a load says of itself: counts that add up, and why rows were refused.

use super::findings::Finding;
use crate::coverage::{Alarm, Gap};

/// Rows refused for one reason in one column of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectCount {
    /// The file's name.
    pub file: String,
    /// The column's name in the file's header; `None` when the whole row is at fault.
    pub column: Option<String>,
    /// The rule that was broken.
    pub rule: String,
    /// The physical line of the first such row, counted from 1.
    pub first_line: u64,
    /// How many rows.
    pub rows: u64,
}

/// What a load did. `rows_in = loaded + rejected`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// The canonical table.
    pub table: String,
    /// Files that were read.
    pub files: Vec<String>,
    /// Files that had been loaded before, byte for byte, and were passed over.
    pub skipped_files: Vec<String>,
    /// Rows read.
    pub rows_in: u64,
    /// Rows that passed, those among them that were there already.
    pub loaded: u64,
    /// Rows refused.
    pub rejected: u64,
    /// Rows that took the place of an earlier delivery with the same natural key.
    pub replaced: u64,
    /// Rows that say what an earlier delivery said.
    pub unchanged: u64,
    /// Persons met for the first time.
    pub new_persons: u64,
    /// Persons whose records were joined by a link extract.
    pub joined_persons: u64,
    /// Why rows were refused.
    pub rejects: Vec<RejectCount>,
    /// What checks say of rows that were loaded all the same, the worst first.
    pub findings: Vec<Finding>,
    /// What is good to know of how the files were read and what could not be checked.
    pub notices: Vec<String>,
    /// Periods that are absent since this load.
    pub gaps: Vec<Gap>,
    /// Changes from one period to the next that are larger than usual since this load.
    pub alarms: Vec<Alarm>,
    /// The lake version after the load.
    pub lake_version: u64,
}

/// What files change in the table's periods.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    pub(crate) gaps: Vec<Gap>,
    pub(crate) alarms: Vec<Alarm>,
}
