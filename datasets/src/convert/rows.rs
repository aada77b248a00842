//! The rows of one piece of a file: the place of every field, and the rows whose shape alone rejects them.

use memchr::memchr;

use super::dialect::{Field, Fields, RecordEnd};
use super::rule::Rule;
use super::shape::{Grammar, Shape};
use super::sheet::{CellKind, SheetPiece};
use super::split::Piece;

/// Some of the records of a file, on their way to a worker.
#[derive(Debug)]
pub(crate) enum Work {
    /// Text.
    Text(Piece),
    /// Rows of a sheet.
    Cells(SheetPiece),
}

/// A rejected row: its line, the column of the file when one is at fault, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) line: u64,
    pub(crate) column: Option<usize>,
    pub(crate) rule: Rule,
}

/// Rows that have a place for each column of the file.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(super) text: String,
    pub(super) fields: Fields,
    pub(super) width: usize,
    /// The physical line on which each row starts.
    pub(crate) lines: Vec<u64>,
    /// The type of each row's record; none when the layout knows no types.
    pub(crate) types: Vec<u32>,
    /// What each field of a sheet was; none for text.
    pub(super) kinds: Vec<CellKind>,
    /// The rows that are none, in order of line.
    pub(crate) faults: Vec<Fault>,
}

/// One record of a text.
pub(super) struct Record<'a> {
    /// Without its line end.
    pub(super) text: &'a str,
    /// Where it starts in the text of its piece.
    pub(super) offset: usize,
    /// The length of that text.
    pub(super) total: usize,
    pub(super) line: u64,
    /// The first byte that no field may hold.
    pub(super) bad: Option<(usize, Rule)>,
}

impl Rows {
    /// Reads the rows of a piece.
    pub(crate) fn read(work: Work, shape: &Shape) -> Self {
        match work {
            Work::Text(piece) => Self::read_text(piece, shape),
            Work::Cells(piece) => Self::read_cells(&piece, shape),
        }
    }

    fn read_text(piece: Piece, shape: &Shape) -> Self {
        let (text, undecodable) = into_text(piece.bytes);
        let zero = memchr(0, text.as_bytes()).is_some();
        let dialect = shape.text_dialect();
        let mut rows = Self { width: shape.header.len(), ..Self::default() };
        let mut skips = piece.skips.into_iter().peekable();
        let (mut position, mut line) = (0, piece.first_line);
        while position < text.len() || skips.peek().is_some() {
            if let Some(skip) = skips.next_if(|skip| skip.at <= position) {
                rows.reject(line, None, skip.rule);
                position += skip.length;
                line += 1;
                continue;
            }
            let RecordEnd::At { length, lines } =
                dialect.record_end(&text.as_bytes()[position..], true, shape.longest)
            else {
                // The piece was cut by the same grammar, so each of its records ends; were one not to, its line is rejected.
                rows.reject(line, None, Rule::UnclosedQuote);
                position += memchr(b'\n', &text.as_bytes()[position..])
                    .map_or(text.len() - position, |newline| newline + 1);
                line += 1;
                continue;
            };
            let whole = &text[position..position + length];
            let record = without_line_end(whole);
            let bad = bad_byte(record, position, zero, &undecodable);
            if whole.strip_suffix('\n').unwrap_or(whole).len() > shape.longest {
                rows.reject(line, None, Rule::RecordTooLong);
            } else if !record.is_empty() {
                let record = Record { text: record, offset: position, total: text.len(), line, bad };
                match &shape.grammar {
                    Grammar::Fixed(fixed) => rows.add_fixed(fixed, &record, shape),
                    _ => rows.add_delimited(dialect, &record, shape),
                }
            }
            position += length;
            line += lines;
        }
        rows.text = text;
        rows
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The text of a field, as it stands in the file but without its quotes; `None` when the row's type of record has
    /// no such column.
    pub(crate) fn field(&self, row: usize, column: usize) -> Option<&str> {
        let place = self.fields.places.get(row * self.width + column)?;
        let (text, start) = match place.start.checked_sub(self.text.len()) {
            Some(start) => (&self.fields.unescaped, start),
            None => (&self.text, place.start),
        };
        text.get(start..start + place.length)
    }

    /// Whether the rows are those of a sheet.
    pub(crate) fn is_sheet(&self) -> bool {
        !self.kinds.is_empty()
    }

    /// Whether a field is a date by the word of its sheet, so that it is written as ISO 8601 has it.
    pub(crate) fn is_date(&self, row: usize, column: usize) -> bool {
        self.kinds.get(row * self.width + column) == Some(&CellKind::Date)
    }

    /// Whether a field is an error of its sheet.
    pub(crate) fn is_error(&self, row: usize, column: usize) -> bool {
        self.kinds.get(row * self.width + column) == Some(&CellKind::Error)
    }

    pub(super) fn reject(&mut self, line: u64, column: Option<usize>, rule: Rule) {
        self.faults.push(Fault { line, column, rule });
    }

    /// Whether the fields just added are the header again; `text` is what stands at a place.
    pub(super) fn repeats_header<'a>(
        &'a self,
        shape: &Shape,
        text: impl Fn(&Field) -> Option<&'a str>,
    ) -> bool {
        let places = &self.fields.places[self.fields.places.len() - self.width..];
        places
            .iter()
            .zip(&shape.header)
            .all(|(place, name)| text(place).is_some_and(|field| field.trim() == name))
    }
}

