//! How rows are written: one file per format, one line per format in [`RENDERERS`].

mod cell;
mod csv;
mod delimited;
mod footer;
mod frame;
mod grid;
mod grouping;
mod html;
mod insert;
mod json;
mod json_value;
mod jsonl;
mod latex;
mod line;
mod list;
mod literal;
mod look;
mod markdown;
mod quote;
mod table;
mod table_layout;
mod trash;
mod tsv;

use std::io::{self, Write};
use std::time::Duration;

use lifetracks_engine::Role;
use lifetracks_engine::arrow::datatypes::Schema;
use lifetracks_engine::arrow::error::ArrowError;
use lifetracks_engine::arrow::record_batch::RecordBatch;

use crate::terminal::Theme;

pub(crate) use cell::Cells;
pub(crate) use grouping::Grouping;
pub(crate) use look::{Look, Numbers, Shape};

/// Every output format. The first is the default.
pub(crate) const RENDERERS: &[Format] = &[
    table::FORMAT,
    table::PSQL,
    line::FORMAT,
    csv::FORMAT,
    tsv::FORMAT,
    list::FORMAT,
    json::FORMAT,
    jsonl::FORMAT,
    markdown::FORMAT,
    html::FORMAT,
    latex::FORMAT,
    insert::FORMAT,
    quote::FORMAT,
    trash::FORMAT,
];

/// Writes the rows of one result, batch by batch, in bounded memory.
pub(crate) trait Render {
    /// Writes what stands before the first row.
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()>;
    /// Takes the next rows; a format may hold some of them back.
    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()>;
    /// Writes what is left.
    fn end(&mut self, ending: &Ending, out: &mut dyn Write) -> io::Result<()>;
}

/// One output format.
#[derive(Debug)]
pub(crate) struct Format {
    /// What `--format` and `.mode` call it.
    pub(crate) name: &'static str,
    /// Other names.
    pub(crate) aliases: &'static [&'static str],
    /// How the names of such files end.
    pub(crate) extensions: &'static [&'static str],
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

/// How a result is to be written. Formats for programs look at little of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct View {
    /// Rows shown, half from the start and half from the end; 0 shows all.
    pub(crate) rows: usize,
    /// Colours.
    pub(crate) theme: Theme,
    /// Whether to count rows and columns below the table.
    pub(crate) footer: bool,
    /// The title of a file of its own; `None` where the result stands among others.
    pub(crate) document: Option<String>,
    /// What the person has chosen.
    pub(crate) look: Look,
}

/// What is known when the last row has come. Formats for eyes show it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ending {
    /// How long it took.
    pub(crate) elapsed: Option<Duration>,
    /// Bytes that were read from files.
    pub(crate) read: Option<u64>,
    /// Columns of the terminal, which may have changed meanwhile; `None` has no limit.
    pub(crate) width: Option<usize>,
}

/// The format of that name.
pub(crate) fn format_named(name: &str) -> Option<&'static Format> {
    RENDERERS.iter().find(|format| format.name == name || format.aliases.contains(&name))
}

/// The format of files whose names end so.
pub(crate) fn format_of_file(extension: &str) -> Option<&'static Format> {
    RENDERERS.iter().find(|format| format.extensions.contains(&extension))
}

/// Arrow's own display of a value failed. Its error holds the value, which no error may show.
fn unprintable(_: ArrowError) -> io::Error {
    io::Error::other("a value lies outside what its type can show")
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod width_tests;
