//! Dates of a declared format: `%Y`, `%m` and `%d` with any text between them.

use chrono::{Datelike, NaiveDate};

use super::rule::Rule;

/// The month in which a school year starts; a year is named by its ending year.
const SCHOOL_YEAR_START: u32 = 7;

/// How a date is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DateFormat {
    items: Vec<Item>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Year,
    Month,
    Day,
    Text(u8),
}

impl DateFormat {
    /// Reads a format such as `%m/%d/%Y`; the error says what is wrong with it.
    pub(crate) fn read(format: &str) -> Result<Self, String> {
        let mut items = Vec::new();
        let mut bytes = format.bytes();
        while let Some(byte) = bytes.next() {
            let item = match (byte, byte == b'%') {
                (text, false) => Item::Text(text),
                _ => match bytes.next() {
                    Some(b'Y') => Item::Year,
                    Some(b'm') => Item::Month,
                    Some(b'd') => Item::Day,
                    Some(b'%') => Item::Text(b'%'),
                    _ => {
                        return Err(format!(
                            "the date format {format:?} has another part than %Y, %m and %d; use these three."
                        ));
                    }
                },
            };
            items.push(item);
        }
        for part in [Item::Year, Item::Month, Item::Day] {
            if items.iter().filter(|item| **item == part).count() != 1 {
                return Err(format!("the date format {format:?} must have each of %Y, %m and %d once."));
            }
        }
        Ok(Self { items })
    }

    /// The ISO 8601 format, `%Y-%m-%d`.
    pub(crate) fn iso() -> Self {
        let dash = Item::Text(b'-');
        Self { items: vec![Item::Year, dash, Item::Month, dash, Item::Day] }
    }

    /// Reads a date. The year has four digits; month and day have two, or one where no digit can follow.
    pub(crate) fn date(&self, text: &str) -> Result<NaiveDate, Rule> {
        let mut rest = text.as_bytes();
        let (mut year, mut month, mut day) = (0, 0, 0);
        for (position, item) in self.items.iter().enumerate() {
            match item {
                Item::Text(expected) => rest = rest.strip_prefix(&[*expected]).ok_or(Rule::NotADate)?,
                Item::Year => (year, rest) = digits(rest, 4, 4)?,
                Item::Month => (month, rest) = digits(rest, self.fewest(position), 2)?,
                Item::Day => (day, rest) = digits(rest, self.fewest(position), 2)?,
            }
        }
        let year =
            i32::try_from(year).ok().filter(|year| *year > 0 && rest.is_empty()).ok_or(Rule::NotADate)?;
        NaiveDate::from_ymd_opt(year, month, day).ok_or(Rule::NotADate)
    }

    /// The fewest digits of the month or day at `position`: two when a neighbour is a number as well.
    fn fewest(&self, position: usize) -> usize {
        let is_number = |item: Option<&Item>| item.is_some_and(|item| !matches!(item, Item::Text(_)));
        let before = position.checked_sub(1).and_then(|before| self.items.get(before));
        if is_number(before) || is_number(self.items.get(position + 1)) { 2 } else { 1 }
    }
}

/// The ending year of the school year that holds the date.
pub(crate) fn school_year(date: NaiveDate) -> i32 {
    date.year() + i32::from(date.month() >= SCHOOL_YEAR_START)
}

/// Between `fewest` and `most` digits as a number, and what follows them.
fn digits(text: &[u8], fewest: usize, most: usize) -> Result<(u32, &[u8]), Rule> {
    let length = text.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    if length < fewest {
        return Err(Rule::NotADate);
    }
    let (number, rest) = text.split_at(length);
    Ok((number.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(format: &str, text: &str) -> Option<String> {
        DateFormat::read(format).unwrap().date(text).ok().map(|date| date.to_string())
    }

    #[test]
    fn dates_are_read_in_their_format_only() {
        assert_eq!(date("%m/%d/%Y", "08/06/2020").as_deref(), Some("2020-08-06"));
        assert_eq!(date("%m/%d/%Y", "8/6/2020").as_deref(), Some("2020-08-06"));
        assert_eq!(date("%Y-%m-%d", "2020-02-29").as_deref(), Some("2020-02-29"));
        assert_eq!(date("%Y%m%d", "20200806").as_deref(), Some("2020-08-06"));
        for text in [
            "2020-02-30",
            "2021-02-29",
            "0000-01-01",
            "2020-1",
            "2020-01-01 ",
            "20-01-01",
            "x",
            "",
            "2020-13-01",
        ] {
            assert_eq!(date("%Y-%m-%d", text), None, "{text}");
        }
        assert_eq!(date("%m/%d/%Y", "13/06/2020"), None);
        assert_eq!(date("%Y%m%d", "2020806"), None);
        assert_eq!(date("%m/%d/%Y", "2020-08-06"), None);
    }

    #[test]
    fn a_format_must_name_a_whole_date() {
        assert!(DateFormat::read("%m/%Y").is_err());
        assert!(DateFormat::read("%d/%m/%y").is_err());
        assert!(DateFormat::read("%Y-%m-%d-%d").is_err());
        assert_eq!(DateFormat::read("%Y-%m-%d").unwrap(), DateFormat::iso());
    }

    #[test]
    fn a_school_year_starts_in_july() {
        let day = |month, day| NaiveDate::from_ymd_opt(2021, month, day).unwrap();
        assert_eq!(school_year(day(6, 30)), 2021);
        assert_eq!(school_year(day(7, 1)), 2022);
    }
}
