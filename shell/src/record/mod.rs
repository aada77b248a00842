//! The record: what is entered and what it gives, as a page of Markdown that grows while the shell runs.
//!
//! It holds what the screen shows. Of a result it has every column and the first and last rows, as tables do; of what
//! goes to a file or another program only that it did. That something restricted was shown stands once, at its top.

mod excerpt;

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use lifetracks_engine::Role;
use lifetracks_engine::arrow::datatypes::SchemaRef;
use lifetracks_engine::classification;

use self::excerpt::Excerpt;
use crate::diagnostic::write_failure;
use crate::export::Draft;
use crate::failure::{Failure, Result};
use crate::log::absolute;
use crate::script::{Piece, Source};
use crate::shell::Shell;
use crate::terminal::Theme;

/// The format that shows nothing, of which nothing is recorded.
const SHOWS_NOTHING: &str = "trash";

/// An open record.
pub(crate) struct Recording {
    /// Absolute.
    path: PathBuf,
    file: File,
    /// What was entered last, while it has given nothing.
    entered: Option<String>,
    /// How many statements and commands were entered.
    entries: u64,
    is_restricted: bool,
}

impl Recording {
    /// Begins a record in a new file.
    ///
    /// Errors: there is such a file already, it cannot be written.
    pub(crate) fn start(path: &Path, lake: &str) -> Result<Self> {
        let file = OpenOptions::new().append(true).create_new(true).open(path).map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                return Failure::usage(format!(
                    "{} is there already, and a record replaces nothing",
                    path.display()
                ))
                .with_help("name another file");
            }
            Failure::file("write", path, &error)
        })?;
        let path = absolute(path);
        let mut recording = Self { path, file, entered: None, entries: 0, is_restricted: false };
        recording.add(&format!("# Record of LifeTracks\n\n{lake}.\n"))?;
        Ok(recording)
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A statement or a command was entered. It stands in the file as soon as it gives something, or the next one comes.
    pub(crate) fn entered(&mut self, piece: &Piece<'_>) -> Result<()> {
        self.settle()?;
        self.entries += 1;
        self.entered = Some(if piece.is_command {
            fenced("", piece.text)
        } else {
            fenced("sql", &format!("{};", piece.text.trim_end_matches(';')))
        });
        Ok(())
    }

    /// Text was shown.
    pub(crate) fn text(&mut self, text: &str) -> Result<()> {
        let text = anstream::adapter::strip_str(text).to_string();
        if text.trim().is_empty() {
            return Ok(());
        }
        self.settle()?;
        self.add(&fenced("text", text.trim_end()))
    }

    /// A table was shown.
    fn table(&mut self, table: &str) -> Result<()> {
        self.settle()?;
        self.add(&format!("\n{table}"))
    }

    /// A failure was shown. `source` is the text that its place lies in.
    pub(crate) fn failed(&mut self, failure: &Failure, source: Option<&Source>) -> Result<()> {
        let mut text = Vec::new();
        write_failure(&mut text, &Theme::PLAIN, failure, source)?;
        self.text(&String::from_utf8_lossy(&text))
    }

    /// Something was shown that is restricted: the file says so at its top.
    pub(crate) fn restrict(&mut self, line: &str) -> Result<()> {
        if self.is_restricted {
            return Ok(());
        }
        let unwritable = |error: io::Error| Failure::file("write", &self.path, &error);
        let text = std::fs::read_to_string(&self.path).map_err(unwritable)?;
        let (title, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let draft = Draft::begin(&self.path)?;
        draft.file()?.write_all(format!("{title}\n\n**{line}**\n{rest}").as_bytes()).map_err(unwritable)?;
        draft.finish()?;
        self.file = OpenOptions::new().append(true).open(&self.path).map_err(unwritable)?;
        self.is_restricted = true;
        Ok(())
    }

    /// Ends the record; the command that ends it is not in it. How many entries it holds.
    pub(crate) fn stop(mut self) -> u64 {
        self.entered = None;
        self.entries.saturating_sub(1)
    }

    /// Writes what was entered last, unless it is written.
    fn settle(&mut self) -> Result<()> {
        match self.entered.take() {
            Some(entered) => self.add(&entered),
            None => Ok(()),
        }
    }

    fn add(&mut self, text: &str) -> Result<()> {
        self.file.write_all(text.as_bytes()).map_err(|error| Failure::file("write", &self.path, &error))
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        // Nobody is left to tell.
        let _ = self.settle();
    }
}

