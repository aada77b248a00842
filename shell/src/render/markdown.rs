//! A Markdown table (GitHub's pipe tables): every row, NULL is an empty cell.

use std::io::{self, Write};

use lifetracks_engine::arrow::record_batch::RecordBatch;
use lifetracks_engine::classification;

use super::{Cells, Ending, Format, Render};

/// `markdown`.
pub(super) const FORMAT: Format = Format {
    name: "markdown",
    aliases: &["md"],
    extensions: &["md", "markdown"],
    help: "a pipe table for documents; NULL is an empty cell",
    machine: false,
    open: |columns, view| {
        let fields = columns.schema.fields().iter();
        Box::new(Markdown {
            columns: fields.map(|field| (field.name().clone(), field.data_type().is_numeric())).collect(),
            null: view.look.null_or("").to_owned(),
            classification: classification(columns.schema).filter(|_| view.footer).map(str::to_owned),
        })
    },
};

struct Markdown {
    /// Name, and whether the column holds numbers.
    columns: Vec<(String, bool)>,
    null: String,
    classification: Option<String>,
}

impl Render for Markdown {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write_row(out, self.columns.iter().map(|(name, _)| name.as_str()))?;
        let rule = |(_, numeric): &(String, bool)| if *numeric { " ---: |" } else { " --- |" };
        writeln!(out, "|{}", self.columns.iter().map(rule).collect::<String>())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let cells = Cells::try_new(batch)?;
        (0..batch.num_rows()).try_for_each(|row| {
            let row = cells.row(row)?;
            write_row(out, row.iter().map(|cell| cell.as_deref().unwrap_or(&self.null)))
        })
    }

    fn end(&mut self, _: &Ending, out: &mut dyn Write) -> io::Result<()> {
        match &self.classification {
            Some(line) => writeln!(out, "\n{line}"),
            None => Ok(()),
        }
    }
}

fn write_row<'a>(out: &mut dyn Write, cells: impl Iterator<Item = &'a str>) -> io::Result<()> {
    let mut row = String::from("|");
    for cell in cells {
        row.push(' ');
        row.push_str(&escaped(cell));
        row.push_str(" |");
    }
    writeln!(out, "{row}")
}

/// Markup that would break the table becomes text again.
fn escaped(cell: &str) -> String {
    let cell = cell.replace('\\', "\\\\").replace('|', "\\|");
    cell.replace("\r\n", "<br>").replace(['\n', '\r'], "<br>")
}
