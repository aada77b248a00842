//! Where the header of a delimited file stands, if it has one.
//!
//! A file without a header starts with a person's row, so a line counts as a header only when it says so in several
//! ways: nothing that is taken for a name may turn out to be a value.

use std::collections::BTreeSet;
use std::io::{self, Read};

use super::profile::NULL_TOKENS;
use super::words::Words;
use crate::convert::{Dialect, ExactNumber, Fields, RecordEnd};

/// The part of the file in which the header is looked for, and the most records of it.
const TOP: usize = 4 << 20;
pub(super) const MOST_RECORDS: usize = 2000;

/// The longest name of a column.
const LONGEST_NAME: usize = 128;

/// The least share of names with a known word, when one of them at least is unlike the values below it.
const KNOWN_SHARE: f64 = 0.3;

/// The least share of names that are unlike the values below them, when no word is known.
const UNLIKE_SHARE: f64 = 0.5;

/// The least share of names of known words alone, when all are like the values below them.
const UNDERSTOOD_SHARE: f64 = 0.6;

/// The top of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    /// The physical line, or row of the sheet, of the header, counted from 1; `None` when there is none.
    pub(super) line: Option<u64>,
    /// The names of the columns; their positions when there is no header.
    pub(super) names: Vec<String>,
}

/// One record of the top.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) fields: Vec<String>,
}

impl Heading {
    /// Looks for the header of a file whose rows have `width` fields.
    pub(super) fn find(text: impl Read, dialect: Dialect, width: usize, words: &Words) -> io::Result<Self> {
        let mut top = Vec::new();
        text.take(TOP as u64).read_to_end(&mut top)?;
        Ok(Self::among(&records(&top, dialect, width), width, words))
    }

    /// Looks for the header among the first records of a file.
    pub(super) fn among(records: &[Record], width: usize, words: &Words) -> Self {
        let of_width: Vec<&Record> = records.iter().filter(|record| record.fields.len() == width).collect();
        // A title of a spreadsheet is filled up with empty fields.
        let is_title =
            |record: &&&Record| 2 * record.fields.iter().filter(|field| !field.is_empty()).count() < width;
        let first = of_width.iter().take_while(is_title).count();
        if let Some(record) = of_width.get(first)
            && is_header(&record.fields, &of_width[first + 1..], words)
        {
            return Self { line: Some(record.line), names: record.fields.clone() };
        }
        Self { line: None, names: (1..=width).map(|position| position.to_string()).collect() }
    }
}

fn records(top: &[u8], dialect: Dialect, width: usize) -> Vec<Record> {
    let mut records = Vec::new();
    let (mut position, mut line) = (0, 1);
    while position < top.len() && records.len() < MOST_RECORDS {
        let rest = &top[position..];
        let (length, lines) = match dialect.record_end(rest, top.len() < TOP, TOP) {
            RecordEnd::At { length, lines } => (length, lines),
            RecordEnd::Further => break,
            RecordEnd::Broken(_) => match memchr::memchr(b'\n', rest) {
                Some(newline) => (newline + 1, 1),
                None => break,
            },
        };
        let text = String::from_utf8_lossy(&rest[..length]);
        records.push(Record { line, fields: fields(&text, dialect, width) });
        (position, line) = (position + length, line + lines);
    }
    records
}

/// The fields of a record, trimmed; none when its quotes are broken.
fn fields(record: &str, dialect: Dialect, width: usize) -> Vec<String> {
    let record = record.strip_suffix('\n').unwrap_or(record);
    let record = record.strip_suffix('\r').unwrap_or(record);
    let mut fields = Fields::default();
    if dialect.split(record, 0, record.len(), width, &mut fields).is_err() {
        return Vec::new();
    }
    let whole = format!("{record}{}", fields.unescaped);
    let text =
        |start: usize, length: usize| whole.get(start..start + length).unwrap_or_default().trim().to_owned();
    fields.places.iter().map(|place| text(place.start, place.length)).collect()
}

