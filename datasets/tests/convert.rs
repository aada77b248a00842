//! Conversion of files with known defects: every row is loaded, or rejected with its line, its column and the rule.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, Schema};
use lifetracks_datasets::{ConvertError, Counts, Definitions, Layout, Reject, check, convert};
use tempfile::TempDir;

/// A value that no error and no reject may show.
const CANARY: &str = "987-65-4321";

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

const LAYOUT: &str = r#"
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

/// A table, its layout and a map, with other files beside them.
fn definitions(others: &[(&str, &str)]) -> Definitions {
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

struct Outcome {
    counts: Counts,
    rows: RecordBatch,
    lines: Vec<u64>,
    rejects: Vec<Reject>,
}

fn load(
    definitions: &Definitions,
    layout: &Layout,
    reader: impl Read + Send,
    threads: usize,
) -> Result<Outcome, ConvertError> {
    let (mut batches, mut lines, mut rejects) = (Vec::new(), Vec::new(), Vec::new());
    let counts = convert(reader, "visits.csv", layout, definitions, threads, &mut |chunk| {
        assert_eq!(chunk.batch.num_rows(), chunk.lines.len());
        batches.push(chunk.batch);
        lines.extend(chunk.lines);
        rejects.extend(chunk.rejects);
        Ok(())
    })?;
    assert_eq!(counts.rows_in, counts.loaded + counts.rejected);
    assert_eq!(counts.rejected, rejects.len() as u64);
    let schema = batches.first().map_or_else(|| Schema::empty().into(), RecordBatch::schema);
    let rows = concat_batches(&schema, &batches).unwrap();
    Ok(Outcome { counts, rows, lines, rejects })
}

fn visits(text: impl AsRef<[u8]>) -> Result<Outcome, ConvertError> {
    let definitions = definitions(&[]);
    load(&definitions, definitions.layout("visits").unwrap(), text.as_ref(), 2)
}

/// A layout like `visits`, with some text exchanged.
fn changed(exchange: &[(&str, &str)]) -> Layout {
    let text = exchange.iter().fold(LAYOUT.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    Layout::parse("layouts/visits.toml", &text).unwrap()
}

fn rejects(outcome: &Outcome) -> Vec<(u64, Option<&str>, &str)> {
    outcome.rejects.iter().map(|reject| (reject.line, reject.column.as_deref(), reject.rule)).collect()
}

const HEADER: &str = "ID,DATE,AMOUNT,KEPT,NOTE\n";
const GOOD: &str = "7,08/06/2020,\"1,234.50\",Y,n\n";

/// Name, bytes below the header, lines of the rows loaded, rejects.
type Case = (&'static str, Vec<u8>, Vec<u64>, Vec<(u64, Option<&'static str>, &'static str)>);

fn polluted() -> Vec<Case> {
    let rows = |rows: &[&str]| rows.concat().into_bytes();
    let huge = format!("7,08/06/2020,,,{}\n", "x".repeat(2 << 20));
    let huge_quoted = format!("7,08/06/2020,,,\"{}\"\n", "x".repeat(2 << 20));
    vec![
        ("too few", rows(&["7,08/06/2020,1\n", GOOD]), vec![3], vec![(2, None, "ragged_row")]),
        (
            "trailing delimiter",
            rows(&[GOOD, "7,08/06/2020,1,Y,n,\n", GOOD]),
            vec![2, 4],
            vec![(3, None, "ragged_row")],
        ),
        (
            "quote inside a field",
            rows(&["7,08/06/2020,1,Y,a\"b\n", GOOD]),
            vec![3],
            vec![(2, None, "stray_quote")],
        ),
        (
            "text after a quote",
            rows(&["7,08/06/2020,1,Y,\"a\"b\n", GOOD]),
            vec![3],
            vec![(2, None, "stray_quote")],
        ),
        (
            "newlines in quotes",
            rows(&["7,08/06/2020,1,Y,\"a\nb\r\nc\"\n", "7,never,,,\n", GOOD]),
            vec![2, 6],
            vec![(5, Some("DATE"), "not_a_date")],
        ),
        (
            "carriage returns",
            b"7,08/06/2020,1,Y,n\r\n\r\n7,x,1,Y,n\r\n".to_vec(),
            vec![2],
            vec![(4, Some("DATE"), "not_a_date")],
        ),
        ("repeated header", rows(&[GOOD, HEADER, GOOD]), vec![2, 4], vec![(3, None, "repeated_header")]),
        (
            "quoted repeated header",
            rows(&["\"ID\",\"DATE\",\"AMOUNT\",\"KEPT\",\"NOTE\"\n"]),
            vec![],
            vec![(2, None, "repeated_header")],
        ),
        (
            "open quote at the end",
            rows(&[GOOD, "7,08/06/2020,,,\"open\n", GOOD, "7,08/06/2020,,,"]),
            vec![2, 4, 5],
            vec![(3, None, "unclosed_quote")],
        ),
        (
            "open quote before a quoted field",
            rows(&["7,08/06/2020,,,\"open\n", GOOD, GOOD]),
            vec![3, 4],
            vec![(2, None, "unclosed_quote")],
        ),
        (
            "huge field",
            [huge.as_bytes(), GOOD.as_bytes()].concat(),
            vec![3],
            vec![(2, None, "record_too_long")],
        ),
        (
            "huge quoted field",
            [huge_quoted.as_bytes(), GOOD.as_bytes()].concat(),
            vec![3],
            vec![(2, None, "unclosed_quote")],
        ),
        ("blank lines", rows(&["\n", GOOD, "\n\n", GOOD, "\n"]), vec![3, 6], vec![]),
        ("only delimiters", rows(&[",,,,\n"]), vec![], vec![(2, Some("ID"), "missing_required")]),
        ("NUL byte", rows(&["7,08/06/2020,\0,Y,n\n", GOOD]), vec![3], vec![(2, Some("AMOUNT"), "nul_byte")]),
        (
            "not UTF-8",
            b"7,08/06/2020,,,Pe\xF1a\n7,08/06/2020,,,Pe\xC3\xB1a\n".to_vec(),
            vec![3],
            vec![(2, Some("NOTE"), "undecodable")],
        ),
        (
            "cells",
            rows(&[
                "7,02/30/2020,1,Y,n\n",
                "7,08/06/2020,1.234,Y,n\n",
                "7,08/06/2020,\"12,34\",Y,n\n",
                "7,08/06/2020,1,maybe,n\n",
                "7,,x,maybe,n\n",
                " 7 , 8/6/2020 , 1 , no , n \n",
                "7,08/06/2020,10000000000,Y,n\n",
            ]),
            vec![7],
            vec![
                (2, Some("DATE"), "not_a_date"),
                (3, Some("AMOUNT"), "out_of_range"),
                (4, Some("AMOUNT"), "not_a_number"),
                (5, Some("KEPT"), "not_a_boolean"),
                (6, Some("DATE"), "missing_required"),
                (8, Some("AMOUNT"), "out_of_range"),
            ],
        ),
    ]
}

#[test]
fn every_defect_is_found_at_its_line() {
    for (name, body, lines, expected) in polluted() {
        let outcome = visits([HEADER.as_bytes(), &body].concat()).unwrap();
        assert_eq!(rejects(&outcome), expected, "{name}");
        assert_eq!(outcome.lines, lines, "{name}");
    }
}

#[test]
fn values_are_exact_and_keep_their_zeros() {
    let text = format!("\u{feff}{HEADER}007,08/06/2020,\"1,234,567.89\",Y,*\n0042,1/2/1999,-0.1,n,\n");
    let outcome = visits(text).unwrap();
    let ids = outcome.rows.column(0).as_string::<i32>();
    assert_eq!((ids.value(0), ids.value(1)), ("007", "0042"));
    assert_eq!(outcome.rows.column(1).as_primitive::<Date32Type>().value(0), 18_480);
    let amounts = outcome.rows.column(2).as_primitive::<Decimal128Type>();
    assert_eq!((amounts.value(0), amounts.value(1)), (123_456_789, -10));
    let kept = outcome.rows.column(3).as_boolean();
    assert_eq!((kept.value(0), kept.value(1)), (true, false));
    assert_eq!(outcome.rows.column(4).null_count(), 2);
    let notes = outcome.rows.column(5).as_string::<i32>();
    assert_eq!((notes.is_null(0), notes.value(1)), (true, ""));
}

#[test]
fn the_declared_encoding_is_read() {
    let definitions = definitions(&[]);
    let row = b"ID,DATE,AMOUNT,KEPT,NOTE\n7,08/06/2020,,,Pe\xF1a \x80\n";
    for (encoding, expected) in [("latin1", "Pe\u{f1}a \u{80}"), ("windows-1252", "Pe\u{f1}a \u{20ac}")] {
        let layout =
            changed(&[("source = \"test\"\n", &format!("source = \"test\"\nencoding = \"{encoding}\"\n"))]);
        let outcome = load(&definitions, &layout, row.as_slice(), 1).unwrap();
        assert_eq!(outcome.rows.column(5).as_string::<i32>().value(0), expected);
    }
}

#[test]
fn maps_pads_and_other_marks_are_applied() {
    let definitions = definitions(&[]);
    let layout = changed(&[
        ("source = \"test\"\n", "source = \"test\"\ndelimiter = \"|\"\nquote = \"\"\n"),
        ("identity = \"TEST\"", "identity = \"TEST\"\npad = 9"),
        ("thousands = \",\"", "scale = 0.01"),
    ]);
    let text = "NOTE|GRADE|KEPT|AMOUNT|DATE|ID|EXTRA\n\"a|ninth||1234567|08/06/2020|12345678|\nb|11th|||08/06/2020|A1|\n";
    let outcome = load(&definitions, &layout, text.as_bytes(), 1).unwrap();
    assert_eq!(rejects(&outcome), [(3, Some("GRADE"), "not_in_map")]);
    assert_eq!(outcome.rows.column(0).as_string::<i32>().value(0), "012345678");
    assert_eq!(outcome.rows.column(2).as_primitive::<Decimal128Type>().value(0), 1_234_567);
    assert_eq!(outcome.rows.column(4).as_string::<i32>().value(0), "09");
    assert_eq!(outcome.rows.column(5).as_string::<i32>().value(0), "\"a");
}

#[test]
fn a_file_without_a_header_is_read_by_position() {
    let definitions = definitions(&[]);
    let mut layout = LAYOUT.replace("source = \"test\"\n", "source = \"test\"\nheader = false\n");
    for (position, name) in ["ID", "DATE", "AMOUNT", "KEPT", "GRADE", "NOTE", "EXTRA"].iter().enumerate() {
        layout = layout.replace(&format!("\"{name}\""), &format!("\"{}\"", position + 1));
    }
    let layout = Layout::parse("layouts/visits.toml", &layout).unwrap();
    let outcome = load(&definitions, &layout, "7,08/06/2020,1,Y,ninth,n,\n7,x,,,,,\n".as_bytes(), 1).unwrap();
    assert_eq!(outcome.lines, [1]);
    assert_eq!(rejects(&outcome), [(2, Some("2"), "not_a_date")]);
}

#[test]
fn a_wrong_header_stops_with_the_nearest_names() {
    let sentence = |text: &str| visits(text).err().unwrap().to_string();
    assert_eq!(
        sentence("ID,DATES,AMOUNT,KEPT,NOTE\n"),
        "visits.csv, line 1: the header does not fit layout visits: missing: \"DATE\" (nearest: \"DATES\"); \
         unknown: \"DATES\" (nearest: \"DATE\"). Correct the header, or name the columns in the layout."
    );
    assert!(sentence("ID,DATE,AMOUNT,KEPT,NOTE,ID\n").contains("there twice: \"ID\""));
    assert!(sentence("").contains("there is no header"));
    assert!(sentence("\nID,DATE\n").contains("the line is empty"));
    assert!(sentence("ID,DATE\rAMOUNT\r").contains("carriage return"));
    assert!(sentence(&"A,".repeat(10_001)).contains("more than 10000 columns"));
}

#[test]
fn no_error_shows_a_value() {
    let mut texts: Vec<String> =
        polluted().iter().map(|(_, body, ..)| String::from_utf8_lossy(body).replace('7', CANARY)).collect();
    texts.push(format!("{CANARY},{CANARY},{CANARY},{CANARY},{CANARY}\n"));
    let mut shown = String::new();
    for text in texts {
        match visits(format!("{HEADER}{text}")) {
            Ok(outcome) => write!(shown, "{:?} {:?}", outcome.rejects, outcome.counts).unwrap(),
            Err(error) => write!(shown, "{error} {error:?}").unwrap(),
        }
        // The same rows without a header: their first line is not to be taken for one.
        if let Err(error) = visits(&text) {
            write!(shown, "{error} {error:?}").unwrap();
        }
    }
    let definitions = definitions(&[]);
    let layout = definitions.layout("visits").unwrap();
    let text = format!("ID,DATE,AMOUNT,KEPT,NOTE,GRADE\n7,08/06/2020,1,Y,{CANARY},tenth\n{CANARY},x,,,,\n");
    let report = check(text.as_bytes(), "visits.csv", layout, &definitions).unwrap();
    write!(shown, "{:?}", report.rejects).unwrap();
    assert!(!shown.contains(CANARY), "{shown}");
}

#[test]
fn a_check_counts_rejects_and_unknown_codes() {
    let definitions = definitions(&[]);
    let text = "ID,DATE,AMOUNT,KEPT,NOTE,GRADE\n7,x,,,,\n7,08/06/2020,,,XX,tenth\n7,08/06/2020,,,09,tenth\n7,y,,,,ninth\n";
    let report =
        check(text.as_bytes(), "visits.csv", definitions.layout("visits").unwrap(), &definitions).unwrap();
    assert_eq!(report.counts, Counts { rows_in: 4, loaded: 2, rejected: 2 });
    let [reject] = report.rejects.as_slice() else { panic!("{report:?}") };
    assert_eq!(
        (reject.column.as_deref(), reject.rule, reject.first_line, reject.rows),
        (Some("DATE"), "not_a_date", 2, 2)
    );
    let [grade, note] = report.unknown_codes.as_slice() else { panic!("{report:?}") };
    assert_eq!(
        (grade.column.as_str(), grade.code_set.as_str(), grade.rows, grade.first_line),
        ("grade", "grade", 2, 3)
    );
    assert!(grade.codes.is_empty());
    assert_eq!(
        (note.column.as_str(), note.rows, note.codes.as_slice()),
        ("note", 1, ["XX".to_owned()].as_slice())
    );
}

#[test]
fn the_receiver_and_the_reader_can_stop_a_conversion() {
    struct Gone;
    impl Read for Gone {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let rows = format!("{HEADER}{}", GOOD.repeat(500_000));
    let definitions = definitions(&[]);
    let layout = definitions.layout("visits").unwrap();
    let mut chunks = 0;
    let mut count = |_| {
        chunks += 1;
        Ok(())
    };
    let reader = rows.as_bytes().chain(Gone);
    let error = convert(reader, "visits.csv", layout, &definitions, 3, &mut count).unwrap_err();
    assert!(error.to_string().starts_with("visits.csv cannot be read: the disk is gone"), "{error}");
    assert!(chunks > 2);
    let mut stop = |_| Err(ConvertError::receiver("enough"));
    let stopped = convert(rows.as_bytes(), "visits.csv", layout, &definitions, 3, &mut stop);
    assert_eq!(stopped.unwrap_err().to_string(), "enough");
}

#[test]
fn an_open_quote_before_a_line_without_end_rejects_one_row() {
    let start = format!("{HEADER}{GOOD}7,08/06/2020,,,\"open");
    let reader = start
        .as_bytes()
        .chain(std::io::repeat(b'x').take(64 << 20))
        .chain(format!("\n{GOOD}").leak().as_bytes());
    let definitions = definitions(&[]);
    let outcome = load(&definitions, definitions.layout("visits").unwrap(), reader, 1).unwrap();
    assert_eq!(rejects(&outcome), [(3, None, "unclosed_quote")]);
    assert_eq!(outcome.lines, [2, 4]);
}

#[test]
fn a_layout_that_does_not_fit_is_a_sentence_with_its_line() {
    let two_ways = ("maps/two_ways.csv", "from,to,rule,source\nA,1,choice,test\nA,2,choice,test\n");
    let definitions = definitions(&[two_ways]);
    let fault = |from: &str, to: &str| {
        let layout = Layout::parse("layouts/visits.toml", &LAYOUT.replacen(from, to, 1));
        layout.and_then(|layout| layout.resolve(&definitions)).unwrap_err().to_string()
    };
    assert_eq!(
        fault("to = \"visit_date\"", "to = \"visit_day\""),
        "layouts/visits.toml, line 13: table \"visit\" has no column \"visit_day\"; did you mean \"visit_date\"?"
    );
    assert!(fault("table = \"visit\"", "table = \"visits\"").contains("did you mean \"visit\"?"));
    assert!(fault("to = \"kept\"", "to = \"amount\"").contains("is filled twice"));
    assert!(fault("identity = \"TEST\"", "").contains("takes [\"person_id\"]"));
    assert!(
        fault("format = \"%m/%d/%Y\"", "format = \"%m/%d/%y\"").contains("another part than %Y, %m and %d")
    );
    assert!(fault("format = \"%m/%d/%Y\"", "optional = true").contains("cannot be optional"));
    assert!(fault("thousands = \",\"", "format = \"%Y-%m-%d\"").contains("no use for format"));
    assert!(fault("map = \"grade_names\"", "map = \"grade_name\"").contains("did you mean \"grade_names\"?"));
    assert!(fault("map = \"grade_names\"", "map = \"two_ways\"").contains("several targets"));
    assert!(fault("map = \"grade_names\"", "mop = \"x\"").contains("unknown field `mop`"));
    assert!(fault("columns = [\"EXTRA\"]", "columns = [\"NOTE\"]").contains("both ignored and loaded"));
    assert!(fault("from = \"KEPT\"", "from = \"{value}\"").contains("has no [unpivot]"));
    assert!(fault("[ignored]", "[constants]\nage = 3\n[ignored]").contains("no column \"age\""));
    assert!(fault("source = \"test\"", "source = \"test\"\ndelimiter = \"||\"").contains("line 7"));
    assert!(
        fault("source = \"test\"", "source = \"test\"\nmax_reject_share = 2.0").contains("between 0 and 1")
    );
}

#[test]
fn every_builtin_layout_fits_its_table() {
    let definitions = Definitions::builtin();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layouts");
    assert_eq!(definitions.layouts().len(), fs::read_dir(folder).unwrap().count());
    for layout in definitions.layouts() {
        layout.resolve(&definitions).unwrap();
        assert_eq!(layout.is_link(), layout.table == "person_xwalk");
    }
    let link = definitions.layout("ms_mde_link").unwrap();
    assert_eq!(link.identities(), [("person_id", "MDE"), ("linked_id", "SSN")]);
}

#[test]
fn the_layouts_of_the_agencies_read_their_files() {
    let definitions = Definitions::builtin();
    let load = |layout: &str, text: &str| {
        load(&definitions, definitions.layout(layout).unwrap(), text.as_bytes(), 2).unwrap()
    };

    let spells = load(
        "ms_mde_enrollment",
        "MSIS_ID,DISTRICT,SCHOOL,SCHOOL_YEAR,GRADE,ENTRY_DATE,ENTRY_CODE,EXIT_DATE,EXIT_CODE,EXIT_DOC,SEX,RACE,HISPANIC,BIRTH_DATE,ECON_DIS,EL,IDEA,MIGRANT\n\
         001234567,0100,004,2021,9,08/06/2020,E1,,,,F,W,Y,01/31/2006,Y,N,,N\n\
         001234568,100,4,2021,KG,08/06/2020,E1,05/21/2021,T5,Y,M,B,N,02/01/2015,N,N,N,N\n",
    );
    assert_eq!(spells.counts.loaded, 2);
    let text = |name: &str| {
        spells
            .rows
            .column_by_name(name)
            .unwrap()
            .as_string::<i32>()
            .iter()
            .map(Option::unwrap_or_default)
            .collect::<Vec<_>>()
    };
    assert_eq!(text("school_id"), ["0100004", "0100004"]);
    assert_eq!(text("district_id"), ["0100", "0100"]);
    assert_eq!(text("grade"), ["09", "KG"]);
    assert_eq!(text("race_ethnicity"), ["H", "B"]);
    assert!(spells.rows.column_by_name("idea").unwrap().is_null(0));

    let diplomas = load(
        "ms_mde_diploma",
        "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\n001234567,0100,004,06/30/2021,00806\n1,0100,004,07/01/2021,806\n",
    );
    assert_eq!(
        diplomas.rows.column_by_name("school_year").unwrap().as_primitive::<Int32Type>().values(),
        &[2021, 2022]
    );

    let wages = load(
        "ms_mdes_wage",
        "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n012345678,0000000001,00001,2021,1,1234.5\n12345678,1,1,2021,4,0.01\n1,1,1,2021,5,1\n1,1,1,x,5,1\n",
    );
    assert_eq!(rejects(&wages), [(4, Some("QUARTER"), "out_of_range"), (5, Some("YEAR"), "not_a_number")]);
    assert_eq!(
        wages.rows.column_by_name("quarter_index").unwrap().as_primitive::<Int32Type>().values(),
        &[8084, 8087]
    );
    assert_eq!(
        wages.rows.column_by_name("wages").unwrap().as_primitive::<Decimal128Type>().values(),
        &[123_450, 1]
    );
    assert_eq!(wages.rows.column(0).as_string::<i32>().value(1), "012345678");

    let links = load("ms_mde_link", "MSIS_ID,SSN\n001234567,012345678\n1,\n");
    assert_eq!(rejects(&links), [(3, Some("SSN"), "missing_required")]);
    assert_eq!(
        links.rows.schema().fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>(),
        ["person_id", "linked_id"]
    );
}

#[test]
fn one_text_becomes_bounds_and_a_state() {
    let definitions = Definitions::builtin();
    let layout = definitions.layout("edfacts_acgr_2012_13").unwrap();
    let groups = ["ALL", "MAM", "MAS", "MBL", "MHI", "MTR", "MWH", "CWD", "ECD", "LEP"];
    let header = groups.map(|group| format!("{group}_COHORT_1213,{group}_RATE_1213")).join(",");
    let row = "MISSISSIPPI,28,2800360,D,280036000001,S,256,83,.,.,20,85-89,9,GE50,9,LT50,30,LE1,200,GE99,4,PS,,,100,100,X\n";
    let bad = row.replace("85-89", "about 85");
    let text = format!("STNAM,FIPST,LEAID,LEANM,NCESSCH,SCHNAM,{header},DATE_CUR\n{row}{bad}");
    let outcome = load(&definitions, layout, text.as_bytes(), 1).unwrap();
    assert_eq!(outcome.counts, Counts { rows_in: 2, loaded: 1, rejected: 1 });
    assert_eq!(rejects(&outcome), [(3, Some("MAS_RATE_1213"), "not_in_tokens")]);
    let column = |name: &str| outcome.rows.column_by_name(name).unwrap();
    let text = |name: &str| column(name).as_string::<i32>().iter().map(Option::unwrap).collect::<Vec<_>>();
    let bounds = |name: &str| column(name).as_primitive::<Float64Type>().iter().collect::<Vec<_>>();
    assert_eq!(text("subgroup"), ["ALL", "MAS", "MBL", "MHI", "MTR", "MWH", "CWD", "LEP"]);
    assert_eq!(
        text("state"),
        ["rounded", "banded", "bounded", "bounded", "bounded", "bounded", "suppressed", "rounded"]
    );
    let (low, high) = (bounds("low"), bounds("high"));
    assert_eq!(
        low,
        [Some(0.825), Some(0.845), Some(0.5), Some(0.0), Some(0.0), Some(0.99), None, Some(0.995)]
    );
    assert_eq!(
        high,
        [Some(0.835), Some(0.895), Some(1.0), Some(0.5), Some(0.01), Some(1.0), None, Some(1.0)]
    );
    assert_eq!(column("den").as_primitive::<Int64Type>().values(), &[256, 20, 9, 9, 30, 200, 4, 100]);
    assert_eq!(column("num").null_count(), 8);
    assert_eq!(text("district_id")[0], "2800360");
}
