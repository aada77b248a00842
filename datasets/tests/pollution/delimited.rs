//! Delimited files of every dialect, encoding and wrapping, with defects of shape and of cells among good rows.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use flate2::write::GzEncoder;
use lifetracks_datasets::{Definitions, Part};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::chance::Chance;
use crate::visit::{self, Expected, NAMES, NOTE, Tally, definitions, found, layout, spoil};

const FILES: u64 = 400;
const ROWS: usize = 60;
/// A row is spoilt once in so many.
const SPOILT: usize = 4;

#[test]
fn every_planted_defect_of_a_delimited_file_is_reported() {
    let definitions = definitions();
    let mut tally = Tally::default();
    for seed in 0..FILES {
        tally.add(&polluted(seed, &definitions));
    }
    let rules = [
        "ragged_row",
        "stray_quote",
        "unclosed_quote",
        "nul_byte",
        "undecodable",
        "repeated_header",
        "missing_required",
        "not_a_date",
        "not_a_number",
        "out_of_range",
        "not_a_boolean",
        "not_in_map",
    ];
    tally.finish("delimited", &rules);
}

/// How one file is written.
struct Dialect {
    delimiter: char,
    quote: Option<char>,
    line_end: &'static str,
    encoding: &'static str,
    mark: bool,
    /// Lines before the first row that is looked at.
    preamble: usize,
    header: bool,
    /// The column of [`NAMES`] at each place.
    order: Vec<usize>,
}

impl Dialect {
    fn any(chance: &mut Chance) -> Self {
        let mut order: Vec<usize> = (0..NAMES.len()).collect();
        for place in (1..order.len()).rev() {
            order.swap(place, chance.below(place + 1));
        }
        let header = !chance.one_in(4);
        Self {
            delimiter: chance.pick(&[',', ';', '\t', '|']),
            quote: chance.pick(&[Some('"'), Some('"'), Some('\''), None]),
            line_end: chance.pick(&["\n", "\r\n"]),
            encoding: chance.pick(&["utf-8", "utf-8", "windows-1252", "latin1", "utf-16le", "utf-16be"]),
            mark: chance.one_in(2),
            preamble: if header && chance.one_in(3) { 1 + chance.below(4) } else { 0 },
            header,
            order,
        }
    }

    fn keys(&self) -> String {
        let quote = self.quote.map(|quote| quote.to_string()).unwrap_or_default();
        let mut keys = format!(
            "delimiter = {:?}\nquote = {quote:?}\nencoding = {:?}\n",
            self.delimiter.to_string(),
            self.encoding,
        );
        if self.header {
            writeln!(keys, "header_line = {}", self.preamble + 1).unwrap();
        } else {
            let names: Vec<&str> = self.order.iter().map(|column| NAMES[*column]).collect();
            writeln!(keys, "header = false\ncolumns = {names:?}").unwrap();
        }
        keys
    }

    /// One field as it stands in the file.
    fn field(&self, text: &str, chance: &mut Chance) -> String {
        let Some(quote) = self.quote else { return text.to_owned() };
        let must = text.contains([self.delimiter, quote, '\n', '\r']);
        // An opening quote is followed by a letter or a digit, so that no open quote of another row can seem closed by it.
        let may = text.starts_with(|c: char| c.is_ascii_alphanumeric()) && chance.one_in(5);
        if !must && !may {
            return text.to_owned();
        }
        let doubled = text.replace(quote, &format!("{quote}{quote}"));
        format!("{quote}{doubled}{quote}")
    }

    fn row(&self, visit: &[String; 6], chance: &mut Chance) -> Vec<String> {
        self.order.iter().map(|column| self.field(&visit[*column], chance)).collect()
    }

    fn join(&self, fields: &[String]) -> String {
        fields.join(&self.delimiter.to_string())
    }

