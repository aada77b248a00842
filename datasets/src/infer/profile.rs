//! One column of a file, from all its values: what they could be, how many differ, and what they look like.

use std::collections::BTreeSet;

use super::day::Days;
use super::distinct::{Cardinality, Distinct};
use super::number::Numbers;
use super::shape::Shapes;

/// What agencies write where there is no value. Only the empty text always means NULL; the others do when the rest
/// of the column is of one type.
pub(super) const NULL_TOKENS: [&str; 18] = [
    ".", "..", "*", "**", "-", "--", "?", "#", "NA", "N/A", "n/a", "na", "#N/A", "NULL", "null", "None",
    "NaN", "(null)",
];

/// Pairs of spellings of yes and no, and whether a layout can read them.
pub(super) const YES_NO: [(&str, &str, bool); 6] = [
    ("Y", "N", true),
    ("YES", "NO", true),
    ("TRUE", "FALSE", true),
    ("1", "0", true),
    ("T", "F", false),
    ("1", "2", false),
];

/// The most values that are kept to be held against code sets. They are never shown.
const MOST_CODES: usize = 400;
const LONGEST_CODE: usize = 40;

/// What one column holds.
#[derive(Debug)]
pub(super) struct Profile {
    /// Rows, rows with an empty text, with an error of their sheet, and with each of the NULL tokens.
    pub(super) rows: u64,
    pub(super) empty: u64,
    pub(super) errors: u64,
    pub(super) tokens: [u64; NULL_TOKENS.len()],
    pub(super) days: Days,
    pub(super) numbers: Numbers,
    /// Which pairs of yes and no fit every value.
    yes_no: [bool; YES_NO.len()],
    /// Values of digits alone, those of them that start with a zero before another digit, and their widths.
    pub(super) digits: u64,
    pub(super) leading_zeros: u64,
    pub(super) digit_width: (usize, usize),
    /// Characters of the shortest and the longest value.
    pub(super) width: (usize, usize),
    /// Values with white space around them.
    pub(super) padded: u64,
    /// Values that could be social security numbers, with or without dashes.
    pub(super) social: u64,
    pub(super) dashed: u64,
    distinct: Distinct,
    shapes: Shapes,
    /// The values while they are few and short.
    codes: Option<BTreeSet<String>>,
}

impl Profile {
    /// A column that tells up to `most` values apart exactly.
    pub(super) fn new(most: usize) -> Self {
        Self {
            rows: 0,
            empty: 0,
            errors: 0,
            tokens: [0; NULL_TOKENS.len()],
            days: Days::default(),
            numbers: Numbers::default(),
            yes_no: [true; YES_NO.len()],
            digits: 0,
            leading_zeros: 0,
            digit_width: (usize::MAX, 0),
            width: (usize::MAX, 0),
            padded: 0,
            social: 0,
            dashed: 0,
            distinct: Distinct::new(most),
            shapes: Shapes::default(),
            codes: Some(BTreeSet::new()),
        }
    }

    /// Takes an error of a sheet.
    pub(super) fn take_error(&mut self) {
        self.rows += 1;
        self.errors += 1;
    }

    /// Takes the text of one row, and whether it is a day by the word of its sheet.
    pub(super) fn take(&mut self, text: &str, is_day: bool) {
        self.rows += 1;
        let value = text.trim();
        self.padded += u64::from(value.len() < text.len());
        if value.is_empty() {
            self.empty += 1;
            return;
        }
        if let Some(token) = NULL_TOKENS.iter().position(|token| *token == value) {
            self.tokens[token] += 1;
            return;
        }
        if is_day {
            self.days.take_cell();
        } else {
            self.days.take(value);
        }
        self.numbers.take(value);
        for (fits, (yes, no, _)) in self.yes_no.iter_mut().zip(YES_NO) {
            *fits = *fits && (value.eq_ignore_ascii_case(yes) || value.eq_ignore_ascii_case(no));
        }
        self.take_digits(value);
        self.distinct.take(value);
        self.shapes.take(value);
        self.take_code(value);
    }

    fn take_digits(&mut self, value: &str) {
        let width = value.chars().count();
        self.width = (self.width.0.min(width), self.width.1.max(width));
        if value.bytes().all(|byte| byte.is_ascii_digit()) {
            self.digits += 1;
            self.leading_zeros += u64::from(width > 1 && value.starts_with('0'));
            self.digit_width = (self.digit_width.0.min(width), self.digit_width.1.max(width));
        }
        match social_security_number(value) {
            Some(true) => self.dashed += 1,
            Some(false) => self.social += 1,
            None => {}
        }
    }

    fn take_code(&mut self, value: &str) {
        let Some(codes) = &mut self.codes else {
            return;
        };
        if value.len() > LONGEST_CODE {
            self.codes = None;
        } else if !codes.contains(value) {
            codes.insert(value.to_owned());
            if codes.len() > MOST_CODES {
                self.codes = None;
            }
        }
    }

