//! Rows as lines, values with a separator between them: what csv, tsv and list have in common.

use std::borrow::Cow;
use std::io::{self, Write};

use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::{Cells, Columns, Ending, Render, View};

/// Writes a value so that it cannot be taken for a separator, or for what stands for NULL (the second text).
pub(super) type Encode = for<'a> fn(&'a str, &str) -> Cow<'a, str>;

/// A format of lines.
pub(super) struct Delimited {
    names: Vec<String>,
    separator: String,
    null: String,
    headers: bool,
    encode: Encode,
}

impl Delimited {
    /// A format with its separator.
    pub(super) fn new(columns: &Columns<'_>, view: &View, separator: &str, encode: Encode) -> Self {
        let names = columns.schema.fields().iter();
        Self {
            names: names.map(|field| field.name().clone()).collect(),
            separator: separator.to_owned(),
            null: view.look.null_or("").to_owned(),
            headers: view.look.headers,
            encode,
        }
    }
}

impl Render for Delimited {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.headers {
            return Ok(());
        }
        let names: Vec<_> = self.names.iter().map(|name| (self.encode)(name, "")).collect();
        writeln!(out, "{}", names.join(&self.separator))
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let cells = Cells::try_new(batch)?;
        let (mut record, mut field) = (String::new(), String::new());
        for row in 0..batch.num_rows() {
            record.clear();
            for column in 0..batch.num_columns() {
                if column > 0 {
                    record.push_str(&self.separator);
                }
                field.clear();
                if cells.push(row, column, &mut field)? {
                    record.push_str(&(self.encode)(&field, &self.null));
                } else {
                    record.push_str(&self.null);
                }
            }
            record.push('\n');
            out.write_all(record.as_bytes())?;
        }
        Ok(())
    }

    fn end(&mut self, _: &Ending, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
