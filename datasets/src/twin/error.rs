//! Why a twin could not be made.

use std::path::{Path, PathBuf};

/// Why a twin could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TwinError {
    /// The scale is outside its range or not a number.
    #[error(
        "the scale of a twin must be between 0.0005 and 4, found {found}; 1.0 is a whole state, 0.004 a small demonstration"
    )]
    Scale {
        /// The scale that was asked for.
        found: f64,
    },
    /// The school years are outside their range.
    #[error(
        "the school years of a twin must lie between 1990 and 2090, first before last, at most 40 of them, found {first} to {last}; name a school year by its ending year"
    )]
    Years {
        /// The first school year that was asked for.
        first: i32,
        /// The last school year that was asked for.
        last: i32,
    },
    /// The share of defects is outside its range or not a number.
    #[error(
        "the share of defects must be between 0 and 0.1, found {found}; 0.0001 spoils one row in ten thousand"
    )]
    Defects {
        /// The share that was asked for.
        found: f64,
    },
    /// The folder holds files already.
    #[error("the folder {} is not empty; choose a new folder for the twin, or empty this one first", folder.display())]
    NotEmpty {
        /// The folder that was asked for.
        folder: PathBuf,
    },
    /// A file or folder could not be written.
    #[error("could not write {}: {source}; check that the disk has room and that the folder may be written to", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

impl TwinError {
    /// An error of the operating system at this path.
    pub(super) fn write(path: &Path, source: std::io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }
}
