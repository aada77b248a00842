//! The text of a drafted layout: what was seen as comments, what was concluded as keys.

use super::Found;
use super::column::{Scene, UNDECIDED};
use super::describe::{describe, grouped};
use super::encoding;
use super::fit::{FileColumn, Fit, How};
use super::fixed::Span;
use super::read::Form;
use super::toml_text::{comment, list, quoted};
use crate::Definitions;
use crate::convert::Encoding;

/// A layout drafted from a file: a proposal for a person to check and complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The layout as TOML. Its comments tell what the whole file showed: counts, forms and shapes, no value.
    pub layout: String,
    /// What has to be decided or looked at, one sentence each.
    pub notes: Vec<String>,
}

/// Writes the draft.
pub(super) fn draft(
    found: &Found<'_>,
    fit: &Fit<'_>,
    columns: &mut [FileColumn],
    definitions: &Definitions,
) -> Draft {
    let descriptions: Vec<String> = columns.iter_mut().map(|column| describe(&mut column.profile)).collect();
    let columns = &*columns;
    let mut writing =
        Writing { found, fit, columns, descriptions, definitions, text: String::new(), notes: Vec::new() };
    writing.file();
    writing.head();
    writing.open();
    writing.form();
    writing.columns();
    writing.ignored();
    Draft { layout: writing.text, notes: writing.notes }
}

struct Writing<'a> {
    found: &'a Found<'a>,
    fit: &'a Fit<'a>,
    columns: &'a [FileColumn],
    descriptions: Vec<String>,
    definitions: &'a Definitions,
    text: String,
    notes: Vec<String>,
}

