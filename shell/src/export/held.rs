//! What a file holds, as it is said once the file is there.

use std::path::Path;

use lifetracks_engine::arrow::datatypes::Schema;
use lifetracks_engine::classification;

use crate::text::counted;

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// Results.
    pub(crate) results: u64,
    /// Rows of all results.
    rows: u64,
    /// What must be known before a result of it leaves the room.
    classification: Option<String>,
}

impl Held {
    /// One more result, of so many rows.
    pub(crate) fn add(&mut self, rows: u64, schema: &Schema) {
        self.results += 1;
        self.rows += rows;
        if let Some(line) = classification(schema) {
            self.classification = Some(line.to_owned());
        }
    }

    /// `3 rows written to rates.csv`, and whether they may leave the room.
    pub(crate) fn sentence(&self, path: &Path) -> String {
        let of = if self.results > 1 { format!(" of {} results", self.results) } else { String::new() };
        let rows = if self.results == 0 { "text".to_owned() } else { counted(self.rows, "row") };
        let line = self.classification.as_ref().map(|line| format!(" ({line})")).unwrap_or_default();
        format!("{rows}{of} written to {}{line}", path.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_how_many_rows_of_how_many_results_it_holds() {
        let (path, schema) = (Path::new("a.csv"), Schema::empty());
        let mut held = Held::default();
        assert_eq!(held.sentence(path), "text written to a.csv");
        held.add(1, &schema);
        assert_eq!(held.sentence(path), "1 row written to a.csv");
        held.add(2, &schema);
        assert_eq!(held.sentence(path), "3 rows of 2 results written to a.csv");
    }
}
