//! `[records]` of a layout: a column of the file tells the kind of each record, and each kind may have fields of its own.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::located::Located;
use super::written::{Constant, Expected, Place};

/// The kinds of records in a file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Records {
    /// The column of the file that tells the kind.
    pub(super) column: String,
    /// The kinds there are; a record of another kind is rejected.
    #[serde(default, rename = "type")]
    pub(super) kinds: Vec<Located<RecordKind>>,
}

/// One `[[records.type]]` as it is written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordKind {
    /// The text in the column; blanks at its end do not count.
    pub(super) value: String,
    /// Whether such a record is no row at all, such as a header or a trailer.
    #[serde(default)]
    pub(super) ignored: bool,
    /// Canonical columns that have one value in every row of this kind.
    #[serde(default)]
    pub(super) constants: BTreeMap<String, Constant>,
    /// What columns of the file must hold in rows of this kind.
    #[serde(default)]
    pub(super) expect: Expected,
    /// Fixed width: fields beside or in place of the layout's.
    #[serde(default)]
    pub(super) fields: BTreeMap<String, Place>,
    /// Delimited text without a header: the columns in place of the layout's.
    pub(super) columns: Option<Vec<String>>,
}

impl Records {
    /// These records, with what they do not say taken from `base`; a kind of the same value replaces.
    pub(super) fn over(mut self, base: &Self) -> Self {
        let own = std::mem::take(&mut self.kinds);
        let is_replaced = |kind: &&Located<RecordKind>| own.iter().any(|other| other.value == kind.value);
        self.kinds = base.kinds.iter().filter(|kind| !is_replaced(kind)).cloned().collect();
        self.kinds.extend(own);
        self
    }
}
