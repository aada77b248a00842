//! Files of fixed width with record types: wrong lengths, unknown types, marks that are not there, and bad cells.

use std::fmt::Write as _;

use lifetracks_datasets::{Definitions, Part};

use crate::chance::Chance;
use crate::visit::{self, DATE, Expected, NAMES, Tally, definitions, found, layout, spoil};

const FILES: u64 = 200;
const ROWS: usize = 60;

/// The widths of the columns of a visit; a type stands before them and an end mark after them.
const WIDTHS: [usize; 6] = [6, 10, 15, 5, 7, 12];
const LENGTH: usize = 1 + 6 + 10 + 15 + 5 + 7 + 12 + 1;

#[test]
fn every_planted_defect_of_a_fixed_width_file_is_reported() {
    let definitions = definitions();
    let mut tally = Tally::default();
    for seed in 0..FILES {
        tally.add(&polluted(seed, &definitions));
    }
    let rules = [
        "wrong_length",
        "unknown_record_type",
        "unexpected_value",
        "nul_byte",
        "undecodable",
        "missing_required",
        "not_a_date",
        "not_a_number",
        "out_of_range",
        "not_a_boolean",
        "not_in_map",
    ];
    tally.finish("fixed width", &rules);
}

fn tables() -> String {
    let mut fields = "[fields]\nTYPE = [1, 1]\n".to_owned();
    let mut start = 2;
    for (name, width) in NAMES.iter().zip(WIDTHS) {
        writeln!(fields, "{name} = [{start}, {width}]").unwrap();
        start += width;
    }
    format!(
        "{fields}END = [{start}, 1]\n[expect]\nEND = \"#\"\n[ignored]\ncolumns = [\"TYPE\", \"END\"]\n\
         [records]\ncolumn = \"TYPE\"\n[[records.type]]\nvalue = \"V\"\n\
         [[records.type]]\nvalue = \"H\"\nignored = true\n[[records.type]]\nvalue = \"T\"\nignored = true\n"
    )
}

fn record(kind: &str, visit: &[String; 6], end: &str) -> String {
    let cells = visit.iter().zip(WIDTHS).map(|(text, width)| {
        let blanks = width - text.chars().count();
        format!("{text}{}", " ".repeat(blanks))
    });
    format!("{kind}{}{end}", cells.collect::<String>())
}

fn polluted(seed: u64, definitions: &Definitions) -> Expected {
    let mut chance = Chance::new(seed);
    let encoding = chance.pick(&["utf-8", "latin1", "windows-1252", "utf-16le"]);
    let line_end = chance.pick(&["\n", "\r\n"]);
    let mut expected = Expected::default();
    let mut lines: Vec<String> = Vec::new();
    let blank = [const { String::new() }; 6];
    lines.push(record("H", &blank, "#"));
    for _ in 0..=chance.below(ROWS) {
        let line = lines.len() as u64 + 1;
        let mut visit = visit::visit(&mut chance);
        let mut bad =
            |column: Option<&str>, rule| expected.rejects.push((line, column.map(str::to_owned), rule));
        let good = record("V", &visit, "#");
        lines.push(match chance.below(16) {
            0 => {
                bad(None, "wrong_length");
                let cut = good.char_indices().nth(1 + chance.below(LENGTH - 1)).unwrap().0;
                good[..cut].to_owned()
            }
            1 => {
                bad(None, "wrong_length");
                good + &"x".repeat(1 + chance.below(5))
            }
            2 => {
                bad(Some("TYPE"), "unknown_record_type");
                record(chance.pick(&["X", "v", " ", "1"]), &visit, "#")
            }
            3 => {
                bad(Some("END"), "unexpected_value");
                record("V", &visit, chance.pick(&[" ", "x", "."]))
            }
            4 => {
                bad(Some(NAMES[DATE]), "nul_byte");
                "01\0".clone_into(&mut visit[DATE]);
                record("V", &visit, "#")
            }
            5 if encoding == "utf-8" => {
                bad(Some(NAMES[DATE]), "undecodable");
                visit[DATE] = format!("01{UNKNOWN}");
                record("V", &visit, "#")
            }
            6..=8 => {
                let (column, rule) = spoil(&mut visit, &mut chance);
                bad(Some(NAMES[column]), rule);
                record("V", &visit, "#")
            }
            9 => record("H", &blank, "#"),
            10 => String::new(),
            _ => {
                expected.lines.push(line);
                good
            }
        });
    }
    lines.push(record("T", &blank, "#"));
    let text = lines.join(line_end) + line_end;
    let keys = format!("format = \"fixed_width\"\nrecord_length = {LENGTH}\nencoding = {encoding:?}\n");
    let layout = layout(&keys, &tables());
    let part = Part::from_bytes("visits.txt", encode(&text, encoding));
    let found = found(definitions, &layout, &part, 1 + chance.below(3));
    assert_eq!(found, expected, "seed {seed}\n{keys}\n{text:?}");
    expected
}

/// A place that is undecodable in UTF-8.
const UNKNOWN: char = '\u{e000}';

fn encode(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "utf-8" => text.split(UNKNOWN).map(str::as_bytes).collect::<Vec<_>>().join(&0xFF),
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
    }
}
