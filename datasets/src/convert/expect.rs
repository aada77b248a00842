//! Columns of the file that must hold one of a few texts: in every row, or in the rows of one type of record.

use super::column::Faults;
use super::rows::Rows;
use super::rule::Rule;
use crate::layout::{Expectation, ResolvedLayout};

/// What columns must hold, with their places in the file.
#[derive(Debug, Default)]
pub(crate) struct Expects {
    /// For rows of a file without types of records.
    common: Vec<Expected>,
    /// For each type of records; a type's own expectation replaces the common one of its column.
    by_type: Vec<Vec<Expected>>,
}

#[derive(Debug)]
struct Expected {
    column: usize,
    texts: Vec<String>,
}

impl Expects {
    pub(crate) fn new(layout: &ResolvedLayout, header: &[String]) -> Self {
        let bound = |expects: &mut dyn Iterator<Item = &Expectation>| -> Vec<Expected> {
            let bind = |expected: &Expectation| {
                let column = header.iter().position(|name| *name == expected.column)?;
                Some(Expected { column, texts: expected.texts.clone() })
            };
            expects.filter_map(bind).collect()
        };
        let types = layout.records.iter().flat_map(|records| &records.types);
        let by_type = types.map(|record_type| {
            let own = &record_type.expects;
            let is_common =
                |expected: &&Expectation| !own.iter().any(|other| other.column == expected.column);
            bound(&mut own.iter().chain(layout.expects.iter().filter(is_common)))
        });
        Self { by_type: by_type.collect(), common: bound(&mut layout.expects.iter()) }
    }

    /// Notes a fault for each column that holds another text. A column that a type of records lacks holds none.
    pub(crate) fn check(&self, rows: &Rows, faults: &mut Faults) {
        if self.common.is_empty() && self.by_type.iter().all(Vec::is_empty) {
            return;
        }
        for row in 0..rows.len() {
            let of_type = rows.types.get(row).and_then(|record_type| self.by_type.get(*record_type as usize));
            for expected in of_type.unwrap_or(&self.common) {
                let text = rows.field(row, expected.column).map(|text| text.trim_end_matches(' '));
                if text.is_some_and(|text| !expected.texts.iter().any(|other| other == text)) {
                    faults.note(row, expected.column, Rule::UnexpectedValue);
                }
            }
        }
    }
}
