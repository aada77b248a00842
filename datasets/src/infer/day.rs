//! The one format that every date of a column is written in.

use crate::convert::DateFormat;
use chrono::Datelike;

/// The formats that are tried, the more usual ones first.
const FORMATS: [&str; 15] = [
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y", "%d.%m.%Y",
    "%m.%d.%Y", "%m%d%Y", "%d%m%Y", "%Y-%d-%m", "%Y/%d/%m", "%Y%d%m",
];

/// Years of which agencies have dates: eight digits that give another year are a number.
const YEARS: std::ops::RangeInclusive<i32> = 1850..=2150;

/// What stands where a date is not known, and is none.
pub(super) const SENTINELS: [&str; 10] = [
    "00000000",
    "99999999",
    "00/00/0000",
    "99/99/9999",
    "00-00-0000",
    "99-99-9999",
    "0000-00-00",
    "9999-99-99",
    "0000/00/00",
    "9999/99/99",
];

/// The formats that fit every value so far.
#[derive(Debug)]
pub(super) struct Days {
    fitting: Vec<(&'static str, DateFormat)>,
    /// How often each sentinel was seen.
    sentinels: [u64; SENTINELS.len()],
    /// Days by the word of a sheet, which any format reads.
    cells: u64,
    any: bool,
}

impl Default for Days {
    fn default() -> Self {
        let read = |format: &&'static str| Some((*format, DateFormat::read(format).ok()?));
        Self {
            fitting: FORMATS.iter().filter_map(read).collect(),
            sentinels: [0; SENTINELS.len()],
            cells: 0,
            any: false,
        }
    }
}

impl Days {
    /// Takes one value.
    pub(super) fn take(&mut self, value: &str) {
        if self.fitting.is_empty() {
            return;
        }
        if let Some(sentinel) = SENTINELS.iter().position(|sentinel| *sentinel == value) {
            self.sentinels[sentinel] += 1;
            return;
        }
        self.any = true;
        self.fitting.retain(|(_, format)| format.date(value).is_ok_and(|day| YEARS.contains(&day.year())));
    }

    /// Takes a day by the word of a sheet.
    pub(super) fn take_cell(&mut self) {
        self.cells += 1;
    }

    /// The formats that fit every value: none for a column of something else, several when days and months
    /// cannot be told apart.
    pub(super) fn formats(&self) -> Vec<&'static str> {
        if !self.any {
            return if self.cells > 0 { vec![FORMATS[0]] } else { Vec::new() };
        }
        self.fitting.iter().map(|(format, _)| *format).collect()
    }

    /// The sentinels that were seen, and how often.
    pub(super) fn sentinels(&self) -> Vec<(&'static str, u64)> {
        let seen = SENTINELS.iter().zip(self.sentinels);
        seen.filter(|(_, count)| *count > 0).map(|(sentinel, count)| (*sentinel, count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formats(values: &[&str]) -> Vec<&'static str> {
        let mut days = Days::default();
        for value in values {
            days.take(value);
        }
        days.formats()
    }

    #[test]
    fn the_format_is_the_one_that_fits_all() {
        assert_eq!(formats(&["2020-02-29", "2021-12-13"]), ["%Y-%m-%d"]);
        assert_eq!(formats(&["20200229", "19991231", "00000000"]), ["%Y%m%d"]);
        assert_eq!(formats(&["01/02/2020", "3/4/2020"]), ["%m/%d/%Y", "%d/%m/%Y"]);
        assert_eq!(formats(&["01/02/2020", "13/04/2020"]), ["%d/%m/%Y"]);
        assert_eq!(formats(&["12345678", "20200101"]), [] as [&str; 0]);
        assert_eq!(formats(&["00000000"]), [] as [&str; 0]);
        assert_eq!(formats(&[]), [] as [&str; 0]);
    }

    #[test]
    fn every_listed_format_can_be_read() {
        assert_eq!(Days::default().fitting.len(), FORMATS.len());
    }
}
