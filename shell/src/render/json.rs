//! One JSON array of objects.

use std::io::{self, Write};

use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::json_value::Members;
use super::{Ending, Format, Render};

/// `json`.
pub(super) const FORMAT: Format = Format {
    name: "json",
    aliases: &[],
    extensions: &["json"],
    help: "one JSON array of objects; NULL is null",
    machine: true,
    open: |columns, _| Box::new(Json { members: Members::new(columns.schema), empty: true }),
};

struct Json {
    members: Members,
    empty: bool,
}

impl Render for Json {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let empty = &mut self.empty;
        self.members.each_object(batch, |object| {
            let separator: &[u8] = if *empty { b"\n" } else { b",\n" };
            *empty = false;
            out.write_all(separator)?;
            out.write_all(object.as_bytes())
        })
    }

    fn end(&mut self, _: &Ending, out: &mut dyn Write) -> io::Result<()> {
        let end: &[u8] = if self.empty { b"]\n" } else { b"\n]\n" };
        out.write_all(end)
    }
}
