//! Community colleges and universities: the institutions, their terms, and what is studied there.

use super::calendar::Day;
use super::chance::{Chance, whole};

/// The two kinds of public institutions of the state, each an agency with extracts of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Community college.
    Two,
    /// University.
    Four,
}

/// A term of the academic year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Season {
    Fall,
    Spring,
    Summer,
}

impl Season {
    /// How the extracts name it.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Fall => "FA",
            Self::Spring => "SP",
            Self::Summer => "SU",
        }
    }

    /// First and last day in an academic year, which is named by its ending year and has the summer at its end.
    pub(super) const fn span(self, academic_year: i32) -> (Day, Day) {
        let shift = academic_year.rem_euclid(5);
        let (start, end) = match self {
            Self::Fall => {
                (Day::of(academic_year - 1, 8, 16 + shift), Day::of(academic_year - 1, 12, 7 + shift))
            }
            Self::Spring => (Day::of(academic_year, 1, 9 + shift), Day::of(academic_year, 5, 4 + shift)),
            Self::Summer => {
                (Day::of(academic_year, 5, 30 + shift % 2), Day::of(academic_year, 7, 24 + shift))
            }
        };
        (start.workday_after(), end.workday_before())
    }
}

/// Fields of study: code, how it pays, and whether it is mostly studied at community colleges.
const FIELDS: [(&str, f64, bool); 14] = [
    ("24.0101", 0.95, true),
    ("51.3801", 1.25, true),
    ("52.0201", 1.08, false),
    ("13.1202", 0.95, false),
    ("11.0101", 1.25, false),
    ("47.0604", 1.05, true),
    ("48.0508", 1.12, true),
    ("12.0401", 0.75, true),
    ("14.1901", 1.4, false),
    ("26.0101", 0.98, false),
    ("42.0101", 0.92, false),
    ("51.0000", 1.05, true),
    ("43.0107", 0.95, true),
    ("09.0101", 0.92, false),
];

/// A field of study.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// Six digits of the classification of instructional programs, with a dot.
    pub(super) cip: &'static str,
    /// Wages of its graduates against the average.
    pub(super) pay: f64,
}

/// The institutions of the state.
pub(super) struct Colleges {
    list: Vec<Institution>,
    two_year: usize,
}

/// A college or university.
pub(super) struct Institution {
    /// Six digits, in a range no institution has.
    pub(super) unit: u32,
}

impl Colleges {
    /// 15 community colleges and 8 universities in a whole state, 4 and 3 in a small one.
    pub(super) fn found(scale: f64) -> Self {
        let two_year = whole(15.0 * scale.sqrt().sqrt()).clamp(4, 15);
        let four_year = whole(8.0 * scale.sqrt().sqrt()).clamp(3, 8);
        let two = (0..two_year).map(|place| Institution { unit: 900_101 + 11 * place });
        let four = (0..four_year).map(|place| Institution { unit: 900_601 + 13 * place });
        Self { list: two.chain(four).collect(), two_year: two_year as usize }
    }

    /// The institution at a place of the list.
    pub(super) fn institution(&self, place: usize) -> &Institution {
        &self.list[place]
    }

    /// The community college near a district.
    pub(super) fn near(&self, district: usize) -> usize {
        district % self.two_year
    }

    /// A college of this level: mostly the near one, or one of the large universities.
    pub(super) fn choose(&self, chance: &mut Chance, level: Level, district: usize) -> usize {
        let four_year = self.list.len() - self.two_year;
        match level {
            Level::Two if chance.happens(0.75) => self.near(district),
            Level::Two => chance.below(self.two_year),
            Level::Four if chance.happens(0.55) => self.two_year + chance.below(2),
            Level::Four => self.two_year + chance.below(four_year),
        }
    }
}

/// Draws a field of study.
pub(super) fn choose_field(chance: &mut Chance, level: Level) -> Field {
    let place = chance.below(FIELDS.len());
    let (cip, pay, vocational) = FIELDS[place];
    if vocational == (level == Level::Two) {
        return Field { cip, pay };
    }
    let (cip, pay, _) = FIELDS[chance.below(FIELDS.len())];
    Field { cip, pay }
}
