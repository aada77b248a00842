//! Files of fixed width, record types and expectations: every row at its line, every other record rejected at its line.

use std::fs;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Float64Type;
use lifetracks_datasets::{Counts, Definitions, Layout, Part};
use tempfile::TempDir;

use crate::visits::{Outcome, load, load_part, rejects};

const TABLE: &str = r#"
name = "score"
description = "d"
kind = "reference"
owner = "o"
key = ["id"]
order = ["id"]
source = "s"
column = [
  { name = "id", type = "utf8", nullable = false, role = "identifier", privacy = "public", description = "d", source = "s" },
  { name = "day", type = "date", nullable = true, role = "date", privacy = "public", description = "d", source = "s" },
  { name = "subject", type = "utf8", nullable = true, role = "dimension", privacy = "public", description = "d", source = "s" },
  { name = "subgroup", type = "utf8", nullable = true, role = "dimension", privacy = "public", description = "d", source = "s" },
  { name = "measure", type = "utf8", nullable = true, role = "dimension", privacy = "public", description = "d", source = "s" },
  { name = "value", type = "float64", nullable = true, role = "measure", privacy = "public", description = "d", source = "s" },
  { name = "name", type = "utf8", nullable = true, role = "dimension", privacy = "public", description = "d", source = "s" },
]
"#;

const HEAD: &str = "table = \"score\"\nagency = \"a\"\ndescription = \"d\"\nsource = \"s\"\n";

/// Definitions with the table of scores and some layouts, each given as its name and its text.
pub(crate) fn scores(layouts: &[(&str, &str)]) -> Definitions {
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("tables")).unwrap();
    fs::create_dir_all(folder.path().join("layouts")).unwrap();
    fs::write(folder.path().join("tables/score.toml"), TABLE).unwrap();
    for (name, text) in layouts {
        let path = folder.path().join(format!("layouts/{name}.toml"));
        fs::write(path, format!("name = \"{name}\"\n{HEAD}{text}")).unwrap();
    }
    Definitions::builtin().with_folder(folder.path()).unwrap()
}

/// The error that a layout of scores is refused with.
pub(crate) fn refused(text: &str) -> String {
    let text = format!("name = \"x\"\n{HEAD}{text}");
    let definitions = scores(&[]);
    let layout = Layout::parse("layouts/x.toml", &text);
    layout.and_then(|layout| layout.resolve(&definitions)).unwrap_err().to_string()
}

pub(crate) fn texts(outcome: &Outcome, column: &str) -> Vec<Option<String>> {
    let column = outcome.rows.column_by_name(column).unwrap().as_string::<i32>();
    column.iter().map(|text| text.map(str::to_owned)).collect()
}

const FIXED: &str = r##"
format = "fixed_width"
record_length = 14
min_record_length = 12
[fields]
ID = [1, 3]
VALUE = [4, 4]
NAME = [8, 6]
END = [14, 1]
[expect]
END = ["#", ""]
[[column]]
from = "ID"
to = "id"
[[column]]
from = "VALUE"
to = "value"
[[column]]
from = "NAME"
to = "name"
"##;

#[test]
fn fields_stand_at_their_places() {
    let definitions = scores(&[("fixed", FIXED)]);
    let layout = definitions.layout("fixed").unwrap();
    let text = "001 1.5Pe\u{f1}a  #\r\n\r\n002    Ana \n00394.1Ana  \n004 1.0Ana   X\n005 1.0Ana   ##\n006 1.0\n007 x.0Ana   #";
    let outcome = load(&definitions, layout, text, 2).unwrap();
    assert_eq!(
        rejects(&outcome),
        [
            (3, None, "wrong_length"),
            (5, Some("END"), "unexpected_value"),
            (6, None, "wrong_length"),
            (7, None, "wrong_length"),
            (8, Some("VALUE"), "not_a_number"),
        ]
    );
    assert_eq!(outcome.lines, [1, 4]);
    assert_eq!(texts(&outcome, "name"), [Some("Pe\u{f1}a".to_owned()), Some("Ana".to_owned())]);
    let values = outcome.rows.column_by_name("value").unwrap().as_primitive::<Float64Type>();
    assert_eq!((values.value(0), values.value(1)), (1.5, 94.1));
}

