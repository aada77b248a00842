//! The table of the polluted files, a visit in the form of texts, what may be wrong with one, and what a file must give.

use std::collections::BTreeMap;
use std::fs;

use lifetracks_datasets::{Definitions, Layout, Part, Request, convert};
use tempfile::TempDir;

use crate::chance::Chance;

const TABLE: &str = r#"
name = "visit"
description = "d"
kind = "person"
owner = "o"
key = ["person_id", "visit_date"]
order = ["person_id", "visit_date"]
source = "s"
column = [
  { name = "person_id", type = "int64", nullable = false, role = "identifier", privacy = "pseudonym", description = "d", source = "s" },
  { name = "visit_date", type = "date", nullable = false, role = "date", privacy = "confidential", description = "d", source = "s" },
  { name = "amount", type = "decimal(12,2)", nullable = true, role = "measure", privacy = "confidential", description = "d", source = "s" },
  { name = "kept", type = "bool", nullable = true, role = "dimension", privacy = "confidential", description = "d", source = "s" },
  { name = "grade", type = "utf8", nullable = true, role = "dimension", privacy = "confidential", description = "d", source = "s" },
  { name = "note", type = "utf8", nullable = true, role = "dimension", privacy = "public", description = "d", source = "s" },
]
"#;

const MAP: &str = "from,to,rule,source\nninth,09,one,s\ntenth,10,one,s\n";

/// How every layout of a visit fills the table.
const COLUMNS: &str = r#"
[[column]]
from = "ID"
to = "person_id"
identity = "TEST"
[[column]]
from = "DATE"
to = "visit_date"
format = "%m/%d/%Y"
[[column]]
from = "AMOUNT"
to = "amount"
thousands = ","
[[column]]
from = "KEPT"
to = "kept"
[[column]]
from = "GRADE"
to = "grade"
map = "grades"
[[column]]
from = "NOTE"
to = "note"
"#;

/// The columns of the files.
pub(crate) const NAMES: [&str; 6] = ["ID", "DATE", "AMOUNT", "KEPT", "GRADE", "NOTE"];
pub(crate) const ID: usize = 0;
pub(crate) const DATE: usize = 1;
pub(crate) const AMOUNT: usize = 2;
pub(crate) const KEPT: usize = 3;
pub(crate) const GRADE: usize = 4;
pub(crate) const NOTE: usize = 5;

/// The definitions with the table.
pub(crate) fn definitions() -> Definitions {
    let folder = TempDir::new().unwrap();
    for (path, text) in [("tables/visit.toml", TABLE), ("maps/grades.csv", MAP)] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Definitions::builtin().with_folder(folder.path()).unwrap()
}

/// A layout of visits with keys of its own, and tables after the columns.
pub(crate) fn layout(keys: &str, tables: &str) -> Layout {
    let head = "name = \"visits\"\ntable = \"visit\"\nagency = \"a\"\ndescription = \"d\"\nsource = \"s\"\n";
    Layout::parse("layouts/visits.toml", &format!("{head}{keys}\n{COLUMNS}\n{tables}")).unwrap()
}

/// A layout of the first columns of a visit only.
pub(crate) fn narrow_layout(columns: usize) -> Layout {
    let kept: Vec<&str> = COLUMNS.split_inclusive("[[column]]").collect();
    let text = kept[..=columns].concat();
    let text = text.strip_suffix("[[column]]").unwrap();
    let head = "name = \"narrow\"\ntable = \"visit\"\nagency = \"a\"\ndescription = \"d\"\nsource = \"s\"\n";
    Layout::parse("layouts/narrow.toml", &format!("{head}{text}")).unwrap()
}

/// A good visit, in the order of [`NAMES`].
pub(crate) fn visit(chance: &mut Chance) -> [String; 6] {
    let date = format!("{:02}/{:02}/{}", 1 + chance.below(12), 1 + chance.below(28), 1990 + chance.below(40));
    let amount = ["", "0", "12.5", "1,234.50", "-7", "999999.99"];
    let kept = ["", "Y", "n", "TRUE", "0"];
    [
        format!("{:06}", chance.below(1_000_000)),
        date,
        chance.pick(&amount).to_owned(),
        chance.pick(&kept).to_owned(),
        chance.pick(&["", "ninth", "tenth"]).to_owned(),
        chance.pick(&["", "n", "Pe\u{f1}a", "\u{fc}ber alles", "x y"]).to_owned(),
    ]
}

/// Spoils one field so that a conversion must refuse it; says the column and the rule.
pub(crate) fn spoil(visit: &mut [String; 6], chance: &mut Chance) -> (usize, &'static str) {
    let (column, text, rule) = match chance.below(6) {
        0 => (ID, "", "missing_required"),
        1 => (DATE, "", "missing_required"),
        2 => (DATE, chance.pick(&["02/30/2020", "13/01/2020", "2020-01-31", "x", "1/1/20"]), "not_a_date"),
        3 => match chance.below(2) {
            0 => (AMOUNT, chance.pick(&["12,34", "1.2.3", "abc", "--1", "1e", "$5"]), "not_a_number"),
            _ => (AMOUNT, chance.pick(&["1.234", "99999999999", "-10000000000.00"]), "out_of_range"),
        },
        4 => (KEPT, chance.pick(&["maybe", "T", "2", "ja"]), "not_a_boolean"),
        _ => (GRADE, chance.pick(&["twelfth", "Ninth", "09"]), "not_in_map"),
    };
    text.clone_into(&mut visit[column]);
    (column, rule)
}

/// What a file must give: the lines of the rows that are loaded, and the rejects.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) lines: Vec<u64>,
    pub(crate) rejects: Vec<(u64, Option<String>, &'static str)>,
}

/// Converts a file; what it gives, after the counts were seen to add up.
pub(crate) fn found(definitions: &Definitions, layout: &Layout, part: &Part, threads: usize) -> Expected {
    let mut found = Expected::default();
    let request = Request { part, layout, definitions, year: None, threads };
    let conversion = convert(&request, &mut |chunk| {
        assert_eq!(chunk.batch.num_rows(), chunk.lines.len());
        found.lines.extend(chunk.lines);
        found
            .rejects
            .extend(chunk.rejects.into_iter().map(|reject| (reject.line, reject.column, reject.rule)));
        Ok(())
    });
    let counts = conversion.unwrap().counts;
    assert_eq!(counts.rows_in, counts.loaded + counts.rejected);
    assert_eq!(counts.loaded, found.lines.len() as u64);
    assert_eq!(counts.rejected, found.rejects.len() as u64);
    found
}

/// How often each rule was planted, for a test to say.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    rules: BTreeMap<&'static str, usize>,
    files: usize,
    rows: usize,
}

impl Tally {
    /// Counts a file.
    pub(crate) fn add(&mut self, expected: &Expected) {
        self.files += 1;
        self.rows += expected.lines.len() + expected.rejects.len();
        for (.., rule) in &expected.rejects {
            *self.rules.entry(rule).or_insert(0) += 1;
        }
    }

    /// Says what was planted; every one of the rules must have been.
    pub(crate) fn finish(&self, what: &str, rules: &[&str]) {
        println!("{what}: {} rows in {} files, planted {:?}", self.rows, self.files, self.rules);
        for rule in rules {
            assert!(self.rules.contains_key(rule), "{rule} was never planted");
        }
    }
}
