//! The agencies at work: every agency writes what it would know of a life, in the files it would send.

use std::path::Path;

use super::colleges::{Colleges, Level};
use super::economy::Economy;
use super::error::TwinError;
use super::identity::{self, Person};
use super::life::Life;
use super::places::Places;
use super::record::{Diploma, Record, Spell};
use super::study::Study;
use super::table::Table;
use super::work::Wage;

const ENROLLMENT: &str = "MSIS_ID,DISTRICT,SCHOOL,SCHOOL_YEAR,GRADE,ENTRY_DATE,ENTRY_CODE,EXIT_DATE,EXIT_CODE,EXIT_DOC,SEX,RACE,HISPANIC,BIRTH_DATE,ECON_DIS,EL,IDEA,MIGRANT";
const DIPLOMA: &str = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE";
const SCHOOLS: &str =
    "DISTRICT,SCHOOL,SCHOOL_NAME,DISTRICT_NAME,LOW_GRADE,HIGH_GRADE,COUNTY_FIPS,OPEN_DATE,CLOSE_DATE";
const TERMS: &str = "STUDENT_ID,UNITID,TERM,TERM_START,TERM_END,LEVEL,FULL_TIME,DUAL,CIP,CREDITS";
const AWARDS: &str = "STUDENT_ID,UNITID,AWARD_DATE,AWARD_LEVEL,CIP";
const WAGES: &str = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES";
const EMPLOYERS: &str = "ACCOUNT,UNIT,YEAR,QUARTER,EIN,NAICS,COUNTY_FIPS,OWNERSHIP";
const GRADES: [&str; 14] =
    ["PK", "KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"];

/// One file a year.
struct Yearly {
    name: &'static str,
    first: i32,
    files: Vec<Table>,
}

impl Yearly {
    fn create(folder: &Path, name: &'static str, header: &str, years: (i32, i32)) -> Result<Self, TwinError> {
        let files = (years.0..=years.1)
            .map(|year| Table::create(folder.join(format!("{name}_{year}.csv")), header))
            .collect::<Result<_, _>>()?;
        Ok(Self { name, first: years.0, files })
    }

    /// The file of a year, unless the year is outside the range.
    fn of(&mut self, year: i32) -> Option<&mut Table> {
        usize::try_from(year - self.first).ok().and_then(|place| self.files.get_mut(place))
    }

    fn close(self, written: &mut Vec<Written>) -> Result<(), TwinError> {
        for (year, file) in (self.first..).zip(self.files) {
            written.push(Written { table: self.name, year: Some(year), rows: file.close()? });
        }
        Ok(())
    }
}

/// How many rows went into one file.
pub(super) struct Written {
    /// Name of the table, with its folder.
    pub(super) table: &'static str,
    /// The year of the file; None for the one file of a table.
    pub(super) year: Option<i32>,
    /// Rows without the header.
    pub(super) rows: u64,
}

/// All files the agencies send.
pub(super) struct Extracts {
    enrollment: Yearly,
    diploma: Yearly,
    school_link: Table,
    colleges: [CollegeFiles; 2],
    wage: Yearly,
    singles: Vec<Written>,
}

/// The files of the community colleges or of the universities.
struct CollegeFiles {
    terms: Yearly,
    awards: Yearly,
    link: Table,
    link_name: &'static str,
}

/// Which agencies have rows of a person.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "the agencies are independent of each other")]
pub(super) struct Presence {
    pub(super) schools: bool,
    pub(super) community_colleges: bool,
    pub(super) universities: bool,
    pub(super) wages: bool,
}

impl Presence {
    /// Whether any agency knows the person.
    pub(super) fn any(self) -> bool {
        self.schools || self.community_colleges || self.universities || self.wages
    }
}

impl Extracts {
    /// Creates the files of all years and writes those that need no person: schools and employers.
    pub(super) fn create(
        folder: &Path,
        years: (i32, i32),
        places: &Places,
        economy: &Economy,
    ) -> Result<Self, TwinError> {
        let mut extracts = Self {
            enrollment: Yearly::create(folder, "mde/enrollment", ENROLLMENT, years)?,
            diploma: Yearly::create(folder, "mde/diploma", DIPLOMA, years)?,
            school_link: Table::create(folder.join("mde/link.csv"), "MSIS_ID,SSN")?,
            colleges: [
                CollegeFiles::create(folder, ["mccb/enrollment", "mccb/award", "mccb/link"], years)?,
                CollegeFiles::create(folder, ["ihl/enrollment", "ihl/award", "ihl/link"], years)?,
            ],
            wage: Yearly::create(folder, "mdes/wage", WAGES, years)?,
            singles: Vec::new(),
        };
        let schools = write_schools(folder, places)?;
        extracts.singles.push(Written { table: "mde/schools", year: None, rows: schools });
        write_employers(folder, years, economy)?.close(&mut extracts.singles)?;
        Ok(extracts)
    }

    /// Writes everything the agencies know of a life.
    pub(super) fn write(
        &mut self,
        life: &Life,
        places: &Places,
        colleges: &Colleges,
    ) -> Result<Presence, TwinError> {
        let person = &life.person;
        let schools = self.write_record(person, &life.record, places)?;
        let [community_colleges, universities] = self.write_study(person, &life.study, colleges)?;
        let wages = self.write_wages(person, &life.wages)?;
        Ok(Presence { schools, community_colleges, universities, wages })
    }

