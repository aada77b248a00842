//! Units of time: every one divides each year by the same days, so that a period is a number and days are found from it.

use lifetracks_datasets::{MonthDay, PANEL_UNITS, PanelUnit};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::date::CivilDate;
use crate::date::calendar::first_of_month;

/// A unit of time with the days on which its periods begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(into = "Written")]
pub struct Unit {
    /// First days of the periods of a calendar year, in order.
    starts: Vec<Start>,
    /// What is added to a number, so that a school year has the number of the year in which it ends.
    offset: i32,
    name: &'static str,
}

impl Unit {
    /// A unit; `terms` are the first days of terms, and a school year begins on the first day of `school_year_start`, a
    /// month from 1 to 12.
    ///
    /// Errors: a unit of terms without terms, as a sentence.
    pub fn new(unit: PanelUnit, terms: &[MonthDay], school_year_start: u8) -> Result<Self, String> {
        let first_of = |month: u8| MonthDay::try_from(format!("{month:02}-01"));
        let months = |step| (1..=12).step_by(step).map(first_of).collect::<Result<Vec<_>, _>>();
        let (name, mut starts) = match unit {
            PanelUnit::Month => ("month", months(1)?),
            PanelUnit::Quarter => ("quarter", months(3)?),
            PanelUnit::Year => ("year", months(12)?),
            PanelUnit::SchoolYear => ("school_year", vec![first_of(school_year_start)?]),
            PanelUnit::Term => ("term", terms.to_vec()),
        };
        if starts.is_empty() {
            return Err("the map academic_term has no term".to_owned());
        }
        starts.sort_unstable();
        let starts = starts.into_iter().map(written).collect::<Result<_, _>>()?;
        let offset = i32::from(unit == PanelUnit::SchoolYear && school_year_start > 1);
        Ok(Self { starts, offset, name })
    }

    /// The unit's name in a call.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    fn in_a_year(&self) -> i32 {
        i32::try_from(self.starts.len()).unwrap_or(1)
    }

    /// The period in which a day lies.
    pub(super) fn number(&self, day: i32) -> i32 {
        let year = CivilDate::from_days(day).year;
        let begun = self.starts.iter().filter(|start| day_of(**start, year) <= day).count();
        let begun = i32::try_from(begun).unwrap_or(0);
        year.saturating_mul(self.in_a_year()).saturating_add(begun - 1 + self.offset)
    }

    /// The first day of a period.
    fn first_day(&self, number: i32) -> i32 {
        let number = number.saturating_sub(self.offset);
        let place = usize::try_from(number.rem_euclid(self.in_a_year())).unwrap_or(0);
        let start = self.starts.get(place).or_else(|| self.starts.first());
        start.map_or(0, |start| day_of(*start, number.div_euclid(self.in_a_year())))
    }

    /// The first and the last day of a period.
    pub(super) fn span(&self, number: i32) -> (i32, i32) {
        (self.first_day(number), self.first_day(number.saturating_add(1)) - 1)
    }

    /// Whether every period of the unit is made of whole quarters.
    pub fn is_of_quarters(&self) -> bool {
        self.starts.iter().all(|(month, day)| month % 3 == 1 && *day == 1)
    }
}

/// A month from 1 to 12 and a day of it.
type Start = (u8, u8);

/// A unit in a message.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    starts: Vec<Start>,
    offset: i32,
}

impl From<Unit> for Written {
    fn from(Unit { starts, offset, name }: Unit) -> Self {
        Self { name: name.to_owned(), starts, offset }
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

impl TryFrom<Written> for Unit {
    type Error = String;

    fn try_from(Written { name, starts, offset }: Written) -> Result<Self, String> {
        let known = PANEL_UNITS.iter().map(|(known, _)| *known).find(|known| *known == name);
        let Some(name) = known else { return Err(format!("{name} is no unit of time")) };
        for (month, day) in &starts {
            MonthDay::try_from(format!("{month:02}-{day:02}"))?;
        }
        if starts.is_empty() || !starts.is_sorted() || !(0..=1).contains(&offset) {
            return Err(format!("the periods of the unit {name} do not divide a year"));
        }
        Ok(Self { starts, offset, name })
    }
}

fn written(start: MonthDay) -> Result<Start, String> {
    let text = start.to_string();
    let parts = text.split_once('-').and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
    parts.ok_or_else(|| format!("{text} is no day of a year"))
}

/// A day of a year, as days since 1 January 1970.
fn day_of((month, day): Start, year: i32) -> i32 {
    let days = first_of_month(i64::from(year), month) + i64::from(day) - 1;
    i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> i32 {
        let date: chrono::NaiveDate = text.parse().unwrap();
        i32::try_from(date.signed_duration_since(chrono::NaiveDate::default()).num_days()).unwrap()
    }

    fn unit(unit: PanelUnit) -> Unit {
        let terms = ["08-01", "01-01", "06-01"].map(|day| MonthDay::try_from(day.to_owned()).unwrap());
        Unit::new(unit, &terms, 7).unwrap()
    }

    #[test]
    fn a_day_lies_in_its_period() {
        let numbers = |text: &str| {
            [PanelUnit::Month, PanelUnit::Quarter, PanelUnit::Term, PanelUnit::SchoolYear, PanelUnit::Year]
                .map(|name| unit(name).number(day(text)))
        };
        assert_eq!(numbers("2022-12-31"), [24_275, 8091, 6068, 2023, 2022]);
        assert_eq!(numbers("2023-01-01"), [24_276, 8092, 6069, 2023, 2023]);
        assert_eq!(numbers("2023-06-30"), [24_281, 8093, 6070, 2023, 2023]);
        assert_eq!(numbers("2023-07-01"), [24_282, 8094, 6070, 2024, 2023]);
        assert_eq!(unit(PanelUnit::SchoolYear).span(2023), (day("2022-07-01"), day("2023-06-30")));
        assert_eq!(unit(PanelUnit::Term).span(6071), (day("2023-08-01"), day("2023-12-31")));
    }

    #[test]
    fn a_school_year_from_january_is_the_year() {
        let unit = Unit::new(PanelUnit::SchoolYear, &[], 1).unwrap();
        assert_eq!(unit.number(day("2023-06-30")), 2023);
        assert!(Unit::new(PanelUnit::Term, &[], 7).is_err());
    }

    proptest! {
        #[test]
        fn periods_follow_each_other(days in -80_000_i32..80_000) {
            for name in [PanelUnit::Month, PanelUnit::Quarter, PanelUnit::Term, PanelUnit::SchoolYear, PanelUnit::Year] {
                let unit = unit(name);
                let (first, last) = unit.span(unit.number(days));
                prop_assert!((first..=last).contains(&days));
                prop_assert_eq!(unit.number(first - 1), unit.number(days) - 1);
                prop_assert_eq!(unit.number(last + 1), unit.number(days) + 1);
            }
        }
    }
}
