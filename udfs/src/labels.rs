//! A column of text whose equal values share their memory, for states that keep some of them.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::StringArray;

/// The texts of a column.
pub(crate) struct Labels {
    rows: Vec<Option<Arc<str>>>,
}

impl Labels {
    /// Reads a column.
    pub(crate) fn new(column: &StringArray) -> Self {
        let mut known: HashSet<Arc<str>> = HashSet::new();
        let mut shared = |text: &str| {
            if let Some(found) = known.get(text) {
                return Arc::clone(found);
            }
            let text: Arc<str> = Arc::from(text);
            known.insert(Arc::clone(&text));
            text
        };
        Self { rows: column.iter().map(|text| text.map(&mut shared)).collect() }
    }

    /// All texts.
    pub(crate) fn into_rows(self) -> Vec<Option<Arc<str>>> {
        self.rows
    }

    /// The text in a row; `None` for NULL.
    pub(crate) fn at(&self, row: usize) -> Option<Arc<str>> {
        self.rows[row].clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one() {
        let labels = Labels::new(&StringArray::from(vec![Some("Hinds"), None, Some("Hinds"), Some("Lee")]));
        assert!(Arc::ptr_eq(&labels.at(0).unwrap(), &labels.at(2).unwrap()));
        assert_eq!((labels.at(1), labels.at(3).as_deref()), (None, Some("Lee")));
    }
}
