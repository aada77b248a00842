//! Why rows were rejected, as a list: file, column and rule, never a value.

use crate::text::{counted, visible};

/// Rows rejected for one reason.
pub(super) struct Reason<'a> {
    /// The file; `None` where there is only one.
    pub(super) file: Option<&'a str>,
    /// The column; `None` when the whole row is at fault.
    pub(super) column: Option<&'a str>,
    /// The rule that was broken.
    pub(super) rule: &'a str,
    /// The line of the first such row.
    pub(super) first_line: u64,
    /// How many.
    pub(super) rows: u64,
}

/// One line for each reason.
pub(super) fn list<'a>(reasons: impl Iterator<Item = Reason<'a>>) -> impl Iterator<Item = String> {
    reasons.map(|reason| {
        let place = match reason.file {
            Some(file) => format!("{}:{}", visible(file), reason.first_line),
            None => format!("line {}", reason.first_line),
        };
        let column = match reason.column {
            Some(column) => format!("column {}", visible(column)),
            None => "the row".to_owned(),
        };
        let rows = counted(reason.rows, "row");
        format!("  {rows} rejected, first at {place}, {column}: {}", reason.rule)
    })
}
