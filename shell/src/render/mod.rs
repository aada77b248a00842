//! How rows are written: one file per format, one line per format in [`RENDERERS`].

mod cell;
mod csv;
mod grouping;
mod json;
mod json_value;
mod jsonl;
mod markdown;
mod sql_type;
mod table;
mod table_layout;

use std::io::{self, Write};
use std::time::Duration;

use lifetracks_engine::Role;
use lifetracks_engine::arrow::datatypes::Schema;
use lifetracks_engine::arrow::error::ArrowError;
use lifetracks_engine::arrow::record_batch::RecordBatch;

use crate::terminal::Theme;

pub(crate) use cell::Cells;
pub(crate) use sql_type::sql_type;

/// Every output format. The first is the default.
pub(crate) const RENDERERS: &[Format] =
    &[table::FORMAT, csv::FORMAT, json::FORMAT, jsonl::FORMAT, markdown::FORMAT];

/// Writes the rows of one result, batch by batch, in bounded memory.
pub(crate) trait Render {
    /// Writes what stands before the first row.
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()>;
    /// Takes the next rows; a format may hold some of them back.
    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()>;
    /// Writes what is left. `elapsed` is shown by formats meant for eyes, where given.
    fn end(&mut self, elapsed: Option<Duration>, out: &mut dyn Write) -> io::Result<()>;
}

/// One output format.
#[derive(Debug)]
pub(crate) struct Format {
    /// What `--format` and `.mode` call it.
    pub(crate) name: &'static str,
    /// One line of help.
    pub(crate) help: &'static str,
    /// Whether programs read it: results then follow each other without a blank line.
    pub(crate) machine: bool,
    /// Starts the output of one result.
    pub(crate) open: fn(&Columns<'_>, &View) -> Box<dyn Render>,
}

/// The columns of a result.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns<'a> {
    /// Names and types.
    pub(crate) schema: &'a Schema,
    /// What each column means, where known.
    pub(crate) roles: &'a [Option<Role>],
}

/// How much of a result the eyes get to see. Formats for programs do not look at it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct View {
    /// Columns of the terminal; `None` has no limit.
    pub(crate) width: Option<usize>,
    /// Rows shown, half from the start and half from the end; 0 shows all.
    pub(crate) rows: usize,
    /// Colours.
    pub(crate) theme: Theme,
    /// Whether to count rows and columns below the table.
    pub(crate) footer: bool,
}

/// The format of that name.
pub(crate) fn format_named(name: &str) -> Option<&'static Format> {
    RENDERERS.iter().find(|format| format.name == name)
}

/// Arrow's own display of a value failed. Its error holds the value, which no error may show.
fn unprintable(_: ArrowError) -> io::Error {
    io::Error::other("a value lies outside what its type can show")
}

#[cfg(test)]
mod tests;