/// Whether a record names the columns of those below it.
fn is_header(names: &[String], below: &[&Record], words: &Words) -> bool {
    let named = names.iter().filter(|name| is_name(name)).count();
    let possible = names.iter().all(|name| is_name(name) || is_short_number(name) || name.is_empty());
    let different: BTreeSet<&String> = names.iter().filter(|name| !name.is_empty()).collect();
    let filled = names.iter().filter(|name| !name.is_empty()).count();
    if !possible || 2 * named < names.len() || different.len() < filled {
        return false;
    }
    let below: Vec<&Record> = below.iter().copied().filter(|record| record.fields != names).collect();
    let repeated = (0..names.len()).filter(|column| stands_below(names, *column, &below)).count();
    if repeated > names.len() / 4 {
        return false;
    }
    let share = |count: usize| count as f64 / names.len() as f64;
    let unlike = (0..names.len()).filter(|column| is_unlike_values(&names[*column], *column, &below)).count();
    let known = names.iter().filter(|name| words.knows(name)).count();
    let understood = names.iter().filter(|name| words.understands(name)).count();
    (unlike > 0 && share(known) >= KNOWN_SHARE)
        || (unlike > 1 && share(unlike) >= UNLIKE_SHARE)
        || share(understood) >= UNDERSTOOD_SHARE
}

/// A name: starts with a letter, and has no long run of digits, which could be an identifier.
fn is_name(text: &str) -> bool {
    let longest_run =
        text.split(|character: char| !character.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    let starts =
        text.chars().next().is_some_and(|first| first.is_alphabetic() || matches!(first, '_' | '#' | '%'));
    let is_readable = !text.chars().any(|character| character.is_control() && !character.is_whitespace());
    let is_short = longest_run < 6 && text.len() <= LONGEST_NAME;
    starts && is_short && is_readable && text.chars().any(char::is_alphabetic) && !NULL_TOKENS.contains(&text)
}

/// A year, or a position.
fn is_short_number(text: &str) -> bool {
    text.len() <= 4 && ExactNumber::read(text, None).is_ok()
}

/// Whether the field stands among the values of its column.
fn stands_below(names: &[String], column: usize, below: &[&Record]) -> bool {
    let name = &names[column];
    !name.is_empty() && below.iter().any(|record| record.fields.get(column) == Some(name))
}

/// Whether a name has no digit and each value below it has one, as dates and numbers do and names seldom.
fn is_unlike_values(name: &str, column: usize, below: &[&Record]) -> bool {
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    let values =
        || below.iter().filter_map(|record| record.fields.get(column)).filter(|value| !value.is_empty());
    is_name(name) && !has_digit(name) && values().next().is_some() && values().all(|value| has_digit(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Definitions;

    const CSV: Dialect = Dialect { delimiter: b',', quote: Some(b'"') };

    fn find(text: &str, width: usize) -> (Option<u64>, String) {
        let words = Words::of(&Definitions::builtin());
        let found = Heading::find(text.as_bytes(), CSV, width, &words).unwrap();
        (found.line, found.names.join("|"))
    }

    #[test]
    fn a_header_stands_at_any_line() {
        assert_eq!(find("ID,DAY\n1,2020-01-01\n", 2), (Some(1), "ID|DAY".to_owned()));
        let text = "Wages of 2019\n\n\"made by\nthe state\"\n,\nID,\" DAY \"\n1,2020-01-01\n";
        assert_eq!(find(text, 2), (Some(6), "ID|DAY".to_owned()));
        assert_eq!(find("Title,,\na,b,c\n1,2,3\n", 3).0, Some(2));
    }

    #[test]
    fn a_row_is_no_header() {
        for text in [
            "123456789,SMITH,2020-01-01\n234567890,LEE,2020-01-02\n",
            "SMITH,ANN,F\nLEE,BO,M\nDOE,CY,F\n",
            "A123456789,SMITH,X\nB1,LEE,Y1\n",
            "F,ANN,X1\nF,BO,X2\n",
            "SMITH,ANN,A12\nLEE,BO,B13\n",
            "SMITH,ANN,KG\nLEE,BO,01\nDOE,CY,02\n",
            "SMITH,ANN,NA\nLEE,BO,01\nDOE,CY,02\n",
            "SMITH ANN,High School,Gulfport\nLEE BO,Middle School,Biloxi\n",
        ] {
            assert_eq!(find(text, 3), (None, "1|2|3".to_owned()), "{text}");
        }
    }

    #[test]
    fn known_words_are_a_header_above_text() {
        assert_eq!(find("LAST_NAME,FIRST_NAME,SEX\nLEE,BO,M\nDOE,CY,F\n", 3).0, Some(1));
        assert_eq!(find("SEX,GRADE\n", 2).0, Some(1));
    }
}