#[test]
fn a_fixed_width_file_is_read_in_every_encoding() {
    let text = "001 1.5Pe\u{f1}a  #\n002 2.5\u{f1}\u{f1}\u{f1}\u{f1}\u{f1}\u{f1}#\n";
    let one_byte: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let two_bytes = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<_>>();
    for (encoding, bytes) in [
        ("utf-8", text.as_bytes().to_vec()),
        ("utf-8", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("latin1", one_byte.clone()),
        ("windows-1252", one_byte),
        ("utf-16le", two_bytes(u16::to_le_bytes)),
        ("utf-16be", two_bytes(u16::to_be_bytes)),
        ("utf-16le", [vec![0xFF, 0xFE], two_bytes(u16::to_le_bytes)].concat()),
    ] {
        let definitions = scores(&[("fixed", &format!("encoding = \"{encoding}\"\n{FIXED}"))]);
        let outcome = load(&definitions, definitions.layout("fixed").unwrap(), bytes, 1).unwrap();
        assert_eq!(outcome.lines, [1, 2], "{encoding}");
        assert_eq!(texts(&outcome, "name")[1].as_deref(), Some("\u{f1}\u{f1}\u{f1}\u{f1}\u{f1}\u{f1}"));
    }
}

#[test]
fn bytes_that_no_field_may_hold_are_found_in_their_field() {
    let definitions = scores(&[("fixed", FIXED)]);
    let layout = definitions.layout("fixed").unwrap();
    let bytes = b"001 1.5Pe\xF1a  #\n002 1.\0Ana   #\n003 1.5Ana   #\n";
    let outcome = load(&definitions, layout, bytes, 1).unwrap();
    assert_eq!(rejects(&outcome), [(1, Some("NAME"), "undecodable"), (2, Some("VALUE"), "nul_byte")]);
    assert_eq!(outcome.lines, [3]);
}

const RECORDS: &str = r##"
format = "csv"
header = false
quote = ""
columns = ["ID", "TYPE", "SUBJECT", "ALL_B", "ALL_PRO", "MAL_B", "MAL_PRO", "END"]
[expect]
END = "#"
[records]
column = "TYPE"
[[records.type]]
value = "101"
constants = { subject = "READ" }
expect = { SUBJECT = ["READ", "RDG"] }
[[records.type]]
value = "105"
constants = { subject = "MATH" }
expect = { SUBJECT = "MATH" }
[[records.type]]
value = "T"
ignored = true
[[records.type]]
value = "E"
columns = ["ID", "TYPE", "ALL_B"]
[unpivot]
columns = ["subgroup", "measure"]
values = [["ALL", "basic"], ["ALL", "proficient"], ["MAL", "basic"], ["MAL", "proficient"]]
require = ["value"]
[unpivot.names]
measure = { basic = "B", proficient = "PRO" }
[[column]]
from = "ID"
to = "id"
[[column]]
from = "{subgroup}_{measure}"
to = "value"
"##;

#[test]
fn record_types_select_constants_expectations_and_columns() {
    let definitions = scores(&[("records", RECORDS)]);
    let layout = definitions.layout("records").unwrap();
    let text = "T,T,whatever stands in a trailer\n\
                1,101,READ  ,94.1,83.7,,50,#\n\
                2,101,MATH,94.1,83.7,,50,#\n\
                3,105,MATH,1,2,3,4,# \n\
                4,106,READ,1,2,3,4,#\n\
                5,101,READ,1,2,3,#\n\
                6,105,READ,1,2,3,x,?\n\
                7,E,7.5\n\
                8,E,7.5,8\n\
                9,10\n";
    let outcome = load(&definitions, layout, text, 2).unwrap();
    assert_eq!(
        rejects(&outcome),
        [
            (3, Some("SUBJECT"), "unexpected_value"),
            (5, Some("TYPE"), "unknown_record_type"),
            (6, None, "ragged_row"),
            (7, Some("SUBJECT"), "unexpected_value"),
            (9, None, "ragged_row"),
            (10, None, "ragged_row"),
        ]
    );
    assert_eq!(outcome.counts, Counts { rows_in: 9, loaded: 3, rejected: 6 });
    assert_eq!(outcome.lines, [2, 2, 2, 4, 4, 4, 4, 8]);
    let some = |texts: &[&str]| texts.iter().map(|text| Some((*text).to_owned())).collect::<Vec<_>>();
    assert_eq!(texts(&outcome, "measure")[..3], some(&["basic", "proficient", "proficient"]));
    assert_eq!(texts(&outcome, "subgroup")[..3], some(&["ALL", "ALL", "MAL"]));
    assert_eq!(texts(&outcome, "subject")[2..4], some(&["READ", "MATH"]));
    assert!(outcome.rows.column_by_name("subject").unwrap().is_null(7));
}

#[test]
fn record_types_of_fixed_width_have_fields_of_their_own() {
    let layout = r#"
format = "fixed_width"
record_length = 10
[fields]
TYPE = [1, 1]
ID = [2, 3]
VALUE = [5, 3]
[records]
column = "TYPE"
[[records.type]]
value = "A"
[[records.type]]
value = "B"
fields = { VALUE = [8, 3], NAME = [5, 3] }
[[records.type]]
value = "Z"
ignored = true
[[column]]
from = "ID"
to = "id"
[[column]]
from = "VALUE"
to = "value"
[[column]]
from = "NAME"
to = "name"
"#;
    let definitions = scores(&[("fixed", layout)]);
    let text = "Z 2024\nA0011.5xxx\nB002Ana2.5\nC003Ana2.5\nB004An\u{f1}x.5\nA\n";
    let outcome = load(&definitions, definitions.layout("fixed").unwrap(), text, 1).unwrap();
    assert_eq!(
        rejects(&outcome),
        [
            (4, Some("TYPE"), "unknown_record_type"),
            (5, Some("VALUE"), "not_a_number"),
            (6, None, "wrong_length")
        ]
    );
    assert_eq!(outcome.lines, [2, 3]);
    assert_eq!(texts(&outcome, "name"), [None, Some("Ana".to_owned())]);
    let values = outcome.rows.column_by_name("value").unwrap().as_primitive::<Float64Type>();
    assert_eq!((values.value(0), values.value(1)), (1.5, 2.5));
}

#[test]
fn a_header_stands_at_any_line() {
    let layout =
        "header_line = 4\ncolumn = [{ from = \"ID\", to = \"id\" }, { from = \"V\", to = \"value\" }]\n";
    let definitions = scores(&[("preamble", layout)]);
    let layout = definitions.layout("preamble").unwrap();
    let text = "State report\n\n\"as of 2024\nID,V\n1,2\nID,V\n2,x\n";
    let outcome = load(&definitions, layout, text, 1).unwrap();
    assert_eq!(outcome.lines, [5]);
    assert_eq!(rejects(&outcome), [(6, None, "repeated_header"), (7, Some("V"), "not_a_number")]);
    let error = load(&definitions, layout, "a\nb\nc\n1,2\n", 1).err().unwrap().to_string();
    assert!(error.starts_with("visits.csv, line 4: this is not the header"), "{error}");
    let error = load(&definitions, layout, "a\nb\n", 1).err().unwrap().to_string();
    assert!(error.contains("line 4: there is no header"), "{error}");
}

#[test]
fn a_layout_that_contradicts_itself_is_refused() {
    let column = "[[column]]\nfrom = \"ID\"\nto = \"id\"\n";
    let text = |keys: &str| refused(&format!("{keys}\n{column}"));
    assert!(text("format = \"fixed_width\"").contains("needs [fields]"));
    assert!(text("format = \"fixed_width\"\ndelimiter = \";\"").contains("no use for delimiter"));
    assert!(text("record_length = 9").contains("no use for record_length"));
    assert!(text("header = false\nheader_line = 2").contains("although the file has no header"));
    assert!(text("columns = [\"ID\"]").contains("add header = false"));
    assert!(text("header = false\ncolumns = [\"ID\", \"ID\"]").contains("holds \"ID\" twice"));
    assert!(
        text("header = false\ncolumns = [\"IDE\"]")
            .contains("no column \"ID\" by this layout; did you mean \"IDE\"?")
    );
    assert!(text("header = false").contains("must be the position of a column"));
    assert!(text("header_line = 0").contains("counts from 1"));
    assert!(text("member = \"(\"").contains("no regular expression"));
    let fields = |fields: &str| text(&format!("format = \"fixed_width\"\n{fields}"));
    assert!(fields("record_length = 4\nfields = { ID = [3, 3] }").contains("does not stand within"));
    assert!(fields("fields = { ID = [0, 3] }").contains("does not stand within"));
    assert!(
        fields("record_length = 4\nmin_record_length = 5\nfields = { ID = [1, 3] }").contains("no longer")
    );
    let records = |records: &str| {
        text(&format!("header = false\ncolumns = [\"ID\", \"T\"]\n[records]\ncolumn = \"T\"\n{records}"))
    };
    assert!(records("").contains("there is no [[records.type]]"));
    assert!(records("type = [{ value = \"1\" }, { value = \"1 \" }]").contains("stands twice"));
    assert!(records("type = [{ value = \"1\", columns = [\"T\", \"ID\"] }]").contains("in the same place"));
    assert!(records("type = [{ value = \"1\", constants = { id = \"1\" } }]").contains("filled twice"));
    assert!(
        records("type = [{ value = \"1\", fields = { X = [1, 2] } }]").contains("fields are for fixed width")
    );
    assert!(
        records("type = [{ value = \"1\", constants = { day = \"x\" } }]").contains("is no value of column")
    );
    let unpivot = |unpivot: &str| text(&format!("[unpivot]\n{unpivot}"));
    assert!(unpivot("column = \"subgroup\"").contains("has no values"));
    assert!(unpivot("columns = [\"subgroup\", \"measure\"]\nvalues = [[\"A\"]]").contains("as many parts"));
    assert!(
        unpivot("column = \"subgroup\"\nvalues = [\"A\"]\nnames = { subgroup = { B = \"x\" } }")
            .contains("no values of it")
    );
}

#[test]
fn a_part_may_be_any_bytes() {
    let definitions = scores(&[("fixed", FIXED)]);
    let part = Part::from_bytes("empty.txt", Vec::new());
    let outcome = load_part(&definitions, definitions.layout("fixed").unwrap(), &part, 2).unwrap();
    assert_eq!(outcome.counts, Counts::default());
}
