//! What a text becomes: exact numbers, dates, codes, and NULL where the layout says so.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Date32Type, Decimal128Type};
use lifetracks_datasets::{Counts, Finding, Layout, Part, Request, Severity, check};

use crate::visits::{HEADER, LAYOUT, changed, definitions, load, rejects, visits};

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
fn a_check_counts_rejects_and_unknown_codes() {
    let definitions = definitions(&[]);
    let text = "ID,DATE,AMOUNT,KEPT,NOTE,GRADE\n7,x,,,,\n7,08/06/2020,,,XX,tenth\n7,08/06/2020,,,09,tenth\n7,y,,,,ninth\n";
    let part = Part::from_bytes("visits.csv", text.into());
    let layout = definitions.layout("visits").unwrap();
    let request = Request { part: &part, layout, definitions: &definitions, year: None, threads: 2 };
    let report = check(&request).unwrap();
    assert_eq!(report.counts, Counts { rows_in: 4, loaded: 2, rejected: 2 });
    let [reject] = report.rejects.as_slice() else { panic!("{report:?}") };
    assert_eq!(
        (reject.column.as_deref(), reject.rule, reject.first_line, reject.rows),
        (Some("DATE"), "not_a_date", 2, 2)
    );
    let unknown = |column: &str, rows, detail: Option<&str>| Finding {
        severity: Severity::Warning,
        rule: "unknown_code".to_owned(),
        column: Some(column.to_owned()),
        first_line: 3,
        rows,
        detail: detail.map(str::to_owned),
    };
    assert_eq!(report.findings, [unknown("grade", 2, None), unknown("note", 1, Some("XX"))]);
}
