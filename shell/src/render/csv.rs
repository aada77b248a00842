//! Comma-separated values (RFC 4180, with line feeds): NULL is an empty field, empty text is `""`.

use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Duration;

use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::{Cells, Columns, Format, Render, View};

/// `csv`.
pub(super) const FORMAT: Format = Format {
    name: "csv",
    help: "comma-separated values with a header (RFC 4180); NULL is empty",
    machine: true,
    open: |columns, view| Box::new(Csv::new(columns, view)),
};

struct Csv {
    names: Vec<String>,
}

impl Csv {
    fn new(columns: &Columns<'_>, _: &View) -> Self {
        let names = columns.schema.fields().iter();
        Self { names: names.map(|field| field.name().clone()).collect() }
    }
}

impl Render for Csv {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write_record(out, self.names.iter().map(|name| Ok(Some(name.clone()))))
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let cells = Cells::try_new(batch)?;
        (0..batch.num_rows()).try_for_each(|row| write_record(out, cells.row(row)))
    }

    fn end(&mut self, _: Option<Duration>, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

fn write_record(
    out: &mut dyn Write,
    fields: impl Iterator<Item = io::Result<Option<String>>>,
) -> io::Result<()> {
    for (index, field) in fields.enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        if let Some(field) = field? {
            out.write_all(quoted(&field).as_bytes())?;
        }
    }
    out.write_all(b"\n")
}

fn quoted(field: &str) -> Cow<'_, str> {
    if !field.is_empty() && !field.contains([',', '"', '\n', '\r']) {
        return Cow::Borrowed(field);
    }
    Cow::Owned(format!("\"{}\"", field.replace('"', "\"\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_only_where_needed() {
        assert_eq!(quoted("0100"), "0100");
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"no\""), "\"say \"\"no\"\"\"");
        assert_eq!(quoted("two\nlines"), "\"two\nlines\"");
        assert_eq!(quoted(""), "\"\"");
    }
}
