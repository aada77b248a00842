//! Why a conversion stopped, as one sentence that names the file.

use std::error::Error;
use std::io;

use thiserror::Error;

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
    /// The header is not the one that the layout declares.
    #[error("{file}, line 1: {sentence}")]
    Header {
        /// The file.
        file: String,
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
    /// The receiver of the chunks wants no more of them.
    pub fn receiver(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Receiver(error.into())
    }
}