/// The piece as text, and where its bytes are no UTF-8; a delete character stands there, which is no mark of any grammar.
fn into_text(bytes: Vec<u8>) -> (String, Vec<usize>) {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, Vec::new()),
        Err(error) => error.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len());
    let mut undecodable = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        undecodable.extend(text.len()..text.len() + chunk.invalid().len());
        text.extend(chunk.invalid().iter().map(|_| DELETE));
    }
    (text, undecodable)
}

/// Stands where a byte could not be decoded; a layout cannot declare it as a delimiter or a quote.
pub(crate) const DELETE: char = '\u{7f}';

/// The first byte of the record that no field may hold.
fn bad_byte(record: &str, offset: usize, zero: bool, undecodable: &[usize]) -> Option<(usize, Rule)> {
    let next = undecodable.partition_point(|position| *position < offset);
    let decoded = undecodable.get(next).filter(|position| **position < offset + record.len());
    if let Some(position) = decoded {
        return Some((*position, Rule::Undecodable));
    }
    let found = if zero { memchr(0, record.as_bytes()) } else { None };
    found.map(|position| (offset + position, Rule::NulByte))
}

fn without_line_end(record: &str) -> &str {
    let record = record.strip_suffix('\n').unwrap_or(record);
    record.strip_suffix('\r').unwrap_or(record)
}

#[cfg(test)]
mod tests {
    use super::super::dialect::Dialect;
    use super::*;

    fn read(bytes: &[u8]) -> Rows {
        let dialect = Dialect { delimiter: b',', quote: Some(b'"') };
        let header = vec!["A".to_owned(), "B".to_owned()];
        let grammar = Grammar::Delimited { dialect, count: 2 };
        let shape = Shape { grammar, longest: 30, header, has_header: true, records: None };
        let piece = Piece { bytes: bytes.to_vec(), first_line: 2, skips: Vec::new() };
        Rows::read(Work::Text(piece), &shape)
    }

    #[test]
    fn rows_know_their_fields_and_lines() {
        let rows = read(b"1,x\r\n\r\n\"2\",\"a\nb\"\n3,\"say \"\"no\"\"\"\n4,\n");
        assert_eq!(rows.lines, [2, 4, 6, 7]);
        let column = |column| (0..rows.len()).map(|row| rows.field(row, column).unwrap()).collect::<Vec<_>>();
        assert_eq!(column(0), ["1", "2", "3", "4"]);
        assert_eq!(column(1), ["x", "a\nb", "say \"no\"", ""]);
        assert_eq!(rows.faults, []);
    }

    #[test]
    fn a_wrong_shape_is_a_fault_with_its_line() {
        let long = "x".repeat(29);
        let text = format!("1\n1,2,3\nA,\" B \"\n1,a\"b\n\0,1\n1,{long}\n1,\u{f1}\n");
        let mut bytes = text.into_bytes();
        bytes.extend(b"1,\xF1\n\xF1\n9,9\n");
        let rows = read(&bytes);
        let fault = |line, column, rule| Fault { line, column, rule };
        assert_eq!(
            rows.faults,
            [
                fault(2, None, Rule::RaggedRow),
                fault(3, None, Rule::RaggedRow),
                fault(4, None, Rule::RepeatedHeader),
                fault(5, None, Rule::StrayQuote),
                fault(6, Some(0), Rule::NulByte),
                fault(7, None, Rule::RecordTooLong),
                fault(9, Some(1), Rule::Undecodable),
                fault(10, None, Rule::Undecodable),
            ]
        );
        assert_eq!(rows.lines, [8, 11]);
        assert_eq!((rows.field(0, 1), rows.field(1, 1)), (Some("\u{f1}"), Some("9")));
    }
}
