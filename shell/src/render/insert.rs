//! SQL that puts the rows into a table: one INSERT per row.

use std::io::{self, Write};

use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::literal::{Literals, identifier};
use super::{Columns, Ending, Format, Render, View};

/// `insert`.
pub(super) const FORMAT: Format = Format {
    name: "insert",
    aliases: &[],
    extensions: &["sql"],
    help: "INSERT statements into the table that `.mode insert TABLE` names",
    machine: true,
    open: |columns, view| Box::new(Insert::new(columns, view)),
};

struct Insert {
    /// Up to the first value.
    start: String,
}

impl Insert {
    fn new(columns: &Columns<'_>, view: &View) -> Self {
        let names: Vec<_> = columns.schema.fields().iter().map(|field| identifier(field.name())).collect();
        let table: Vec<_> = view.look.table.split('.').map(identifier).collect();
        Self { start: format!("INSERT INTO {} ({}) VALUES (", table.join("."), names.join(", ")) }
    }
}

impl Render for Insert {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let columns = batch.columns().iter();
        let columns =
            columns.map(|column| Literals::try_new(column.as_ref())).collect::<io::Result<Vec<_>>>()?;
        let mut statement = String::new();
        for row in 0..batch.num_rows() {
            statement.clone_from(&self.start);
            for (index, column) in columns.iter().enumerate() {
                if index > 0 {
                    statement.push_str(", ");
                }
                column.push(row, &mut statement)?;
            }
            writeln!(out, "{statement});")?;
        }
        Ok(())
    }

    fn end(&mut self, _: &Ending, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
