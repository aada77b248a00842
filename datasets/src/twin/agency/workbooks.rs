//! Workbooks of spreadsheets, one a year, for an agency that keeps its cases in them.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::twin::calendar::Day;
use crate::twin::error::TwinError;
use crate::twin::yearly::Written;

/// The workbooks of a table. Rows wait as text and become a workbook at the end, one year after the other.
pub(super) struct Workbooks {
    folder: PathBuf,
    name: &'static str,
    header: &'static [&'static str],
    first: i32,
    years: Vec<Waiting>,
}

#[derive(Default)]
struct Waiting {
    rows: u64,
    text: String,
}

impl Workbooks {
    pub(super) fn create(
        folder: &Path,
        name: &'static str,
        header: &'static [&'static str],
        years: (i32, i32),
    ) -> Result<Self, TwinError> {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| TwinError::write(parent, error))?;
        }
        let years_of = (years.0..=years.1).map(|_| Waiting::default()).collect();
        Ok(Self { folder: folder.to_owned(), name, header, first: years.0, years: years_of })
    }

    /// Adds a row to the workbook of a year; false when the year has none.
    pub(super) fn add(&mut self, year: i32, cells: &[String]) -> bool {
        let place = usize::try_from(year - self.first).ok();
        let Some(waiting) = place.and_then(|place| self.years.get_mut(place)) else { return false };
        waiting.rows += 1;
        waiting.text.push_str(&cells.join(","));
        waiting.text.push('\n');
        true
    }

    pub(super) fn close(self, written: &mut Vec<Written>) -> Result<(), TwinError> {
        for (year, waiting) in (self.first..).zip(self.years) {
            let path = self.folder.join(format!("{}_{year}.xlsx", self.name));
            save(&path, self.header, &waiting.text)
                .map_err(|error| TwinError::write(&path, std::io::Error::other(error)))?;
            let (table, rows) = (self.name, waiting.rows);
            written.push(Written { table, year: Some(year), extension: "xlsx", rows });
        }
        Ok(())
    }
}

/// Writes a workbook with two lines of title above the header, as people do.
fn save(path: &Path, header: &[&str], text: &str) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    // The time of writing would make every run differ.
    let written = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&written));
    let sheet = workbook.add_worksheet();
    sheet.set_name("Cases")?;
    sheet.write_string(0, 0, "Vocational rehabilitation cases, by year of application")?;
    for (column, name) in (0..).zip(header) {
        sheet.write_string(2, column, *name)?;
    }
    for (row, line) in (3..).zip(text.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            if !cell.is_empty() {
                sheet.write_string(row, column, cell)?;
            }
        }
    }
    workbook.save(path)
}

/// A date as text; nothing when there is none.
pub(super) fn date_text(day: Option<Day>) -> String {
    day.map_or_else(String::new, |day| {
        let (year, month, of_month) = day.civil();
        format!("{year:04}-{month:02}-{of_month:02}")
    })
}