    /// Closes the files and tells what went into each.
    pub(super) fn close(mut self) -> Result<Vec<Written>, TwinError> {
        let mut written = std::mem::take(&mut self.singles);
        self.enrollment.close(&mut written)?;
        self.diploma.close(&mut written)?;
        written.push(Written { table: "mde/link", year: None, rows: self.school_link.close()? });
        for files in self.colleges {
            files.terms.close(&mut written)?;
            files.awards.close(&mut written)?;
            written.push(Written { table: files.link_name, year: None, rows: files.link.close()? });
        }
        self.wage.close(&mut written)?;
        Ok(written)
    }

    fn write_record(&mut self, person: &Person, record: &Record, places: &Places) -> Result<bool, TwinError> {
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
            self.school_link.number(number, 9).number(social.0, 9).end_row()?;
        }
        Ok(seen)
    }

    fn write_study(
        &mut self,
        person: &Person,
        study: &Study,
        colleges: &Colleges,
    ) -> Result<[bool; 2], TwinError> {
        let mut seen = [false; 2];
        for term in &study.terms {
            let place = usize::from(term.level == Level::Four);
            let Some(file) = self.colleges[place].terms.of(term.year) else { continue };
            seen[place] = true;
            let (start, end) = term.span();
            college_number(file, person.number, term.level);
            file.number(u64::from(colleges.institution(term.institution).unit), 6);
            file.text(term.season.code()).date(start).date(end).text(if place == 1 { "4" } else { "2" });
            file.flag(term.full_time).flag(term.dual).text(term.cip).cents(u64::from(term.credits) * 100);
            file.end_row()?;
        }
        for award in &study.awards {
            let place = usize::from(award.level == Level::Four);
            let Some(file) = self.colleges[place].awards.of(award.year) else { continue };
            seen[place] = true;
            college_number(file, person.number, award.level);
            file.number(u64::from(colleges.institution(award.institution).unit), 6);
            file.date(award.day).text(award.code).text(award.cip).end_row()?;
        }
        let known = [person.known.community_colleges, person.known.universities];
        for (place, level) in [Level::Two, Level::Four].into_iter().enumerate() {
            if let Some(social) = person.social_security.filter(|_| seen[place] && known[place]) {
                let file = &mut self.colleges[place].link;
                college_number(file, person.number, level);
                file.number(social.0, 9).end_row()?;
            }
        }
        Ok(seen)
    }

    fn write_wages(&mut self, person: &Person, wages: &[Wage]) -> Result<bool, TwinError> {
        let Some(social) = person.social_security else { return Ok(false) };
        let mut seen = false;
        for wage in wages {
            let year = wage.quarter.div_euclid(4);
            let Some(file) = self.wage.of(year) else { continue };
            seen = true;
            let quarter = u64::from(wage.quarter.rem_euclid(4).unsigned_abs()) + 1;
            file.number(social.0, 9).number(wage.account, 10).number(u64::from(wage.unit), 5);
            file.year(year).number(quarter, 1).cents(wage.cents).end_row()?;
        }
        Ok(seen)
    }
}

impl CollegeFiles {
    fn create(folder: &Path, names: [&'static str; 3], years: (i32, i32)) -> Result<Self, TwinError> {
        Ok(Self {
            terms: Yearly::create(folder, names[0], TERMS, years)?,
            awards: Yearly::create(folder, names[1], AWARDS, years)?,
            link: Table::create(folder.join(format!("{}.csv", names[2])), "STUDENT_ID,SSN")?,
            link_name: names[2],
        })
    }
}

/// Adds the student number as the agency writes it.
fn college_number(file: &mut Table, person: u64, level: Level) {
    match level {
        Level::Two => file.number(identity::community_college_number(person).0, 8),
        Level::Four => file.text(&identity::university_number(person)),
    };
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

fn write_schools(folder: &Path, places: &Places) -> Result<u64, TwinError> {
    let mut file = Table::create(folder.join("mde/schools.csv"), SCHOOLS)?;
    for school in &places.schools {
        let district = &places.districts[school.district];
        file.text(&district.code).text(&school.code).text(&school.name).text(&district.name);
        file.text(school.low)
            .text(school.high)
            .number(u64::from(district.county), 5)
            .american_date(school.opened);
        match school.closed {
            Some(year) => file.american_date(super::calendar::Day::of(year, 6, 30)),
            None => file.blank(),
        };
        file.end_row()?;
    }
    file.close()
}

fn write_employers(folder: &Path, years: (i32, i32), economy: &Economy) -> Result<Yearly, TwinError> {
    let mut files = Yearly::create(folder, "mdes/employer", EMPLOYERS, years)?;
    for employer in &economy.employers {
        for quarter in 4 * years.0..4 * years.1 + 4 {
            let Some(file) = files.of(quarter.div_euclid(4)).filter(|_| employer.is_open(quarter)) else {
                continue;
            };
            for (unit, county) in employer.units() {
                file.number(employer.account, 10).number(u64::from(unit), 5).year(quarter.div_euclid(4));
                file.number(u64::from(quarter.rem_euclid(4).unsigned_abs()) + 1, 1).number(employer.ein, 9);
                file.number(u64::from(employer.naics), 6).number(u64::from(county), 5);
                file.number(u64::from(employer.ownership), 1).end_row()?;
            }
        }
    }
    Ok(files)
}
