//! What stopped a statement, a command or a subcommand, in words for the person at the prompt.

use std::io;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use crate::exit::Exit;
use crate::text::{seconds, short};

/// A result whose error is the shell's.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// What kind of failure it is, as far as the shell treats kinds differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Shown as an error.
    Error,
    /// The user cancelled: shown as a plain sentence.
    Cancelled,
    /// Whoever read our output has gone: not shown at all.
    OutputClosed,
}

/// An error with its exit code, and where in the source text it lies.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    /// The code the process ends with when this failure ends it.
    pub(crate) exit: Exit,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) help: Option<String>,
    /// A remark, usually the cause in the words of a lower layer.
    pub(crate) note: Option<String>,
    /// Where in the text that was run, as bytes.
    pub(crate) span: Option<Range<usize>>,
}

impl Failure {
    /// A failure with its sentence.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { kind: Kind::Error, exit, message: message.into(), help: None, note: None, span: None }
    }

    /// Something was asked for wrongly.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::USAGE, message)
    }

    /// The user pressed Ctrl-C after `elapsed`, when so many rows had been read.
    pub(crate) fn cancelled(elapsed: Duration, rows: Option<u64>) -> Self {
        let rows = rows.map(|rows| format!(" ({} rows read)", short(rows))).unwrap_or_default();
        let message = format!("Cancelled after {}{rows}", seconds(elapsed));
        Self { kind: Kind::Cancelled, ..Self::new(Exit::INTERRUPTED, message) }
    }

    /// A file could not be opened, read or written.
    pub(crate) fn file(doing: &str, path: &Path, error: &io::Error) -> Self {
        Self::usage(format!("could not {doing} {}: {error}", path.display()))
    }

    /// Adds what to do next.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says where it is, or that the place is nothing to show.
    pub(crate) fn with_span(self, span: Option<Range<usize>>) -> Self {
        Self { span, ..self }
    }

    /// Moves the span by `offset` bytes: from a statement's text to its source's.
    pub(crate) fn shifted(mut self, offset: usize) -> Self {
        self.span = self.span.map(|span| span.start + offset..span.end + offset);
        self
    }

    /// Whether the user asked to stop.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.kind == Kind::Cancelled
    }

    /// Whether the reader of our output has gone, as `head` does.
    pub(crate) fn is_output_closed(&self) -> bool {
        self.kind == Kind::OutputClosed
    }
}

impl From<lifetracks_engine::Error> for Failure {
    fn from(error: lifetracks_engine::Error) -> Self {
        Self {
            kind: Kind::Error,
            exit: error.kind().into(),
            message: error.message().to_owned(),
            help: error.help().map(str::to_owned),
            note: error.note().map(str::to_owned),
            span: error.span().map(|span| span.start..span.end),
        }
    }
}

impl From<io::Error> for Failure {
    /// An error of writing output: every other file names itself through [`Failure::file`].
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self { kind: Kind::OutputClosed, ..Self::new(Exit::SUCCESS, "the output was closed") };
        }
        Self::new(Exit::QUERY, format!("could not write the output: {error}"))
    }
}
