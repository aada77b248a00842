//! One extract: a comma-separated file a year, or one for all years, written row by row.
//! The twin's own values never hold a comma, a quote or a line break, so no field needs quoting.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use super::calendar::Day;
use super::error::TwinError;

/// A file being written.
pub(super) struct Table {
    path: PathBuf,
    file: BufWriter<File>,
    line: Vec<u8>,
    rows: u64,
}

impl Table {
    /// Creates the file and writes its header.
    pub(super) fn create(path: PathBuf, header: &str) -> Result<Self, TwinError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| TwinError::write(folder, error))?;
        }
        let file = File::create(&path).map_err(|error| TwinError::write(&path, error))?;
        let mut table = Self {
            path,
            file: BufWriter::with_capacity(1 << 16, file),
            line: Vec::with_capacity(256),
            rows: 0,
        };
        table.line.extend_from_slice(header.as_bytes());
        table.line.push(b',');
        table.end_line()?;
        Ok(table)
    }

    /// Adds a text field.
    pub(super) fn text(&mut self, value: &str) -> &mut Self {
        self.line.extend_from_slice(value.as_bytes());
        self.line.push(b',');
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
        self.line.push(b',');
        self
    }

    /// Adds a year.
    pub(super) fn year(&mut self, value: i32) -> &mut Self {
        self.number(u64::from(value.unsigned_abs()), 4)
    }

    /// Adds an amount given in cents, with two decimals.
    pub(super) fn cents(&mut self, value: u64) -> &mut Self {
        self.digits(value / 100, 1);
        self.line.push(b'.');
        self.number(value % 100, 2)
    }

    /// Adds a date as `2022-05-20`.
    pub(super) fn date(&mut self, day: Day) -> &mut Self {
        let (year, month, of_month) = parts(day);
        self.digits(year, 4);
        self.line.push(b'-');
        self.digits(month, 2);
        self.line.push(b'-');
        self.number(of_month, 2)
    }

    /// Adds a date as `05/20/2022`.
    pub(super) fn american_date(&mut self, day: Day) -> &mut Self {
        let (year, month, of_month) = parts(day);
        self.digits(month, 2);
        self.line.push(b'/');
        self.digits(of_month, 2);
        self.line.push(b'/');
        self.number(year, 4)
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self) -> Result<(), TwinError> {
        self.rows += 1;
        self.end_line()
    }

    /// Writes what is left and hands back the number of rows without the header.
    pub(super) fn close(mut self) -> Result<u64, TwinError> {
        self.file.flush().map_err(|error| TwinError::write(&self.path, error))?;
        Ok(self.rows)
    }

    fn end_line(&mut self) -> Result<(), TwinError> {
        self.line.pop();
        self.line.push(b'\n');
        let written = self.file.write_all(&self.line);
        self.line.clear();
        written.map_err(|error| TwinError::write(&self.path, error))
    }

    fn digits(&mut self, value: u64, width: usize) {
        let start = self.line.len();
        let mut left = value;
        while left > 0 || self.line.len() - start < width.max(1) {
            self.line.push(b"0123456789"[usize::try_from(left % 10).unwrap_or_default()]);
            left /= 10;
        }
        self.line[start..].reverse();
    }
}

fn parts(day: Day) -> (u64, u64, u64) {
    let (year, month, of_month) = day.civil();
    let whole = |part: i32| u64::from(part.unsigned_abs());
    (whole(year), whole(month), whole(of_month))
}

#[cfg(test)]
mod tests {
    use super::*;

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
