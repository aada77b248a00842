//! The passes over the file: how it is written, what its columns hold, and whether one column determines another.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, available_parallelism};

use super::error::InferError;
use super::fit::FileColumn;
use super::fixed::{self, Positions};
use super::heading::{Heading, MOST_RECORDS, Record};
use super::profile::Profile;
use super::read::{Faults, Form};
use super::survey::{Survey, Surveyor};
use super::words::Words;
use crate::convert::{
    ConvertError, Dialect, Part, Rows, Sheet, UnpackLimits, WORKBOOK_LIMITS, names_of_sheet, parts,
    read_workbook, sheet_names,
};
use crate::layout::Format;
use crate::{DefinitionError, Layout};

/// The values that all columns together tell apart exactly, at about 20 bytes each, and the most of one column.
const MOST_DISTINCT: usize = 6_000_000;
const MOST_OF_A_COLUMN: usize = 1_000_000;

/// The most columns that a file may have.
const MOST_COLUMNS: usize = 10_000;

/// The share of lines of one length from which records have a fixed width.
const FIXED_SHARE: f64 = 0.95;

/// One byte of value zero in so many is more than damage.
const ZEROS: u64 = 100;

/// What compressed files start with, and workbooks: an archive, or a compound file.
const GZIP: &[u8] = b"\x1F\x8B";
const ARCHIVE: &[u8] = b"PK\x03\x04";
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Nothing is known of the file yet; that a workbook is none of the archives whose members are files.
const UNKNOWN: &str = r#"
name = "unknown"
table = "unknown"
agency = "unknown"
description = "unknown"
source = "unknown"
format = "xlsx"
"#;

/// The file, and how to read it again.
pub(super) struct Input {
    file: String,
    /// How the file is compressed, when it is no archive.
    pub(super) compression: Option<&'static str>,
    unknown: Layout,
    parts: Vec<Part>,
}

impl Input {
    /// Opens a file or an archive of files.
    pub(super) fn new(path: &Path) -> Result<Self, InferError> {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let unknown = Layout::parse("unknown", UNKNOWN)
            .map_err(|error: DefinitionError| InferError::File(ConvertError::Definition(error)))?;
        let parts = parts(path, &unknown)?;
        let file = name.to_string_lossy().into_owned();
        let mut start = Vec::new();
        let read = File::open(path).and_then(|file| file.take(GZIP.len() as u64).read_to_end(&mut start));
        read.map_err(|source| ConvertError::unreadable(&file, source))?;
        let compression = (start == GZIP).then_some("gzip");
        Ok(Self { file, compression, unknown, parts })
    }

    /// The name of the file, without its folder.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The names of the members of an archive that are read.
    pub(super) fn members(&self) -> Vec<&str> {
        let members = self.parts.iter().map(Part::name).filter(|name| *name != self.file);
        members.filter_map(|name| name.strip_prefix(&self.file)?.strip_prefix('/')).collect()
    }

    /// Whether the file is a workbook, and of which format.
    pub(super) fn workbook(&self) -> Result<Option<Format>, InferError> {
        let mut found = None;
        for part in &self.parts {
            let start = self.bytes(part, |mut bytes| {
                let mut start = Vec::new();
                bytes.by_ref().take(COMPOUND.len() as u64).read_to_end(&mut start)?;
                Ok(start)
            })?;
            let format = match start {
                start if start.starts_with(ARCHIVE) => Format::Xlsx,
                start if start.starts_with(COMPOUND) => Format::Xls,
                _ => continue,
            };
            if self.parts.len() > 1 {
                return Err(self.unfit(
                    "it holds several files and workbooks among them; unpack it and draft a layout of each.",
                ));
            }
            found = Some(format);
        }
        Ok(found)
    }

    /// Reads all bytes for how the file is written.
    pub(super) fn survey(&self) -> Result<Survey, InferError> {
        let mut surveyor = Surveyor::new();
        for part in &self.parts {
            self.bytes(part, |bytes| surveyor.take(bytes))?;
        }
        let survey = surveyor.finish();
        if survey.lines == 0 {
            return Err(self.unfit("there is no line with text in it; check the file."));
        }
        if ZEROS * survey.zeros > survey.bytes {
            let sentence = "it holds bytes that no text has; name a text, a workbook of Excel, or an archive of such files.";
            return Err(self.unfit(sentence));
        }
        if survey.line_feeds == 0 && survey.stray_returns > 1 {
            let sentence = "lines end in a carriage return alone; save the file with LF or CR LF line ends.";
            return Err(self.unfit(sentence));
        }
        Ok(survey)
    }

