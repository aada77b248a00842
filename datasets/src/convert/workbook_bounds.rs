//! A look at a workbook before it is opened: one whose parts say that it is far larger than it is would take all memory.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use zip::ZipArchive;

use super::compound::{number, word, workbook_stream};
use super::unpack::{Limited, UnpackLimits, peek};

/// The most cells of all sheets of an XLS workbook, empty ones between others included: two full sheets.
const MOST_CELLS: u64 = 2 << 24;
/// The columns of a sheet of such a workbook.
const COLUMNS: u16 = 256;

/// The records of an XLS workbook that are looked at.
const END: u16 = 0x000A;
const BEGINNING: u16 = 0x0809;
const SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const FORMULA: u16 = 0x0006;
const SEVERAL_NUMBERS: u16 = 0x00BD;
const CELLS: [u16; 6] = [0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD];

/// The member of an XLSX workbook that holds the texts of its cells, in lower case, and its count of them.
const TEXTS: &str = "sharedstrings.xml";
const COUNT: &str = "uniqueCount";
/// How far into that member its count stands at most.
const HEAD: usize = 64 * 1024;

/// Unpacks every member of an XLSX workbook once without keeping it: what the archive says of their sizes may be wrong.
/// The error is a sentence.
pub(super) fn check_xlsx(bytes: &[u8], limits: UnpackLimits) -> Result<(), String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
    let packed = Arc::new(AtomicU64::new(bytes.len() as u64));
    let mut left = limits;
    for number in 0..archive.len() {
        let member = archive.by_index(number).map_err(|error| damaged(&error.to_string()))?;
        let holds_texts = member.name_raw().to_ascii_lowercase().ends_with(TEXTS.as_bytes());
        let unreadable = |error: io::Error| match error.get_ref() {
            Some(past) => past.to_string(),
            None => damaged(&error.to_string()),
        };
        let member = Limited::new(member, Arc::clone(&packed), left);
        let (head, mut rest) = peek(member, HEAD).map_err(unreadable)?;
        let length = io::copy(&mut rest.by_ref(), &mut io::sink()).map_err(unreadable)? + head.len() as u64;
        if holds_texts && claimed_texts(&head) > length {
            return Err(damaged("it claims to hold more texts than it has room for"));
        }
        left.most = left.most.saturating_sub(length);
    }
    Ok(())
}

/// The number of texts that a workbook claims to hold; none when it does not say.
fn claimed_texts(head: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(head);
    let claims = text.match_indices(COUNT).map(|(at, name)| {
        let digits = text[at + name.len()..]
            .trim_start_matches(|c: char| c.is_ascii_whitespace() || "=\"'".contains(c));
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().unwrap_or(u64::MAX)
    });
    claims.max().unwrap_or(0)
}

/// Looks at the places of the cells of an XLS workbook, whose reader keeps a place for every cell between them. The
/// error is a sentence.
pub(super) fn check_xls(bytes: &[u8]) -> Result<(), String> {
    let stream =
        workbook_stream(bytes).ok_or_else(|| damaged("it is no compound file with a workbook in it"))?;
    let mut total = Some(0_u64);
    for sheet in sheets(&stream) {
        total = total.zip(sheet).and_then(|(total, sheet)| total.checked_add(sheet.cells()));
    }
    let total = total.ok_or_else(|| damaged("a record of it does not end"))?;
    if total > MOST_CELLS {
        return Err(damaged("its sheets claim to be larger than any sheet is"));
    }
    Ok(())
}

pub(super) fn damaged(what: &str) -> String {
    format!(
        "the workbook cannot be read: {what}; check that it is a workbook of the right format, or save its sheet as CSV."
    )
}

/// The extent of one sheet: the claimed one, that of its cells and that of its formulas.
#[derive(Debug, Default)]
struct Extent {
    claimed: u64,
    cells: Corners,
    formulas: Corners,
}

#[derive(Debug, Default)]
struct Corners {
    /// The first and last row, and the first and last column.
    corners: Option<[u64; 4]>,
}

impl Extent {
    fn cells(&self) -> u64 {
        self.claimed.max(self.cells.area()).max(self.formulas.area())
    }
}

impl Corners {
    fn add(&mut self, row: u16, column: u16) {
        let (row, column) = (u64::from(row), u64::from(column));
        let [top, bottom, left, right] = self.corners.unwrap_or([row, row, column, column]);
        self.corners = Some([top.min(row), bottom.max(row), left.min(column), right.max(column)]);
    }

