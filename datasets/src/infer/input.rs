//! The passes over the file: how it is written, what its columns hold, and whether one column determines another.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread::{self, available_parallelism};

use super::error::InferError;
use super::fit::FileColumn;
use super::fixed::{self, Positions, Span};
use super::heading::Heading;
use super::profile::Profile;
use super::read::{Faults, Form};
use super::survey::Survey;
use super::words::Words;
use crate::convert::{Dialect, Rows};

/// The values that all columns together tell apart exactly, at about 20 bytes each, and the most of one column.
const MOST_DISTINCT: usize = 6_000_000;
const MOST_OF_A_COLUMN: usize = 1_000_000;

/// The most columns that a file may have.
const MOST_COLUMNS: usize = 10_000;

/// The share of lines of one length from which records have a fixed width.
const FIXED_SHARE: f64 = 0.95;

/// The file, and how to read it again.
pub(super) struct Input {
    path: PathBuf,
    file: String,
}

impl Input {
    pub(super) fn new(path: &Path) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str());
        Self { path: path.to_owned(), file: name.to_string_lossy().into_owned() }
    }

    /// The name of the file, without its folder.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// Reads all bytes for how the file is written.
    pub(super) fn survey(&self) -> Result<Survey, InferError> {
        let survey = self.bytes(Survey::read)?;
        self.refuse(&survey)?;
        Ok(survey)
    }

    /// Gives the bytes of the file to `take`.
    fn bytes<T>(
        &self,
        take: impl FnOnce(Box<dyn Read + Send + '_>) -> io::Result<T>,
    ) -> Result<T, InferError> {
        let taken = File::open(&self.path).and_then(|file| take(Box::new(file)));
        taken.map_err(|source| InferError::Read { file: self.file.clone(), source })
    }

    /// Gives the text of the file to `take`.
    fn text<T>(
        &self,
        survey: &Survey,
        take: impl FnOnce(Box<dyn Read + Send + '_>) -> io::Result<T>,
    ) -> Result<T, InferError> {
        self.bytes(|bytes| take(survey.encoding.decode(bytes)?))
    }

    fn unfit(&self, sentence: &str) -> InferError {
        InferError::Unfit { file: self.file.clone(), sentence: sentence.to_owned() }
    }

    /// Files without rows.
    fn refuse(&self, survey: &Survey) -> Result<(), InferError> {
        if survey.lines == 0 {
            return Err(self.unfit("there is no line with text in it; check the file."));
        }
        if survey.line_feeds == 0 && survey.stray_returns > 1 {
            let sentence = "lines end in a carriage return alone; save the file with LF or CR LF line ends.";
            return Err(self.unfit(sentence));
        }
        Ok(())
    }

    /// How the rows are written: delimited when a delimiter is consistent, else of fixed width, else one column.
    pub(super) fn form(&self, survey: &Survey, words: &Words) -> Result<Form, InferError> {
        if survey.marks.is_none()
            && let Some(spans) = self.spans(survey)?
        {
            return Ok(Form::Fixed { spans });
        }
        let (dialect, width) = match survey.marks {
            Some(marks) => (Dialect { delimiter: marks.delimiter, quote: marks.quote }, marks.fields),
            None => (Dialect { delimiter: b',', quote: Some(b'"') }, 1),
        };
        if width > MOST_COLUMNS {
            return Err(
                self.unfit(&format!("its rows have {width} columns, and at most {MOST_COLUMNS} are read."))
            );
        }
        let heading = self.text(survey, |text| Heading::find(text, dialect, width, words))?;
        Ok(Form::Delimited { dialect, heading })
    }

    /// The fields of fixed-width records; `None` when the lines differ in length or are one field.
    fn spans(&self, survey: &Survey) -> Result<Option<Vec<Span>>, InferError> {
        let (length, share) = survey.usual_length();
        if share < FIXED_SHARE || length > fixed::MOST_POSITIONS || survey.lines < 2 {
            return Ok(None);
        }
        let whole = Form::Fixed { spans: vec![Span { start: 0, width: length }] };
        let mut positions = Positions::new();
        let mut take = |rows: &Rows| (0..rows.len()).for_each(|row| positions.take(rows.field(row, 0)));
        self.text(survey, |text| whole.read(text, &mut take))?;
        let spans = positions.spans();
        Ok(Some(spans).filter(|spans| spans.len() > 1 && spans.len() <= MOST_COLUMNS))
    }

    /// Every column from every row.
    pub(super) fn columns(
        &self,
        survey: &Survey,
        form: &Form,
        words: &Words,
    ) -> Result<(Vec<FileColumn>, Faults), InferError> {
        let names = form.names();
        let most = (MOST_DISTINCT / names.len().max(1)).min(MOST_OF_A_COLUMN);
        let column =
            |name: String| FileColumn { words: words.split(&name), name, profile: Profile::new(most) };
        let mut columns: Vec<FileColumn> = names.into_iter().map(column).collect();
        let threads = available_parallelism().map_or(1, NonZero::get);
        let mut take = |rows: &Rows| take(rows, form, &mut columns, threads);
        let faults = self.text(survey, |text| form.read(text, &mut take))?;
        Ok((columns, faults))
    }

    /// Whether each value of a column stands with one value of another only. Values that no longer fit into memory
    /// are not held against each other.
    pub(super) fn determines(
        &self,
        survey: &Survey,
        form: &Form,
        column: usize,
        other: usize,
    ) -> Result<bool, InferError> {
        let mut found: HashMap<u64, u64> = HashMap::new();
        let mut determines = true;
        let mut take = |rows: &Rows| {
            for row in 0..rows.len() {
                let text = form.field(rows, row, column).trim();
                if text.is_empty() {
                    continue;
                }
                let value = hash(text);
                let beside = hash(form.field(rows, row, other).trim());
                let known = found.get(&value).copied();
                determines &= known.is_none_or(|known| known == beside);
                if known.is_none() && found.len() < MOST_OF_A_COLUMN {
                    found.insert(value, beside);
                }
            }
        };
        self.text(survey, |text| form.read(text, &mut take))?;
        Ok(determines)
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Takes rows into the profiles of all columns, on several threads: each has columns of its own, so that their
/// number does not show.
fn take(rows: &Rows, form: &Form, columns: &mut [FileColumn], threads: usize) {
    let share = columns.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        for (number, chunk) in columns.chunks_mut(share).enumerate() {
            scope.spawn(move || {
                for (place, column) in chunk.iter_mut().enumerate() {
                    for row in 0..rows.len() {
                        column.profile.take(form.field(rows, row, number * share + place));
                    }
                }
            });
        }
    });
}
