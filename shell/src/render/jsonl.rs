//! JSON lines: one object per row and line.

use std::io::{self, Write};

use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::json_value::Members;
use super::{Ending, Format, Render};

/// `jsonl`.
pub(super) const FORMAT: Format = Format {
    name: "jsonl",
    aliases: &["ndjson"],
    extensions: &["jsonl", "ndjson"],
    help: "JSON lines: one object per row; NULL is null",
    machine: true,
    open: |columns, _| Box::new(JsonLines { members: Members::new(columns.schema) }),
};

struct JsonLines {
    members: Members,
}

impl Render for JsonLines {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        self.members.each_object(batch, |object| writeln!(out, "{object}"))
    }

    fn end(&mut self, _: &Ending, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
