//! `[unpivot]` of a layout: wide to long, one produced row per row of the file and value, or combination of values.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Stands in `from` for the value when one column is unpivoted.
const VALUE: &str = "value";

/// Wide to long, as it is written.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unpivot {
    /// The canonical column that receives the value.
    column: Option<String>,
    /// The canonical columns that receive the values, when there are several.
    columns: Option<Vec<String>>,
    values: Option<Values>,
    /// Canonical columns; a row in which all of them are NULL is not produced.
    require: Option<Vec<String>>,
    /// For each column the text that stands in the header for a value, where that differs from it.
    #[serde(default)]
    names: BTreeMap<String, BTreeMap<String, String>>,
}

/// A list of values, or of combinations of values.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
enum Values {
    OfOne(Vec<String>),
    OfMany(Vec<Vec<String>>),
}

/// Wide to long, once it is known to be consistent.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Unpivoted {
    /// The canonical columns, each with its values: one for each produced row.
    pub(super) columns: Vec<(String, Vec<String>)>,
    /// A row in which all of these are NULL is not produced.
    pub(super) require: Vec<String>,
    /// For each produced row, what stands in a name for which mark.
    marks: Vec<Vec<(String, String)>>,
}

impl Unpivot {
    /// What this one does not say is taken from `base`.
    pub(super) fn over(mut self, base: &Self) -> Self {
        if self.column.is_none() && self.columns.is_none() {
            self.column.clone_from(&base.column);
            self.columns.clone_from(&base.columns);
        }
        self.values = self.values.or_else(|| base.values.clone());
        self.require = self.require.or_else(|| base.require.clone());
        for (column, names) in &base.names {
            self.names.entry(column.clone()).or_insert_with(|| names.clone());
        }
        self
    }

    /// The columns and their values; the error says what does not fit.
    pub(super) fn read(&self) -> Result<Unpivoted, String> {
        let combinations: Vec<Vec<String>> = match &self.values {
            None => Vec::new(),
            Some(Values::OfOne(values)) => values.iter().map(|value| vec![value.clone()]).collect(),
            Some(Values::OfMany(values)) => values.clone(),
        };
        let columns = match (&self.column, &self.columns) {
            (Some(column), None) => vec![column.clone()],
            (None, Some(columns)) if !columns.is_empty() => columns.clone(),
            _ => return Err("[unpivot] takes either column or columns; write one of them.".to_owned()),
        };
        if combinations.is_empty() {
            return Err("[unpivot] has no values; list them.".to_owned());
        }
        if combinations.iter().any(|values| values.len() != columns.len()) {
            let sentence = format!(
                "[unpivot] fills {} columns, but not each of its values has as many parts; correct them.",
                columns.len()
            );
            return Err(sentence);
        }
        let unknown = |(column, names): &(&String, &BTreeMap<String, String>)| {
            let position = columns.iter().position(|other| other == *column);
            position.is_none_or(|at| !names.keys().all(|name| combinations.iter().any(|v| v[at] == *name)))
        };
        if let Some((column, _)) = self.names.iter().find(unknown) {
            return Err(format!(
                "[unpivot.names] gives names for {column:?} that are no values of it; correct them."
            ));
        }
        let marks = combinations.iter().map(|values| self.marks(&columns, values)).collect();
        let column = |(at, name): (usize, &String)| {
            (name.clone(), combinations.iter().map(|values| values[at].clone()).collect())
        };
        Ok(Unpivoted {
            columns: columns.iter().enumerate().map(column).collect(),
            require: self.require.clone().unwrap_or_default(),
            marks,
        })
    }

    /// What stands in a name for the marks, for one produced row.
    fn marks(&self, columns: &[String], values: &[String]) -> Vec<(String, String)> {
        let text = |column: &String, value: &String| {
            let named = self.names.get(column).and_then(|names| names.get(value));
            named.unwrap_or(value).clone()
        };
        let mut marks: Vec<(String, String)> =
            columns.iter().zip(values).map(|(column, value)| (mark(column), text(column, value))).collect();
        if let ([column], [value]) = (columns, values) {
            marks.push((mark(VALUE), text(column, value)));
        }
        marks
    }
}

impl Unpivoted {
    /// The number of rows that one row of the file produces.
    pub(super) fn rows(&self) -> usize {
        self.marks.len()
    }

    /// The name of a column of the file for each produced row.
    pub(super) fn names(&self, name: &str) -> Vec<String> {
        let named = |marks: &Vec<(String, String)>| {
            marks.iter().fold(name.to_owned(), |name, (mark, text)| name.replace(mark, text))
        };
        self.marks.iter().map(named).collect()
    }
}

/// Whether a name has a place for an unpivoted value.
pub(super) fn holds_value(name: &str) -> bool {
    name.contains(&mark(VALUE))
}

fn mark(column: &str) -> String {
    format!("{{{column}}}")
}
