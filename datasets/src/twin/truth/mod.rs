//! What really happened, written life by life as it is simulated. `generate` documents the files.

mod links;
mod method;
mod rates;
mod status;
mod stay;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::afterwards::first_fall;
use super::agency::Presence;
use super::calendar::close_of;
use super::colleges::{Level, Season};
use super::error::TwinError;
use super::identity::{self, Person};
use super::life::Life;
use super::places::Places;
use super::record::{Cohort, Diploma};
use super::table::Table;
use super::yearly::Written;
use rates::Rates;

const PERSON: &str = "PERSON,MSIS_ID,SSN,LINKED,MCCB_ID,IHL_ID,BIRTH_DATE,SEX,RACE";
const COHORT: &str = "MSIS_ID,FIRST9_YEAR,COHORT_YEAR,OBSERVED,OUTCOME,OUTCOME_5,OUTCOME_6,DIPLOMA_DATE,DIPLOMA_TYPE,DISTRICT,SCHOOL,ECON_DIS,EL,IDEA,MIGRANT";
const EMPLOYMENT: &str = "MSIS_ID,AWARD_DATE,LINKED,WAGES_Q1,WAGES_Q2,WAGES_Q3,WAGES_Q4,WAGES_Q5,WAGES_Q6,WAGES_Q7,WAGES_Q8,EMPLOYED_Q2,EMPLOYED_Q4";
const COLLEGE: &str = "MSIS_ID,AWARD_DATE,FIRST_FALL,WITHIN_16_MONTHS,FIRST_LEVEL,LINKABLE_FIRST_FALL,LINKABLE_WITHIN_16_MONTHS";

/// A count of the truth: section, year, what is counted.
pub(super) type CountKey = (&'static str, i32, &'static str);

/// The truth files and the counts that go into the last of them.
pub(super) struct Truth {
    person: Table,
    cohort: Table,
    employment: Table,
    college: Table,
    status: Table,
    links: Table,
    rates: Rates,
    counts: BTreeMap<CountKey, u64>,
    years: (i32, i32),
    folder: PathBuf,
}

impl Truth {
    /// Creates the files.
    pub(super) fn create(folder: &Path, years: (i32, i32), places: &Places) -> Result<Self, TwinError> {
        let file = |name: &str, header| Table::create(folder.join("truth").join(name), header);
        Ok(Self {
            person: file("person.csv", PERSON)?,
            cohort: file("cohort.csv", COHORT)?,
            employment: file("employment.csv", EMPLOYMENT)?,
            college: file("college.csv", COLLEGE)?,
            status: file("status.csv", status::STATUS)?,
            links: file("links.csv", links::LINKS)?,
            rates: Rates::new(years, places),
            counts: BTreeMap::new(),
            years,
            folder: folder.to_owned(),
        })
    }

    /// Writes down a life of which the agencies have some rows.
    pub(super) fn write(
        &mut self,
        life: &Life,
        presence: Presence,
        places: &Places,
    ) -> Result<(), TwinError> {
        self.write_person(&life.person, presence)?;
        links::write_links(&mut self.links, &life.person, presence)?;
        self.rates.take(life, places);
        if let Some(cohort) = life.record.cohort {
            self.write_cohort(life, cohort, places)?;
            let around = (places, self.years);
            status::write_status(&mut self.status, &mut self.rates, life, cohort, around)?;
        }
        let in_files = |diploma: &Diploma| (self.years.0..=self.years.1).contains(&diploma.year);
        if let Some(diploma) = life.record.recipient().filter(in_files) {
            let linked = is_linked(&life.person);
            self.count("class", diploma.year, "diplomas", true);
            self.count("class", diploma.year, "diplomas_linked", linked);
            self.write_employment(life, diploma, linked)?;
            self.write_college(life, diploma, linked)?;
        }
        Ok(())
    }

    /// Closes the files; hands back the counts and the rows of each file.
    pub(super) fn close(self, places: &Places) -> Result<(BTreeMap<CountKey, u64>, Vec<Written>), TwinError> {
        let mut written = self.rates.write(&self.folder, places)?;
        let files = [
            ("truth/person", self.person),
            ("truth/cohort", self.cohort),
            ("truth/employment", self.employment),
            ("truth/college", self.college),
            ("truth/status", self.status),
            ("truth/links", self.links),
        ];
        for (table, file) in files {
            written.push(Written::single(table, file.close()?));
        }
        Ok((self.counts, written))
    }

    fn count(&mut self, section: &'static str, year: i32, name: &'static str, counts: bool) {
        *self.counts.entry((section, year, name)).or_default() += u64::from(counts);
    }

    fn write_person(&mut self, person: &Person, presence: Presence) -> Result<(), TwinError> {
        let file = &mut self.person;
        file.number(person.number, 1);
        if presence.schools {
            file.number(identity::student_number(person.number).0, 9);
        } else {
            file.blank();
        }
        match person.social_security {
            Some(number) => file.number(number.0, 9),
            None => file.blank(),
        };
        file.maybe_flag(presence.schools.then(|| is_linked(person)));
        if presence.community_colleges {
            file.number(identity::community_college_number(person.number).0, 8);
        } else {
            file.blank();
        }
        if presence.universities {
            file.text(&identity::university_number(person.number));
        } else {
            file.blank();
        }
        file.date(person.birth).text(person.sex).text(person.race).end_row()
    }

