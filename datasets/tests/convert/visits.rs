//! A small table, its layout, and how the tests load a file under it.

use std::fmt::Write as _;
use std::fs;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::Schema;
use lifetracks_datasets::{ConvertError, Counts, Definitions, Layout, Part, Reject, Request, convert};
use tempfile::TempDir;

const TABLE: &str = r#"
name = "visit"
description = "One row per visit."
kind = "person"
owner = "TEST"
key = ["person_id", "visit_date"]
order = ["person_id", "visit_date"]
source = "test"
"#;

const COLUMNS: [(&str, &str, bool, &str); 6] = [
    ("person_id", "int64", false, "pseudonym"),
    ("visit_date", "date", false, "confidential"),
    ("amount", "decimal(12,2)", true, "confidential"),
    ("kept", "bool", true, "confidential"),
    ("grade", "utf8", true, "confidential"),
    ("note", "utf8", true, "public"),
];

pub(crate) const LAYOUT: &str = r#"
name = "visits"
table = "visit"
agency = "TEST"
description = "Visits."
source = "test"

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
optional = true
map = "grade_names"

[[column]]
from = "NOTE"
to = "note"
null_tokens = ["*"]

[ignored]
columns = ["EXTRA"]
"#;

pub(crate) const HEADER: &str = "ID,DATE,AMOUNT,KEPT,NOTE\n";

pub(crate) const GOOD: &str = "7,08/06/2020,\"1,234.50\",Y,n\n";

/// A table, its layout and a map, with other files beside them.
pub(crate) fn definitions(others: &[(&str, &str)]) -> Definitions {
    let folder = TempDir::new().unwrap();
    let mut table = TABLE.to_owned();
    for (name, data_type, nullable, privacy) in COLUMNS {
        let role = if name == "grade" || name == "note" {
            "role = \"code\"\ncode_set = \"grade\""
        } else {
            "role = \"dimension\""
        };
        write!(
            table,
            "\n[[column]]\nname = \"{name}\"\ntype = \"{data_type}\"\nnullable = {nullable}\n{role}\n"
        )
        .unwrap();
        write!(table, "privacy = \"{privacy}\"\ndescription = \"{name}\"\nsource = \"test\"\n").unwrap();
    }
    let map = "from,to,rule,source\nninth,09,one,test\ntenth,10th,one,test\n";
    let files = [
        ("tables/visit.toml", table.as_str()),
        ("layouts/visits.toml", LAYOUT),
        ("maps/grade_names.csv", map),
    ];
    for (path, text) in files.iter().chain(others) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Definitions::builtin().with_folder(folder.path()).unwrap()
}

pub(crate) struct Outcome {
    pub(crate) counts: Counts,
    pub(crate) year: Option<i32>,
    pub(crate) notices: Vec<String>,
    pub(crate) rows: RecordBatch,
    pub(crate) lines: Vec<u64>,
    pub(crate) rejects: Vec<Reject>,
}

pub(crate) fn load(
    definitions: &Definitions,
    layout: &Layout,
    bytes: impl AsRef<[u8]>,
    threads: usize,
) -> Result<Outcome, ConvertError> {
    load_part(definitions, layout, &Part::from_bytes("visits.csv", bytes.as_ref().to_vec()), threads)
}

pub(crate) fn load_part(
    definitions: &Definitions,
    layout: &Layout,
    part: &Part,
    threads: usize,
) -> Result<Outcome, ConvertError> {
    let (mut batches, mut lines, mut rejects) = (Vec::new(), Vec::new(), Vec::new());
    let request = Request { part, layout, definitions, year: None, threads };
    let conversion = convert(&request, &mut |chunk| {
        assert_eq!(chunk.batch.num_rows(), chunk.lines.len());
        batches.push(chunk.batch);
        lines.extend(chunk.lines);
        rejects.extend(chunk.rejects);
        Ok(())
    })?;
    let counts = conversion.counts;
    assert_eq!(counts.rows_in, counts.loaded + counts.rejected);
    assert_eq!(counts.rejected, rejects.len() as u64);
    let schema = batches.first().map_or_else(|| Schema::empty().into(), RecordBatch::schema);
    let rows = concat_batches(&schema, &batches).unwrap();
    let (year, notices) = (conversion.year, conversion.notices);
    Ok(Outcome { counts, year, notices, rows, lines, rejects })
}

pub(crate) fn visits(text: impl AsRef<[u8]>) -> Result<Outcome, ConvertError> {
    let definitions = definitions(&[]);
    load(&definitions, definitions.layout("visits").unwrap(), text.as_ref(), 2)
}

/// A layout like `visits`, with some text exchanged.
pub(crate) fn changed(exchange: &[(&str, &str)]) -> Layout {
    let text = exchange.iter().fold(LAYOUT.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    Layout::parse("layouts/visits.toml", &text).unwrap()
}

pub(crate) fn rejects(outcome: &Outcome) -> Vec<(u64, Option<&str>, &str)> {
    outcome.rejects.iter().map(|reject| (reject.line, reject.column.as_deref(), reject.rule)).collect()
}
