//! Why no layout could be drafted, as one sentence that names the file.

use thiserror::Error;

use crate::ConvertError;

/// What stops the drafting of a layout. The text names files, tables and counts, never a value of a row.
#[derive(Debug, Error)]
pub enum InferError {
    /// The file cannot be read to its end.
    #[error(transparent)]
    File(#[from] ConvertError),
    /// The file can be read, but no layout can describe it.
    #[error("{file}: {sentence}")]
    Unfit {
        /// The file.
        file: String,
        /// What was found and what to do next.
        sentence: String,
    },
    /// There is no table of the name that was given.
    #[error("{0}")]
    Table(String),
}
