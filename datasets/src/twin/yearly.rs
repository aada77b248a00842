//! One file a year: the files of a table for all years, and what was written into them.

use std::path::Path;

use super::calendar::Day;
use super::defects::Ledger;
use super::error::TwinError;
use super::table::Table;

/// How many rows went into one file.
pub(super) struct Written {
    /// Name of the table, with its folder.
    pub(super) table: &'static str,
    /// The year of the file; None for the one file of a table.
    pub(super) year: Option<i32>,
    /// What the name of the file ends in.
    pub(super) extension: &'static str,
    /// Rows without the header.
    pub(super) rows: u64,
}

impl Written {
    /// The one comma-separated file of a table.
    pub(super) fn single(table: &'static str, rows: u64) -> Self {
        Self { table, year: None, extension: "csv", rows }
    }
}

/// The files of a table, one a year.
pub(super) struct Yearly {
    name: &'static str,
    extension: &'static str,
    first: i32,
    files: Vec<Table>,
}

impl Yearly {
    /// Creates the comma-separated files of all years.
    pub(super) fn create(
        folder: &Path,
        name: &'static str,
        header: &str,
        years: (i32, i32),
    ) -> Result<Self, TwinError> {
        Self::with_headers(folder, name, "csv", years, |_| header)
    }

    /// Creates files whose header and kind are not those of every year or every table.
    pub(super) fn with_headers<'a>(
        folder: &Path,
        name: &'static str,
        extension: &'static str,
        years: (i32, i32),
        header: impl Fn(i32) -> &'a str,
    ) -> Result<Self, TwinError> {
        let files = (years.0..=years.1)
            .map(|year| {
                let path = folder.join(format!("{name}_{year}.{extension}"));
                let table = Table::create(path, header(year))?;
                Ok(if extension.ends_with("gz") { table.pack() } else { table })
            })
            .collect::<Result<_, TwinError>>()?;
        Ok(Self { name, extension, first: years.0, files })
    }

    /// Lets defects be planted in the rows of all files.
    pub(super) fn plant(mut self, ledger: Option<&Ledger>) -> Self {
        let Some(ledger) = ledger else { return self };
        for (year, file) in (self.first..).zip(&mut self.files) {
            if let Some(planting) = ledger.planting(self.name, year) {
                file.plant(planting);
            }
        }
        self
    }

    /// The file of a year, unless the year is outside the range.
    pub(super) fn of(&mut self, year: i32) -> Option<&mut Table> {
        usize::try_from(year - self.first).ok().and_then(|place| self.files.get_mut(place))
    }

    /// The file of the school year of a day; school years begin on 1 July.
    pub(super) fn of_school_day(&mut self, day: Day) -> Option<&mut Table> {
        self.of(day.school_year())
    }

    /// Closes the files and tells what went into each.
    pub(super) fn close(self, written: &mut Vec<Written>) -> Result<(), TwinError> {
        for (year, file) in (self.first..).zip(self.files) {
            let (table, extension) = (self.name, self.extension);
            written.push(Written { table, year: Some(year), extension, rows: file.close()? });
        }
        Ok(())
    }
}
