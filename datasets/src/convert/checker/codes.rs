//! The codes of a code set, and the days on which each of them is valid.

use std::collections::HashMap;

use arrow::datatypes::Date32Type;
use chrono::NaiveDate;

use crate::CodeSet;

/// What a code set says of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Valid,
    /// The set has the code, but not on the day.
    NotValid,
    /// The set has no such code.
    Unknown,
}

/// The codes of a set, each with its days since 1 January 1970; both ends count.
#[derive(Debug)]
pub(super) struct KnownCodes {
    spans: HashMap<String, Vec<(i32, i32)>>,
    is_dated: bool,
}

impl KnownCodes {
    pub(super) fn new(set: &CodeSet) -> Self {
        let mut spans: HashMap<String, Vec<(i32, i32)>> = HashMap::new();
        let day = |date: Option<NaiveDate>, open: i32| date.map_or(open, Date32Type::from_naive_date);
        for code in &set.codes {
            let span = (day(code.valid_from, i32::MIN), day(code.valid_to, i32::MAX));
            spans.entry(code.code.clone()).or_default().push(span);
        }
        let is_dated = set.codes.iter().any(|code| code.valid_from.is_some() || code.valid_to.is_some());
        Self { spans, is_dated }
    }

    /// Whether the days matter.
    pub(super) fn is_dated(&self) -> bool {
        self.is_dated
    }

    /// Whether the code is valid on one of the days between two; without days, whether it ever was.
    pub(super) fn verdict(&self, code: &str, days: Option<(i32, i32)>) -> Verdict {
        let Some(spans) = self.spans.get(code) else {
            return Verdict::Unknown;
        };
        match days {
            Some((first, last)) if !spans.iter().any(|span| span.0 <= last && first <= span.1) => {
                Verdict::NotValid
            }
            _ => Verdict::Valid,
        }
    }
}
