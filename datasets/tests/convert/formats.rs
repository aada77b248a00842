//! The same content in every format gives the same rows; archives give their members; bombs stop early.

use std::io::{Cursor, Write};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use lifetracks_datasets::{Definitions, Part, parts};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::fixed::scores;
use crate::visits::{Outcome, load_part, rejects};
use crate::xls::{self, Cell};

const COLUMNS: &str = r##"
[expect]
END = "x"
[[column]]
from = "ID"
to = "id"
pad = 4
[[column]]
from = "DAY"
to = "day"
format = "%m/%d/%Y"
null_tokens = ["", "#N/A"]
[[column]]
from = "VALUE"
to = "value"
null_tokens = ["", "*"]
[[column]]
from = "NAME"
to = "name"
"##;

const CSV: &str = "A title\nID,DAY,VALUE,NAME,END\n0007,08/06/2020,94.1,Pe\u{f1}a,x\n0100,,*,\"a,b\",x\n\n12,01/02/1999,0.3,,x\n0009,02/30/2020,1,n,x\n0010,01/02/1999,1,n,y\n";

fn definitions() -> Definitions {
    let fixed = format!(
        "{COLUMNS}\n[fields]\nID = [1, 4]\nDAY = [5, 10]\nVALUE = [15, 6]\nNAME = [21, 5]\nEND = [26, 1]\n"
    );
    scores(&[
        ("csv", &format!("header_line = 2\n{COLUMNS}")),
        ("named", &format!("member = \"^scores_.*\\\\.csv$\"\nheader_line = 2\n{COLUMNS}")),
        ("fixed", &format!("format = \"fixed_width\"\nheader_line = 2\n{fixed}")),
        ("xlsx", &format!("format = \"xlsx\"\nheader_line = 2\n{COLUMNS}")),
        ("second", &format!("format = \"xlsx\"\nsheet = \"Second\"\nheader_line = 2\n{COLUMNS}")),
        ("xls", &format!("format = \"xls\"\nheader_line = 2\n{COLUMNS}")),
    ])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        if name.ends_with('/') {
            writer.add_directory(*name, SimpleFileOptions::default()).unwrap();
            continue;
        }
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn fixed_text() -> String {
    let row = |id: &str, day: &str, value: &str, name: &str, end: &str| {
        format!("{id:<4}{day:<10}{value:>6}{name:<5}{end}\n")
    };
    [
        "A title\nno header to look at\n".to_owned(),
        row("0007", "08/06/2020", "94.1", "Pe\u{f1}a", "x"),
        row("0100", "", "*", "a,b", "x"),
        "\n".to_owned(),
        row("12", "01/02/1999", "0.3", "", "x"),
        row("0009", "02/30/2020", "1", "n", "x"),
        row("0010", "01/02/1999", "1", "n", "y"),
    ]
    .concat()
}

/// The rows of the file as a spreadsheet would hold them: numbers, days and texts, and a cell that is an error.
fn xlsx() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("dd mmm yyyy");
    workbook.add_worksheet().set_hidden(true).write(0, 0, "hidden").unwrap();
    for name in ["Data", "Second"] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap().set_active(name == "Data");
        sheet.write(0, 0, "A title").unwrap();
        for (column, name) in ["ID", "DAY", "VALUE", "NAME", "END"].iter().enumerate() {
            sheet.write(1, u16::try_from(column).unwrap(), *name).unwrap();
        }
        let date = |year, month, date| ExcelDateTime::from_ymd(year, month, date).unwrap();
        sheet.write(2, 0, 7).unwrap();
        sheet.write_with_format(2, 1, date(2020, 8, 6), &day).unwrap();
        sheet.write(2, 2, 94.1).unwrap();
        sheet.write(2, 3, "Pe\u{f1}a").unwrap();
        sheet.write(3, 0, "0100").unwrap();
        sheet.write_formula(3, 1, Formula::new("NA()").set_result("#N/A")).unwrap();
        sheet.write(3, 2, "*").unwrap();
        sheet.write(3, 3, "a,b").unwrap();
        sheet.write(5, 0, 12).unwrap();
        sheet.write_with_format(5, 1, date(1999, 1, 2), &day).unwrap();
        sheet.write(5, 2, 0.1 + 0.2).unwrap();
        sheet.write(6, 0, "9").unwrap();
        sheet.write(6, 1, "02/30/2020").unwrap();
        sheet.write(7, 0, 10).unwrap();
        sheet.write(7, 1, "01/02/1999").unwrap();
        for row in [6, 7] {
            sheet.write(row, 2, 1).unwrap();
            sheet.write(row, 3, "n").unwrap();
        }
        for (row, end) in [(2, "x"), (3, "x"), (5, "x"), (6, "x"), (7, "y")] {
            sheet.write(row, 4, end).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn xls() -> Vec<u8> {
    use Cell::{Day, Empty, NotAvailable, Number, Text};
    xls::workbook(
        "Data",
        &[
            vec![Text("A title")],
            ["ID", "DAY", "VALUE", "NAME", "END"].map(Text).to_vec(),
            vec![Number(7.0), Day(44_049.0), Number(94.1), Text("Pe\u{f1}a"), Text("x")],
            vec![Text("0100"), NotAvailable, Text("*"), Text("a,b"), Text("x")],
            vec![],
            vec![Number(12.0), Day(36_162.0), Number(0.1 + 0.2), Empty, Text("x")],
            vec![Text("9"), Text("02/30/2020"), Number(1.0), Text("n"), Text("x")],
            vec![Number(10.0), Text("01/02/1999"), Number(1.0), Text("n"), Text("y")],
        ],
    )
}

fn load(definitions: &Definitions, layout: &str, bytes: Vec<u8>) -> Outcome {
    let part = Part::from_bytes("file", bytes);
    load_part(definitions, definitions.layout(layout).unwrap(), &part, 2).unwrap()
}

#[test]
fn every_format_gives_the_same_rows() {
    let definitions = definitions();
    let expected = load(&definitions, "csv", CSV.into());
    assert_eq!(expected.lines, [3, 4, 6]);
    assert_eq!(rejects(&expected), [(7, Some("DAY"), "not_a_date"), (8, Some("END"), "unexpected_value")]);
    for (layout, bytes) in [
        ("csv", gzip(CSV.as_bytes())),
        ("csv", archive(&[("one.csv", CSV.as_bytes())])),
        ("csv", archive(&[("one.csv.gz", &gzip(CSV.as_bytes()))])),
        ("fixed", fixed_text().into_bytes()),
        ("fixed", gzip(fixed_text().as_bytes())),
        ("xlsx", xlsx()),
        ("second", xlsx()),
        ("xlsx", gzip(&xlsx())),
        ("xlsx", archive(&[("one.xlsx", &xlsx())])),
        ("xls", xls()),
        ("xls", archive(&[("one.xls", &xls())])),
    ] {
        let outcome = load(&definitions, layout, bytes);
        assert_eq!(outcome.rows, expected.rows, "{layout}");
        assert_eq!(outcome.lines, expected.lines, "{layout}");
        assert_eq!(rejects(&outcome), rejects(&expected), "{layout}");
        assert_eq!(outcome.counts, expected.counts, "{layout}");
    }
}

#[test]
fn a_sheet_rejects_what_it_cannot_place() {
    use Cell::{Boolean, Day, Empty, NotAvailable, Number, Text};
    let definitions =
        scores(&[("xls", &format!("format = \"xls\"\n{COLUMNS}").replace("\"#N/A\"", "\"n/a\""))]);
    let header = ["ID", "DAY", "VALUE", "NAME", "END"].map(Text).to_vec();
    let rows = [
        header.clone(),
        vec![Number(1.0), NotAvailable, Number(1.0), Text("n"), Text("x")],
        vec![Number(2.0), Empty, Number(1.0), Text("n"), Text("x"), Number(5.0)],
        vec![Empty, Empty, Number(1.0), Text("n"), Text("x")],
        vec![Number(4.0), Day(44_049.5), Number(1.0), Text("n"), Text("x")],
        vec![Number(5.0), Day(44_049.0), Text("one"), Text("n"), Text("x")],
        header,
        vec![Number(7.0), Empty, Number(1.0), Boolean(true), Text("x"), Text(" ")],
        vec![Number(8.0), Empty, Number(1.0), Text("a\0b"), Text("x")],
        vec![Number(9.0), Empty, NotAvailable, Text("n")],
    ];
    let outcome = load(&definitions, "xls", xls::workbook("Data", &rows));
    assert_eq!(outcome.lines, [8]);
    assert_eq!(
        rejects(&outcome),
        [
            (2, Some("DAY"), "error_cell"),
            (3, None, "ragged_row"),
            (4, Some("ID"), "missing_required"),
            (5, Some("DAY"), "not_a_date"),
            (6, Some("VALUE"), "not_a_number"),
            (7, None, "repeated_header"),
            (9, Some("NAME"), "nul_byte"),
            (10, Some("VALUE"), "error_cell"),
        ]
    );
    assert_eq!(crate::fixed::texts(&outcome, "name"), [Some("TRUE".to_owned())]);
}

#[test]
fn an_archive_has_a_part_for_each_member() {
    let definitions = definitions();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.zip");
    let second = CSV.replace("0007", "0008");
    let members: [(&str, &[u8]); 4] = [
        ("scores_b.csv", second.as_bytes()),
        ("folder/", b""),
        ("notes.txt", b"not a file of rows"),
        ("scores_a.csv", CSV.as_bytes()),
    ];
    std::fs::write(&path, archive(&members)).unwrap();
    let layout = definitions.layout("named").unwrap();
    let found = parts(&path, layout).unwrap();
    let names: Vec<&str> = found.iter().map(Part::name).collect();
    assert_eq!(names, ["all.zip/scores_a.csv", "all.zip/scores_b.csv"]);
    for (part, id) in found.iter().zip(["0007", "0008"]) {
        let outcome = load_part(&definitions, layout, part, 2).unwrap();
        assert_eq!(crate::fixed::texts(&outcome, "id")[0].as_deref(), Some(id));
    }
    let all = parts(&path, definitions.layout("csv").unwrap()).unwrap();
    assert_eq!(all.len(), 3);
    std::fs::write(folder.path().join("plain.csv"), CSV).unwrap();
    let plain = parts(&folder.path().join("plain.csv"), layout).unwrap();
    assert_eq!((plain.len(), plain[0].name()), (1, "plain.csv"));
}

#[test]
fn what_cannot_be_read_is_a_sentence() {
    let definitions = definitions();
    let error = |layout: &str, bytes: Vec<u8>| {
        let part = Part::from_bytes("file", bytes);
        load_part(&definitions, definitions.layout(layout).unwrap(), &part, 2).err().unwrap().to_string()
    };
    let two = archive(&[("a.csv", b"1"), ("b.csv", b"2")]);
    assert!(error("csv", two.clone()).contains("file: it is an archive of 2 files"));
    assert!(error("named", two).contains("none of the 2 members of the archive is named as"));
    assert!(error("csv", archive(&[])).contains("the archive holds no file"));
    let whole = archive(&[("a.csv", &[b'a'; 900])]);
    assert!(error("csv", whole[..whole.len() - 10].to_vec()).contains("the archive cannot be read"));
    let packed = gzip(CSV.as_bytes());
    assert!(error("csv", packed[..packed.len() / 2].to_vec()).starts_with("file cannot be read: "));
    for layout in ["xlsx", "xls"] {
        assert!(error(layout, CSV.into()).starts_with("file: the workbook cannot be read: "));
    }
    let hidden = xls::workbook("Other", &[vec![Cell::Text("x")]]);
    assert!(error("xls", hidden).contains("line 2: there is no header: the row is empty"));
    let definitions = scores(&[("sheet", &format!("format = \"xls\"\nsheet = \"Missing\"\n{COLUMNS}"))]);
    let part = Part::from_bytes("file", xls());
    let missing = load_part(&definitions, definitions.layout("sheet").unwrap(), &part, 2).err().unwrap();
    assert!(
        missing.to_string().contains("there is no sheet \"Missing\"; its sheets are \"Data\""),
        "{missing}"
    );
    let folder = tempfile::tempdir().unwrap();
    let absent = parts(&folder.path().join("absent.csv"), definitions.layout("sheet").unwrap()).unwrap_err();
    assert!(absent.to_string().starts_with("absent.csv cannot be read: "), "{absent}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_damaged_workbook_is_rows_or_an_error(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        for (layout, bytes) in [("xlsx", &*XLSX), ("xls", &*XLS)] {
            let mut bytes = bytes.clone();
            for (place, byte) in &changes {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            let part = Part::from_bytes("file", bytes);
            drop(load_part(&DEFINITIONS, DEFINITIONS.layout(layout).unwrap(), &part, 1));
        }
    }
}

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(definitions);
static XLSX: LazyLock<Vec<u8>> = LazyLock::new(xlsx);
static XLS: LazyLock<Vec<u8>> = LazyLock::new(xls);

#[test]
fn a_bomb_stops_early() {
    let definitions = definitions();
    let row = "0007,08/06/2020,94.1,name,x\n";
    let head = "A title\nID,DAY,VALUE,NAME,END\n";
    // A file of 24 MiB.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(head.as_bytes()).unwrap();
    let block = row.repeat((1 << 20) / row.len());
    for _ in 0..24 {
        encoder.write_all(block.as_bytes()).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let start = Instant::now();
    let part = Part::from_bytes("bomb.csv.gz", bomb.clone());
    let error = load_part(&definitions, definitions.layout("csv").unwrap(), &part, 2).err().unwrap();
    assert!(error.to_string().contains("it unpacks to more than 200 times its size"), "{error}");
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
    let zeros = archive(&[("zeros.csv", &vec![b'0'; 24 << 20])]);
    let error = load_part(&definitions, definitions.layout("csv").unwrap(), &Part::from_bytes("z", zeros), 2);
    assert!(error.err().unwrap().to_string().contains("200 times"));
    let sheet = archive(&[("[Content_Types].xml", &vec![b' '; 24 << 20])]);
    let error =
        load_part(&definitions, definitions.layout("xlsx").unwrap(), &Part::from_bytes("w", sheet), 2);
    assert!(error.err().unwrap().to_string().contains("200 times"));
}
