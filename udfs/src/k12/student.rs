//! A student's spells and awards, read from the rows of two tables.

use std::collections::HashMap;
use std::ops::Range;

use datafusion::arrow::array::{Array, BooleanArray, Date32Array, Int32Array, RecordBatch, StringViewArray};
use datafusion::common::cast::{as_boolean_array, as_date32_array, as_int32_array, as_string_view_array};
use datafusion::error::Result;

use crate::person::{Name, Names};

/// The columns of `k12_enrollment` that the programs read, in this order.
pub const ENROLLMENT: [&str; 10] = [
    "person_id",
    "entry_date",
    "exit_date",
    "school_year",
    "district_id",
    "school_id",
    "grade",
    "exit_code",
    "exit_documented",
    "birth_date",
];

/// The columns of `diploma` that the programs read, in this order.
pub const DIPLOMA: [&str; 3] = ["person_id", "award_date", "diploma_type"];

/// The columns of `calendar` that the programs read, in this order; the table may be missing.
pub const CALENDAR: [&str; 4] = ["school_id", "school_year", "first_day", "last_day"];

/// A stay in a school as it was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spell {
    pub(super) year: i32,
    pub(super) district: Name,
    pub(super) school: Name,
    pub(super) grade: Name,
    /// Days are counted from 1 January 1970.
    pub(super) entry: i32,
    pub(super) exit: Option<i32>,
    pub(super) exit_code: Option<Name>,
    /// As reported; none is no document.
    pub(super) documented: Option<bool>,
    pub(super) birth: Option<i32>,
}

/// A diploma or another credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Award {
    pub(super) day: i32,
    pub(super) kind: Name,
}

/// The rows of one student, and the texts that stand in them.
#[derive(Debug, Default)]
pub(super) struct Student {
    /// By day of entry.
    pub(super) spells: Vec<Spell>,
    /// By day of award.
    pub(super) awards: Vec<Award>,
    pub(super) names: Names,
    /// The grades whose spells are looked at; empty for all.
    grades: Vec<String>,
    /// Whether a text is one of them, by its number; an answer for each text met so far.
    kept: Vec<bool>,
    enrollment: Option<Enrollment>,
    diploma: Option<(Date32Array, StringViewArray)>,
}

/// The columns of a batch of `k12_enrollment`.
#[derive(Debug)]
struct Enrollment {
    entry: Date32Array,
    exit: Date32Array,
    year: Int32Array,
    district: StringViewArray,
    school: StringViewArray,
    grade: StringViewArray,
    exit_code: StringViewArray,
    documented: BooleanArray,
    birth: Date32Array,
}

impl Student {
    /// A student of whom only spells in some grades are looked at.
    pub(super) fn in_grades<'a>(grades: impl Iterator<Item = &'a String>) -> Self {
        Self { grades: grades.cloned().collect(), ..Self::default() }
    }

    /// Opens a batch of the enrollment input (0) or of the diploma input (1).
    pub(super) fn open(&mut self, input: usize, batch: &RecordBatch) -> Result<()> {
        if input == 0 {
            self.enrollment = Some(Enrollment {
                entry: as_date32_array(batch.column(1))?.clone(),
                exit: as_date32_array(batch.column(2))?.clone(),
                year: as_int32_array(batch.column(3))?.clone(),
                district: as_string_view_array(batch.column(4))?.clone(),
                school: as_string_view_array(batch.column(5))?.clone(),
                grade: as_string_view_array(batch.column(6))?.clone(),
                exit_code: as_string_view_array(batch.column(7))?.clone(),
                documented: as_boolean_array(batch.column(8))?.clone(),
                birth: as_date32_array(batch.column(9))?.clone(),
            });
        } else {
            let kinds = as_string_view_array(batch.column(2))?.clone();
            self.diploma = Some((as_date32_array(batch.column(1))?.clone(), kinds));
        }
        Ok(())
    }

    /// Adds rows of the open batch to the student; a spell without an entry or a year is nowhere in time.
    pub(super) fn rows(&mut self, input: usize, rows: Range<usize>) {
        if input == 0 {
            let Some(from) = &self.enrollment else { return };
            for row in rows {
                let grade = self.names.number_at(&from.grade, row);
                for number in self.kept.len()..self.names.len() {
                    let text = self.names.text(Name::try_from(number).unwrap_or(Name::MAX));
                    self.kept.push(self.grades.is_empty() || self.grades.iter().any(|kept| kept == text));
                }
                if self.kept[grade as usize] && from.entry.is_valid(row) && from.year.is_valid(row) {
                    self.spells.push(from.spell(row, grade, &mut self.names));
                }
            }
        } else {
            let Some((days, kinds)) = &self.diploma else { return };
            let names = &mut self.names;
            let awarded = rows.filter(|row| days.is_valid(*row) && kinds.is_valid(*row));
            let award =
                awarded.map(|row| Award { day: days.value(row), kind: names.number(kinds.value(row)) });
            self.awards.extend(award);
        }
    }

    /// Puts spells and awards in the order of time; an open spell comes after one that ended.
    pub(super) fn arrange(&mut self) {
        let key = |spell: &Spell| (spell.entry, spell.exit.is_none(), spell.exit);
        if !self.spells.is_sorted_by_key(key) {
            self.spells.sort_by_key(key);
        }
        self.awards.sort_by_key(|award| award.day);
    }

    /// Forgets the student, and keeps the texts.
    pub(super) fn clear(&mut self) {
        self.spells.clear();
        self.awards.clear();
    }
}

impl Enrollment {
    fn spell(&self, row: usize, grade: Name, names: &mut Names) -> Spell {
        let day = |column: &Date32Array| column.is_valid(row).then(|| column.value(row));
        Spell {
            year: self.year.value(row),
            district: names.number_at(&self.district, row),
            school: names.number_at(&self.school, row),
            grade,
            entry: self.entry.value(row),
            exit: day(&self.exit),
            exit_code: self.exit_code.is_valid(row).then(|| names.number_at(&self.exit_code, row)),
            documented: self.documented.is_valid(row).then(|| self.documented.value(row)),
            birth: day(&self.birth),
        }
    }
}

/// When schools held class: first and last day by school and school year.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    days: HashMap<(Name, i32), (i32, i32)>,
}

impl Calendar {
    /// Reads the rows of `calendar`.
    pub(super) fn read(batches: &[RecordBatch], names: &mut Names) -> Result<Self> {
        let mut calendar = Self::default();
        for batch in batches {
            let (schools, years) = (as_string_view_array(batch.column(0))?, as_int32_array(batch.column(1))?);
            let (first, last) = (as_date32_array(batch.column(2))?, as_date32_array(batch.column(3))?);
            for row in (0..batch.num_rows()).filter(|row| first.is_valid(*row) && last.is_valid(*row)) {
                let key = (names.number(schools.value(row)), years.value(row));
                calendar.days.insert(key, (first.value(row), last.value(row)));
            }
        }
        Ok(calendar)
    }

    /// The first and the last day of class; `None` when the school's calendar is not known.
    pub(super) fn school_year(&self, school: Name, year: i32) -> Option<(i32, i32)> {
        self.days.get(&(school, year)).copied()
    }
}
