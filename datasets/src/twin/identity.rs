//! The numbers agencies give to a person. Each is a scattered copy of the person's place in the simulation:
//! no two persons share one, and none tells anything about the other. Social security numbers come from
//! ranges that are never issued (beginning with 9 or with 000).

use super::calendar::Day;

/// A number an agency gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number(pub(super) u64);

/// The state student number: nine digits.
pub(super) fn student_number(person: u64) -> Number {
    Number(100_000_000 + scatter(person, 617_283_947, 900_000_000))
}

/// The social security number: nine digits, leading zeros count.
pub(super) fn social_security_number(person: u64) -> Number {
    if person.is_multiple_of(64) {
        Number(scatter(person / 64, 381_947, 1_000_000))
    } else {
        Number(900_000_000 + scatter(person, 38_194_721, 100_000_000))
    }
}

/// The community colleges' number: eight digits, leading zeros count.
pub(super) fn community_college_number(person: u64) -> Number {
    Number(scatter(person, 52_719_863, 100_000_000))
}

/// The universities' number: a letter and eight digits.
pub(super) fn university_number(person: u64) -> String {
    format!("U{:08}", scatter(person, 71_302_957, 100_000_000))
}

/// The number of human services: nine digits.
pub(super) fn client_number(person: u64) -> Number {
    Number(100_000_000 + scatter(person, 468_275_311, 900_000_000))
}

/// The corrections' number: a letter and eight digits.
pub(super) fn inmate_number(person: u64) -> String {
    format!("K{:08}", scatter(person, 37_198_391, 100_000_000))
}

/// The number of rehabilitation services: two letters and eight digits.
pub(super) fn rehabilitation_number(person: u64) -> String {
    format!("VR{:08}", scatter(person, 83_915_477, 100_000_000))
}

/// The number of a participant in a workforce program: a letter and nine digits.
pub(super) fn participant_number(person: u64) -> String {
    format!("P{:09}", scatter(person, 219_483_647, 1_000_000_000))
}

/// Moves a number to another one below `modulus`, one to one: the multiplier shares no factor with it.
fn scatter(number: u64, multiplier: u64, modulus: u64) -> u64 {
    (number * multiplier + multiplier / 3) % modulus
}

/// What everyone knows about a person.
pub(super) struct Person {
    /// The person's place in the simulation.
    pub(super) number: u64,
    /// Birth date.
    pub(super) birth: Day,
    /// `F` or `M`.
    pub(super) sex: &'static str,
    /// One letter: A, B, H (Hispanic or Latino of any race), I, M, P or W.
    pub(super) race: &'static str,
    /// The number wages are reported under; nobody without one works in covered employment.
    pub(super) social_security: Option<Number>,
    /// Which agencies know the social security number.
    pub(super) known: Known,
    /// Readiness for school and work, mean about 0, deviation about 1.
    pub(super) ability: f64,
    /// Place of the home district in the list of districts.
    pub(super) district: usize,
    /// Needs that schools report.
    pub(super) needs: Needs,
}

impl Person {
    /// Hispanic or Latino of any race.
    pub(super) fn is_hispanic(&self) -> bool {
        self.race == "H"
    }

    /// The race or ethnicity as schools report it: up to 2009-10 there were five categories to choose from.
    pub(super) fn reported_race(&self, school_year: i32) -> &'static str {
        match self.race {
            "P" if school_year < 2011 => "A",
            "M" if school_year < 2011 && self.number.is_multiple_of(2) => "B",
            "M" if school_year < 2011 => "W",
            race => race,
        }
    }
}

/// Which agencies hold the social security number in their link file.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// The department of education.
    pub(super) schools: bool,
    /// The community colleges.
    pub(super) community_colleges: bool,
    /// The universities.
    pub(super) universities: bool,
}

/// Needs that schools report, before their changes over the years.
#[derive(Clone, Copy, Default)]
pub(super) struct Needs {
    /// Grows up in a poor home.
    pub(super) poor: bool,
    /// Years as an English learner, counted from the first school year.
    pub(super) english_learner_years: i32,
    /// Grades from which to which the child has an individual education program.
    pub(super) disability: Option<(i32, i32)>,
    /// Assessed on the alternate assessment: never earns a regular diploma.
    pub(super) severe: bool,
    /// Years in school from which to which the child is a migratory one.
    pub(super) migrant: Option<(i32, i32)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn numbers_are_unique_and_in_their_ranges() {
        let mut seen = BTreeSet::new();
        for person in 0..200_000 {
            let number = social_security_number(person).0;
            assert!(number < 1_000_000 || (900_000_000..1_000_000_000).contains(&number));
            assert!(seen.insert(number));
            assert!((100_000_000..1_000_000_000).contains(&student_number(person).0));
        }
        for give in [student_number, community_college_number, client_number] {
            let given: BTreeSet<u64> = (0..200_000).map(|person| give(person).0).collect();
            assert_eq!(given.len(), 200_000);
        }
        for give in [university_number, inmate_number, rehabilitation_number, participant_number] {
            let given: BTreeSet<String> = (0..200_000).map(give).collect();
            assert_eq!(given.len(), 200_000);
        }
    }
}
