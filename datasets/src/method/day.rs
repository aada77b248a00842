//! A day of any year, as methods name it.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A day of any year, written `MM-DD`; 29 February is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: u32,
    day: u32,
}

/// A year that has no 29 February.
const COMMON_YEAR: i32 = 2001;

impl MonthDay {
    /// This day of a year, as days since 1 January 1970.
    pub fn in_year(self, year: i32) -> i32 {
        let date = NaiveDate::from_ymd_opt(year, self.month, self.day).unwrap_or_default();
        date.num_days_from_ce() - NaiveDate::default().num_days_from_ce()
    }

    /// This day of a school year that is named after the calendar year in which it ends and turns with the day
    /// after `closes`.
    pub fn in_school_year(self, school_year: i32, closes: Self) -> i32 {
        self.in_year(if self > closes { school_year - 1 } else { school_year })
    }

    /// The school year of a day, when school years end on this one.
    pub fn school_year_of(self, day: i32) -> i32 {
        let year = year_of(day);
        if day > self.in_year(year) { year + 1 } else { year }
    }
}

/// The calendar year of a day.
fn year_of(day: i32) -> i32 {
    let epoch = NaiveDate::default().num_days_from_ce();
    NaiveDate::from_num_days_from_ce_opt(day.saturating_add(epoch)).unwrap_or_default().year()
}

impl TryFrom<String> for MonthDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let day = NaiveDate::parse_from_str(&format!("{COMMON_YEAR}-{text}"), "%Y-%m-%d");
        let day = day.map_err(|_| format!("{text:?} is no day of a year; write it as \"07-31\""))?;
        Ok(Self { month: day.month(), day: day.day() })
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> Self {
        day.to_string()
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}-{:02}", self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> MonthDay {
        MonthDay::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_day_is_found_in_a_year_and_in_a_school_year() {
        let closes = day("07-31");
        assert_eq!(day("01-01").in_year(1970), 0);
        assert_eq!(closes.in_year(2022), 19_204);
        assert_eq!(day("10-01").in_school_year(2022, closes), day("10-01").in_year(2021));
        assert_eq!(day("03-01").in_school_year(2022, closes), day("03-01").in_year(2022));
        assert_eq!(closes.school_year_of(19_204), 2022);
        assert_eq!(closes.school_year_of(19_205), 2023);
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["02-29", "13-01", "7/31", ""] {
            assert!(
                MonthDay::try_from(text.to_owned()).unwrap_err().contains("is no day of a year"),
                "{text}"
            );
        }
    }
}
