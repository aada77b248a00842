//! Whether a column holds numbers, and how many digits they take.

use crate::convert::ExactNumber;

/// What the numbers of a column are like.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Numbers {
    /// Values that are numbers as a layout reads them, and all values.
    pub(super) plain: u64,
    pub(super) values: u64,
    /// Values that are numbers only with commas between groups of three digits.
    pub(super) grouped: u64,
    /// Values that are numbers with a power of ten.
    pub(super) scientific: u64,
    /// Values below zero, and values with a decimal point.
    pub(super) negative: u64,
    pub(super) points: u64,
    /// The most digits before and after the point that say something.
    pub(super) whole_digits: usize,
    pub(super) fraction_digits: usize,
    /// The smallest and the largest whole number. They decide about types and are never shown.
    pub(super) smallest: i128,
    pub(super) largest: i128,
}

impl Numbers {
    /// Takes one value.
    pub(super) fn take(&mut self, value: &str) {
        self.values += 1;
        if self.is_text() && self.values > 1 {
            return;
        }
        let number = if let Ok(number) = ExactNumber::read(value, None) {
            self.plain += 1;
            number
        } else if let Ok(number) = ExactNumber::read(value, Some(b',')) {
            self.grouped += 1;
            number
        } else {
            self.scientific += u64::from(is_scientific(value));
            return;
        };
        self.negative += u64::from(value.starts_with('-'));
        self.points += u64::from(value.contains('.'));
        let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
        let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        let leading = |text: &str| text.trim_start_matches(['-', '+', '0', ',']).len();
        self.whole_digits = self.whole_digits.max(digits(&whole[whole.len() - leading(whole)..]));
        self.fraction_digits = self.fraction_digits.max(digits(fraction.trim_end_matches('0')));
        if let Ok(exact) = number.at_scale(0) {
            self.smallest = self.smallest.min(exact);
            self.largest = self.largest.max(exact);
        }
    }

    /// Whether some value is no number at all.
    fn is_text(&self) -> bool {
        self.plain + self.grouped + self.scientific + 1 < self.values
    }

    /// Whether every value is a number, with or without commas between groups of digits.
    pub(super) fn all_exact(&self) -> bool {
        self.values > 0 && self.plain + self.grouped == self.values
    }

    /// Whether every value is a number, some of them with a power of ten.
    pub(super) fn all_floating(&self) -> bool {
        self.values > 0 && self.plain + self.grouped + self.scientific == self.values
    }

    /// Whether every value is a whole number.
    pub(super) fn all_whole(&self) -> bool {
        self.all_exact() && self.fraction_digits == 0
    }
}

fn is_scientific(value: &str) -> bool {
    ExactNumber::read_scientific(value, None).is_ok_and(|number| number.to_f64().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(values: &[&str]) -> Numbers {
        let mut numbers = Numbers::default();
        for value in values {
            numbers.take(value);
        }
        numbers
    }

    #[test]
    fn digits_that_say_something_are_counted() {
        let found = numbers(&["0012", "-3.50", "7", "+100"]);
        assert!(found.all_exact() && !found.all_whole());
        assert_eq!((found.whole_digits, found.fraction_digits, found.negative), (3, 1, 1));
        let found = numbers(&["1.00", "1,234"]);
        assert!(found.all_whole());
        assert_eq!((found.grouped, found.whole_digits, found.largest), (1, 4, 1234));
        assert!(numbers(&["1e-05", "2.5"]).all_floating());
    }

    #[test]
    fn one_text_makes_no_numbers() {
        for odd in ["x", "1 2", "$5", "5%", "1,23", "--1", "1e999"] {
            assert!(!numbers(&["1", odd, "2"]).all_floating(), "{odd}");
            assert!(!numbers(&[odd, "1", "2", "3"]).all_floating(), "{odd}");
        }
        assert!(!numbers(&[]).all_exact());
    }
}
