//! How the numbers of an axis are written: with separators, as percents, or as they are.

use crate::text::grouped;

/// Words in the name of a column whose values from 0 to 1 are shares of a whole.
const SHARE_WORDS: &[&str] =
    &["rate", "rates", "share", "shares", "survival", "proportion", "hazard", "probability"];

/// Numbers from here on are written with an exponent.
const LARGE: f64 = 1e15;

/// The way numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A quantity.
    Plain,
    /// A share of a whole, shown in percent.
    Share,
    /// A year, a code: a number without separators.
    Ordinal,
}

impl Unit {
    /// The unit of a column of numbers.
    pub(super) fn of(words: &[String], mut values: impl Iterator<Item = f64>) -> Self {
        let named = words.iter().any(|word| SHARE_WORDS.contains(&word.as_str()));
        if named && values.all(|value| (0.0..=1.0).contains(&value)) { Self::Share } else { Self::Plain }
    }

    /// The number with so many digits after its point.
    pub(super) fn label(self, value: f64, decimals: usize) -> String {
        let shown = if self == Self::Share { value * 100.0 } else { value };
        if shown != 0.0 && (shown.abs() >= LARGE || shown.abs() < 1e-6) {
            return format!("{shown:.2e}");
        }
        let mut text = format!("{shown:.decimals$}");
        if text.trim_start_matches('-').trim_matches(['0', '.']).is_empty() {
            text = text.replace('-', "");
        }
        match self {
            Self::Plain => grouped(&text).into_owned(),
            Self::Share => format!("{text}%"),
            Self::Ordinal => text,
        }
    }

    /// The digits after the point that tell multiples of `step` apart.
    pub(super) fn decimals_of_step(self, step: f64) -> usize {
        let step = if self == Self::Share { step * 100.0 } else { step };
        (0..6).find(|&decimals| is_whole(step, decimals, 1e-6)).unwrap_or(6)
    }

    /// The digits after the point that the values need, two at most unless all of them are small.
    pub(super) fn decimals_of(self, values: impl Iterator<Item = f64> + Clone) -> usize {
        let scaled = values.map(|value| if self == Self::Share { value * 100.0 } else { value });
        let largest = scaled.clone().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let most = match self {
            Self::Share => 1,
            _ if largest < 1.0 => 4,
            _ => 2,
        };
        (0..most)
            .find(|&decimals| scaled.clone().all(|value| is_whole(value, decimals, 1e-9)))
            .unwrap_or(most)
    }
}

/// Whether the value has no more than these digits after its point.
fn is_whole(value: f64, decimals: usize, tolerance: f64) -> bool {
    let shifted = value * 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
    (shifted - shifted.round()).abs() <= tolerance * shifted.abs().max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_percents_only_where_name_and_values_say_so() {
        let rate = ["graduation".to_owned(), "rate".to_owned()];
        assert_eq!(Unit::of(&rate, [0.2, 1.0].into_iter()), Unit::Share);
        assert_eq!(Unit::of(&rate, [0.2, 92.0].into_iter()), Unit::Plain);
        assert_eq!(Unit::of(&["wages".to_owned()], [0.2].into_iter()), Unit::Plain);
    }

    #[test]
    fn years_have_no_separators() {
        assert_eq!(Unit::Ordinal.label(2021.0, 0), "2021");
        assert_eq!(Unit::Plain.label(2021.0, 0), "2,021");
        assert_eq!(Unit::Share.label(0.875, 1), "87.5%");
        assert_eq!(Unit::Plain.label(-0.0001, 1), "0.0");
        assert_eq!(Unit::Plain.label(1e300, 0), "1.00e300");
    }

    #[test]
    fn only_digits_that_tell_something_are_shown() {
        assert_eq!(Unit::Plain.decimals_of([1.0, 2.0].into_iter()), 0);
        assert_eq!(Unit::Plain.decimals_of([1.5, 2.25].into_iter()), 2);
        assert_eq!(Unit::Share.decimals_of([0.5, 0.123_456].into_iter()), 1);
        assert_eq!(Unit::Plain.decimals_of_step(0.25), 2);
        assert_eq!(Unit::Share.decimals_of_step(0.05), 0);
    }
}
