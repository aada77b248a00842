//! The spreadsheets that these tests write are such as a reader of its own finds them: every cell, at its place.

use std::io::Cursor;

use calamine::{Data, Reader, Xls};

use crate::card::cards;
use crate::records::records;
use crate::workbook::{Cell, workbook};

/// What the reader finds in the one sheet.
fn read(bytes: Vec<u8>, rows: usize, columns: usize) -> Vec<Vec<Data>> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let cell = |row: usize, column: usize| {
        let place = (u32::try_from(row).unwrap(), u32::try_from(column).unwrap());
        sheet.get_value(place).cloned().unwrap_or(Data::Empty)
    };
    (0..rows).map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect()
}

/// Whether a reader may find this for the cell.
fn is_read_as(cell: &Cell, data: &Data) -> bool {
    match (cell, data) {
        (Cell::Empty, Data::Empty) => true,
        (Cell::Text(text), Data::String(found)) => text == found,
        (Cell::Hundredths(hundredths), Data::Int(found)) => i64::from(*hundredths) == 100 * found,
        (Cell::Hundredths(hundredths), Data::Float(found)) => {
            (f64::from(*hundredths) / 100.0).to_bits() == found.to_bits()
        }
        _ => false,
    }
}

#[test]
fn every_cell_is_at_its_place() {
    for card in cards() {
        let rows: Vec<_> = records(&card).iter().map(|record| record.cells(&card)).collect();
        let found = read(workbook(card.file, &rows), rows.len(), rows[0].len());
        for (row, (cells, data)) in rows.iter().zip(&found).enumerate() {
            for (column, (cell, data)) in cells.iter().zip(data).enumerate() {
                assert!(is_read_as(cell, data), "{} ({row}, {column}): {cell:?} as {data:?}", card.file);
            }
        }
    }
}

#[test]
fn small_and_foreign_cells_are_kept() {
    let text = |text: &str| Cell::Text(text.to_owned());
    let rows = vec![vec![
        text("0100"),
        Cell::Empty,
        text("Pe\u{f1}a"),
        text("\u{4f60}\u{597d}"),
        Cell::Hundredths(-125),
    ]];
    let found = read(workbook("Data", &rows), 1, 5);
    assert!(rows[0].iter().zip(&found[0]).all(|(cell, data)| is_read_as(cell, data)), "{found:?}");
}