    /// Gives the bytes of a part to `take`.
    fn bytes<T>(
        &self,
        part: &Part,
        take: impl FnOnce(Box<dyn Read + Send + '_>) -> io::Result<T>,
    ) -> Result<T, InferError> {
        let unreadable = |source| ConvertError::unreadable(part.name(), source);
        Ok(part.text(&self.unknown, UnpackLimits::default(), |bytes| take(bytes).map_err(unreadable))?)
    }

    /// Gives the text of a part to `take`.
    fn text<T>(
        &self,
        part: &Part,
        survey: &Survey,
        take: impl FnOnce(Box<dyn Read + Send + '_>) -> io::Result<T>,
    ) -> Result<T, InferError> {
        self.bytes(part, |bytes| take(survey.encoding.decode(bytes)?))
    }

    fn unfit(&self, sentence: &str) -> InferError {
        InferError::Unfit { file: self.file.clone(), sentence: sentence.to_owned() }
    }

    /// How the rows are written. Members of an archive that are not written like the first of them are left out;
    /// their names are returned.
    pub(super) fn form(&mut self, survey: &Survey, words: &Words) -> Result<(Form, Vec<String>), InferError> {
        let Some(first) = self.parts.first() else {
            return Err(self.unfit("there is no file in it; check it."));
        };
        let form = self.form_of(first, survey, words)?;
        let mut others = Vec::new();
        for part in &self.parts[1..] {
            if !self.form_of(part, survey, words)?.is_like(&form) {
                others.push(part.name().to_owned());
            }
        }
        self.parts.retain(|part| !others.iter().any(|name| name == part.name()));
        Ok((form, others))
    }

    /// Delimited when a delimiter is consistent, else of fixed width, else one column.
    fn form_of(&self, part: &Part, survey: &Survey, words: &Words) -> Result<Form, InferError> {
        if survey.marks.is_none()
            && let Some(form) = self.fixed(part, survey)?
        {
            return Ok(form);
        }
        let (dialect, width) = match survey.marks {
            Some(marks) => (Dialect { delimiter: marks.delimiter, quote: marks.quote }, marks.fields),
            None => (Dialect { delimiter: b',', quote: Some(b'"') }, 1),
        };
        self.check_width(width)?;
        let heading = self.text(part, survey, |text| Heading::find(text, dialect, width, words))?;
        Ok(Form::Delimited { dialect, heading })
    }

    fn check_width(&self, width: usize) -> Result<(), InferError> {
        if width > MOST_COLUMNS {
            return Err(
                self.unfit(&format!("its rows have {width} columns, and at most {MOST_COLUMNS} are read."))
            );
        }
        Ok(())
    }

    /// Fixed-width records; `None` when the lines differ in length or are one field.
    fn fixed(&self, part: &Part, survey: &Survey) -> Result<Option<Form>, InferError> {
        let (length, share) = survey.usual_length();
        if share < FIXED_SHARE || length > fixed::MOST_POSITIONS || survey.lines < 2 {
            return Ok(None);
        }
        let mut positions = Positions::new(length);
        let mut take = |rows: &Rows| {
            for row in 0..rows.len() {
                positions.take(rows.lines[row], rows.field(row, 0).unwrap_or_default());
            }
        };
        self.text(part, survey, |text| fixed::lines(length).read(text, &mut take))?;
        let before = positions.lines_before();
        let spans = positions.spans();
        let fits = spans.len() > 1 && spans.len() <= MOST_COLUMNS;
        let names = (1..=spans.len()).map(|number| format!("field_{number}")).collect();
        Ok(fits.then_some(Form::Fixed { names, spans, length, before }))
    }

    /// The sheet with the most cells.
    pub(super) fn sheet(&self, format: Format, words: &Words) -> Result<Form, InferError> {
        let Some(part) = self.parts.first() else {
            return Err(self.unfit("there is no file in it; check it."));
        };
        let bytes = part.workbook(&self.unknown, WORKBOOK_LIMITS)?;
        let mut names = sheet_names(&self.file, &bytes, format)?;
        let mut best: Option<(usize, Sheet)> = None;
        for (number, name) in names.iter().enumerate() {
            let sheet = read_workbook(&self.file, bytes.clone(), format, Some(name))?;
            if best.as_ref().is_none_or(|(_, found)| sheet.cells.len() > found.cells.len()) {
                best = Some((number, sheet));
            }
        }
        let Some((number, sheet)) = best.filter(|(_, sheet)| !sheet.cells.is_empty()) else {
            return Err(self.unfit("no sheet that is shown holds anything; check the workbook."));
        };
        let (first, name) = (number == 0, names.remove(number));
        let width = sheet.cells.iter().map(|cell| cell.column as usize + 1).max().unwrap_or(0);
        self.check_width(width)?;
        let mut heading = Heading::among(&top(&sheet, width), width, words);
        let mut columns: Vec<Option<usize>> = (0..width).map(Some).collect();
        if let Some(line) = heading.line {
            let named = names_of_sheet(&sheet.row(line)).map_err(|sentence| self.unfit(&sentence))?;
            (heading.names, columns) = named;
        }
        let format = if format == Format::Xls { "xls" } else { "xlsx" };
        Ok(Form::Sheet { format, name, first, others: names, sheet: Arc::new(sheet), heading, columns })
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
        let faults = self.rows(survey, form, &mut |rows| take(rows, &mut columns, threads))?;
        Ok((columns, faults))
    }

    /// Reads all rows of all parts.
    fn rows(
        &self,
        survey: &Survey,
        form: &Form,
        on_rows: &mut dyn FnMut(&Rows),
    ) -> Result<Faults, InferError> {
        let mut faults = Faults::new();
        for part in &self.parts {
            let of_part = match form {
                Form::Sheet { .. } => form
                    .read(Box::new(io::empty()), on_rows)
                    .map_err(|source| ConvertError::unreadable(part.name(), source))?,
                _ => self.text(part, survey, |text| form.read(text, on_rows))?,
            };
            for (rule, (count, line)) in of_part {
                faults.entry(rule).or_insert((0, line)).0 += count;
            }
        }
        Ok(faults)
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
        self.rows(survey, form, &mut |rows| {
            for row in 0..rows.len() {
                let text = |column| rows.field(row, column).unwrap_or_default().trim();
                if text(column).is_empty() {
                    continue;
                }
                let (value, beside) = (hash(text(column)), hash(text(other)));
                let known = found.get(&value).copied();
                determines &= known.is_none_or(|known| known == beside);
                if known.is_none() && found.len() < MOST_OF_A_COLUMN {
                    found.insert(value, beside);
                }
            }
        })?;
        Ok(determines)
    }
}

/// The first rows of a sheet.
fn top(sheet: &Sheet, width: usize) -> Vec<Record> {
    let rows = sheet.cells.chunk_by(|left, right| left.row == right.row).take(MOST_RECORDS);
    let record = |line: u64| {
        let mut fields = vec![String::new(); width];
        for (column, text) in sheet.row(line) {
            if let Some(field) = fields.get_mut(column) {
                text.trim().clone_into(field);
            }
        }
        Record { line, fields }
    };
    rows.filter_map(|cells| Some(record(u64::from(cells.first()?.row) + 1))).collect()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Takes rows into the profiles of all columns, on several threads: each has columns of its own, so that their
/// number does not show.
fn take(rows: &Rows, columns: &mut [FileColumn], threads: usize) {
    let share = columns.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        for (number, chunk) in columns.chunks_mut(share).enumerate() {
            scope.spawn(move || {
                for (place, column) in chunk.iter_mut().enumerate() {
                    for row in 0..rows.len() {
                        let place = number * share + place;
                        if rows.is_error(row, place) {
                            column.profile.take_error();
                        } else {
                            let text = rows.field(row, place).unwrap_or_default();
                            column.profile.take(text, rows.is_date(row, place));
                        }
                    }
                }
            });
        }
    });
}