    /// Rows with a value that is no NULL token.
    pub(super) fn values(&self) -> u64 {
        self.rows - self.empty - self.errors - self.tokens.iter().sum::<u64>()
    }

    /// The NULL tokens that were seen, and how often.
    pub(super) fn tokens(&self) -> Vec<(&'static str, u64)> {
        let seen = NULL_TOKENS.iter().zip(self.tokens);
        seen.filter(|(_, count)| *count > 0).map(|(token, count)| (*token, count)).collect()
    }

    /// How many different values there are, the NULL tokens among them not counted.
    pub(super) fn cardinality(&self) -> Cardinality {
        self.distinct.cardinality()
    }

    /// The values, when they are few. They may be compared, never shown.
    pub(super) fn codes(&self) -> Option<&BTreeSet<String>> {
        self.codes.as_ref().filter(|codes| !codes.is_empty())
    }

    /// The most frequent shapes, and whether there are others.
    pub(super) fn shapes(&mut self, shown: usize) -> (Vec<String>, bool) {
        self.shapes.most_frequent(shown)
    }

    /// The pair of yes and no that all values are, and whether a layout can read it.
    pub(super) fn yes_no(&self) -> Option<(&'static str, &'static str, bool)> {
        let fits = self.yes_no.iter().zip(YES_NO).find(|(fits, _)| **fits)?;
        (self.values() > 0).then_some(fits.1)
    }

    /// The width of all values made of digits alone, when it is one.
    pub(super) fn one_digit_width(&self) -> Option<usize> {
        (self.digits > 0 && self.digit_width.0 == self.digit_width.1).then_some(self.digit_width.1)
    }

    /// Whether nearly every value could be a social security number.
    pub(super) fn looks_social(&self) -> bool {
        // A tenth of all runs of nine digits are numbers that were never given, so one in fifty tells.
        let values = self.values();
        values > 0 && 50 * (values - self.social - self.dashed) <= values
    }
}

/// Whether a text is written like a social security number that could have been given: `Some(true)` with dashes.
/// Never given are areas 000, 666 and 900 to 999, group 00 and serial 0000 (Social Security Administration, POMS RM 10201.035).
fn social_security_number(value: &str) -> Option<bool> {
    let bytes = value.as_bytes();
    let dashed = bytes.len() == 11 && bytes[3] == b'-' && bytes[6] == b'-';
    let (area, group, serial) = if dashed {
        (&bytes[..3], &bytes[4..6], &bytes[7..])
    } else if bytes.len() == 9 {
        (&bytes[..3], &bytes[3..5], &bytes[5..])
    } else {
        return None;
    };
    let all_digits = [area, group, serial].iter().all(|part| part.iter().all(u8::is_ascii_digit));
    let given = area != b"000" && area != b"666" && area[0] != b'9' && group != b"00" && serial != b"0000";
    (all_digits && given).then_some(dashed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(values: &[&str]) -> Profile {
        let mut profile = Profile::new(100);
        for value in values {
            profile.take(value, false);
        }
        profile
    }

    #[test]
    fn nulls_are_no_values() {
        let found = profile(&["", " ", "12", "NA", ".", "."]);
        assert_eq!((found.rows, found.empty, found.values()), (6, 2, 1));
        assert_eq!(found.tokens(), [(".", 2), ("NA", 1)]);
        assert!(found.numbers.all_whole());
    }

    #[test]
    fn yes_and_no_are_found_in_their_spelling() {
        assert_eq!(profile(&["Y", "n", ""]).yes_no(), Some(("Y", "N", true)));
        assert_eq!(profile(&["1", "2"]).yes_no(), Some(("1", "2", false)));
        assert_eq!(profile(&["Y", "N", "U"]).yes_no(), None);
        assert_eq!(profile(&[""]).yes_no(), None);
    }

    #[test]
    fn zeros_in_front_are_counted() {
        let found = profile(&["0100", "2500", "0"]);
        assert_eq!((found.digits, found.leading_zeros, found.one_digit_width()), (3, 1, None));
        assert_eq!(profile(&["004", "120", "KG"]).one_digit_width(), Some(3));
    }

    #[test]
    fn numbers_that_were_never_given_are_no_social_security_numbers() {
        assert!(profile(&["123456789", "123-45-6789"]).looks_social());
        for never in
            ["000123456", "666123456", "912345678", "123006789", "123450000", "12345678", "12345678x"]
        {
            assert!(!profile(&[never]).looks_social(), "{never}");
        }
    }

    #[test]
    fn few_values_are_kept_and_many_are_not() {
        assert_eq!(profile(&["b", "a", "b"]).codes().map(BTreeSet::len), Some(2));
        let many: Vec<String> = (0..=MOST_CODES).map(|value| value.to_string()).collect();
        assert!(profile(&many.iter().map(String::as_str).collect::<Vec<_>>()).codes().is_none());
    }
}
