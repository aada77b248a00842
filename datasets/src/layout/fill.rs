//! How the columns of a table are filled: the resolved form of a layout's columns, with every name looked up.

use std::collections::HashMap;

use arrow::array::ArrayRef;
use regex::Regex;

use super::token::Template;
use crate::convert::Reading;

/// What fills one canonical column, or several.
#[derive(Debug)]
pub(crate) struct Fill {
    /// The positions of the canonical columns.
    pub(crate) targets: Vec<usize>,
    /// The columns of the file; none for a constant.
    pub(crate) sources: Vec<Source>,
    /// Whether the file may lack them.
    pub(crate) optional: bool,
    pub(crate) how: How,
}

/// One column of the file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its name for each produced row; one name when nothing is unpivoted. `None` where the files of the year lack it.
    pub(crate) names: Vec<Option<String>>,
    /// The width to which digits are filled up with zeros.
    pub(crate) pad: Option<usize>,
}

/// Where the values come from.
#[derive(Debug)]
pub(crate) enum How {
    /// From the text of one or several columns of the file.
    Value(Box<ValueRule>),
    /// From the first rule that matches the text of one column, or of several joined.
    Tokens(Vec<TokenMatch>),
    /// The one value of every row.
    Constant(ArrayRef),
    /// The unpivoted values, one for each produced row.
    Unpivoted(ArrayRef),
    /// The values of the types of records, one for each type.
    ByRecord(ArrayRef),
}

/// How one value is read.
#[derive(Debug)]
pub(crate) struct ValueRule {
    pub(crate) combine: Combine,
    pub(crate) trim: bool,
    /// Characters that are left out.
    pub(crate) strip: String,
    /// The texts that mean NULL.
    pub(crate) null_tokens: Vec<String>,
    pub(crate) map: Option<HashMap<String, String>>,
    pub(crate) reading: Reading,
}

/// How the texts of the sources become one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Combine {
    /// Joined, one after the other.
    Join,
    /// The first that is not NULL.
    First,
    /// A year and a quarter, as the index of the quarter.
    Quarter,
    /// A date, as the ending year of its school year.
    SchoolYear,
}

/// One token rule.
#[derive(Debug)]
pub(crate) struct TokenMatch {
    pub(crate) pattern: Regex,
    /// For each target, its text and how it is read; `None` leaves it NULL.
    pub(crate) values: Vec<Option<(Template, Reading)>>,
}
