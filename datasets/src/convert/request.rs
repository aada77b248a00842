//! What is asked of a conversion, and what it answers.

use arrow::array::RecordBatch;

use super::part::Part;
use crate::{Definitions, Layout};

/// One file that is to be converted under a layout.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The file, or the member of an archive.
    pub part: &'a Part,
    /// How it is read.
    pub layout: &'a Layout,
    /// The tables, maps and other layouts that the layout names.
    pub definitions: &'a Definitions,
    /// The year that the file is of, when its name does not say so or says another one. `None`: the name tells, or
    /// nothing depends on it.
    pub year: Option<i32>,
    /// How many threads convert, besides one that reads. The rows and their order never depend on it.
    pub threads: usize,
}

/// What a conversion found out about its file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conversion {
    /// How many rows were read, loaded and rejected.
    pub counts: Counts,
    /// The year that the file is of; `None` when nothing depends on it and nobody named one.
    pub year: Option<i32>,
    /// What a reader should know, as sentences: columns that the file lacks, and the variant that it was read by.
    pub notices: Vec<String>,
}

/// A run of converted rows, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk {
    /// The rows: every column of the table in its order, with identity columns as text (the agency's own ids). For a
    /// layout of links, the columns `person_id` and `linked_id` as text.
    pub batch: RecordBatch,
    /// For each row the physical line of the file, or the row of the sheet, on which it starts, counted from 1.
    pub lines: Vec<u64>,
    /// The rows among them that were rejected, in order of line.
    pub rejects: Vec<Reject>,
}

/// A row of the file that was not loaded. It never holds a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The physical line, or the row of the sheet, on which the row starts, counted from 1.
    pub line: u64,
    /// The name in the file's header of the leftmost column at fault; `None` when the row as a whole is.
    pub column: Option<String>,
    /// Why: `ragged_row`, `wrong_length`, `unknown_record_type`, `unexpected_value`, `stray_quote`, `unclosed_quote`,
    /// `record_too_long`, `nul_byte`, `undecodable`, `repeated_header`, `missing_required`, `not_a_date`,
    /// `not_a_number`, `not_a_boolean`, `error_cell`, `out_of_range`, `out_of_order`, `not_in_map` or `not_in_tokens`.
    pub rule: &'static str,
}

/// How many rows of a file were read, loaded and rejected: `rows_in` is always the sum of the other two.
///
/// Empty lines, and records of a type that is no row, are no rows. A row that is unpivoted counts once, and is loaded
/// or rejected as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows of the file.
    pub rows_in: u64,
    /// Rows that were converted.
    pub loaded: u64,
    /// Rows that were not.
    pub rejected: u64,
}
