//! A LaTeX table with the rules of the booktabs package.

use std::io::{self, Write};

use lifetracks_engine::arrow::record_batch::RecordBatch;
use lifetracks_engine::classification;

use super::{Cells, Columns, Ending, Format, Render, View};
use crate::text::visible;

/// `latex`.
pub(super) const FORMAT: Format = Format {
    name: "latex",
    aliases: &[],
    extensions: &["tex"],
    help: "a LaTeX tabular (needs the package booktabs); NULL is an empty cell",
    machine: true,
    open: |columns, view| Box::new(Latex::new(columns, view)),
};

struct Latex {
    names: Vec<String>,
    /// One letter per column: numbers stand at the right.
    alignment: String,
    classification: Option<String>,
    null: String,
}

impl Latex {
    fn new(columns: &Columns<'_>, view: &View) -> Self {
        let fields = columns.schema.fields();
        let letter = |numeric: bool| if numeric { 'r' } else { 'l' };
        Self {
            names: fields.iter().map(|field| escaped(field.name())).collect(),
            alignment: fields.iter().map(|field| letter(field.data_type().is_numeric())).collect(),
            classification: classification(columns.schema).map(escaped),
            null: escaped(view.look.null_or("")),
        }
    }
}

impl Render for Latex {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "% needs \\usepackage{{booktabs}}")?;
        writeln!(out, "\\begin{{tabular}}{{{}}}\n\\toprule", self.alignment)?;
        writeln!(out, "{} \\\\\n\\midrule", self.names.join(" & "))
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let cells = Cells::try_new(batch)?;
        for row in 0..batch.num_rows() {
            let row = cells.row(row)?.into_iter();
            let row: Vec<_> =
                row.map(|cell| cell.map_or_else(|| self.null.clone(), |text| escaped(&text))).collect();
            writeln!(out, "{} \\\\", row.join(" & "))?;
        }
        Ok(())
    }

    fn end(&mut self, _: &Ending, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "\\bottomrule")?;
        if let Some(line) = &self.classification {
            writeln!(out, "\\multicolumn{{{}}}{{l}}{{\\footnotesize {line}}} \\\\", self.names.len().max(1))?;
        }
        writeln!(out, "\\end{{tabular}}")
    }
}

/// Text that is no LaTeX. A bracket at the start would be taken for an option of the line before.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in visible(&text.replace(['\n', '\r'], " ")).chars() {
        match character {
            '\\' => safe.push_str("\\textbackslash{}"),
            '~' => safe.push_str("\\textasciitilde{}"),
            '^' => safe.push_str("\\textasciicircum{}"),
            '<' => safe.push_str("\\textless{}"),
            '>' => safe.push_str("\\textgreater{}"),
            '|' => safe.push_str("\\textbar{}"),
            '[' if safe.is_empty() => safe.push_str("{[}"),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => safe.extend(['\\', character]),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_in_a_value_are_text() {
        assert_eq!(escaped("50% of R&D_x\\input"), "50\\% of R\\&D\\_x\\textbackslash{}input");
        assert_eq!(escaped("[1, 2]"), "{[}1, 2]");
        assert_eq!(escaped("two\nlines"), "two lines");
    }
}
