//! Columns that name persons: by their names, and by values that look like social security numbers.

use super::fit::FileColumn;
use super::words::Words;

/// Names of such columns, and the name space when it is not the agency's own: `words,namespace,source`.
const IDENTITIES: &str = include_str!("identities.csv");

/// The least likeness of a name.
const LEAST: f64 = 0.6;

/// How sure a column is that has the values and not the name.
const BY_VALUES: f64 = 0.4;

/// What a column that names persons is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// The name space; `None` for an id of the agency's own.
    pub(super) namespace: Option<String>,
    /// Whether the name says so, or the values alone.
    pub(super) by_name: bool,
}

/// Whether a column names persons, and how sure that is.
pub(super) fn identity(column: &FileColumn, words: &Words) -> Option<(Identity, f64)> {
    let rows = csv::Reader::from_reader(IDENTITIES.as_bytes()).into_records().filter_map(Result::ok);
    let mut best: Option<(Identity, f64)> = None;
    for row in rows {
        let (Some(name), Some(namespace)) = (row.get(0), row.get(1)) else {
            continue;
        };
        let likeness = words.likeness(&words.split(name), &column.words);
        if likeness >= LEAST && best.as_ref().is_none_or(|(_, found)| likeness > *found) {
            let namespace = Some(namespace.to_owned()).filter(|namespace| !namespace.is_empty());
            best = Some((Identity { namespace, by_name: true }, likeness));
        }
    }
    let can_name = column.profile.days.formats().is_empty() && column.profile.yes_no().is_none();
    // A name that says something else says more than values that other numbers have too.
    let is_named = words.understands(&column.name);
    if best.is_some() || is_named || !column.profile.looks_social() {
        return best.filter(|_| can_name);
    }
    Some((Identity { namespace: social_namespace(), by_name: false }, BY_VALUES))
}

/// The name space of social security numbers.
fn social_namespace() -> Option<String> {
    let rows = csv::Reader::from_reader(IDENTITIES.as_bytes()).into_records().filter_map(Result::ok);
    rows.filter_map(|row| row.get(1).map(str::to_owned)).find(|namespace| !namespace.is_empty())
}
