//! Writes an XLS workbook (BIFF8, as Excel 97 and 2000 do) of one sheet, for files that were published as such.

use std::collections::BTreeMap;

use crate::compound::compound_file;

/// The most bytes of one record.
const RECORD: usize = 8224;
/// The cell format of every cell: the one after the fifteen that style the workbook.
const CELL_FORMAT: u16 = 15;

/// A cell of the sheet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Not there.
    Empty,
    Text(String),
    /// A number, in hundredths.
    Hundredths(i32),
}

/// The bytes of a workbook whose one sheet holds these rows.
pub(crate) fn workbook(sheet: &str, rows: &[Vec<Cell>]) -> Vec<u8> {
    let strings = strings(rows);
    // The place of the sheet stands before it and counts what stands before it, so that part is written twice.
    let length = globals(sheet, &strings, rows, 0).len();
    let mut stream = globals(sheet, &strings, rows, length);
    stream.extend(worksheet(&strings, rows));
    compound_file("Workbook", stream)
}

/// Every text once, in order, with its number.
fn strings(rows: &[Vec<Cell>]) -> BTreeMap<&str, u32> {
    let texts = rows.iter().flatten().filter_map(|cell| match cell {
        Cell::Text(text) => Some((text.as_str(), 0)),
        _ => None,
    });
    let mut strings: BTreeMap<&str, u32> = texts.collect();
    for (at, place) in strings.values_mut().enumerate() {
        *place = u32::try_from(at).unwrap();
    }
    strings
}

fn globals(sheet: &str, strings: &BTreeMap<&str, u32>, rows: &[Vec<Cell>], sheet_start: usize) -> Vec<u8> {
    let mut stream = beginning(0x0005);
    record(&mut stream, 0x0042, &words(&[1200]));
    record(&mut stream, 0x003D, &words(&[0, 0, 0x4000, 0x2000, 0x0038, 0, 0, 1, 600]));
    let mut font = words(&[200, 0, 0x7FFF, 400, 0, 0, 0]);
    font.extend(short_text("Arial"));
    for _ in 0..4 {
        record(&mut stream, 0x0031, &font);
    }
    for format in 0..=CELL_FORMAT {
        let kind = if format < CELL_FORMAT { 0xFFF5 } else { 0x0001 };
        record(&mut stream, 0x00E0, &words(&[0, 0, kind, 0x0020, 0, 0, 0, 0, 0, 0x20C0]));
    }
    record(&mut stream, 0x0293, &[0x00, 0x80, 0x00, 0xFF]);
    let mut bound = u32::try_from(sheet_start).unwrap().to_le_bytes().to_vec();
    bound.extend([0, 0]);
    bound.extend(short_text(sheet));
    record(&mut stream, 0x0085, &bound);
    let used = rows.iter().flatten().filter(|cell| matches!(cell, Cell::Text(_))).count();
    shared_strings(&mut stream, strings, used);
    record(&mut stream, 0x000A, &[]);
    stream
}

/// The table of texts; a text that does not fit into a record any more starts the next.
fn shared_strings(stream: &mut Vec<u8>, strings: &BTreeMap<&str, u32>, used: usize) {
    let counts = [used, strings.len()].map(|count| u32::try_from(count).unwrap().to_le_bytes());
    let (mut kind, mut data) = (0x00FC, counts.concat());
    for text in strings.keys() {
        let text = long_text(text);
        if data.len() + text.len() > RECORD {
            record(stream, kind, &data);
            kind = 0x003C;
            data.clear();
        }
        data.extend(text);
    }
    record(stream, kind, &data);
}

fn worksheet(strings: &BTreeMap<&str, u32>, rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut stream = beginning(0x0010);
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut dimensions = words(&[0, 0]);
    dimensions.extend(u32::try_from(rows.len()).unwrap().to_le_bytes());
    dimensions.extend(words(&[0, word(width), 0]));
    record(&mut stream, 0x0200, &dimensions);
    for (row, cells) in rows.iter().enumerate() {
        write_row(&mut stream, word(row), cells, strings);
    }
    record(&mut stream, 0x023E, &words(&[0x06B6, 0, 0, 0x0040, 0, 0, 0, 0, 0]));
    record(&mut stream, 0x000A, &[]);
    stream
}

fn write_row(stream: &mut Vec<u8>, row: u16, cells: &[Cell], strings: &BTreeMap<&str, u32>) {
    let mut column = 0;
    while column < cells.len() {
        let place = words(&[row, word(column)]);
        match &cells[column] {
            Cell::Empty => column += 1,
            Cell::Text(text) => {
                let number = strings[text.as_str()].to_le_bytes();
                record(stream, 0x00FD, &[place, words(&[CELL_FORMAT]), number.to_vec()].concat());
                column += 1;
            }
            Cell::Hundredths(_) => {
                let run: Vec<u8> = cells[column..].iter().map_while(packed).flatten().collect();
                let count = run.len() / 6;
                if count == 1 {
                    record(stream, 0x027E, &[place, run].concat());
                } else {
                    record(stream, 0x00BD, &[place, run, words(&[word(column + count - 1)])].concat());
                }
                column += count;
            }
        }
    }
}

/// A number as its format and thirty bits of hundredths, the way Excel keeps short decimals.
fn packed(cell: &Cell) -> Option<Vec<u8>> {
    let Cell::Hundredths(hundredths) = cell else { return None };
    let packed = (hundredths << 2) | 0b11;
    Some([words(&[CELL_FORMAT]), packed.to_le_bytes().to_vec()].concat())
}

fn beginning(kind: u16) -> Vec<u8> {
    let mut stream = Vec::new();
    record(&mut stream, 0x0809, &words(&[0x0600, kind, 0x0DBB, 0x07CC, 0x00C1, 0, 0x0006, 0]));
    stream
}

fn record(stream: &mut Vec<u8>, kind: u16, data: &[u8]) {
    assert!(data.len() <= RECORD, "a record is too long");
    stream.extend(words(&[kind, word(data.len())]));
    stream.extend(data);
}

fn short_text(text: &str) -> Vec<u8> {
    let mut written = long_text(text);
    // The length is one byte here, not two.
    written.remove(1);
    written
}

/// Length, width of a character, and the characters: one byte each where that is enough for all of them.
fn long_text(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut written = word(units.len()).to_le_bytes().to_vec();
    if units.iter().all(|unit| *unit < 0x100) {
        written.push(0);
        written.extend(units.iter().map(|unit| unit.to_le_bytes()[0]));
    } else {
        written.push(1);
        written.extend(words(&units));
    }
    written
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn word(count: usize) -> u16 {
    u16::try_from(count).unwrap()
}
