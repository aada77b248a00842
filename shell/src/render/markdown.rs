//! A Markdown table (GitHub's pipe tables): every row, NULL is an empty cell.

use std::io::{self, Write};
use std::time::Duration;

use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::{Cells, Format, Render};

/// `markdown`.
pub(super) const FORMAT: Format = Format {
    name: "markdown",
    help: "a pipe table for documents; NULL is an empty cell",
    machine: false,
    open: |columns, _| {
        let fields = columns.schema.fields().iter();
        Box::new(Markdown {
            columns: fields.map(|field| (field.name().clone(), field.data_type().is_numeric())).collect(),
        })
    },
};

struct Markdown {
    /// Name, and whether the column holds numbers.
    columns: Vec<(String, bool)>,
}

impl Render for Markdown {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write_row(out, self.columns.iter().map(|(name, _)| Ok(Some(name.clone()))))?;
        out.write_all(b"|")?;
        for (_, numeric) in &self.columns {
            out.write_all(if *numeric { b" ---: |" } else { b" --- |" })?;
        }
        out.write_all(b"\n")
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let cells = Cells::try_new(batch)?;
        (0..batch.num_rows()).try_for_each(|row| write_row(out, cells.row(row)))
    }

    fn end(&mut self, _: Option<Duration>, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

fn write_row(out: &mut dyn Write, cells: impl Iterator<Item = io::Result<Option<String>>>) -> io::Result<()> {
    out.write_all(b"|")?;
    for cell in cells {
        let cell = cell?.unwrap_or_default();
        write!(out, " {} |", escaped(&cell))?;
    }
    out.write_all(b"\n")
}

/// Markup that would break the table becomes text again.
fn escaped(cell: &str) -> String {
    let cell = cell.replace('\\', "\\\\").replace('|', "\\|");
    cell.replace("\r\n", "<br>").replace(['\n', '\r'], "<br>")
}
