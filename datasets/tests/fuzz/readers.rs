//! One test for each reader, and the files that its inputs are made from.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use flate2::write::GzEncoder;
use lifetracks_datasets::{ConvertError, Definitions, Layout, Part, Request, convert};
use rust_xlsxwriter::{Formula, Workbook};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::chance::Chance;
use crate::fuzz::{fuzz, mutated};
use crate::visit::{definitions, layout};
use crate::xls::{self, Cell};

const CSV: &str = "ID,DATE,AMOUNT,KEPT,GRADE,NOTE\r\n7,08/06/2020,\"1,234.50\",Y,ninth,\"a \"\"b\"\"\nc\"\r\n\r\n\
    8,13/06/2020,x,maybe,twelfth,\"open\n9,08/06/2020,,,,Pe\u{f1}a\nID,DATE,AMOUNT,KEPT,GRADE,NOTE\n";

/// Widths of a fixed-width visit: ID 6, DATE 10, AMOUNT 15, KEPT 5, GRADE 7, NOTE 12, behind a type and before a mark.
const FIXED: &str = "H                                                       #\n\
    V00000708/06/20201,234.50       Y    ninth  Pe\u{f1}a        #\n\
    V00000813/06/2020x              maybetwelfthn           .\nX short\n";

const FIXED_TABLES: &str = "[fields]\nTYPE = [1, 1]\nID = [2, 6]\nDATE = [8, 10]\nAMOUNT = [18, 15]\nKEPT = [33, 5]\n\
    GRADE = [38, 7]\nNOTE = [45, 12]\nEND = [57, 1]\n[expect]\nEND = \"#\"\n[ignored]\ncolumns = [\"TYPE\", \"END\"]\n\
    [records]\ncolumn = \"TYPE\"\n[[records.type]]\nvalue = \"V\"\n[[records.type]]\nvalue = \"H\"\nignored = true\n";

