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
    /// How to read the row: `one` = the only target; a span of years (`2012-2017`, `2018-`, `-2011`) = the target in
    /// those years; any other word declares that `from` may have several targets and who or what chooses among them.
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
    /// Errors: another header, an empty cell, a span of years that ends before it starts, a row that stands twice, two
    /// spans of one code that share a year, or a code with several targets of which one has the rule `one`.
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

impl MapRow {
    /// The years in which the row holds; `None` when it holds in all of them.
    pub fn years(&self) -> Option<YearSpan> {
        YearSpan::read(&self.rule)
    }
}

/// A span of years; both ends count, and one of them may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearSpan {
    /// The first year; `None` means always before.
    pub first: Option<i64>,
    /// The last year; `None` means ever after.
    pub last: Option<i64>,
}

impl YearSpan {
    /// Reads `2012-2017`, `2018-` or `-2011`; `None` for any other text.
    fn read(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-')?;
        let end = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
        let span = Self { first: end(first)?, last: end(last)? };
        (span.first.is_some() || span.last.is_some()).then_some(span)
    }

    /// Whether the year lies in the span.
    pub fn holds(self, year: i64) -> bool {
        self.first.is_none_or(|first| first <= year) && self.last.is_none_or(|last| year <= last)
    }

    fn overlaps(self, other: Self) -> bool {
        let starts_before = |left: Self, right: Self| match (left.first, right.last) {
            (Some(first), Some(last)) => first <= last,
            _ => true,
        };
        starts_before(self, other) && starts_before(other, self)
    }
}

/// Several targets of one code must hold in different years, or declare one rule that chooses and differ in `to`.
fn check_targets(file: &str, targets: &[(u64, MapRow)]) -> Result<(), DefinitionError> {
    for (position, (line, row)) in targets.iter().enumerate() {
        if let Some(YearSpan { first: Some(first), last: Some(last) }) = row.years()
            && last < first
        {
            let sentence = format!("the span of years {:?} ends before it starts; swap its years.", row.rule);
            return Err(DefinitionError::at_line(file, *line, sentence));
        }
        for (_, earlier) in &targets[..position] {
            if let Some(sentence) = contradiction(earlier, row) {
                return Err(DefinitionError::at_line(file, *line, sentence));
            }
        }
    }
    Ok(())
}

/// Why two rows of one code cannot both stand, as a sentence.
fn contradiction(earlier: &MapRow, later: &MapRow) -> Option<String> {
    let MapRow { from, to, rule, .. } = later;
    match (earlier.years(), later.years()) {
        (Some(left), Some(right)) => left.overlaps(right).then(|| {
            format!(
                "{from:?} has two targets in the same year; end the span {:?} or {rule:?} earlier.",
                earlier.rule
            )
        }),
        (None, None) if earlier.to == *to => {
            Some(format!("the row from {from:?} to {to:?} stands twice; remove one."))
        }
        (None, None) if rule == ONE || earlier.rule != *rule => Some(format!(
            "{from:?} has several targets, but its rows do not declare one common rule other than \"{ONE}\"; \
             name the rule that chooses among them in each row."
        )),
        (None, None) => None,
        _ => Some(format!(
            "{from:?} has a target for some years and one for all years; write a span such as 2012-2017 in each row."
        )),
    }
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

    #[test]
    fn targets_may_hold_in_different_years() {
        let map_of = map("A,1,-2011,s\nA,2,2012-2017,s\nA,1,2018-,s\n").unwrap();
        let years: Vec<Option<YearSpan>> = map_of.targets("A").iter().map(MapRow::years).collect();
        let span = |first, last| Some(YearSpan { first, last });
        assert_eq!(years, [span(None, Some(2011)), span(Some(2012), Some(2017)), span(Some(2018), None)]);
        let holds = |year| map_of.targets("A").iter().position(|row| row.years().unwrap().holds(year));
        assert_eq!([1990, 2011, 2012, 2017, 2018].map(holds), [Some(0), Some(0), Some(1), Some(1), Some(2)]);
        let error = |rows: &str| map(rows).unwrap_err().to_string();
        assert!(
            error("A,1,-2012,s\nA,2,2012-,s\n").contains("line 3: \"A\" has two targets in the same year")
        );
        assert!(error("A,1,2012-,s\nA,2,2015-2016,s\n").contains("two targets in the same year"));
        assert!(error("A,1,2012-,s\nA,2,one,s\n").contains("some years and one for all years"));
        assert!(error("A,1,2017-2012,s\n").contains("line 2: the span of years \"2017-2012\" ends before"));
    }

    #[test]
    fn other_rules_are_no_spans() {
        for rule in ["one", "first", "-", "district-choice", "2012", "2012-x", "x-2012"] {
            assert_eq!(YearSpan::read(rule), None, "{rule}");
        }
    }
}
