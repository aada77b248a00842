//! Drafts a layout by reading all of a file: how it is written, what each column holds, and which table it fills.
//!
//! Nothing is concluded from a sample, and nothing that the draft says holds a value of a row.

mod candidate;
mod column;
mod day;
mod describe;
mod distinct;
mod draft;
mod encoding;
mod error;
mod fit;
mod fixed;
mod heading;
mod hypothesis;
mod identity;
mod number;
mod profile;
mod read;
mod shape;
mod survey;
mod toml_text;
mod words;

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, Read};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread::{self, available_parallelism};

use crate::convert::{Dialect, Rows};
use crate::layout::ResolvedLayout;
use crate::{Definitions, closest_name};
use fit::{FileColumn, Fit, How, fit};
use fixed::{Positions, Span};
use heading::Heading;
use profile::Profile;
use read::{Faults, Form};
use survey::Survey;
use words::Words;

pub use draft::Draft;
pub use error::InferError;

/// The values that all columns together tell apart exactly, at about 20 bytes each, and the most of one column.
const MOST_DISTINCT: usize = 6_000_000;
const MOST_OF_A_COLUMN: usize = 1_000_000;

/// The most columns that a file may have.
const MOST_COLUMNS: usize = 10_000;

/// The share of lines of one length from which records have a fixed width.
const FIXED_SHARE: f64 = 0.95;

/// Drafts a layout of a file for a table, or for the table that fits best.
///
/// All of the file is read: once for how it is written, once for its columns, and once more where two columns
/// together name something. Memory does not grow with the file. The draft is accepted by
/// [`Layout::parse`](crate::Layout::parse), and resolves when every required column of the table is filled; the
/// notes name those that are not.
///
/// Errors: a table that is not there, a file that cannot be read, and one in which there are no rows of columns.
pub fn infer(path: &Path, table: Option<&str>, definitions: &Definitions) -> Result<Draft, InferError> {
    let input = Input::new(path);
    if let Some(name) = table
        && definitions.table(name).is_none()
    {
        let near = closest_name(name, definitions.tables().iter().map(|table| table.name.as_str()));
        let help = near
            .map_or("name one of the canonical tables.".to_owned(), |near| format!("did you mean {near:?}?"));
        return Err(InferError::Table(format!("there is no table {name:?}; {help}")));
    }
    let words = Words::of(definitions);
    let survey = Survey::read(input.open()?).map_err(|error| input.unreadable(error))?;
    input.refuse(&survey)?;
    let form = input.form(&survey, &words)?;
    let (mut columns, faults) = input.columns(&survey, &form, &words)?;
    let rows = columns.iter().map(|column| column.profile.rows).max().unwrap_or(0);
    let (mut best, choice) = choose(table, &columns, &words, definitions).ok_or_else(|| {
        InferError::Table("there is no table to fill; add one to the definitions.".to_owned())
    })?;
    for (column, prefix) in best.joinable() {
        let (of, by) = (best.fillings[column].from[0], best.fillings[prefix].from[0]);
        if !input.determines(&survey, &form, of, by)? {
            best.fillings[column].from = vec![by, of];
            best.fillings[column].how = How::Joined;
        }
    }
    let found = Found {
        file: input.file.clone(),
        name: name(path, definitions),
        record_length: survey.usual_length().0,
        known_layout: known_layout(&form.names(), definitions),
        survey,
        form,
        faults,
        rows,
        choice,
        words: &words,
    };
    Ok(draft::draft(&found, &best, &mut columns, definitions))
}

/// What is known of a file as a whole.
struct Found<'a> {
    file: String,
    /// The name of the layout.
    name: String,
    survey: Survey,
    form: Form,
    record_length: usize,
    faults: Faults,
    rows: u64,
    /// Why the table was chosen.
    choice: String,
    /// A layout that names the same columns.
    known_layout: Option<String>,
    words: &'a Words,
}

/// The file.
struct Input {
    path: PathBuf,
    file: String,
}

