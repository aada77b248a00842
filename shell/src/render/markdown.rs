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
        let names = self.columns.iter().map(|(name, _)| Some(name.as_str()));
        write_row(out, names)?;
        let rule = |(_, numeric): &(String, bool)| if *numeric { " ---: |" } else { " --- |" };
        writeln!(out, "|{}", self.columns.iter().map(rule).collect::<String>())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let cells = Cells::try_new(batch)?;
        (0..batch.num_rows()).try_for_each(|row| {
            let row = cells.row(row)?;
            write_row(out, row.iter().map(Option::as_deref))
        })
    }

    fn end(&mut self, _: Option<Duration>, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

fn write_row<'a>(out: &mut dyn Write, cells: impl Iterator<Item = Option<&'a str>>) -> io::Result<()> {
    let mut row = String::from("|");
    for cell in cells {
        row.push(' ');
        row.push_str(&escaped(cell.unwrap_or_default()));
        row.push_str(" |");
    }
    writeln!(out, "{row}")
}

/// Markup that would break the table becomes text again.
fn escaped(cell: &str) -> String {
    let cell = cell.replace('\\', "\\\\").replace('|', "\\|");
    cell.replace("\r\n", "<br>").replace(['\n', '\r'], "<br>")
}
