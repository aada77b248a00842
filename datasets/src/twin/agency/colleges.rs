//! Community colleges and universities: terms, courses of beginners, awards; and adult education.

use std::path::Path;

use super::headers;
use crate::twin::chance::{Chance, Matter};
use crate::twin::colleges::Level;
use crate::twin::defects::Ledger;
use crate::twin::error::TwinError;
use crate::twin::identity;
use crate::twin::life::{Life, World};
use crate::twin::study::Term;
use crate::twin::table::Table;
use crate::twin::yearly::{Written, Yearly};

/// Courses of the first year, and those that prepare for them: English, mathematics, reading.
const COURSES: [&str; 8] =
    ["ENG1113", "MAT1313", "HIS1163", "BIO1133", "PSY1513", "SPT1113", "CSC1123", "ART1113"];
const DEVELOPMENTAL: [&str; 2] = ["ENG0113", "MAT0123"];

/// The files of the community colleges or of the universities.
pub(super) struct CollegeFiles {
    level: Level,
    terms: Yearly,
    awards: Yearly,
    courses: Yearly,
    link: Table,
    link_name: &'static str,
    /// Adult education is the community colleges'.
    lessons: Option<Yearly>,
}

impl CollegeFiles {
    pub(super) fn create(
        folder: &Path,
        level: Level,
        years: (i32, i32),
        ledger: Option<&Ledger>,
    ) -> Result<Self, TwinError> {
        let two = level == Level::Two;
        let names = if two {
            ["mccb/enrollment", "mccb/award", "mccb/course", "mccb/link"]
        } else {
            ["ihl/enrollment", "ihl/award", "ihl/course", "ihl/link"]
        };
        let lessons = two.then(|| Yearly::create(folder, "mccb/adult", headers::ADULT, years));
        Ok(Self {
            level,
            terms: Yearly::create(folder, names[0], headers::TERMS, years)?.plant(ledger),
            awards: Yearly::create(folder, names[1], headers::AWARDS, years)?,
            courses: Yearly::create(folder, names[2], headers::COLLEGE_COURSE, years)?,
            link: Table::create(folder.join(format!("{}.csv", names[3])), "STUDENT_ID,SSN")?,
            link_name: names[3],
            lessons: lessons.transpose()?,
        })
    }

    pub(super) fn close(self, written: &mut Vec<Written>) -> Result<(), TwinError> {
        self.terms.close(written)?;
        self.awards.close(written)?;
        self.courses.close(written)?;
        written.push(Written::single(self.link_name, self.link.close()?));
        self.lessons.map_or(Ok(()), |lessons| lessons.close(written))
    }

    /// Writes a student; tells whether the files hold one.
    pub(super) fn write(&mut self, life: &Life, world: &World) -> Result<bool, TwinError> {
        let (person, level) = (&life.person, self.level);
        let mut seen = false;
        let own = |term: &&Term| term.level == level;
        for term in life.study.terms.iter().filter(own) {
            let Some(file) = self.terms.of(term.year) else { continue };
            seen = true;
            let (start, end) = term.span();
            write_number(file, person.number, level);
            file.number(u64::from(world.colleges.institution(term.institution).unit), 6);
            file.text(term.season.code()).date(start).date(end);
            file.text(if level == Level::Four { "4" } else { "2" });
            file.flag(term.full_time).flag(term.dual).text(term.cip).cents(u64::from(term.credits) * 100);
            file.end_row()?;
        }
        for award in life.study.awards.iter().filter(|award| award.level == level) {
            let Some(file) = self.awards.of(award.year) else { continue };
            seen = true;
            write_number(file, person.number, level);
            file.number(u64::from(world.colleges.institution(award.institution).unit), 6);
            file.date(award.day).text(award.code).text(award.cip).end_row()?;
        }
        self.write_courses(life, world)?;
        seen |= self.write_lessons(life)?;
        let known = match level {
            Level::Two => person.known.community_colleges,
            Level::Four => person.known.universities,
        };
        if let Some(social) = person.social_security.filter(|_| seen && known) {
            write_number(&mut self.link, person.number, level);
            self.link.number(social.0, 9).end_row()?;
        }
        Ok(seen)
    }

    /// The courses of dual enrollment and of the first academic year after school.
    fn write_courses(&mut self, life: &Life, world: &World) -> Result<(), TwinError> {
        let person = &life.person;
        let Some(first) = life.study.terms.iter().find(|term| !term.dual) else { return Ok(()) };
        let stream = person.number | (1 + u64::from(self.level == Level::Four)) << 60;
        let mut chance = Chance::about(Matter::School, world.seed, stream);
        let prepares =
            [chance.happens(0.2 - 0.12 * person.ability), chance.happens(0.3 - 0.14 * person.ability)];
        let level = self.level;
        for term in life.study.terms.iter().filter(|term| term.level == level) {
            let beginner = term.dual || term.year == first.year;
            let Some(file) = self.courses.of(term.year).filter(|_| beginner) else { continue };
            let unit = u64::from(world.colleges.institution(term.institution).unit);
            let start = chance.below(COURSES.len());
            let count = usize::try_from(term.credits / 3).unwrap_or_default();
            for place in 0..count {
                let prepare = place < 2 && !term.dual && prepares[place] && term.year == first.year;
                let course =
                    if prepare { DEVELOPMENTAL[place] } else { COURSES[(start + place) % COURSES.len()] };
                let points = 2.5 + 0.5 * person.ability + chance.normal();
                let letter = match points {
                    ..0.3 => "W",
                    ..0.9 => "F",
                    ..1.3 => "D",
                    ..2.2 => "C",
                    ..3.1 => "B",
                    _ => "A",
                };
                write_number(file, person.number, level);
                file.number(unit, 6).date(term.span().0).text(course);
                file.number(u64::from(chance.between(1, 30).unsigned_abs()), 3).text(term.cip).cents(300);
                let earned = !prepare && !matches!(letter, "W" | "F");
                file.cents(if earned { 300 } else { 0 }).text(letter).flag(prepare).end_row()?;
            }
        }
        Ok(())
    }

    fn write_lessons(&mut self, life: &Life) -> Result<bool, TwinError> {
        let Some(files) = &mut self.lessons else { return Ok(false) };
        let mut seen = false;
        for lessons in &life.services.lessons {
            let Some(file) = files.of_school_day(lessons.entry) else { continue };
            seen = true;
            write_number(file, life.person.number, Level::Two);
            file.number(u64::from(lessons.program), 6).date(lessons.entry).maybe_date(lessons.exit);
            file.text(lessons.level).maybe_flag(lessons.gain).maybe_date(lessons.equivalency).end_row()?;
        }
        Ok(seen)
    }
}

/// Adds the student number as the agency writes it.
fn write_number(file: &mut Table, person: u64, level: Level) {
    match level {
        Level::Two => file.number(identity::community_college_number(person).0, 8),
        Level::Four => file.text(&identity::university_number(person)),
    };
}
