//! Conversion of an agency file into the rows of a canonical table: every row is loaded, or rejected with its line and why.

mod builder;
mod check;
mod column;
mod date;
mod dialect;
mod encoding;
mod error;
mod header;
mod number;
mod pipeline;
mod plan;
#[cfg(test)]
mod property;
mod rows;
mod rule;
mod split;

use std::io::Read;

use arrow::array::RecordBatch;

use crate::layout::ResolvedLayout;
use crate::{Definitions, Layout};
use plan::Plan;

pub(crate) use builder::{ColumnBuilder, Reading};
pub use check::{CheckReport, RejectCount, UnknownCodes, check};
pub(crate) use date::DateFormat;
pub(crate) use dialect::{Dialect, Fields, RecordEnd};
pub(crate) use encoding::Encoding;
pub use error::ConvertError;
pub(crate) use number::ExactNumber;
pub(crate) use rows::{DELETE, Rows, Shape};
pub(crate) use split::{Limits, Splitter};

/// A run of converted rows, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk {
    /// The rows: every column of the table in its order, with identity columns as text (the agency's own ids). For a
    /// layout of links, the columns `person_id` and `linked_id` as text.
    pub batch: RecordBatch,
    /// For each row the physical line of the file on which it starts, counted from 1 with the header.
    pub lines: Vec<u64>,
    /// The rows among them that were rejected, in order of line.
    pub rejects: Vec<Reject>,
}

/// A row of the file that was not loaded. It never holds a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The physical line on which the row starts, counted from 1 with the header.
    pub line: u64,
    /// The name in the file's header of the leftmost column at fault; `None` when the row as a whole is.
    pub column: Option<String>,
    /// Why: `ragged_row`, `stray_quote`, `unclosed_quote`, `record_too_long`, `nul_byte`, `undecodable`,
    /// `repeated_header`, `missing_required`, `not_a_date`, `not_a_number`, `not_a_boolean`, `out_of_range`,
    /// `not_in_map` or `not_in_tokens`.
    pub rule: &'static str,
}

/// How many rows of a file were read, loaded and rejected: `rows_in` is always the sum of the other two.
///
/// Empty lines are no rows. A row that is unpivoted counts once, and is loaded or rejected as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows of the file.
    pub rows_in: u64,
    /// Rows that were converted.
    pub loaded: u64,
    /// Rows that were not.
    pub rejected: u64,
}

/// Converts a file under a layout, on `threads` threads besides one that reads, in bounded memory.
///
/// `on_chunk` gets the rows in the order of the file, on the caller's thread; the same rows in the same order whatever
/// the number of threads, although they may be cut into chunks elsewhere in another release. `file_name` is the name
/// of the file in an error.
///
/// Errors: a layout that does not fit the definitions, a header that does not fit the layout, a file that cannot be
/// read, and whatever `on_chunk` returns. A row that cannot be converted is no error but a [`Reject`].
pub fn convert(
    reader: impl Read + Send,
    file_name: &str,
    layout: &Layout,
    definitions: &Definitions,
    threads: usize,
    on_chunk: &mut dyn FnMut(Chunk) -> Result<(), ConvertError>,
) -> Result<Counts, ConvertError> {
    convert_within(reader, file_name, layout, definitions, threads, Limits::default(), on_chunk)
}

/// [`convert`] with the sizes that bound its memory.
fn convert_within(
    reader: impl Read + Send,
    file_name: &str,
    layout: &Layout,
    definitions: &Definitions,
    threads: usize,
    limits: Limits,
    on_chunk: &mut dyn FnMut(Chunk) -> Result<(), ConvertError>,
) -> Result<Counts, ConvertError> {
    let layout = ResolvedLayout::new(layout, definitions)?;
    let unreadable = |source| ConvertError::Read { file: file_name.to_owned(), source };
    let text = layout.encoding.decode(reader).map_err(unreadable)?;
    let mut splitter = Splitter::new(text, layout.dialect, limits);
    let header = if layout.has_header {
        header::names(splitter.first_record().map_err(unreadable)?, layout.dialect, file_name)?
    } else {
        header::positions_as_names(&layout)
    };
    let positions = header::bind(&layout, &header, file_name)?;
    let shape =
        Shape { dialect: layout.dialect, longest: limits.record, header, has_header: layout.has_header };
    let plan = Plan { layout, positions, shape };
    let mut counts = Counts::default();
    pipeline::run(splitter, &plan, threads, file_name, &mut |converted| {
        counts.rows_in += converted.counts.rows_in;
        counts.loaded += converted.counts.loaded;
        counts.rejected += converted.counts.rejected;
        let chunk = converted.chunk;
        if chunk.lines.is_empty() && chunk.rejects.is_empty() { Ok(()) } else { on_chunk(chunk) }
    })?;
    Ok(counts)
}