impl Input {
    fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), file: path.display().to_string() }
    }

    fn open(&self) -> Result<Box<dyn Read + Send>, InferError> {
        match File::open(&self.path) {
            Ok(file) => Ok(Box::new(file)),
            Err(error) => Err(self.unreadable(error)),
        }
    }

    fn text(&self, survey: &Survey) -> Result<Box<dyn Read + Send>, InferError> {
        survey.encoding.decode(self.open()?).map_err(|error| self.unreadable(error))
    }

    fn unreadable(&self, source: io::Error) -> InferError {
        InferError::Read { file: self.file.clone(), source }
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
    fn form(&self, survey: &Survey, words: &Words) -> Result<Form, InferError> {
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
        let heading = Heading::find(self.text(survey)?, dialect, width, words);
        Ok(Form::Delimited { dialect, heading: heading.map_err(|error| self.unreadable(error))? })
    }

    /// The fields of fixed-width records; `None` when the lines differ in length or are one field.
    fn spans(&self, survey: &Survey) -> Result<Option<Vec<Span>>, InferError> {
        let (length, share) = survey.usual_length();
        if share < FIXED_SHARE || length > fixed::MOST_POSITIONS || survey.lines < 2 {
            return Ok(None);
        }
        let whole = Form::Fixed { spans: vec![Span { start: 0, width: length }] };
        let mut positions = Positions::new();
        let read = whole.read(self.text(survey)?, &mut |rows| {
            (0..rows.len()).for_each(|row| positions.take(rows.field(row, 0)));
        });
        read.map_err(|error| self.unreadable(error))?;
        let spans = positions.spans();
        Ok(Some(spans).filter(|spans| spans.len() > 1 && spans.len() <= MOST_COLUMNS))
    }

    /// Every column from every row.
    fn columns(
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
        let faults = form.read(self.text(survey)?, &mut |rows| take(rows, form, &mut columns, threads));
        Ok((columns, faults.map_err(|error| self.unreadable(error))?))
    }

    /// Whether each value of a column stands with one value of another only. What no longer fits into memory
    /// is not looked at: it could only show once more that it does not.
    fn determines(
        &self,
        survey: &Survey,
        form: &Form,
        column: usize,
        other: usize,
    ) -> Result<bool, InferError> {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let hash = |text: &str| {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            hasher.finish()
        };
        let mut found: HashMap<u64, u64> = HashMap::new();
        let mut determines = true;
        let read = form.read(self.text(survey)?, &mut |rows| {
            for row in 0..rows.len() {
                let value = hash(form.field(rows, row, column).trim());
                let beside = hash(form.field(rows, row, other).trim());
                let known = found.get(&value).copied();
                determines &= known.is_none_or(|known| known == beside);
                if known.is_none() && found.len() < MOST_OF_A_COLUMN {
                    found.insert(value, beside);
                }
            }
        });
        read.map_err(|error| self.unreadable(error))?;
        Ok(determines)
    }
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

/// The table that was named, or the one that fits best; and why.
fn choose<'a>(
    table: Option<&str>,
    columns: &[FileColumn],
    words: &Words,
    definitions: &'a Definitions,
) -> Option<(Fit<'a>, String)> {
    if let Some(table) = table.and_then(|name| definitions.table(name)) {
        return Some((fit(table, columns, words, definitions), ", which was named".to_owned()));
    }
    let mut fits: Vec<Fit<'a>> =
        definitions.tables().iter().map(|table| fit(table, columns, words, definitions)).collect();
    fits.sort_by(|left, right| {
        right.score.total_cmp(&left.score).then(left.table.name.cmp(&right.table.name))
    });
    let mut fits = fits.into_iter();
    let best = fits.next()?;
    let choice = match fits.next().filter(|next| next.score > 0.0) {
        Some(next) => format!(", more than of any other; the next is {:?}", next.table.name),
        None => ", more than of any other".to_owned(),
    };
    Some((best, choice))
}

/// A name for the layout: that of the file without its years and marks.
fn name(path: &Path, definitions: &Definitions) -> String {
    let stem = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let stem = stem.split('.').next().unwrap_or_default();
    let words = stem.split(|character: char| !character.is_ascii_alphanumeric());
    let kept = words.filter(|word| !word.is_empty() && !word.bytes().all(|byte| byte.is_ascii_digit()));
    let name = kept.collect::<Vec<_>>().join("_");
    let name = if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name
    } else {
        format!("file_{name}")
    };
    let name = name.trim_end_matches('_');
    if definitions.layout(name).is_some() { format!("{name}_draft") } else { name.to_owned() }
}

/// A layout that names exactly these columns.
fn known_layout(names: &[String], definitions: &Definitions) -> Option<String> {
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let layouts = definitions.layouts().iter();
    let mut resolved = layouts.filter_map(|layout| ResolvedLayout::new(layout, definitions).ok());
    let fitting = resolved.find(|layout| {
        let sources = layout.fills.iter().flat_map(|fill| &fill.sources).flat_map(|source| &source.names);
        sources.chain(&layout.ignored).map(String::as_str).collect::<BTreeSet<&str>>() == names
    });
    fitting.map(|layout| layout.name)
}