    /// Text in the file's encoding. U+E000 stands for what the encoding does not know.
    fn encode(&self, text: &str) -> Vec<u8> {
        let units = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            // Half of a pair of surrogates is no character.
            text.encode_utf16().flat_map(|unit| order(if unit == 0xE000 { 0xD800 } else { unit })).collect()
        };
        match self.encoding {
            "utf-8" => {
                let parts: Vec<&[u8]> = text.split(UNKNOWN).map(str::as_bytes).collect();
                parts.join(&0xFF)
            }
            "utf-16le" => units(u16::to_le_bytes),
            "utf-16be" => units(u16::to_be_bytes),
            _ => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
        }
    }

    fn mark(&self) -> &'static [u8] {
        match (self.mark, self.encoding) {
            (true, "utf-8") => b"\xEF\xBB\xBF",
            (true, "utf-16le") => b"\xFF\xFE",
            (true, "utf-16be") => b"\xFE\xFF",
            _ => b"",
        }
    }

    fn can_be_undecodable(&self) -> bool {
        self.encoding.starts_with("utf")
    }
}

/// A place that is undecodable once it is in the file's encoding.
const UNKNOWN: char = '\u{e000}';

/// A file as it grows: its text, the physical line that comes next, and what the file must give.
struct File {
    text: String,
    line: u64,
    expected: Expected,
}

impl File {
    fn push(&mut self, record: &str, line_end: &str) {
        self.text += record;
        self.text += line_end;
        self.line += 1 + record.matches('\n').count() as u64;
    }

    fn good(&mut self, record: &str, line_end: &str) {
        self.expected.lines.push(self.line);
        self.push(record, line_end);
    }

    fn bad(&mut self, record: &str, line_end: &str, column: Option<usize>, rule: &'static str) {
        let column = column.map(|column| NAMES[column].to_owned());
        self.expected.rejects.push((self.line, column, rule));
        self.push(record, line_end);
    }
}

/// Makes the file of a seed, converts it, and compares.
fn polluted(seed: u64, definitions: &Definitions) -> Expected {
    let mut chance = Chance::new(seed);
    let dialect = Dialect::any(&mut chance);
    let mut file = File { text: String::new(), line: 1, expected: Expected::default() };
    for _ in 0..dialect.preamble {
        let lines = ["A report", "", "a,b;c|d\te", "Pe\u{f1}a said \"it", "ID"];
        file.push(chance.pick(&lines), dialect.line_end);
    }
    let names = NAMES.map(str::to_owned);
    if dialect.header {
        let header = dialect.join(&dialect.row(&names, &mut chance));
        file.push(&header, dialect.line_end);
    }
    for _ in 0..=chance.below(ROWS) {
        if chance.one_in(12) {
            file.push("", dialect.line_end);
        }
        if chance.one_in(SPOILT) {
            add_bad(&mut file, &dialect, &mut chance);
        } else {
            let record = good_record(&dialect, &mut chance);
            file.good(&record, dialect.line_end);
        }
    }
    if chance.one_in(3) && file.text.ends_with(dialect.line_end) && !is_blank_at_end(&file, &dialect) {
        file.text.truncate(file.text.len() - dialect.line_end.len());
    }
    let bytes = [dialect.mark(), &dialect.encode(&file.text)].concat();
    let part = wrap(bytes, &mut chance);
    let layout = layout(&dialect.keys(), "");
    let found = found(definitions, &layout, &part, 1 + chance.below(3));
    assert_eq!(found, file.expected, "seed {seed}\n{}\n{:?}", dialect.keys(), file.text);
    file.expected
}

/// Whether the file ends in a blank line, or in its header: without its line end it would be another file.
fn is_blank_at_end(file: &File, dialect: &Dialect) -> bool {
    file.text.ends_with(&dialect.line_end.repeat(2)) || file.text.lines().count() <= dialect.preamble + 1
}

/// A good record; with quotes a note may hold delimiters, line ends and quotes.
fn good_record(dialect: &Dialect, chance: &mut Chance) -> String {
    let mut visit = visit::visit(chance);
    if let Some(quote) = dialect.quote
        && chance.one_in(4)
    {
        let notes = ["a,b;c|d\te", "two\nlines", "three\r\nmore\n\nlines", "he said q", "z\nq, then q"];
        visit[NOTE] = chance.pick(&notes).replace('q', &format!("{quote}yes{quote}"));
    }
    // Without quotes nothing may look like a mark.
    if dialect.quote.is_none() {
        for field in &mut visit {
            *field = field.replace(dialect.delimiter, "");
        }
    }
    dialect.join(&dialect.row(&visit, chance))
}

