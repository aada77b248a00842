//! Files with known defects: each is found at its line, and no value is shown.

use std::fmt::Write as _;

use lifetracks_datasets::{Part, Request, check};

use crate::visits::{GOOD, HEADER, definitions, rejects, visits};

/// A value that no error and no reject may show.
const CANARY: &str = "987-65-4321";

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
    let part = Part::from_bytes("visits.csv", text.into());
    let request = Request { part: &part, layout, definitions: &definitions, year: None, threads: 1 };
    let report = check(&request).unwrap();
    write!(shown, "{:?}", report.rejects).unwrap();
    assert!(!shown.contains(CANARY), "{shown}");
}
