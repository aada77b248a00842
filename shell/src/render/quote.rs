//! Values as SQL literals, one line per row.

use std::io::{self, Write};

use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::literal::{Literals, quoted};
use super::{Columns, Ending, Format, Render, View};

/// `quote`.
pub(super) const FORMAT: Format = Format {
    name: "quote",
    aliases: &[],
    extensions: &[],
    help: "values as SQL literals, with commas between them",
    machine: true,
    open: |columns, view| Box::new(Quote::new(columns, view)),
};

struct Quote {
    names: Option<String>,
}

impl Quote {
    fn new(columns: &Columns<'_>, view: &View) -> Self {
        let names: Vec<_> = columns.schema.fields().iter().map(|field| quoted(field.name())).collect();
        Self { names: view.look.headers.then(|| names.join(",")) }
    }
}

impl Render for Quote {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match &self.names {
            Some(names) => writeln!(out, "{names}"),
            None => Ok(()),
        }
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let columns = batch.columns().iter();
        let columns =
            columns.map(|column| Literals::try_new(column.as_ref())).collect::<io::Result<Vec<_>>>()?;
        let mut line = String::new();
        for row in 0..batch.num_rows() {
            line.clear();
            for (index, column) in columns.iter().enumerate() {
                if index > 0 {
                    line.push(',');
                }
                column.push(row, &mut line)?;
            }
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    fn end(&mut self, _: &Ending, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
