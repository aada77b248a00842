//! Results as files of their own, whole or not at all: one line per kind in [`KINDS`], besides the formats of text.

mod draft;
mod held;
mod leaving;
mod run;
mod text;
mod typed;
mod xlsx;

use std::fs::File;
use std::path::{Path, PathBuf};

use lifetracks_engine::Role;
use lifetracks_engine::arrow::datatypes::SchemaRef;
use lifetracks_engine::arrow::record_batch::RecordBatch;

pub(crate) use self::draft::Draft;
use self::draft::refuse_existing;
pub(crate) use self::held::Held;
use crate::failure::{Failure, Result};
use crate::render::{Format, RENDERERS, View, format_of_file};

/// Kinds of files that hold one result each and are no text.
const KINDS: &[FileKind] = &[typed::PARQUET, typed::ARROW, xlsx::KIND];

/// The sheet of a file that has no more, and the first of one that has.
const FIRST_SHEET: &str = "Result";

/// A kind of file.
#[derive(Debug)]
pub(crate) struct FileKind {
    /// How the names of such files end.
    pub(crate) name: &'static str,
    extensions: &'static [&'static str],
    /// Whether one file may hold several results, each in a sheet of its own.
    sheets: bool,
    open: fn(File, &Content<'_>) -> Result<Box<dyn Sink>>,
}

/// What a file is to hold.
pub(crate) struct Content<'a> {
    /// Names and types of the columns.
    pub(crate) schema: &'a SchemaRef,
    /// What each column means, where known.
    pub(crate) roles: &'a [Option<Role>],
    /// Rows to come, where known.
    pub(crate) rows: Option<u64>,
    /// The file's folder, where what does not fit into memory may wait.
    pub(crate) folder: &'a Path,
    /// How text is to look.
    pub(crate) view: &'a View,
}

/// A file that takes rows.
pub(crate) trait Sink {
    /// Adds rows.
    fn write(&mut self, batch: &RecordBatch) -> Result<()>;
    /// Goes on with another result, in a sheet of this name.
    ///
    /// Errors: files of this kind hold one result.
    fn begin_sheet(&mut self, _: &Content<'_>, name: &str) -> Result<()> {
        Err(Failure::usage(format!("there is no place for a sheet {name} in such a file")))
    }
    /// Writes what is left.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// What `.export` was asked for.
#[derive(Debug)]
pub(crate) struct Export {
    /// The results, the last one first.
    pub(crate) results: Vec<Kept>,
    /// The file.
    pub(crate) path: PathBuf,
    /// Whether an older file gives way.
    pub(crate) force: bool,
}

/// A result that is kept.
#[derive(Debug)]
pub(crate) struct Kept {
    /// What FROM calls it, such as `_1`.
    pub(crate) table: String,
    /// Its rows, where known.
    pub(crate) rows: Option<u64>,
}

impl Kept {
    /// The number of an earlier result; empty for the last one.
    fn number(&self) -> &str {
        self.table.trim_start_matches('_')
    }

    /// The sheet in which the result stands.
    fn sheet(&self) -> String {
        format!("{FIRST_SHEET} {}", self.number()).trim_end().to_owned()
    }

    /// The file of the result where each has one: `rates.csv`, `rates_1.csv` and so on.
    fn path(&self, path: &Path) -> PathBuf {
        if self.number().is_empty() {
            return path.to_owned();
        }
        let mut name = path.file_stem().unwrap_or_default().to_owned();
        name.push(format!("_{}", self.number()));
        if let Some(end) = path.extension() {
            name.push(".");
            name.push(end);
        }
        path.with_file_name(name)
    }
}

/// How a file is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    /// As a file that holds one result and is no text.
    Kind(&'static FileKind),
    /// In a format of text.
    Text(&'static Format),
}

impl Way {
    /// What the end of a file's name says; `None` where it says nothing.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let extension = extension(path)?;
        let kind = KINDS.iter().find(|kind| kind.extensions.contains(&extension.as_str()));
        kind.map(Self::Kind).or_else(|| format_of_file(&extension).map(Self::Text))
    }
}

/// The end of a file's name, in lower case.
fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// How a file is written, where its name must say it.
fn way(path: &Path) -> Result<Way> {
    if let Some(way) = Way::of(path) {
        return Ok(way);
    }
    let extension = extension(path).unwrap_or_default();
    let kinds = KINDS.iter().map(|kind| kind.name);
    let texts = RENDERERS.iter().filter_map(|format| format.extensions.first().copied());
    let known: Vec<_> = kinds.chain(texts).map(|name| format!(".{name}")).collect();
    let wrong = if extension.is_empty() {
        format!("{} does not say by its end what kind of file it is", path.display())
    } else {
        format!("there is no kind of file .{extension}")
    };
    Err(Failure::usage(wrong).with_help(format!("let the name end in one of {}", known.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_kinds_of_files_end_the_same() {
        let mut ends: Vec<_> = KINDS.iter().flat_map(|kind| kind.extensions).collect();
        ends.extend(RENDERERS.iter().flat_map(|format| format.extensions));
        let count = ends.len();
        ends.sort();
        ends.dedup();
        assert_eq!(ends.len(), count);
    }

    #[test]
    fn every_result_has_a_sheet_and_a_file_of_its_own() {
        let kept = ["_", "_1", "_12"].map(|table| Kept { table: table.to_owned(), rows: None });
        assert_eq!(kept.each_ref().map(Kept::sheet), ["Result", "Result 1", "Result 12"]);
        let paths = kept.map(|kept| kept.path(Path::new("a/rates.of.all.csv")));
        let names = ["a/rates.of.all.csv", "a/rates.of.all_1.csv", "a/rates.of.all_12.csv"];
        assert_eq!(paths.to_vec(), names.map(PathBuf::from));
    }

    #[test]
    fn an_end_that_nobody_knows_is_answered_with_those_that_are() {
        let failure = way(Path::new("out.docx")).err().unwrap();
        assert_eq!(failure.message, "there is no kind of file .docx");
        assert!(failure.help.unwrap().contains(".parquet, .arrow, .xlsx, .txt, .csv"));
        assert!(way(Path::new("out")).err().unwrap().message.starts_with("out does not say"));
        assert!(matches!(way(Path::new("a/OUT.XLSX")), Ok(Way::Kind(kind)) if kind.name == "xlsx"));
    }
}
