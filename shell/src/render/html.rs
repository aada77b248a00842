//! An HTML table that a screen reader can read: a caption, and headers that say what they head.

use std::io::{self, Write};

use lifetracks_engine::arrow::record_batch::RecordBatch;
use lifetracks_engine::classification;

use super::{Cells, Columns, Ending, Format, Render, View};
use crate::text::visible;

/// `html`.
pub(super) const FORMAT: Format = Format {
    name: "html",
    aliases: &[],
    extensions: &["html", "htm"],
    help: "an accessible HTML table; NULL is an empty cell",
    machine: true,
    open: |columns, view| Box::new(Html::new(columns, view)),
};

/// What a file needs around the table.
const STYLE: &str = "body{font-family:sans-serif;margin:2em}table{border-collapse:collapse}\
    caption{text-align:left;font-weight:bold;padding:.5em 0}th,td{border:1px solid #767676;padding:.2em .6em;text-align:left}\
    .n{text-align:right;font-variant-numeric:tabular-nums}";

struct Html {
    /// Name, and whether the column holds numbers.
    columns: Vec<(String, bool)>,
    caption: String,
    /// The title of a whole document.
    title: Option<String>,
    null: String,
}

impl Html {
    fn new(columns: &Columns<'_>, view: &View) -> Self {
        let title = view.document.clone();
        let mut caption = escaped(title.as_deref().unwrap_or("Query result"));
        if let Some(line) = classification(columns.schema) {
            caption = format!("{caption} ({})", escaped(line));
        }
        let fields = columns.schema.fields().iter();
        Self {
            columns: fields.map(|field| (escaped(field.name()), field.data_type().is_numeric())).collect(),
            caption,
            title: title.as_deref().map(escaped),
            null: escaped(view.look.null_or("")),
        }
    }
}

impl Render for Html {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(title) = &self.title {
            writeln!(
                out,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
                 <style>{STYLE}</style>\n</head>\n<body>"
            )?;
        }
        writeln!(out, "<table>\n<caption>{}</caption>\n<thead>\n<tr>", self.caption)?;
        for (name, numeric) in &self.columns {
            writeln!(out, "<th scope=\"col\"{}>{name}</th>", class(*numeric))?;
        }
        writeln!(out, "</tr>\n</thead>\n<tbody>")
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let cells = Cells::try_new(batch)?;
        let mut line = String::new();
        for row in 0..batch.num_rows() {
            line.clear();
            line.push_str("<tr>");
            for ((_, numeric), cell) in self.columns.iter().zip(cells.row(row)?) {
                let text = cell.as_deref().map_or_else(|| self.null.clone(), escaped);
                line.extend(["<td", class(*numeric), ">", text.as_str(), "</td>"]);
            }
            writeln!(out, "{line}</tr>")?;
        }
        Ok(())
    }

    fn end(&mut self, _: &Ending, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "</tbody>\n</table>")?;
        match &self.title {
            Some(_) => writeln!(out, "</body>\n</html>"),
            None => Ok(()),
        }
    }
}

fn class(numeric: bool) -> &'static str {
    if numeric { " class=\"n\"" } else { "" }
}

/// Text that is no markup; its line ends stay, control characters become visible.
fn escaped(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let line = visible(line.trim_end_matches('\r'));
        let line = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        line.replace('"', "&quot;").replace('\'', "&#39;")
    });
    lines.collect::<Vec<_>>().join("<br>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_value_is_text() {
        assert_eq!(escaped("<script>'a' & \"b\""), "&lt;script&gt;&#39;a&#39; &amp; &quot;b&quot;");
        assert_eq!(escaped("one\r\ntwo\u{1b}"), "one<br>two\\u{1b}");
    }
}