/// Converts a file; what it says of it must add up.
fn read(bytes: &[u8], layout: &Layout, definitions: &Definitions) {
    let part = Part::from_bytes("fuzzed", bytes.to_vec());
    let request = Request { part: &part, layout, definitions, year: Some(2020), threads: 1 };
    let (mut lines, mut rejects) = (0, 0);
    let converted = convert(&request, &mut |chunk| {
        assert_eq!(chunk.batch.num_rows(), chunk.lines.len());
        lines += chunk.lines.len() as u64;
        rejects += chunk.rejects.len() as u64;
        Ok(())
    });
    match converted {
        Ok(conversion) => {
            let counts = conversion.counts;
            assert_eq!(counts.rows_in, counts.loaded + counts.rejected);
            assert_eq!(counts.rejected, rejects);
            // A row may be unpivoted into several, or into none.
            assert!(counts.loaded > 0 || lines == 0);
        }
        Err(ConvertError::Internal { file, sentence }) => panic!("{file}: {sentence}"),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Fuzzes a reader of files under layouts that take turns by the length of the input.
fn fuzz_files(
    reader: &'static str,
    layouts: Vec<Layout>,
    mutate: impl Fn(&mut Chance) -> Vec<u8> + Send + 'static,
) {
    let definitions = definitions();
    fuzz(reader, mutate, move |bytes| read(bytes, &layouts[bytes.len() % layouts.len()], &definitions));
}

#[test]
fn fuzz_delimited() {
    let keys = [
        "",
        "quote = \"\"",
        "encoding = \"windows-1252\"",
        "encoding = \"utf-16le\"",
        "header_line = 2",
        "delimiter = \";\"",
    ];
    let utf16: Vec<u8> = CSV.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let seeds = vec![
        CSV.as_bytes().to_vec(),
        utf16,
        CSV.replace(',', ";").into_bytes(),
        format!("\u{feff}{CSV}").into_bytes(),
    ];
    let words =
        ["\"\"", "\",\"", "\r\n", "\n\n", "08/06/2020", "1,234.50", "ID,DATE,AMOUNT,KEPT,GRADE,NOTE\n"];
    fuzz_files("delimited", keys.map(|keys| layout(keys, "")).into(), move |chance| {
        mutated(&seeds, &words, chance)
    });
}

#[test]
fn fuzz_fixed_width() {
    let keys = ["", "min_record_length = 20", "encoding = \"latin1\"", "encoding = \"utf-16be\""];
    let layouts = keys
        .map(|keys| layout(&format!("format = \"fixed_width\"\nrecord_length = 57\n{keys}"), FIXED_TABLES));
    let utf16: Vec<u8> = FIXED.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let seeds = vec![FIXED.as_bytes().to_vec(), utf16];
    fuzz_files("fixed_width", layouts.into(), move |chance| {
        mutated(&seeds, &["\r\n", "          ", "#\nV"], chance)
    });
}

#[test]
fn fuzz_xlsx() {
    let layouts = ["", "header_line = 2", "sheet = \"Sheet1\""]
        .map(|keys| layout(&format!("format = \"xlsx\"\n{keys}"), ""));
    let workbook = workbook();
    let seeds = vec![workbook.clone()];
    let words = [
        "<c r=\"A9\" t=\"s\"><v>9</v></c>",
        "<row r=\"1048577\">",
        "t=\"e\"",
        "<v>1e400</v>",
        "&#0;",
        "<!--",
        "ZZZZ1",
    ];
    fuzz_files("xlsx", layouts.into(), move |chance| {
        // A changed byte of a compressed member seldom gets past its checksum: most inputs are changed beneath it.
        if chance.one_in(4) {
            mutated(&seeds, &[], chance)
        } else {
            changed_member(&workbook, &words, chance)
        }
    });
}

#[test]
fn fuzz_xls() {
    let layouts = ["", "header_line = 2"].map(|keys| layout(&format!("format = \"xls\"\n{keys}"), ""));
    let names = ["ID", "DATE", "AMOUNT", "KEPT", "GRADE", "NOTE"].map(Cell::Text).to_vec();
    let row = vec![
        Cell::Number(7.0),
        Cell::Day(44_049.0),
        Cell::Number(12.5),
        Cell::Boolean(true),
        Cell::NotAvailable,
        Cell::Text("Pe\u{f1}a"),
    ];
    let seeds = vec![xls::workbook("Data", &[names, row, vec![Cell::Empty]])];
    fuzz_files("xls", layouts.into(), move |chance| mutated(&seeds, &[], chance));
}

#[test]
fn fuzz_compressed() {
    let layouts = ["", "member = \"csv$\""].map(|keys| layout(keys, ""));
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(CSV.repeat(20).as_bytes()).unwrap();
    let gzip = encoder.finish().unwrap();
    let archive = zipped(&[
        ("visits.csv".to_owned(), CSV.as_bytes().to_vec()),
        ("other.txt".to_owned(), b"x".to_vec()),
    ]);
    let seeds = vec![gzip, archive];
    fuzz_files("compressed", layouts.into(), move |chance| mutated(&seeds, &[], chance));
}

#[test]
fn fuzz_layouts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layouts");
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        seeds.push(std::fs::read(entry.unwrap().path()).unwrap());
    }
    seeds.sort();
    let words = [
        "format = \"fixed_width\"\n",
        "extends = \"visits\"\n",
        "[fields]\n",
        "[[column]]\n",
        "[unpivot]\n",
        "[[variant]]\n",
        "[records]\n",
        "[[records.type]]\n",
        "tokens = \"t\"\n",
        "[[tokens.t]]\nmatch = \"(a*)*$\"\n",
        "pad = 99999999\n",
        "scale = 1e-30\n",
        "header_line = 18446744073709551615\n",
        "record_length = 1\n",
        "quarter = true\n",
        "{value}",
        "$1",
    ];
    let definitions = definitions();
    fuzz(
        "layouts",
        move |chance| mutated(&seeds, &words, chance),
        move |bytes| {
            let text = String::from_utf8_lossy(bytes);
            if let Ok(layout) = Layout::parse("layouts/fuzzed.toml", &text) {
                drop(layout.resolve(&definitions));
                read(CSV.as_bytes(), &layout, &definitions);
                read(FIXED.as_bytes(), &layout, &definitions);
            }
        },
    );
}

fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["ID", "DATE", "AMOUNT", "KEPT", "GRADE", "NOTE"]) {
        sheet.write(0, column, name).unwrap();
    }
    for row in 1..6 {
        sheet.write(row, 0, row).unwrap();
        sheet.write(row, 1, "08/06/2020").unwrap();
        sheet.write_formula(row, 2, Formula::new("NA()").set_result("#N/A")).unwrap();
        sheet.write(row, 3, row % 2 == 0).unwrap();
        sheet.write(row, 5, "Pe\u{f1}a").unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

/// The archive with one of its members changed.
fn changed_member(archive: &[u8], words: &[&str], chance: &mut Chance) -> Vec<u8> {
    let mut reader = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut members = Vec::new();
    for number in 0..reader.len() {
        let mut member = reader.by_index(number).unwrap();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        members.push((member.name().unwrap().into_owned(), bytes));
    }
    let changed = chance.below(members.len());
    members[changed].1 = mutated(&[members[changed].1.clone()], words, chance);
    zipped(&members)
}

fn zipped(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in members {
        writer.start_file(name.as_str(), stored).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
