//! The kinds of planted defects: what they do to a row, and which rule of a load is to find them.

use super::{Book, Row};

/// A kind of defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The row comes twice.
    ExactDuplicate,
    /// The row comes again with another value in a column that is not part of its key.
    ConflictingDuplicate,
    /// A day that no month has.
    BadDate,
    /// A code that no list has.
    BadCode,
    /// A letter in a number.
    BadNumber,
    /// The last field is missing.
    RaggedRow,
    /// Nothing in a column of the key.
    MissingKey,
    /// The row comes again under a number that differs in two neighbouring digits.
    MistypedNumber,
    /// The row comes again for a school that is not in the directory.
    UnknownSchool,
    /// The pupil is said to attend a second school from the same day.
    OverlappingSpell,
    /// A believable but wrong value.
    LateCorrection,
}

/// A spoiled row.
pub(super) enum Spoiled {
    /// It stands in the place of the true row, which is delivered later.
    Instead { row: Row },
    /// It follows the true row.
    Beside { row: Row },
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ExactDuplicate => "exact_duplicate",
            Self::ConflictingDuplicate => "conflicting_duplicate",
            Self::BadDate => "bad_date",
            Self::BadCode => "bad_code",
            Self::BadNumber => "bad_number",
            Self::RaggedRow => "ragged_row",
            Self::MissingKey => "missing_key",
            Self::MistypedNumber => "mistyped_number",
            Self::UnknownSchool => "unknown_school",
            Self::OverlappingSpell => "overlapping_spell",
            Self::LateCorrection => "late_correction",
        }
    }

    /// What a load or a check is to say about the row; blank when nothing in the file gives it away.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            Self::ExactDuplicate => "duplicate_row",
            Self::ConflictingDuplicate => "duplicate_key",
            Self::BadDate => "not_a_date",
            Self::BadCode => "unknown_code",
            Self::BadNumber => "not_a_number",
            Self::RaggedRow => "ragged_row",
            Self::MissingKey => "missing_required",
            Self::UnknownSchool => "school_in_directory",
            Self::OverlappingSpell => "spells_do_not_overlap",
            Self::MistypedNumber | Self::LateCorrection => "",
        }
    }

    /// Whether one column is at fault.
    pub(super) const fn names_column(self) -> bool {
        !matches!(self, Self::ExactDuplicate | Self::RaggedRow | Self::OverlappingSpell)
    }

    /// Spoils a copy of a row; None when the row does not lend itself to it.
    pub(super) fn apply(self, row: &Row, column: &str, book: &mut Book) -> Option<Spoiled> {
        let value = row.get(column).unwrap_or_default();
        match self {
            Self::ExactDuplicate => Some(Spoiled::Beside { row: row.copy() }),
            Self::ConflictingDuplicate => Some(Spoiled::Beside { row: row.with(column, &other(value)?)? }),
            Self::LateCorrection => Some(Spoiled::Instead { row: row.with(column, &other(value)?)? }),
            Self::BadDate => Some(Spoiled::Instead { row: row.with(column, &no_day(value)?)? }),
            Self::BadCode if !value.is_empty() => Some(Spoiled::Instead { row: row.with(column, b"Q9")? }),
            Self::BadNumber => Some(Spoiled::Instead { row: row.with(column, &mixed(value)?)? }),
            Self::MissingKey => Some(Spoiled::Instead { row: row.with(column, b"")? }),
            Self::RaggedRow => {
                let mut shorter = row.copy();
                shorter.fields.pop();
                Some(Spoiled::Instead { row: shorter })
            }
            Self::MistypedNumber => {
                let place = book.chance.below(value.len().saturating_sub(2)) + 1;
                let mut typed = value.to_vec();
                typed.swap(place, place + 1);
                (typed != value).then_some(())?;
                Some(Spoiled::Beside { row: row.with(column, &typed)? })
            }
            Self::UnknownSchool => Some(Spoiled::Beside { row: row.with(column, b"999")? }),
            Self::OverlappingSpell => {
                // A stay of a day overlaps nothing.
                (row.get("ENTRY_DATE") != row.get("EXIT_DATE")).then_some(())?;
                let [district, school] = book.elsewhere.as_ref()?;
                let moved = row.with("DISTRICT", district)?.with("SCHOOL", school)?;
                let differs = moved.fields != row.fields;
                differs.then_some(Spoiled::Beside { row: moved })
            }
            Self::BadCode => None,
        }
    }
}

impl Row {
    fn copy(&self) -> Self {
        Self { subject: self.subject, fields: self.fields.clone() }
    }
}

/// Another value of the same kind: the other answer, or a number whose last digit differs.
fn other(value: &[u8]) -> Option<Vec<u8>> {
    match value {
        b"Y" => return Some(b"N".to_vec()),
        b"N" => return Some(b"Y".to_vec()),
        _ => {}
    }
    let mut changed = value.to_vec();
    let place = changed.iter().rposition(u8::is_ascii_digit)?;
    changed[place] = if changed[place] == b'9' { b'1' } else { changed[place] + 1 };
    Some(changed)
}

/// The thirtieth of February, in the way the date is written.
fn no_day(value: &[u8]) -> Option<Vec<u8>> {
    match value {
        [_, _, b'/', _, _, b'/', year @ ..] => Some([b"02/30/".as_slice(), year].concat()),
        [year @ .., b'-', _, _, b'-', _, _] => Some([year, b"-02-30".as_slice()].concat()),
        _ => None,
    }
}

/// A letter O in the place of the last digit.
fn mixed(value: &[u8]) -> Option<Vec<u8>> {
    let mut changed = value.to_vec();
    let place = changed.iter().rposition(u8::is_ascii_digit)?;
    changed[place] = b'O';
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_spoiled_in_their_own_way() {
        assert_eq!(no_day(b"08/14/2019").unwrap(), b"02/30/2019");
        assert_eq!(no_day(b"2019-08-14").unwrap(), b"2019-02-30");
        assert!(no_day(b"").is_none());
        assert_eq!(other(b"Y").unwrap(), b"N");
        assert_eq!(other(b"1203.09").unwrap(), b"1203.01");
        assert_eq!(mixed(b"12.50").unwrap(), b"12.5O");
    }
}
