//! No rows at all, only how many there were: for measuring.

use std::io::{self, Write};

use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::footer::Footer;
use super::{Columns, Ending, Format, Render, View};

/// `trash`.
pub(super) const FORMAT: Format = Format {
    name: "trash",
    aliases: &[],
    extensions: &[],
    help: "no rows, only their number",
    machine: false,
    open: |columns, view| Box::new(Trash::new(columns, view)),
};

struct Trash {
    rows: u64,
    columns: usize,
    footer: bool,
}

impl Trash {
    fn new(columns: &Columns<'_>, view: &View) -> Self {
        Self { rows: 0, columns: columns.schema.fields().len(), footer: view.footer }
    }
}

impl Render for Trash {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, _: &mut dyn Write) -> io::Result<()> {
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    fn end(&mut self, ending: &Ending, out: &mut dyn Write) -> io::Result<()> {
        if !self.footer {
            return Ok(());
        }
        let footer = Footer::new(self.rows, self.columns, ending);
        footer.write(out, " · ", ending.width)
    }
}
