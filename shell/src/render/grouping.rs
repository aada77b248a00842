//! Which columns get separators between thousands: amounts and counts, never years, ids or codes.

use lifetracks_engine::Role;
use lifetracks_engine::arrow::datatypes::DataType;

/// Words in a column's name that say its numbers name something instead of counting it.
const NAMING_WORDS: &[&str] = &["id", "ids", "year", "code", "key", "index", "zip"];

/// Whether a column's numbers may get separators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grouping {
    /// Always: its role is measure.
    Always,
    /// Only if some value is not a plausible year.
    UnlessYears,
    /// Never.
    Never,
}

impl Grouping {
    /// Decides by role, and by type and name where the role is not known.
    pub(crate) fn of(name: &str, data_type: &DataType, role: Option<Role>) -> Self {
        if !data_type.is_numeric() {
            return Self::Never;
        }
        match role {
            Some(Role::Measure) => Self::Always,
            Some(_) => Self::Never,
            None if name.starts_with("count(") || name.starts_with("sum(") => Self::Always,
            None if names_something(name) => Self::Never,
            None => Self::UnlessYears,
        }
    }

    /// Whether to group, given the values that are shown.
    pub(crate) fn applies<'a>(self, mut shown: impl Iterator<Item = &'a str>) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::UnlessYears => !shown.all(is_plausible_year),
        }
    }
}

fn names_something(name: &str) -> bool {
    name.to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .any(|word| NAMING_WORDS.contains(&word))
}

fn is_plausible_year(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|year| (1800..2200).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_decides_before_the_name() {
        let wages = Grouping::of("wages", &DataType::Int64, Some(Role::Measure));
        assert!(wages.applies(["2012"].into_iter()));
        let id = Grouping::of("n", &DataType::Int64, Some(Role::Identifier));
        assert!(!id.applies(["123456"].into_iter()));
    }

    #[test]
    fn without_a_role_the_name_and_the_values_decide() {
        let grouped = |name: &str, values: &[&str]| {
            Grouping::of(name, &DataType::Int64, None).applies(values.iter().copied())
        };
        assert!(!grouped("school_year", &["20120"]));
        assert!(!grouped("max(t.person_id)", &["20120"]));
        assert!(grouped("count(t.person_id)", &["2012"]));
        assert!(!grouped("class", &["2012", "2013"]));
        assert!(grouped("n", &["2012", "31999"]));
    }

    #[test]
    fn text_is_never_grouped() {
        let grouping = Grouping::of("n", &DataType::Utf8, Some(Role::Measure));
        assert_eq!(grouping, Grouping::Never);
    }
}
