//! Code sets: the values an agency may write in a column, what each means, when it was valid and who says so.

use chrono::NaiveDate;

use crate::rows;
use crate::{DefinitionError, definitions::Named};

const HEADER: [&str; 5] = ["code", "label", "valid_from", "valid_to", "source"];

/// One row of a code set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The value as it stands in the data, with its leading zeros.
    pub code: String,
    /// What the code means, in words for a reader.
    pub label: String,
    /// First day on which the code has this meaning; `None` means it always had.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which the code has this meaning; `None` means it still has.
    pub valid_to: Option<NaiveDate>,
    /// Where the code and its meaning come from; says so when that is not confirmed.
    pub source: String,
}

/// A named list of codes, in the order of its file, which is the order to show them in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeSet {
    /// The name a column's `code_set` refers to; also the name of the file.
    pub name: String,
    /// The codes in the order of the file.
    pub codes: Vec<Code>,
    /// Positions in `codes`, ordered by code and then by first valid day.
    by_code: Vec<usize>,
}

impl CodeSet {
    /// Reads a code set file: CSV with the header `code,label,valid_from,valid_to,source`.
    ///
    /// Errors: another header, an empty code, label or source, a date that is not `YYYY-MM-DD`, an interval
    /// that ends before it starts, or two overlapping intervals of one code.
    pub(crate) fn parse(file: &str, name: &str, text: &str) -> Result<Self, DefinitionError> {
        let mut codes = Vec::new();
        let mut lines = Vec::new();
        for (line, cells) in rows::read(file, text, HEADER)? {
            codes.push(parse_row(file, line, cells)?);
            lines.push(line);
        }
        let mut by_code: Vec<usize> = (0..codes.len()).collect();
        by_code.sort_by(|left, right| {
            let (left, right): (&Code, &Code) = (&codes[*left], &codes[*right]);
            left.code.cmp(&right.code).then(left.valid_from.cmp(&right.valid_from))
        });
        for pair in by_code.windows(2) {
            let (earlier, later): (&Code, &Code) = (&codes[pair[0]], &codes[pair[1]]);
            if earlier.code == later.code && overlaps(earlier, later) {
                let sentence = format!(
                    "code {:?} is valid twice on the same day, here and on line {}; end one interval before the other starts.",
                    later.code, lines[pair[0]]
                );
                return Err(DefinitionError::at_line(file, lines[pair[1]], sentence));
            }
        }
        Ok(Self { name: name.to_owned(), codes, by_code })
    }

    /// The meaning of `code` on the day `on`, or its latest meaning when `on` is `None`.
    ///
    /// `None` when the set has no such code, or none that is valid on that day.
    pub fn label(&self, code: &str, on: Option<NaiveDate>) -> Option<&str> {
        let start = self.by_code.partition_point(|position| self.codes[*position].code.as_str() < code);
        let mut meanings = self.by_code[start..]
            .iter()
            .map(|position| &self.codes[*position])
            .take_while(|row| row.code == code);
        let found = match on {
            Some(day) => meanings.find(|row| row.is_valid_on(day)),
            None => meanings.last(),
        };
        found.map(|row| row.label.as_str())
    }

    /// Whether the set has this code, on any day.
    pub fn contains(&self, code: &str) -> bool {
        self.label(code, None).is_some()
    }
}

impl Code {
    /// Whether the code has this meaning on `day`; both ends of the interval count.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|first| first <= day) && self.valid_to.is_none_or(|last| day <= last)
    }
}

impl Named for CodeSet {
    fn name(&self) -> &str {
        &self.name
    }
}

fn parse_row(file: &str, line: u64, cells: [String; 5]) -> Result<Code, DefinitionError> {
    let [code, label, valid_from, valid_to, source] = cells;
    for (column, cell) in [("code", &code), ("label", &label), ("source", &source)] {
        rows::required(file, line, column, cell)?;
    }
    let valid_from = parse_day(file, line, "valid_from", &valid_from)?;
    let valid_to = parse_day(file, line, "valid_to", &valid_to)?;
    if let (Some(first), Some(last)) = (valid_from, valid_to)
        && last < first
    {
        let sentence = format!("valid_to {last} is before valid_from {first}; swap or correct them.");
        return Err(DefinitionError::at_line(file, line, sentence));
    }
    Ok(Code { code, label, valid_from, valid_to, source })
}

fn parse_day(file: &str, line: u64, column: &str, cell: &str) -> Result<Option<NaiveDate>, DefinitionError> {
    if cell.is_empty() {
        return Ok(None);
    }
    NaiveDate::parse_from_str(cell, "%Y-%m-%d").map(Some).map_err(|_| {
        let sentence =
            format!("{column} is {cell:?}, which is no date; write it as YYYY-MM-DD or leave it empty.");
        DefinitionError::at_line(file, line, sentence)
    })
}

/// Whether two rows of one code share a day; `earlier` starts no later than `later`.
fn overlaps(earlier: &Code, later: &Code) -> bool {
    match (earlier.valid_to, later.valid_from) {
        (Some(last), Some(first)) => first <= last,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(rows: &str) -> Result<CodeSet, DefinitionError> {
        CodeSet::parse("codes/x.csv", "x", &format!("{}\n{rows}", HEADER.join(",")))
    }

    fn day(text: &str) -> Option<NaiveDate> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
    }

    #[test]
    fn a_label_depends_on_the_day() {
        let set = set("B,later,2012-07-01,,s\nA,only,,,s\nB,early,,2010-06-30,s\n").unwrap();
        assert_eq!(set.label("A", None), Some("only"));
        assert_eq!(set.label("B", None), Some("later"));
        assert_eq!(set.label("B", day("2010-06-30")), Some("early"));
        assert_eq!(set.label("B", day("2011-01-01")), None);
        assert_eq!(set.label("B", day("2012-07-01")), Some("later"));
        assert_eq!(set.label("C", None), None);
        assert!(set.contains("A") && !set.contains("AA"));
        assert_eq!(set.codes[0].label, "later");
    }

    #[test]
    fn overlapping_intervals_are_refused() {
        let error = set("A,one,,,s\nA,two,2020-01-01,,s\n").unwrap_err();
        assert!(error.to_string().starts_with("codes/x.csv, line 3: code \"A\" is valid twice"), "{error}");
        assert!(set("A,one,,2020-01-01,s\nA,two,2020-01-01,,s\n").is_err());
        assert!(set("A,one,,2019-12-31,s\nA,two,2020-01-01,,s\n").is_ok());
    }

    #[test]
    fn a_bad_row_is_a_sentence() {
        assert!(set("A,one,,,\n").unwrap_err().to_string().contains("line 2: the row has no source"));
        assert!(set("A,one,2020,,s\n").unwrap_err().to_string().contains("valid_from is \"2020\""));
        assert!(
            set("A,one,2020-02-01,2020-01-01,s\n").unwrap_err().to_string().contains("is before valid_from")
        );
    }
}
