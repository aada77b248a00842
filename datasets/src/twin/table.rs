//! One extract: a comma-separated or fixed-width file, written row by row and added to the file in pieces, so that
//! hundreds of extracts need neither open files nor memory.
//! The twin's own values never hold a comma, a quote or a line break, so no field needs quoting.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::calendar::Day;
use super::defects::Planting;
use super::error::TwinError;

/// How much is kept in memory before it goes into the file.
const PIECE: usize = 1 << 15;

/// A file being written.
pub(super) struct Table {
    path: PathBuf,
    /// What is not in the file yet.
    text: Vec<u8>,
    /// Where the row being written begins in it.
    start: usize,
    /// For a file that is packed as it is written.
    packed: Option<GzEncoder<Vec<u8>>>,
    /// Lines so far, with the header.
    lines: u64,
    rows: u64,
    planting: Option<Planting>,
}

impl Table {
    /// Creates the file and writes its header; an empty header is none.
    pub(super) fn create(path: PathBuf, header: &str) -> Result<Self, TwinError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| TwinError::write(folder, error))?;
        }
        File::create(&path).map_err(|error| TwinError::write(&path, error))?;
        let mut table =
            Self { path, text: Vec::new(), start: 0, packed: None, lines: 0, rows: 0, planting: None };
        if !header.is_empty() {
            table.text.extend_from_slice(header.as_bytes());
            table.text.push(b'\n');
            table.start = table.text.len();
            table.lines = 1;
        }
        Ok(table)
    }

    /// Packs the file with gzip as it is written.
    pub(super) fn pack(mut self) -> Self {
        self.packed = Some(GzEncoder::new(Vec::new(), Compression::fast()));
        self
    }

    /// Lets defects be planted in the rows to come.
    pub(super) fn plant(&mut self, planting: Planting) {
        self.planting = Some(planting);
    }

    /// Adds a text field.
    pub(super) fn text(&mut self, value: &str) -> &mut Self {
        self.text.extend_from_slice(value.as_bytes());
        self.text.push(b',');
        self
    }

    /// Adds an empty field.
    pub(super) fn blank(&mut self) -> &mut Self {
        self.text("")
    }

    /// Adds `Y` or `N`.
    pub(super) fn flag(&mut self, value: bool) -> &mut Self {
        self.text(if value { "Y" } else { "N" })
    }

    /// Adds `Y`, `N` or nothing.
    pub(super) fn maybe_flag(&mut self, value: Option<bool>) -> &mut Self {
        self.text(value.map_or("", |value| if value { "Y" } else { "N" }))
    }

    /// Adds a whole number, with leading zeros up to a width.
    pub(super) fn number(&mut self, value: u64, width: usize) -> &mut Self {
        self.digits(value, width);
        self.text.push(b',');
        self
    }

    /// Adds a year.
    pub(super) fn year(&mut self, value: i32) -> &mut Self {
        self.number(u64::from(value.unsigned_abs()), 4)
    }

    /// Adds an amount given in cents, with two decimals.
    pub(super) fn cents(&mut self, value: u64) -> &mut Self {
        self.digits(value / 100, 1);
        self.text.push(b'.');
        self.number(value % 100, 2)
    }

    /// Adds a date as `2022-05-20`.
    pub(super) fn date(&mut self, day: Day) -> &mut Self {
        let (year, month, of_month) = parts(day);
        self.digits(year, 4);
        self.text.push(b'-');
        self.digits(month, 2);
        self.text.push(b'-');
        self.number(of_month, 2)
    }

    /// Adds a quotient with six decimals, rounded half up; nothing when the divisor is 0.
    pub(super) fn millionths(&mut self, part: u64, of: u64) -> &mut Self {
        let scaled = (u128::from(part) * 2_000_000 + u128::from(of)).checked_div(2 * u128::from(of));
        let Some(scaled) = scaled.and_then(|value| u64::try_from(value).ok()) else { return self.blank() };
        self.digits(scaled / 1_000_000, 1);
        self.text.push(b'.');
        self.number(scaled % 1_000_000, 6)
    }

    /// Adds a date as `2022-05-20`, or nothing.
    pub(super) fn maybe_date(&mut self, day: Option<Day>) -> &mut Self {
        match day {
            Some(day) => self.date(day),
            None => self.blank(),
        }
    }

    /// Adds a date as `05/20/2022`.
    pub(super) fn american_date(&mut self, day: Day) -> &mut Self {
        let (year, month, of_month) = parts(day);
        self.digits(month, 2);
        self.text.push(b'/');
        self.digits(of_month, 2);
        self.text.push(b'/');
        self.number(year, 4)
    }

    /// Adds text in the encoding of western Windows; a sign it does not have becomes a question mark.
    pub(super) fn western_text(&mut self, value: &str) -> &mut Self {
        self.text.extend(value.chars().map(western));
        self.text.push(b',');
        self
    }

    /// Adds text to a fixed-width record, filled with blanks on the right.
    pub(super) fn fixed_text(&mut self, value: &str, width: usize) -> &mut Self {
        let end = self.text.len() + width;
        self.text.extend(value.bytes().take(width));
        self.text.resize(end, b' ');
        self
    }

    /// Adds a whole number to a fixed-width record, filled with zeros on the left.
    pub(super) fn fixed_number(&mut self, value: u64, width: usize) -> &mut Self {
        self.digits(value, width);
        self
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self) -> Result<(), TwinError> {
        self.text.pop();
        self.end_record()
    }

    /// Ends the record of a fixed-width file.
    pub(super) fn end_record(&mut self) -> Result<(), TwinError> {
        self.text.push(b'\n');
        self.lines += 1;
        self.rows += 1;
        if let Some(planting) = &self.planting {
            let more = planting.spoil(&mut self.text, self.start, self.lines)?;
            self.lines += more;
            self.rows += more;
        }
        self.start = self.text.len();
        if self.text.len() < PIECE { Ok(()) } else { self.write() }
    }

    /// Writes what is left and hands back the number of rows without the header.
    pub(super) fn close(mut self) -> Result<u64, TwinError> {
        self.write()?;
        if let Some(packed) = self.packed.take() {
            self.text = packed.finish().map_err(|error| TwinError::write(&self.path, error))?;
            self.write()?;
        }
        Ok(self.rows)
    }

    /// Adds what is in memory to the file, which is open only meanwhile.
    fn write(&mut self) -> Result<(), TwinError> {
        let written = if let Some(packed) = &mut self.packed {
            let taken = packed.write_all(&self.text).map(|()| std::mem::take(packed.get_mut()));
            taken.and_then(|bytes| append(&self.path, &bytes))
        } else {
            append(&self.path, &self.text)
        };
        self.text.clear();
        self.start = 0;
        written.map_err(|error| TwinError::write(&self.path, error))
    }

    fn digits(&mut self, value: u64, width: usize) {
        let start = self.text.len();
        let mut left = value;
        while left > 0 || self.text.len() - start < width.max(1) {
            self.text.push(b"0123456789"[usize::try_from(left % 10).unwrap_or_default()]);
            left /= 10;
        }
        self.text[start..].reverse();
    }
}

