//! One `[[column]]` of a layout: which columns of the file fill which canonical column, and how.

use serde::Deserialize;

use crate::convert::ExactNumber;

/// One `[[column]]` as it is written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of the file format, independent of the others"
)]
pub(super) struct LayoutColumn {
    /// The column of the file, or the columns whose texts are joined.
    pub(super) from: OneOrMany<String>,
    /// The canonical column; with `tokens`, the first of the columns that are filled.
    pub(super) to: String,
    /// The namespace of an id that goes to the vault.
    pub(super) identity: Option<String>,
    /// How a date is written.
    pub(super) format: Option<String>,
    /// The separator between groups of three digits.
    pub(super) thousands: Option<char>,
    /// The factor from the unit of the file to the unit of the column.
    pub(super) scale: Option<ExactNumber>,
    /// The texts that mean NULL, in place of the layout's.
    pub(super) null_tokens: Option<Vec<String>>,
    /// Whether white space around the text is dropped.
    #[serde(default = "yes")]
    pub(super) trim: bool,
    /// The map through which the text goes.
    pub(super) map: Option<String>,
    /// Whether the file may lack the column.
    #[serde(default)]
    pub(super) optional: bool,
    /// The width to which digits are filled up with zeros on the left; one width, or one for each of `from`.
    pub(super) pad: Option<OneOrMany<usize>>,
    /// Characters that are left out of the text, such as the dashes in a social security number.
    #[serde(default)]
    pub(super) strip: String,
    /// Whether the value is the first of `from` that is not NULL, instead of all of them joined.
    #[serde(default)]
    pub(super) first_of: bool,
    /// The token rules that turn the text into several columns.
    pub(super) tokens: Option<String>,
    /// Whether `from` is a year and a quarter of it.
    #[serde(default)]
    pub(super) quarter: bool,
    /// Whether the column is the school year of the date in `from`.
    #[serde(default)]
    pub(super) school_year: bool,
}

/// One value, or a list of them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub(super) fn as_slice(&self) -> &[T] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

impl LayoutColumn {
    /// The first option that was given although a column of this kind has no use for it.
    pub(super) fn first_given(&self, options: &[&'static str]) -> Option<&'static str> {
        let given = |option: &str| match option {
            "identity" => self.identity.is_some(),
            "format" => self.format.is_some(),
            "thousands" => self.thousands.is_some(),
            "scale" => self.scale.is_some(),
            "null_tokens" => self.null_tokens.is_some(),
            "map" => self.map.is_some(),
            "pad" => self.pad.is_some(),
            "tokens" => self.tokens.is_some(),
            "strip" => !self.strip.is_empty(),
            "first_of" => self.first_of,
            "quarter" => self.quarter,
            "school_year" => self.school_year,
            "optional" => self.optional,
            _ => false,
        };
        options.iter().copied().find(|option| given(option))
    }
}

fn yes() -> bool {
    true
}
