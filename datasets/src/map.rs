//! Crosswalks: which code of one set stands for which code of another, by what rule, and who says so.

use crate::rows;
use crate::{DefinitionError, definitions::Named};

const HEADER: [&str; 4] = ["from", "to", "rule", "source"];

/// The rule of a row whose `from` has no other target.
const ONE: &str = "one";

/// One row of a crosswalk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapRow {
    /// The code to translate.
    pub from: String,
    /// The code it stands for.
    pub to: String,
    /// How to read the row: `one` = the only target; any other word declares that `from` may have several
    /// targets and who or what chooses among them.
    pub rule: String,
    /// Where the row comes from.
    pub source: String,
}

/// A named crosswalk from one code set to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeMap {
    /// The name of the map; also the name of the file.
    pub name: String,
    /// The rows, ordered by `from`; the targets of one code keep the order of the file.
    pub rows: Vec<MapRow>,
}

impl CodeMap {
    /// Reads a map file: CSV with the header `from,to,rule,source`.
    ///
    /// Errors: another header, an empty cell, a row that stands twice, or a code with several targets of which
    /// one has the rule `one`.
    pub(crate) fn parse(file: &str, name: &str, text: &str) -> Result<Self, DefinitionError> {
        let mut read = Vec::new();
        for (line, cells) in rows::read(file, text, HEADER)? {
            for (column, cell) in HEADER.iter().zip(&cells) {
                rows::required(file, line, column, cell)?;
            }
            let [from, to, rule, source] = cells;
            read.push((line, MapRow { from, to, rule, source }));
        }
        read.sort_by(|(_, left), (_, right)| left.from.cmp(&right.from));
        for targets in read.chunk_by(|(_, left), (_, right)| left.from == right.from) {
            check_targets(file, targets)?;
        }
        Ok(Self { name: name.to_owned(), rows: read.into_iter().map(|(_, row)| row).collect() })
    }

    /// Every row of the code `from`, in the order of the file; empty when the map does not know the code.
    pub fn targets(&self, from: &str) -> &[MapRow] {
        let start = self.rows.partition_point(|row| row.from.as_str() < from);
        let length = self.rows[start..].partition_point(|row| row.from == from);
        &self.rows[start..start + length]
    }

    /// The one code that `from` stands for; `None` when the map does not know it or has several targets.
    pub fn target(&self, from: &str) -> Option<&str> {
        match self.targets(from) {
            [row] => Some(&row.to),
            _ => None,
        }
    }
}

impl Named for CodeMap {
    fn name(&self) -> &str {
        &self.name
    }
}

/// Several targets of one code must all declare a rule, must agree on it and must differ in `to`.
fn check_targets(file: &str, targets: &[(u64, MapRow)]) -> Result<(), DefinitionError> {
    for (position, (line, row)) in targets.iter().enumerate() {
        let earlier = &targets[..position];
        if earlier.iter().any(|(_, other)| other.to == row.to) {
            let sentence = format!("the row from {:?} to {:?} stands twice; remove one.", row.from, row.to);
            return Err(DefinitionError::at_line(file, *line, sentence));
        }
        if earlier.iter().any(|(_, other)| other.rule == ONE || other.rule != row.rule) {
            let sentence = format!(
                "{:?} has several targets, but its rows do not declare one common rule other than \"{ONE}\"; \
                 name the rule that chooses among them in each row.",
                row.from
            );
            return Err(DefinitionError::at_line(file, *line, sentence));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(rows: &str) -> Result<CodeMap, DefinitionError> {
        CodeMap::parse("maps/x.csv", "x", &format!("{}\n{rows}", HEADER.join(",")))
    }

    #[test]
    fn targets_are_found_by_code() {
        let map = map("B,2,one,s\nA,9,choice,s\nA,1,choice,s\n").unwrap();
        assert_eq!(map.target("B"), Some("2"));
        assert_eq!(map.target("A"), None);
        let targets: Vec<&str> = map.targets("A").iter().map(|row| row.to.as_str()).collect();
        assert_eq!(targets, ["9", "1"]);
        assert!(map.targets("C").is_empty());
    }

    #[test]
    fn several_targets_must_be_declared() {
        let error = map("A,1,one,s\nA,2,one,s\n").unwrap_err();
        assert!(error.to_string().starts_with("maps/x.csv, line 3: \"A\" has several targets"), "{error}");
        assert!(map("A,1,one,s\nA,2,choice,s\n").is_err());
        assert!(map("A,1,choice,s\nA,1,choice,s\n").unwrap_err().to_string().contains("stands twice"));
        assert!(map("A,1,,s\n").unwrap_err().to_string().contains("no rule"));
    }
}
