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
        let names: Vec<_> = self.names.iter().map(|name| quoted(name)).collect();
        writeln!(out, "{}", names.join(","))
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let cells = Cells::try_new(batch)?;
        let (mut record, mut field) = (String::new(), String::new());
        for row in 0..batch.num_rows() {
            record.clear();
            for column in 0..batch.num_columns() {
                if column > 0 {
                    record.push(',');
                }
                field.clear();
                if cells.push(row, column, &mut field)? {
                    record.push_str(&quoted(&field));
                }
            }
            record.push('\n');
            out.write_all(record.as_bytes())?;
        }
        Ok(())
    }

    fn end(&mut self, _: Option<Duration>, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
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
