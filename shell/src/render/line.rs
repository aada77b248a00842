//! One value per line, for rows that are too wide to stand beside each other.

use std::io::{self, Write};

use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::{Cells, Columns, Ending, Format, Render, View};
use crate::terminal::Theme;
use crate::text::{visible, width};

/// `line`.
pub(super) const FORMAT: Format = Format {
    name: "line",
    aliases: &[],
    extensions: &[],
    help: "one value per line, a blank line between rows",
    machine: false,
    open: |columns, view| Box::new(Line { lines: Lines::new(columns, view), empty: true }),
};

struct Line {
    lines: Lines,
    empty: bool,
}

impl Render for Line {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let cells = Cells::try_new(batch)?;
        for row in 0..batch.num_rows() {
            if !self.empty {
                writeln!(out)?;
            }
            self.empty = false;
            let row = cells.row(row)?;
            self.lines.write(out, row.iter().map(|cell| cell.as_deref().map(visible)))?;
        }
        Ok(())
    }

    fn end(&mut self, _: &Ending, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// Writes rows as lines.
pub(super) struct Lines {
    /// The names, all of one width.
    names: Vec<String>,
    null: String,
    theme: Theme,
}

impl Lines {
    /// Lines for these columns.
    pub(super) fn new(columns: &Columns<'_>, view: &View) -> Self {
        let names: Vec<_> = columns.schema.fields().iter().map(|field| visible(field.name())).collect();
        let widest = names.iter().map(|name| width(name)).max().unwrap_or(0);
        let padded = names.iter().map(|name| format!("{}{name}", " ".repeat(widest - width(name))));
        Self {
            names: padded.collect(),
            null: visible(view.look.null_or("NULL")).into_owned(),
            theme: view.theme,
        }
    }

    /// Writes one row, whose texts are safe for a terminal.
    pub(super) fn write(
        &self,
        out: &mut dyn Write,
        cells: impl Iterator<Item = Option<impl AsRef<str>>>,
    ) -> io::Result<()> {
        let dim = self.theme.dim;
        for (name, cell) in self.names.iter().zip(cells) {
            match cell {
                Some(text) => writeln!(out, "{name} = {}", text.as_ref())?,
                None => writeln!(out, "{name} = {dim}{}{dim:#}", self.null)?,
            }
        }
        Ok(())
    }
}
