//! Results as files of their own, whole or not at all: one line per kind in [`KINDS`], besides the formats of text.

mod draft;
mod run;
mod text;
mod typed;
mod xlsx;

pub(crate) use self::draft::Draft;

use std::fs::File;
use std::path::{Path, PathBuf};

use lifetracks_engine::Role;
use lifetracks_engine::arrow::datatypes::SchemaRef;
use lifetracks_engine::arrow::record_batch::RecordBatch;

use crate::failure::{Failure, Result};
use crate::render::{RENDERERS, View, format_of_file};

/// Kinds of files that hold one result each and are no text.
const KINDS: &[FileKind] = &[typed::PARQUET, typed::ARROW, xlsx::KIND];

/// A kind of file.
#[derive(Debug)]
pub(crate) struct FileKind {
    /// How the names of such files end.
    pub(crate) name: &'static str,
    extensions: &'static [&'static str],
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
    /// Writes what is left.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// What `.export` was asked for.
#[derive(Debug)]
pub(crate) struct Export {
    /// The query of the rows.
    pub(crate) sql: String,
    /// The file.
    pub(crate) path: PathBuf,
    /// Its rows, where known.
    pub(crate) rows: Option<u64>,
    /// Whether an older file gives way.
    pub(crate) force: bool,
}

/// How a file is written.
enum Way {
    Kind(&'static FileKind),
    Text(&'static crate::render::Format),
}

/// The kind of a file that is no text, by its name.
pub(crate) fn kind_of_file(path: &Path) -> Option<&'static FileKind> {
    let extension = extension(path)?;
    KINDS.iter().find(|kind| kind.extensions.contains(&extension.as_str()))
}

/// The end of a file's name, in lower case.
pub(crate) fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// How a file is written, by its name.
fn way(path: &Path) -> Result<Way> {
    if let Some(kind) = kind_of_file(path) {
        return Ok(Way::Kind(kind));
    }
    let extension = extension(path).unwrap_or_default();
    if let Some(format) = format_of_file(&extension) {
        return Ok(Way::Text(format));
    }
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
    fn an_end_that_nobody_knows_is_answered_with_those_that_are() {
        let failure = way(Path::new("out.docx")).err().unwrap();
        assert_eq!(failure.message, "there is no kind of file .docx");
        assert!(failure.help.unwrap().contains(".parquet, .arrow, .xlsx, .txt, .csv"));
        assert!(way(Path::new("out")).err().unwrap().message.starts_with("out does not say"));
        assert!(matches!(way(Path::new("a/OUT.XLSX")), Ok(Way::Kind(kind)) if kind.name == "xlsx"));
    }
}