fn append(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    OpenOptions::new().append(true).open(path)?.write_all(bytes)
}

/// A sign in the encoding of western Windows.
fn western(sign: char) -> u8 {
    let code = u32::from(sign);
    let shared = code < 0x80 || (0xA0..0x100).contains(&code);
    u8::try_from(code).ok().filter(|_| shared).unwrap_or(b'?')
}

fn parts(day: Day) -> (u64, u64, u64) {
    let (year, month, of_month) = day.civil();
    let whole = |part: i32| u64::from(part.unsigned_abs());
    (whole(year), whole(month), whole(of_month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_packed_file_holds_the_same_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv.gz");
        let mut table = Table::create(path.clone(), "A,B").unwrap().pack();
        for number in 0..20_000 {
            table.number(number, 1).text("x").end_row().unwrap();
        }
        assert_eq!(table.close().unwrap(), 20_000);
        let mut text = String::new();
        let packed = File::open(path).unwrap();
        flate2::read::GzDecoder::new(packed).read_to_string(&mut text).unwrap();
        assert!(text.starts_with("A,B\n0,x\n1,x\n") && text.ends_with("\n19999,x\n"));
    }

    #[test]
    fn records_and_western_text_have_their_widths() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.txt");
        let mut table = Table::create(path.clone(), "").unwrap();
        table.fixed_text("ab", 3).fixed_number(7, 3).end_record().unwrap();
        table.western_text("Pi\u{f1}on \u{4e00}").end_row().unwrap();
        table.close().unwrap();
        assert_eq!(fs::read(path).unwrap(), b"ab 007\nPi\xf1on ?\n");
    }

    #[test]
    fn fields_are_written_as_agencies_write_them() {
        let folder = tempfile::tempdir().unwrap();
        let mut table = Table::create(folder.path().join("new/t.csv"), "A,B,C,D,E,F").unwrap();
        table
            .text("x")
            .number(7, 3)
            .cents(120_305)
            .date(Day::of(2022, 5, 9))
            .american_date(Day::of(2022, 5, 9));
        table.maybe_flag(None).end_row().unwrap();
        table.number(0, 1).number(0, 9).cents(5).blank().flag(true).flag(false).end_row().unwrap();
        let path = folder.path().join("new/t.csv");
        assert_eq!(table.close().unwrap(), 2);
        let written = fs::read_to_string(path).unwrap();
        assert_eq!(written, "A,B,C,D,E,F\nx,007,1203.05,2022-05-09,05/09/2022,\n0,000000000,0.05,,Y,N\n");
    }
}
