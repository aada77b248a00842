//! What a twin holds: persons, rows of every file, and the counts of the truth.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::TwinError;
use super::table::Table;
use super::truth::CountKey;
use super::yearly::Written;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwinSummary {
    /// Persons of whom some agency has a row.
    pub persons: u64,
    /// Persons of whom the department of education has an enrollment row.
    pub students: u64,
    /// Rows of each file, the header not counted.
    pub files: Vec<TwinFile>,
    /// What really happened, counted by year: the lines of `truth/summary.csv` that are not about files.
    pub counts: Vec<TwinCount>,
}

/// One file of a twin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwinFile {
    /// Folder and table, as in `mde/enrollment`.
    pub table: String,
    /// The year of the file, None when one file holds all years.
    pub year: Option<i32>,
    /// What its name ends in: `csv`, `csv.gz`, `txt` or `xlsx`.
    pub extension: String,
    /// Rows without the header.
    pub rows: u64,
}

impl TwinFile {
    /// Path of the file inside the folder of the twin, as in `mde/enrollment_2024.csv`.
    pub fn path(&self) -> String {
        match self.year {
            Some(year) => format!("{}_{year}.{}", self.table, self.extension),
            None => format!("{}.{}", self.table, self.extension),
        }
    }
}

/// A true count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwinCount {
    /// `cohort` (by the year in which four years end) or `class` (by the school year of the diploma).
    pub section: String,
    /// The year.
    pub year: i32,
    /// What is counted.
    pub name: String,
    /// How many.
    pub count: u64,
}

impl TwinSummary {
    pub(super) fn new(
        persons: u64,
        students: u64,
        written: Vec<Written>,
        counts: BTreeMap<CountKey, u64>,
    ) -> Self {
        let files = written
            .into_iter()
            .map(|file| TwinFile {
                table: file.table.to_owned(),
                year: file.year,
                extension: file.extension.to_owned(),
                rows: file.rows,
            })
            .collect();
        let counts = counts
            .into_iter()
            .map(|((section, year, name), count)| TwinCount {
                section: section.to_owned(),
                year,
                name: name.to_owned(),
                count,
            })
            .collect();
        Self { persons, students, files, counts }
    }

    /// A count of the truth; None when it is not known yet or never was asked.
    pub fn count(&self, section: &str, year: i32, name: &str) -> Option<u64> {
        let found = |count: &&TwinCount| count.section == section && count.year == year && count.name == name;
        self.counts.iter().find(found).map(|count| count.count)
    }

    /// Rows of a table over all years.
    pub fn rows(&self, table: &str) -> u64 {
        self.files.iter().filter(|file| file.table == table).map(|file| file.rows).sum()
    }

    /// Writes `truth/summary.csv`.
    pub(super) fn write(&self, folder: &Path) -> Result<(), TwinError> {
        let mut file = Table::create(folder.join("truth/summary.csv"), "SECTION,YEAR,NAME,COUNT")?;
        for count in &self.counts {
            file.text(&count.section).year(count.year).text(&count.name).number(count.count, 1).end_row()?;
        }
        for written in &self.files {
            file.text("rows");
            match written.year {
                Some(year) => file.year(year),
                None => file.blank(),
            };
            file.text(&written.table).number(written.rows, 1).end_row()?;
        }
        file.close().map(|_| ())
    }
}