impl Writing<'_> {
    fn comment(&mut self, text: &str) {
        self.text.push_str(&comment(text));
    }

    fn key(&mut self, key: &str, value: &str) {
        self.text.extend([key, " = ", value, "\n"]);
    }

    /// A remark that is also a note.
    fn note(&mut self, sentence: &str) {
        self.comment(sentence);
        self.notes.push(sentence.to_owned());
    }

    /// What was seen of the file as a whole.
    fn file(&mut self) {
        let survey = &self.found.survey;
        let rows = self.found.rows;
        let file = &self.found.file;
        self.comment(&format!(
            "Drafted from {file}: {} rows of {} columns, all of them read. Check every line before it is used.",
            grouped(rows),
            self.columns.len()
        ));
        match &self.found.form {
            Form::Sheet { name, others, .. } => {
                let others: Vec<String> = others.iter().map(|name| format!("{name:?}")).collect();
                let others = match others.len() {
                    0 => String::new(),
                    _ => format!("; it has fewer cells: {}", others.join(", ")),
                };
                self.comment(&format!("Seen: sheet {name:?} of a workbook{others}."));
            }
            _ => self.seen(),
        }
        if survey.undecodable > 0 {
            let (count, encoding) = (grouped(survey.undecodable), encoding::name(survey.encoding));
            self.note(&format!("{count} runs of bytes are not {encoding}; their rows would be rejected."));
        }
        if survey.zeros > 0 {
            self.note(&format!(
                "{} bytes of value zero; their rows would be rejected.",
                grouped(survey.zeros)
            ));
        }
        for (rule, (count, line)) in &self.found.faults {
            self.note(&format!(
                "{} rows would be rejected as {rule}, the first on line {line}.",
                grouped(*count)
            ));
        }
        for layout in &self.found.known_layouts {
            let mut names = String::new();
            for (column, namespace) in layout.identities() {
                names.extend(["; its ", column, " is ", namespace]);
            }
            let name = &layout.name;
            let what = match self.found.form {
                Form::Fixed { .. } => "has records of this length",
                _ => "names exactly these columns",
            };
            self.note(&format!("Layout {name:?} {what}: it may be the one for this file{names}."));
        }
    }

    /// What was seen of a text.
    fn seen(&mut self) {
        let survey = &self.found.survey;
        let mark = if survey.mark { ", with a byte order mark" } else { "" };
        let encoding = encoding::name(survey.encoding);
        let ends = match (survey.carriage_returns, survey.line_feeds - survey.carriage_returns) {
            (0, _) => "LF".to_owned(),
            (_, 0) => "CR LF".to_owned(),
            (pairs, alone) => format!("{} CR LF and {} LF", grouped(pairs), grouped(alone)),
        };
        let packed = match (self.found.members.len(), self.found.compression) {
            (0, None) => String::new(),
            (0, Some(compression)) => format!("{compression}, "),
            (count, _) => format!("a ZIP archive of {} files read, ", grouped(count as u64)),
        };
        let bytes = grouped(survey.bytes);
        self.comment(&format!("Seen: {packed}{bytes} bytes, {encoding}{mark}, line ends {ends}."));
        for other in &self.found.others {
            self.note(&format!(
                "{other:?} is not written like the members that were read; it needs a layout of its own."
            ));
        }
    }

    fn head(&mut self) {
        let table = self.fit.table;
        let used = self.fit.used().len();
        let share =
            format!("{used} of {} columns of the file fill table {:?}", self.columns.len(), table.name);
        self.note(&format!("{share}{}.", self.found.choice));
        self.text.push('\n');
        self.key("name", &quoted(&self.found.name));
        self.key("table", &quoted(&table.name));
        self.comment("The owner of the table; correct it.");
        self.key("agency", &quoted(&table.owner));
        self.key("description", &quoted(&format!("Draft for {}. {}", self.found.file, table.description)));
        self.key(
            "source",
            &quoted(&format!("Drafted from {}; name the document that describes the file", self.found.file)),
        );
    }

    /// Required columns that nothing fills.
    fn open(&mut self) {
        let fit = self.fit;
        for open in &fit.open {
            let why = match &open.nearest {
                Some((position, mismatch)) => {
                    format!("{:?} has such a name, but {}", self.columns[*position].name, mismatch.0)
                }
                None => "no column of the file has such a name and such values".to_owned(),
            };
            self.note(&format!("TO BE DECIDED: nothing fills {:?}, which may not be NULL: {why}.", open.to));
        }
    }

    fn form(&mut self) {
        let found = self.found;
        if found.survey.encoding != Encoding::Utf8 {
            self.key("encoding", &quoted(encoding::name(found.survey.encoding)));
        }
        if !found.others.is_empty() {
            let kept: Vec<String> = found.members.iter().map(|member| regex::escape(member)).collect();
            self.key("member", &quoted(&format!("^({})$", kept.join("|"))));
        }
        match &found.form {
            Form::Delimited { dialect, heading } => {
                if dialect.delimiter != b',' {
                    self.key("delimiter", &quoted(&char::from(dialect.delimiter).to_string()));
                }
                if dialect.quote != Some(b'"') {
                    let quote = dialect.quote.map(|quote| char::from(quote).to_string());
                    self.key("quote", &quoted(&quote.unwrap_or_default()));
                }
                self.heading(heading.line);
            }
            Form::Fixed { spans, length, before, .. } => self.fixed(spans, *length, *before),
            Form::Sheet { format, name, first, heading, .. } => {
                self.key("format", &quoted(format));
                if !first {
                    self.key("sheet", &quoted(name));
                }
                self.heading(heading.line);
            }
        }
    }

    fn heading(&mut self, line: Option<u64>) {
        match line {
            None => self.key("header", "false"),
            Some(1) => {}
            Some(line) => self.key("header_line", &line.to_string()),
        }
    }

    fn fixed(&mut self, spans: &[Span], length: usize, before: u64) {
        self.key("format", &quoted("fixed_width"));
        self.key("record_length", &length.to_string());
        if before > 0 {
            self.key("header", "true");
            self.key("header_line", &before.to_string());
            self.note("The lines before the first record of the usual length and characters are taken for a heading.");
        }
        if let [layout] = self.found.known_layouts.as_slice() {
            let name = &layout.name;
            self.note(&format!(
                "The fields are those of layout {name:?}: it is the only one with records of this length."
            ));
        } else {
            self.note("Where fields begin and end is concluded from blanks, kinds of characters and dates: compare it with the file's documentation.");
        }
        self.text.push_str("\n[fields]\n");
        for (name, span) in self.found.form.names().iter().zip(spans) {
            self.key(name, &format!("[{}, {}]", span.start + 1, span.width));
        }
    }

    fn columns(&mut self) {
        let fit = self.fit;
        let scene = Scene { columns: self.columns, table: fit.table, definitions: self.definitions };
        if fit.fillings.is_empty() {
            let note = "No column of the file has the name and the values of a column of the table.";
            self.note(note);
        }
        for filling in &fit.fillings {
            self.text.push('\n');
            for position in &filling.from {
                let text = format!("{}: {}.", self.columns[*position].name, self.descriptions[*position]);
                self.comment(&text);
            }
            let drafted = scene.draft(filling);
            for remark in &drafted.remarks {
                self.comment(remark);
                self.notes.push(format!("{:?}: {remark}", filling.to));
            }
            if filling.likeness < SURE && !matches!(filling.how, How::Identity(_)) {
                self.comment("The names are not the same: check that the column means this.");
            }
            self.text.push_str("[[column]]\n");
            for (key, value) in &drafted.keys {
                self.key(key, value);
            }
        }
    }

    fn ignored(&mut self) {
        let used = self.fit.used();
        let left: Vec<usize> = (0..self.columns.len()).filter(|position| !used.contains(position)).collect();
        if left.is_empty() {
            return;
        }
        self.text.push('\n');
        self.comment("Not loaded:");
        for position in &left {
            let text = format!("{}: {}.", self.columns[*position].name, self.descriptions[*position]);
            self.comment(&text);
            if let Some((identity, _)) = super::identity::identity(&self.columns[*position], self.found.words)
            {
                let namespace = identity.namespace.as_deref().unwrap_or(UNDECIDED);
                self.comment(&format!(
                    "  It may name persons; if it is to be loaded: identity = {namespace:?}"
                ));
            }
        }
        let names: Vec<&str> = left.iter().map(|position| self.columns[*position].name.as_str()).collect();
        self.text.push_str("[ignored]\n");
        self.key("columns", &list(&names));
    }
}

/// The likeness from which two names are the same.
const SURE: f64 = 0.95;