fn add_bad(file: &mut File, dialect: &Dialect, chance: &mut Chance) {
    let visit = visit::visit(chance).map(|field| field.replace(dialect.delimiter, ""));
    let mut fields = dialect.row(&visit, chance);
    let place = chance.below(fields.len());
    let column = Some(dialect.order[place]);
    let end = dialect.line_end;
    match (chance.below(9), dialect.quote) {
        (0, _) => {
            fields.truncate(1 + chance.below(fields.len() - 1));
            // One empty field alone is a blank line.
            if fields.concat().is_empty() {
                "x".clone_into(&mut fields[0]);
            }
            file.bad(&dialect.join(&fields), end, None, "ragged_row");
        }
        (1, _) => {
            fields.extend((0..=chance.below(3)).map(|_| "x".to_owned()));
            file.bad(&dialect.join(&fields), end, None, "ragged_row");
        }
        (2, Some(quote)) => {
            fields[place] = format!("a{quote}b");
            file.bad(&dialect.join(&fields), end, None, "stray_quote");
        }
        (3, Some(quote)) => {
            // The second is another system's way to escape a quote.
            fields[place] = if chance.one_in(2) {
                format!("{quote}ab{quote}c")
            } else {
                format!("{quote}a\\{quote}b{quote}")
            };
            file.bad(&dialect.join(&fields), end, None, "stray_quote");
        }
        (4, Some(quote)) => {
            for field in &mut fields {
                *field = field.replace(quote, "");
            }
            fields[place] = format!("{quote}open");
            file.bad(&dialect.join(&fields), end, None, "unclosed_quote");
        }
        (5, _) => {
            "a\0b".clone_into(&mut fields[place]);
            file.bad(&dialect.join(&fields), end, column, "nul_byte");
        }
        (6, _) if dialect.can_be_undecodable() => {
            fields[place] = format!("a{UNKNOWN}b");
            file.bad(&dialect.join(&fields), end, column, "undecodable");
        }
        (7, _) if dialect.header => {
            let names = NAMES.map(str::to_owned);
            let header = dialect.join(&dialect.row(&names, chance));
            file.bad(&header, end, None, "repeated_header");
        }
        _ => add_bad_cells(file, dialect, chance),
    }
}

/// One bad cell or two; of two, the leftmost in the file is reported.
fn add_bad_cells(file: &mut File, dialect: &Dialect, chance: &mut Chance) {
    let mut visit = visit::visit(chance);
    let mut faults: Vec<(usize, &'static str)> = Vec::new();
    for _ in 0..=chance.below(2) {
        let (column, rule) = spoil(&mut visit, chance);
        faults.retain(|(other, _)| *other != column);
        faults.push((column, rule));
    }
    if dialect.quote.is_none() {
        let holds_mark = visit.iter().any(|field| field.contains(dialect.delimiter));
        if holds_mark {
            return file.good(&good_record(dialect, chance), dialect.line_end);
        }
    }
    let at = |column: usize| dialect.order.iter().position(|other| *other == column);
    let (column, rule) = *faults.iter().min_by_key(|(column, _)| at(*column)).unwrap();
    let record = dialect.join(&dialect.row(&visit, chance));
    file.bad(&record, dialect.line_end, Some(column), rule);
}

/// The file as it is, or compressed.
fn wrap(bytes: Vec<u8>, chance: &mut Chance) -> Part {
    match chance.below(4) {
        0 => {
            let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&bytes).unwrap();
            Part::from_bytes("visits.csv.gz", encoder.finish().unwrap())
        }
        1 => {
            let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
            archive.start_file("visits.csv", SimpleFileOptions::default()).unwrap();
            archive.write_all(&bytes).unwrap();
            Part::from_bytes("visits.zip", archive.finish().unwrap().into_inner())
        }
        _ => Part::from_bytes("visits.csv", bytes),
    }
}