    fn write_cohort(&mut self, life: &Life, cohort: Cohort, places: &Places) -> Result<(), TwinError> {
        let record = &life.record;
        let years = self.years.0..=self.years.1;
        let in_files =
            || record.spells.iter().filter(|spell| years.contains(&spell.year) && spell.in_high_school());
        let Some(first) = in_files().next() else { return Ok(()) };
        let close = close_of(cohort.year());
        let last = in_files().rfind(|spell| spell.entry <= close).unwrap_or(first);
        let school = &places.schools[last.school];
        let mut ever = [false; 4];
        for spell in in_files() {
            for (flag, found) in ever.iter_mut().zip(spell.flags) {
                *flag |= found;
            }
        }
        let observed = cohort.seen_from >= self.years.0;
        let outcome = |years: i32| {
            let closing = cohort.year() + years - 4;
            (closing <= self.years.1).then(|| record.standing_on(close_of(closing))).flatten()
        };
        let outcomes = [outcome(4), outcome(5), outcome(6)];
        let file = &mut self.cohort;
        file.number(identity::student_number(life.person.number).0, 9);
        file.year(cohort.ninth_year).year(cohort.year()).flag(observed);
        for outcome in outcomes {
            file.text(outcome.map_or("", |standing| standing.name()));
        }
        match record.diploma {
            Some(diploma) => file.date(diploma.day).text(diploma.kind.code()),
            None => file.blank().blank(),
        };
        file.text(&places.districts[school.district].code).text(&school.code);
        for flag in ever {
            file.flag(flag);
        }
        file.end_row()?;
        // Earlier cohorts began high school before the files do and are seen in part only.
        if let Some(standing) = outcomes[0].filter(|_| observed && cohort.year() >= self.years.0 + 3) {
            self.count("cohort", cohort.year(), "members", true);
            self.count("cohort", cohort.year(), standing.name(), true);
        }
        Ok(())
    }

    fn write_employment(&mut self, life: &Life, diploma: Diploma, linked: bool) -> Result<(), TwinError> {
        let award = diploma.day.quarter();
        let last = 4 * self.years.1 + 3;
        let earned = |ahead: i32| {
            let quarter = award + ahead;
            let wages = life.wages.iter().filter(|wage| wage.quarter == quarter);
            (quarter <= last).then(|| wages.map(|wage| wage.cents).sum::<u64>())
        };
        let file = &mut self.employment;
        file.number(identity::student_number(life.person.number).0, 9).date(diploma.day).flag(linked);
        for ahead in 1..=8 {
            match earned(ahead) {
                Some(cents) => file.cents(cents),
                None => file.blank(),
            };
        }
        let second = earned(2).map(|cents| cents > 0);
        let fourth = earned(4).map(|cents| cents > 0);
        file.maybe_flag(second).maybe_flag(fourth).end_row()?;
        self.count_known(
            diploma.year,
            ["employed_q2_known", "employed_q2", "employed_q2_linked"],
            second,
            linked,
        );
        self.count_known(
            diploma.year,
            ["employed_q4_known", "employed_q4", "employed_q4_linked"],
            fourth,
            linked,
        );
        Ok(())
    }

    fn write_college(&mut self, life: &Life, diploma: Diploma, linked: bool) -> Result<(), TwinError> {
        let award = diploma.day;
        let fall = first_fall(award);
        let last_day = award.plus_months(16);
        let after = || life.study.terms.iter().filter(|term| !term.dual && term.span().0 > award);
        let in_fall = || after().filter(|term| (term.year, term.season) == (fall, Season::Fall));
        let in_time = || after().filter(|term| term.span().0 <= last_day);
        let known = life.person.known;
        let knows = |level: Level| match level {
            Level::Two => known.community_colleges,
            Level::Four => known.universities,
        };
        let fall_closed = fall <= self.years.1;
        let time_closed = last_day <= close_of(self.years.1);
        let first_fall = fall_closed.then(|| in_fall().next().is_some());
        let within = time_closed.then(|| in_time().next().is_some());
        let fall_linkable = fall_closed.then(|| linked && in_fall().any(|term| knows(term.level)));
        let within_linkable = time_closed.then(|| linked && in_time().any(|term| knows(term.level)));
        let level = after().next().map_or("", |term| if term.level == Level::Two { "2" } else { "4" });
        let file = &mut self.college;
        file.number(identity::student_number(life.person.number).0, 9).date(award);
        file.maybe_flag(first_fall).maybe_flag(within).text(level);
        file.maybe_flag(fall_linkable).maybe_flag(within_linkable).end_row()?;
        let names = ["first_fall_known", "first_fall", "first_fall_linkable"];
        self.count_known(diploma.year, names, first_fall, fall_linkable == Some(true));
        let names = ["within_16_months_known", "within_16_months", "within_16_months_linkable"];
        self.count_known(diploma.year, names, within, within_linkable == Some(true));
        Ok(())
    }

    /// Counts those whose answer is known already, the yes among them, and the yes that can be linked.
    fn count_known(&mut self, class: i32, names: [&'static str; 3], answer: Option<bool>, linked: bool) {
        if let Some(yes) = answer {
            self.count("class", class, names[0], true);
            self.count("class", class, names[1], yes);
            self.count("class", class, names[2], yes && linked);
        }
    }
}

/// Whether the department of education knows the social security number.
fn is_linked(person: &Person) -> bool {
    person.known.schools && person.social_security.is_some()
}
