//! The one error of the engine: a sentence, what to do next, and where in the statement it went wrong.

use std::fmt;

/// A result whose error is the engine's.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of thing went wrong; the shell turns it into an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A statement could not be planned or failed while it ran.
    Query,
    /// An option, a path or a name was used wrongly.
    Usage,
    /// The lake is missing, damaged or was changed by someone else at the same time.
    Lake,
    /// A time limit was reached.
    Timeout,
    /// A check found what it looks for.
    Check,
    /// Policy, safe mode or the fail-closed planner refuses the statement.
    Refused,
    /// The user cancelled.
    Interrupted,
    /// A panic or an error that should not happen.
    Internal,
}

/// A part of the text given to `Engine::run`, as byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// What went wrong, where, and what to do next.
///
/// No message holds the value of a confidential column.
#[derive(Debug, thiserror::Error)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    help: Option<String>,
    note: Option<String>,
    span: Option<Span>,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(formatter, "; {help}")?;
        }
        Ok(())
    }
}

impl Error {
    /// An error of one kind with its sentence.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), help: None, note: None, span: None }
    }

    /// A usage error.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// An error of the lake's files or log.
    pub fn lake(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Lake, message)
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a remark, usually the cause as the layer below put it.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Adds where in the statement's text it went wrong.
    #[must_use]
    pub fn with_span(mut self, span: Option<Span>) -> Self {
        self.span = span;
        self
    }

    /// Moves the span by `offset` bytes: from a statement's text to the whole input's.
    #[must_use]
    pub(crate) fn shifted(mut self, offset: usize) -> Self {
        if let Some(span) = &mut self.span {
            span.start += offset;
            span.end += offset;
        }
        self
    }

    /// The kind.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The sentence that says what is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do next, where known.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// A remark, where there is one.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Where in the text, where known.
    pub fn span(&self) -> Option<Span> {
        self.span
    }
}

/// Turns an error of the storage layers into a lake error that says what was being done.
pub(crate) trait LakeContext<T> {
    /// `doing` completes the sentence "could not ...".
    fn lake_context(self, doing: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> LakeContext<T> for std::result::Result<T, E> {
    fn lake_context(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| {
            let cause = error.to_string();
            // Some layers below append a backtrace to their sentence.
            let cause = cause.split_once("\n   0: ").map_or(cause.as_str(), |(sentence, _)| sentence);
            Error::lake(format!("could not {}: {cause}", doing()))
        })
    }
}