/// A block of code, whose fence is longer than any in the text.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|part| part != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let mut block = String::new();
    // Writing to a string cannot fail.
    let _ = write!(block, "\n{fence}{language}\n{text}\n{fence}\n");
    block
}

impl Shell {
    /// Adds to the record, where there is one. One that cannot be written ends, and what is done goes on.
    pub(crate) fn record(&mut self, add: impl FnOnce(&mut Recording) -> Result<()>) {
        if let Some(recording) = &mut self.recording
            && let Err(failure) = add(recording)
        {
            self.recording = None;
            self.report(&failure.with_help("the record ends here"), None);
        }
    }

    /// What will take the rows that are shown next into the record, where there is one.
    pub(crate) fn excerpt(&mut self, schema: &SchemaRef, roles: &[Option<Role>]) -> Option<Excerpt> {
        self.recording.as_ref()?;
        if !self.output.is_screen() {
            let to = self.output.file().map(|file| format!("The result went to {}.", file.display()));
            let to = to.unwrap_or_else(|| "The result went to another program.".to_owned());
            self.record(|recording| recording.text(&to));
            return None;
        }
        let shows = self.settings.format.name != SHOWS_NOTHING;
        shows.then(|| Excerpt::new(schema, roles, self.settings.display_rows, &self.output.look))
    }

    /// Takes a result into the record.
    pub(crate) fn record_rows(&mut self, excerpt: Option<Excerpt>) {
        let Some(excerpt) = excerpt else { return };
        self.record(|recording| {
            if let Some(line) = classification(excerpt.schema()) {
                recording.restrict(line)?;
            }
            recording.table(&excerpt.markdown()?)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str) -> Piece<'_> {
        Piece { start: 0, text, is_command: text.starts_with('.') }
    }

    #[test]
    fn what_was_entered_stands_above_what_it_gave() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.md");
        let mut recording = Recording::start(&path, "No lake").unwrap();
        recording.entered(&piece("select 1")).unwrap();
        recording.table("| a |\n| ---: |\n| 1 |\n").unwrap();
        recording.entered(&piece(".timer off")).unwrap();
        recording.entered(&piece("select '```'")).unwrap();
        recording.text("\u{1b}[1mit\u{1b}[0m says\n").unwrap();
        recording.entered(&piece(".record stop")).unwrap();
        assert_eq!(recording.stop(), 3);
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "# Record of LifeTracks\n\nNo lake.\n\n```sql\nselect 1;\n```\n\n| a |\n| ---: |\n| 1 |\n\n```\n.timer off\n```\n\n\
             ````sql\nselect '```';\n````\n\n```text\nit says\n```\n"
        );
    }

    #[test]
    fn what_is_restricted_is_said_once_and_at_the_top() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.md");
        let mut recording = Recording::start(&path, "No lake").unwrap();
        recording.text("before").unwrap();
        recording.restrict("not for release").unwrap();
        recording.restrict("not for release").unwrap();
        recording.text("after").unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# Record of LifeTracks\n\n**not for release**\n\nNo lake.\n"), "{text}");
        assert_eq!(text.matches("not for release").count(), 1);
        assert!(text.ends_with("```text\nbefore\n```\n\n```text\nafter\n```\n"), "{text}");
    }

    #[test]
    fn a_file_that_is_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.md");
        std::fs::write(&path, "mine").unwrap();
        let failure = Recording::start(&path, "No lake").err().unwrap();
        assert!(failure.message.ends_with("r.md is there already, and a record replaces nothing"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    }
}
