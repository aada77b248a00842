//! What a definition read, told by the lookups of its tables while it was planned: those of shipped relations too, and
//! those that were looked for and not there.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::registry::members_shown;

/// A table or a cohort that a definition read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Read {
    pub(crate) source: Source,
    pub(crate) name: String,
    /// A table's Delta version or a cohort's version; `None` for a table that was not there.
    pub(crate) version: Option<u64>,
    /// The definition names the version itself, so that a newer one changes nothing.
    pub(crate) fixed: bool,
}

impl Read {
    /// What FROM calls it.
    pub(super) fn shown(&self) -> String {
        match self.source {
            Source::Table => self.name.clone(),
            Source::Cohort => members_shown(&self.name),
        }
    }
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    Table,
    Cohort,
}

/// Reads as they happen.
#[derive(Debug, Default)]
pub(crate) struct Reads(Mutex<BTreeSet<Read>>);

impl Reads {
    /// Notes one.
    pub(crate) fn note(&self, read: Read) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(read);
    }

    /// All so far, in order.
    pub(crate) fn all(&self) -> Vec<Read> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
