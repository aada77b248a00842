//! Courses of grades 9 to 12. In grade 9 the four core courses have a grade each semester, as an early-warning
//! indicator needs it; all others have one for the year.

use std::path::Path;

use super::headers;
use super::pupils::last_day;
use crate::twin::chance::Chance;
use crate::twin::error::TwinError;
use crate::twin::identity::{self, Person};
use crate::twin::places::Places;
use crate::twin::record::Spell;
use crate::twin::yearly::{Written, Yearly};

/// Course codes (SCED): English, mathematics, science, social science of grades 9 to 12.
const CORE: [[&str; 4]; 4] = [
    ["01001", "02052", "03003", "04051"],
    ["01002", "02072", "03051", "04101"],
    ["01003", "02056", "03101", "04151"],
    ["01004", "02110", "03151", "04201"],
];
/// Electives: physical education, health, art, band, Spanish, computing, agriculture, child care.
const ELECTIVES: [&str; 8] = ["08001", "08051", "05154", "05101", "06101", "10001", "18001", "19051"];
const LETTERS: [&str; 5] = ["F", "D", "C", "B", "A"];

/// The files of courses.
pub(super) struct CourseFiles {
    course: Yearly,
}

/// A course somebody sat in.
struct Sitting {
    course: &'static str,
    term: &'static str,
    /// Credits in hundredths.
    credits: u64,
    core: bool,
}

impl CourseFiles {
    pub(super) fn create(folder: &Path, years: (i32, i32)) -> Result<Self, TwinError> {
        Ok(Self { course: Yearly::create(folder, "mde/course", headers::COURSE, years)? })
    }

    pub(super) fn close(self, written: &mut Vec<Written>) -> Result<(), TwinError> {
        self.course.close(written)
    }

    /// Writes the courses of one school year of a pupil; `talent` is what stays of their grades over the years.
    pub(super) fn write(
        &mut self,
        chance: &mut Chance,
        person: &Person,
        talent: f64,
        spells: &[Spell],
        places: &Places,
    ) -> Result<(), TwinError> {
        let Some(last) = spells.iter().rfind(|spell| spell.in_high_school()) else { return Ok(()) };
        let Some(file) = self.course.of(last.year) else { return Ok(()) };
        let number = identity::student_number(person.number).0;
        let school = &places.schools[last.school];
        let district = &places.districts[school.district];
        let end = last_day(last, places);
        // Whoever leaves before the end of January has finished no semester.
        let leaves_early = end.plus(14) < district.last_day(last.year);
        let half = !leaves_early || end.civil().0 == last.year;
        let left = leaves_early && last.exit.as_ref().is_some_and(|exit| !exit.code.starts_with('C'));
        for sitting in sittings(chance, last.grade) {
            let finished = match sitting.term {
                "S1" => half,
                _ => !left,
            };
            let points = grade(chance, talent, sitting.core);
            let section = chance.between(1, 9);
            file.number(number, 9).year(last.year).text(sitting.term);
            file.text(&format!("{}-{section:02}", sitting.course)).text(sitting.course);
            file.text(&district.code).text(&school.code).cents(sitting.credits);
            file.cents(if finished && points > 0 { sitting.credits } else { 0 });
            file.text(if finished { LETTERS[points] } else { "W" });
            file.number(teacher(last.school, sitting.course, section), 7).end_row()?;
        }
        Ok(())
    }
}

/// The courses of a year.
fn sittings(chance: &mut Chance, grade: i32) -> Vec<Sitting> {
    let place = usize::try_from(grade - 9).unwrap_or_default().min(3);
    let mut sittings = Vec::with_capacity(11);
    for course in CORE[place] {
        if grade == 9 {
            sittings.push(Sitting { course, term: "S1", credits: 50, core: true });
            sittings.push(Sitting { course, term: "S2", credits: 50, core: true });
        } else {
            sittings.push(Sitting { course, term: "YR", credits: 100, core: true });
        }
    }
    let first = chance.below(ELECTIVES.len());
    for step in 0..3 {
        let course = ELECTIVES[(first + 3 * step) % ELECTIVES.len()];
        sittings.push(Sitting { course, term: "YR", credits: 100, core: false });
    }
    sittings
}

/// A grade from 0 (F) to 4 (A).
fn grade(chance: &mut Chance, talent: f64, core: bool) -> usize {
    let points = talent + if core { -0.1 } else { 0.45 } + 0.7 * chance.normal();
    match points {
        ..0.05 => 0,
        ..1.0 => 1,
        ..2.1 => 2,
        ..3.15 => 3,
        _ => 4,
    }
}

/// The department's number of the teacher of a section; teachers keep their sections over the years.
fn teacher(school: usize, course: &str, section: i32) -> u64 {
    let course: u64 = course.bytes().fold(0, |sum, digit| 10 * sum + u64::from(digit - b'0'));
    let place = school as u64 * 100_003 + course * 11 + u64::from(section.unsigned_abs()) / 3;
    1_000_000 + place * 611_953 % 9_000_000
}