    fn area(&self) -> u64 {
        self.corners.map_or(0, |[top, bottom, left, right]| (bottom - top + 1) * (right - left + 1))
    }
}

/// The sheets that the workbook names; `None` for one that is damaged.
fn sheets(stream: &[u8]) -> impl Iterator<Item = Option<Extent>> {
    let globals = records(stream).take_while(|record| record.is_some_and(|(kind, _)| kind != END));
    let starts = globals.flatten().filter(|(kind, _)| *kind == SHEET).map(|(_, data)| number(data, 0));
    starts.map(|start| extent(stream.get(start? as usize..)?))
}

fn extent(sheet: &[u8]) -> Option<Extent> {
    let mut extent = Extent::default();
    let mut depth = 0_u32;
    for record in records(sheet) {
        let (kind, data) = record?;
        match kind {
            BEGINNING => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            // What stands inside, such as a chart, has cells of its own.
            _ if depth > 1 => {}
            DIMENSIONS => extent.claimed = claimed_cells(data)?,
            SEVERAL_NUMBERS => {
                extent.cells.add(word(data, 0)?, word(data, 2)?);
                extent.cells.add(word(data, 0)?, word(data, data.len().checked_sub(2)?)?);
            }
            FORMULA => {
                extent.cells.add(word(data, 0)?, word(data, 2)?);
                extent.formulas.add(word(data, 0)?, word(data, 2)?);
            }
            kind if CELLS.contains(&kind) => extent.cells.add(word(data, 0)?, word(data, 2)?),
            _ => {}
        }
    }
    let right = |corners: &Corners| corners.corners.is_none_or(|[.., right]| right < u64::from(COLUMNS));
    (right(&extent.cells) && right(&extent.formulas)).then_some(extent)
}

/// The cells of the rows and columns that a sheet claims to have.
fn claimed_cells(data: &[u8]) -> Option<u64> {
    let (top, bottom, at) = match data.len() {
        10 => (u64::from(word(data, 0)?), u64::from(word(data, 2)?), 4),
        _ => (u64::from(number(data, 0)?), u64::from(number(data, 4)?), 8),
    };
    let columns = u64::from(word(data, at + 2)?).max(1);
    if bottom == 0 { Some(0) } else { Some(bottom.checked_sub(top)?.checked_mul(columns)?) }
}

/// The records of a stream, each as its kind and its data; `None` for one that does not end.
fn records(mut stream: &[u8]) -> impl Iterator<Item = Option<(u16, &[u8])>> {
    std::iter::from_fn(move || {
        if stream.is_empty() {
            return None;
        }
        let record = (|| {
            let (kind, length) = (word(stream, 0)?, usize::from(word(stream, 2)?));
            let data = stream.get(4..4 + length)?;
            stream = &stream[4 + length..];
            Some((kind, data))
        })();
        if record.is_none() {
            stream = &[];
        }
        Some(record)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_found_however_it_is_written() {
        assert_eq!(claimed_texts(b"<sst count=\"9\" uniqueCount=\"7\">"), 7);
        assert_eq!(claimed_texts(b"<sst uniqueCount = '12'>"), 12);
        assert_eq!(claimed_texts(b"<sst uniqueCount=\"99999999999999999999999\">"), u64::MAX);
        assert_eq!(claimed_texts(b"<sst>"), 0);
    }

    #[test]
    fn a_sheet_is_as_large_as_its_corners() {
        let cell = |row: u16, column: u16| {
            let place = [row, column, 0].map(u16::to_le_bytes).concat();
            [vec![0x03, 0x02, 14, 0], place, vec![0; 8]].concat()
        };
        let sheet = |cells: &[(u16, u16)]| {
            let cells = cells.iter().flat_map(|(row, column)| cell(*row, *column));
            let stream: Vec<u8> = [9, 8, 0, 0].into_iter().chain(cells).chain([10, 0, 0, 0]).collect();
            extent(&stream).map(|extent| extent.cells())
        };
        assert_eq!(sheet(&[]), Some(0));
        assert_eq!(sheet(&[(2, 3), (4, 3)]), Some(3));
        assert_eq!(sheet(&[(0, 0), (65_535, 255)]), Some(1 << 24));
        assert_eq!(sheet(&[(0, 256)]), None);
    }
}
