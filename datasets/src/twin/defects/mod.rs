//! Mistakes planted on purpose in a share of the rows of some extracts, each written down with its line.

mod kind;
mod subject;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::chance::{Chance, Matter};
use super::error::TwinError;
use super::table::Table;
use super::yearly::Written;
use kind::{Kind, Spoiled};
use subject::{SUBJECTS, Subject};

const HEADER: &str = "FILE,LINE,COLUMN,KIND,RULE";

/// The list of planted defects, and the files that correct some of them.
pub(super) struct Ledger {
    book: Rc<RefCell<Book>>,
}

struct Book {
    chance: Chance,
    share: f64,
    folder: PathBuf,
    list: Table,
    corrections: Vec<Correction>,
    /// District and school of the last row that had its turn.
    elsewhere: Option<[Vec<u8>; 2]>,
}

/// A file that arrives later and holds the true rows of those that were delivered wrong.
struct Correction {
    subject: &'static Subject,
    year: i32,
    file: Table,
}

/// What one file needs to have its rows spoiled.
pub(super) struct Planting {
    book: Rc<RefCell<Book>>,
    subject: &'static Subject,
    file: String,
    year: i32,
}

impl Ledger {
    /// Opens the list; None when no defects are asked for.
    pub(super) fn open(folder: &Path, seed: u64, share: f64) -> Result<Option<Self>, TwinError> {
        if share <= 0.0 {
            return Ok(None);
        }
        let list = Table::create(folder.join("truth/defects.csv"), HEADER)?;
        let book = Book {
            chance: Chance::about(Matter::Defects, seed, 0),
            share,
            folder: folder.to_owned(),
            list,
            corrections: Vec::new(),
            elsewhere: None,
        };
        Ok(Some(Self { book: Rc::new(RefCell::new(book)) }))
    }

    /// What the file of a table and year needs. Only the tables of the list of subjects are spoiled.
    pub(super) fn planting(&self, table: &str, year: i32) -> Option<Planting> {
        let subject = SUBJECTS.iter().find(|subject| subject.table == table)?;
        let file = format!("{table}_{year}.csv");
        Some(Planting { book: Rc::clone(&self.book), subject, file, year })
    }

    /// Closes the list and the corrections. Every file whose rows could be spoiled must be closed before.
    pub(super) fn close(self) -> Result<Vec<Written>, TwinError> {
        let Ok(book) = Rc::try_unwrap(self.book) else { return Ok(Vec::new()) };
        let mut book = book.into_inner();
        book.corrections.sort_by_key(|correction| (correction.subject.correction, correction.year));
        let mut written = Vec::new();
        for correction in book.corrections {
            written.push(Written {
                table: correction.subject.correction,
                year: Some(correction.year),
                extension: "csv",
                rows: correction.file.close()?,
            });
        }
        written.push(Written::single("truth/defects", book.list.close()?));
        Ok(written)
    }
}

impl Planting {
    /// Spoils the row that begins at `start` and ends with the text, which is line `line` of the file, if its turn
    /// has come. Hands back how many rows were added after it.
    pub(super) fn spoil(&self, text: &mut Vec<u8>, start: usize, line: u64) -> Result<u64, TwinError> {
        let mut book = self.book.borrow_mut();
        let share = book.share;
        if !book.chance.happens(share) {
            return Ok(0);
        }
        let place = book.chance.below(self.subject.kinds.len());
        let (kind, column) = self.subject.kinds[place];
        let row = Row::read(&text[start..], self.subject);
        let spoiled = kind.apply(&row, column, &mut book);
        book.remember(&row);
        let Some(spoiled) = spoiled else { return Ok(0) };
        text.truncate(start);
        let (line, more) = match &spoiled {
            Spoiled::Instead { row: wrong } => {
                wrong.write(text);
                (line, 0)
            }
            Spoiled::Beside { row: more } => {
                row.write(text);
                more.write(text);
                (line + 1, 1)
            }
        };
        let column = if kind.names_column() { column } else { "" };
        book.note(&self.file, line, column, kind)?;
        if let Spoiled::Instead { .. } = spoiled {
            book.correct(self.subject, self.year, &row)?;
        }
        Ok(more)
    }
}

impl Book {
    fn note(&mut self, file: &str, line: u64, column: &str, kind: Kind) -> Result<(), TwinError> {
        self.list.text(file).number(line, 1).text(column).text(kind.name()).text(kind.rule()).end_row()
    }

    /// Keeps the school of a row, which a later pupil will be said to attend too.
    fn remember(&mut self, row: &Row) {
        if let (Some(district), Some(school)) = (row.get("DISTRICT"), row.get("SCHOOL")) {
            self.elsewhere = Some([district.to_vec(), school.to_vec()]);
        }
    }

    /// Delivers the true row in a later file.
    fn correct(&mut self, subject: &'static Subject, year: i32, row: &Row) -> Result<(), TwinError> {
        let same = |found: &Correction| found.year == year && found.subject.table == subject.table;
        let place = if let Some(place) = self.corrections.iter().position(same) {
            place
        } else {
            let path = self.folder.join(format!("{}_{year}.csv", subject.correction));
            let file = Table::create(path, subject.header)?;
            self.corrections.push(Correction { subject, year, file });
            self.corrections.len() - 1
        };
        let correction = &mut self.corrections[place];
        for field in &row.fields {
            correction.file.western_text(&String::from_utf8_lossy(field));
        }
        correction.file.end_row()
    }
}

/// The fields of a row.
struct Row {
    subject: &'static Subject,
    fields: Vec<Vec<u8>>,
}

impl Row {
    fn read(line: &[u8], subject: &'static Subject) -> Self {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        Self { subject, fields: line.split(|byte| *byte == b',').map(<[u8]>::to_vec).collect() }
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.subject
            .header
            .split(',')
            .position(|name| name == column)
            .filter(|place| *place < self.fields.len())
    }

    fn get(&self, column: &str) -> Option<&[u8]> {
        self.place(column).map(|place| self.fields[place].as_slice())
    }

    /// The same row with another value in a column; None when the row has no such column.
    fn with(&self, column: &str, value: &[u8]) -> Option<Self> {
        let place = self.place(column)?;
        let mut fields = self.fields.clone();
        value.clone_into(&mut fields[place]);
        Some(Self { subject: self.subject, fields })
    }

    fn write(&self, text: &mut Vec<u8>) {
        text.extend_from_slice(&self.fields.join(&b','));
        text.push(b'\n');
    }
}
