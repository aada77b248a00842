//! Tests of the state: reading and mathematics in grades 3 to 8, ends of courses in high school, and the ACT.

use std::path::Path;

use super::headers;
use super::pupils::last_day;
use crate::twin::calendar::Day;
use crate::twin::chance::{Chance, whole};
use crate::twin::error::TwinError;
use crate::twin::identity::{self, Person};
use crate::twin::places::Places;
use crate::twin::record::Spell;
use crate::twin::table::Table;
use crate::twin::yearly::{Written, Yearly};

/// The last school year of the former tests, with four levels; no tests were given in the spring of 2020.
const LAST_FORMER: i32 = 2015;
const NO_TESTS: i32 = 2020;
/// Subjects of grades 3 to 8, and of grades 9 to 11.
const ELEMENTARY: [&str; 2] = ["RLA", "MATH"];
const COURSES: [&[&str]; 3] = [&["ALG1"], &["ENGL", "BIOL"], &["HIST"]];
const ACT: [&str; 5] = ["COMP", "LANG", "MATH", "READ", "SCI"];
/// Why somebody was not tested: absent, medical waiver, refusal by a parent, other.
const REASONS: [&str; 4] = ["03451", "03454", "03452", "09999"];

/// The files of test results.
pub(super) struct TestFiles {
    assessment: Yearly,
}

impl TestFiles {
    pub(super) fn create(folder: &Path, years: (i32, i32)) -> Result<Self, TwinError> {
        Ok(Self { assessment: Yearly::create(folder, "mde/assessment", headers::ASSESSMENT, years)? })
    }

    pub(super) fn close(self, written: &mut Vec<Written>) -> Result<(), TwinError> {
        self.assessment.close(written)
    }

    /// Writes the tests of one school year of a pupil; `talent` is what stays of their results over the years.
    pub(super) fn write(
        &mut self,
        chance: &mut Chance,
        person: &Person,
        talent: f64,
        spells: &[Spell],
        places: &Places,
    ) -> Result<(), TwinError> {
        let Some(spell) = spells.last().filter(|spell| spell.attended() && spell.grade >= 3) else {
            return Ok(());
        };
        let end = last_day(spell, places);
        let Some(file) = self.assessment.of(spell.year) else { return Ok(()) };
        let tested = |day: Day| (spell.entry..=end).contains(&day);
        let whole_year = spells.len() == 1 && spell.entry <= Day::of(spell.year - 1, 10, 1);
        let sheet = Sheet { number: identity::student_number(person.number).0, spell, places, whole_year };
        let april = Day::of(spell.year, 4, 20).workday_after();
        let severe = person.needs.severe;
        if tested(april) && spell.year != NO_TESTS && !severe {
            let subjects: &[&str] = match spell.grade {
                3..=8 => &ELEMENTARY,
                9..=11 => COURSES[usize::try_from(spell.grade - 9).unwrap_or_default()],
                _ => &[],
            };
            for subject in subjects {
                let quality = talent + 0.35 * chance.normal();
                sheet.write_state_test(chance, file, subject, april, quality)?;
            }
        }
        let march = Day::of(spell.year, 3, 2).workday_after();
        if spell.grade == 11 && tested(march) && !severe && chance.happens(0.93) {
            sheet.write_act(chance, file, march, talent)?;
        }
        Ok(())
    }
}

/// The head of an answer sheet.
struct Sheet<'a> {
    number: u64,
    spell: &'a Spell,
    places: &'a Places,
    whole_year: bool,
}

impl Sheet<'_> {
    fn head(&self, file: &mut Table, test: &str, subject: &str, day: Day) {
        let school = &self.places.schools[self.spell.school];
        file.number(self.number, 9).year(self.spell.year).text(test).text(subject).american_date(day);
        file.number(u64::from(self.spell.grade.unsigned_abs()), 2);
        file.text(&self.places.districts[school.district].code).text(&school.code);
    }

    /// A state test: scores of a grade lie in its own hundred, and the levels part it.
    fn write_state_test(
        &self,
        chance: &mut Chance,
        file: &mut Table,
        subject: &str,
        day: Day,
        quality: f64,
    ) -> Result<(), TwinError> {
        let former = self.spell.year <= LAST_FORMER;
        let test = match (former, self.spell.grade) {
            (true, ..=8) => "MCT2",
            (true, _) => "SATP2",
            _ => "MAAP",
        };
        self.head(file, test, subject, day);
        if chance.happens(0.014) {
            let reason = REASONS[chance.weighted(&[0.6, 0.15, 0.05, 0.2])];
            return file.blank().blank().text(reason).flag(self.whole_year).end_row();
        }
        // The later the year, the better the state does.
        let drift = 0.025 * f64::from(self.spell.year - 2020);
        let place = whole((62.0 + 17.0 * (quality + drift)).clamp(1.0, 99.0));
        let grade = self.spell.grade.unsigned_abs();
        let level = match (former, place) {
            (true, ..40) | (false, ..35) => "Minimal",
            (true, 40..58) | (false, 35..50) => "Basic",
            (false, 50..65) => "Passing",
            (true, 58..82) | (false, 65..83) => "Proficient",
            _ => "Advanced",
        };
        file.cents(u64::from(100 * grade + place) * 100).text(level).blank();
        file.flag(self.whole_year).end_row()
    }

    fn write_act(
        &self,
        chance: &mut Chance,
        file: &mut Table,
        day: Day,
        talent: f64,
    ) -> Result<(), TwinError> {
        let mut parts = [0; 4];
        for part in &mut parts {
            *part = whole((18.65 + 4.9 * talent + 2.4 * chance.normal()).clamp(6.0, 36.0));
        }
        // The composite is the mean of the four, rounded half up.
        let composite = (parts.iter().sum::<u32>() + 2) / 4;
        let scores = [composite, parts[0], parts[1], parts[2], parts[3]];
        for (subject, score) in ACT.into_iter().zip(scores) {
            self.head(file, "ACT", subject, day);
            file.cents(u64::from(score) * 100).blank().blank().flag(self.whole_year).end_row()?;
        }
        Ok(())
    }
}
