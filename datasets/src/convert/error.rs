//! Why a conversion stopped, as one sentence that names the file.

use std::error::Error;
use std::io;

use thiserror::Error;

use super::unpack::PastLimit;
use crate::DefinitionError;

/// What stops the conversion of a file. A row that cannot be read never does: it becomes a [`Reject`](crate::Reject).
///
/// The text names files, lines, columns and rules, and never holds a value of a row.
#[derive(Debug, Error)]
pub enum ConvertError {
    /// The layout does not fit the definitions.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// The file cannot be read to its end.
    #[error("{file} cannot be read: {source}; check the path, its rights and the layout's encoding.")]
    Read {
        /// The file.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// The file as a whole is not what the layout declares, or what can be read.
    #[error("{file}: {sentence}")]
    File {
        /// The file.
        file: String,
        /// What is wrong, what was found and what to do next.
        sentence: String,
    },
    /// The header is not the one that the layout declares.
    #[error("{file}, line {line}: {sentence}")]
    Header {
        /// The file.
        file: String,
        /// The line of the file, or the row of the sheet, counted from 1.
        line: u64,
        /// What is wrong, what was found and what to do next.
        sentence: String,
    },
    /// The receiver of the chunks stopped the conversion, for a reason of its own.
    #[error(transparent)]
    Receiver(Box<dyn Error + Send + Sync>),
    /// A fault of the program, not of the file.
    #[error(
        "{file}: the conversion broke off: {sentence}; this is a fault of the program, please report it."
    )]
    Internal {
        /// The file.
        file: String,
        /// What broke.
        sentence: String,
    },
}

impl ConvertError {
    /// The file cannot be read to its end; a limit that it went past is a sentence of its own.
    pub(crate) fn unreadable(file: &str, source: io::Error) -> Self {
        let file = file.to_owned();
        match source.get_ref().and_then(|inner| inner.downcast_ref::<PastLimit>()) {
            Some(limit) => Self::File { file, sentence: limit.to_string() },
            None => Self::Read { file, source },
        }
    }

    /// The file as a whole cannot be used.
    pub(crate) fn file(file: &str, sentence: impl Into<String>) -> Self {
        Self::File { file: file.to_owned(), sentence: sentence.into() }
    }

    /// The receiver of the chunks wants no more of them.
    pub fn receiver(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Receiver(error.into())
    }
}
