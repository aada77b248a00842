//! The department of education: enrollment, diplomas, the directory, the calendar, and all about its pupils.

use std::path::Path;

use super::courses::CourseFiles;
use super::days::{DayFiles, Habits};
use super::examinations::TestFiles;
use super::headers;
use super::pupils::{Background, PupilFiles};
use crate::twin::calendar::Day;
use crate::twin::chance::{Chance, Matter};
use crate::twin::defects::Ledger;
use crate::twin::error::TwinError;
use crate::twin::identity::{self, Person};
use crate::twin::life::{Life, World};
use crate::twin::places::Places;
use crate::twin::record::{Diploma, Spell};
use crate::twin::table::Table;
use crate::twin::yearly::{Written, Yearly};

const GRADES: [&str; 14] =
    ["PK", "KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"];

/// The files of the department of education.
pub(super) struct SchoolFiles {
    enrollment: Yearly,
    diploma: Yearly,
    link: Table,
    pupils: PupilFiles,
    days: DayFiles,
    courses: CourseFiles,
    tests: TestFiles,
}

impl SchoolFiles {
    pub(super) fn create(
        folder: &Path,
        years: (i32, i32),
        ledger: Option<&Ledger>,
    ) -> Result<Self, TwinError> {
        Ok(Self {
            enrollment: Yearly::create(folder, "mde/enrollment", headers::ENROLLMENT, years)?.plant(ledger),
            diploma: Yearly::create(folder, "mde/diploma", headers::DIPLOMA, years)?.plant(ledger),
            link: Table::create(folder.join("mde/link.csv"), "MSIS_ID,SSN")?,
            pupils: PupilFiles::create(folder, years)?,
            days: DayFiles::create(folder, years, ledger)?,
            courses: CourseFiles::create(folder, years)?,
            tests: TestFiles::create(folder, years)?,
        })
    }

    pub(super) fn close(self, written: &mut Vec<Written>) -> Result<(), TwinError> {
        self.enrollment.close(written)?;
        self.diploma.close(written)?;
        written.push(Written::single("mde/link", self.link.close()?));
        self.pupils.close(written)?;
        self.days.close(written)?;
        self.courses.close(written)?;
        self.tests.close(written)
    }

    /// Writes a pupil; tells whether the files hold one.
    pub(super) fn write(&mut self, life: &Life, world: &World) -> Result<bool, TwinError> {
        let (person, record, places) = (&life.person, &life.record, &world.places);
        let number = identity::student_number(person.number).0;
        let mut seen = false;
        for spell in &record.spells {
            if let Some(file) = self.enrollment.of(spell.year) {
                write_spell(file, number, person, spell, places)?;
                seen = true;
            }
        }
        if let Some(diploma) = &record.diploma
            && let Some(file) = self.diploma.of(diploma.year)
        {
            write_diploma(file, number, diploma, places)?;
        }
        if let Some(social) = person.social_security.filter(|_| seen && person.known.schools) {
            self.link.number(number, 9).number(social.0, 9).end_row()?;
        }
        if seen {
            self.write_years(life, world)?;
        }
        Ok(seen)
    }

    fn write_years(&mut self, life: &Life, world: &World) -> Result<(), TwinError> {
        let (person, places) = (&life.person, &world.places);
        let mut chance = Chance::about(Matter::School, world.seed, person.number);
        let background = Background::of(&mut chance, person);
        let habits = Habits::of(&mut chance, person);
        let talent = person.ability + places.districts[person.district].quality;
        let years = world.years.0..=world.years.1;
        for spells in life.record.spells.chunk_by(|before, after| before.year == after.year) {
            if spells.first().is_none_or(|spell| !years.contains(&spell.year)) {
                continue;
            }
            self.pupils.write(&mut chance, person, &background, spells, places)?;
            self.days.write(&mut chance, person, &habits, spells, places)?;
            self.courses.write(&mut chance, person, 2.08 + 0.98 * talent, spells, places)?;
            self.tests.write(&mut chance, person, talent, spells, places)?;
        }
        Ok(())
    }
}

fn write_spell(
    file: &mut Table,
    number: u64,
    person: &Person,
    spell: &Spell,
    places: &Places,
) -> Result<(), TwinError> {
    let school = &places.schools[spell.school];
    let grade = usize::try_from(spell.grade + 1).unwrap_or_default();
    file.number(number, 9).text(&places.districts[school.district].code).text(&school.code);
    file.year(spell.year).text(GRADES[grade.min(13)]).american_date(spell.entry).text(spell.entry_code);
    match &spell.exit {
        Some(exit) => file.american_date(exit.day).text(exit.code).maybe_flag(exit.documented),
        None => file.blank().blank().blank(),
    };
    file.text(person.sex)
        .text(person.reported_race(spell.year))
        .flag(person.is_hispanic())
        .american_date(person.birth);
    for flag in spell.flags {
        file.flag(flag);
    }
    file.end_row()
}

fn write_diploma(file: &mut Table, number: u64, diploma: &Diploma, places: &Places) -> Result<(), TwinError> {
    let school = &places.schools[diploma.school];
    file.number(number, 9).text(&places.districts[school.district].code).text(&school.code);
    file.american_date(diploma.day).text(diploma.kind.code()).end_row()
}

/// Writes the directory of schools, in the encoding of western Windows, and the calendar of every year.
pub(super) fn write_directory(
    folder: &Path,
    years: (i32, i32),
    places: &Places,
    written: &mut Vec<Written>,
) -> Result<(), TwinError> {
    let mut file = Table::create(folder.join("mde/schools.csv"), headers::SCHOOLS)?;
    let mut calendar = Yearly::create(folder, "mde/calendar", headers::CALENDAR, years)?;
    for school in &places.schools {
        let district = &places.districts[school.district];
        file.text(&district.code).text(&school.code).western_text(&school.name).western_text(&district.name);
        file.text(school.low)
            .text(school.high)
            .number(u64::from(district.county), 5)
            .american_date(school.opened);
        match school.closed {
            Some(year) => file.american_date(Day::of(year, 6, 30)),
            None => file.blank(),
        };
        file.end_row()?;
        for year in years.0..=school.closed.unwrap_or(years.1).min(years.1) {
            let Some(days) = calendar.of(year) else { continue };
            days.text(&district.code).text(&school.code).year(year);
            days.american_date(district.first_day(year)).american_date(district.last_day(year));
            days.number(u64::from(district.days_of_class().unsigned_abs()), 3).end_row()?;
        }
    }
    written.push(Written::single("mde/schools", file.close()?));
    calendar.close(written)
}
