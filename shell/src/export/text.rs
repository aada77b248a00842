//! A file of text, in the format that its name says.

use std::fs::File;
use std::io::{BufWriter, Write};

use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::{Content, Sink};
use crate::failure::Result;
use crate::render::{Columns, Ending, Format, Render};

/// A file that a format writes.
struct Text {
    render: Box<dyn Render>,
    out: BufWriter<File>,
}

/// Begins a file in a format.
pub(super) fn open(file: File, format: &Format, content: &Content<'_>) -> Result<Box<dyn Sink>> {
    let columns = Columns { schema: content.schema, roles: content.roles };
    let mut text =
        Text { render: (format.open)(&columns, content.view), out: BufWriter::with_capacity(1 << 16, file) };
    text.render.begin(&mut text.out)?;
    Ok(Box::new(text))
}

impl Sink for Text {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        Ok(self.render.batch(batch, &mut self.out)?)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.render.end(&Ending::default(), &mut self.out)?;
        Ok(self.out.flush()?)
    }
}
