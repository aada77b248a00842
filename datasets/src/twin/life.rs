//! One life from birth to the end of the simulation, whatever its kind.

use super::afterwards::{Residence, Settled, first_fall, study_after_school};
use super::calendar::{Day, quarter_start};
use super::chance::Chance;
use super::colleges::{Colleges, Level, Season};
use super::economy::Economy;
use super::identity::Person;
use super::people::born;
use super::places::Places;
use super::pupil::{Next, Pupil};
use super::record::{Record, Standing};
use super::services::{Services, Situation};
use super::study::{Education, Student, Study};
use super::work::{Status, Wage, Worker};

/// How a person comes into the simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Goes to school in the state from the beginning.
    Native,
    /// Joins a school of the state in a later grade.
    Joiner,
    /// Left school before the simulation began.
    Elder,
    /// Moves into the state as a grown-up.
    Newcomer,
}

/// Everything that happened to a person.
pub(super) struct Life {
    pub(super) person: Person,
    pub(super) record: Record,
    pub(super) study: Study,
    pub(super) wages: Vec<Wage>,
    pub(super) services: Services,
}

/// The state people live in.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) places: Places,
    pub(super) colleges: Colleges,
    pub(super) economy: Economy,
    /// First and last school year.
    pub(super) years: (i32, i32),
}

impl World {
    /// Lives the life of the person with this number, due in kindergarten in the school year `cohort`.
    pub(super) fn live(&self, number: u64, cohort: i32, kind: Kind) -> Life {
        let mut chance = Chance::of(self.seed, number);
        let person = born(&mut chance, &self.places, number, cohort, kind);
        let record = match kind {
            Kind::Native => self.attend_from_start(&mut chance, &person, cohort),
            Kind::Joiner => self.join_late(&mut chance, &person, cohort),
            Kind::Elder | Kind::Newcomer => Record::default(),
        };
        let mut residence = Residence { away: record.away.clone(), death: record.death };
        let arrival = self.arrival(&mut chance, &person, &record, kind);
        residence.away.insert(0, (person.birth, arrival));
        let study = self.study(&mut chance, &person, &record, kind, arrival, &mut residence);
        if residence.death.is_none() {
            self.live_on(&mut chance, &person, &record, &study, arrival, &mut residence);
        }
        let situation = Situation {
            seed: self.seed,
            person: &person,
            record: &record,
            study: &study,
            arrival,
            files: (Day::of(self.years.0, 1, 1), self.end()),
            death: residence.death,
        };
        let mut prison = situation.prison();
        prison.retain(|stay| !residence.is_away(stay.admission));
        for stay in &prison {
            residence.away.push((stay.admission, stay.release.unwrap_or(Day::NEVER)));
        }
        let wages = self.work(&mut chance, &person, &record, &study, &residence);
        let services = situation.others(prison, &wages);
        Life { person, record, study, wages, services }
    }

    fn attend_from_start(&self, chance: &mut Chance, person: &Person, cohort: i32) -> Record {
        let early = f64::from((cohort - 2000).clamp(0, 24));
        let prekindergarten = chance.happens(0.03 + 0.004 * early);
        let year = if prekindergarten { cohort - 1 } else { cohort };
        let mut pupil = self.pupil(chance, person, cohort, year, if prekindergarten { -1 } else { 0 });
        let day = pupil.late_or_first_day(year);
        pupil.attend(Next::Enter { year, day, code: Some("E1") }, self.years.1)
    }

    fn join_late(&self, chance: &mut Chance, person: &Person, cohort: i32) -> Record {
        let grade = chance.between(1, 12).min(chance.between(1, 14));
        let year = cohort + grade + i32::from(chance.happens(0.12));
        if year > self.years.1 {
            return Record::default();
        }
        let code = ["E6", "E5", "E9"][chance.weighted(&[0.78, 0.15, 0.07])];
        let in_august = chance.happens(0.6);
        let mut pupil = self.pupil(chance, person, cohort, year, grade);
        let mut day = pupil.late_or_first_day(year);
        if !in_august {
            day = day.plus(pupil.chance.between(10, 200)).workday_after();
        }
        pupil.attend(Next::Enter { year, day, code: Some(code) }, self.years.1)
    }

    fn pupil<'a>(
        &'a self,
        chance: &'a mut Chance,
        person: &'a Person,
        cohort: i32,
        year: i32,
        grade: i32,
    ) -> Pupil<'a> {
        let slot = chance.below(1000);
        Pupil {
            chance,
            places: &self.places,
            person,
            record: Record::default(),
            district: person.district,
            slot,
            grade,
            kindergarten_year: cohort,
            arrival_year: year,
            dropouts: 0,
        }
    }

    /// The day from which the person lives in the state.
    fn arrival(&self, chance: &mut Chance, person: &Person, record: &Record, kind: Kind) -> Day {
        match kind {
            Kind::Newcomer => person.birth.plus(365 * chance.between(18, 44) + chance.between(0, 364)),
            Kind::Joiner => record.spells.first().map_or_else(|| self.end(), |spell| spell.entry),
            Kind::Native | Kind::Elder => person.birth,
        }
    }

    fn study(
        &self,
        chance: &mut Chance,
        person: &Person,
        record: &Record,
        kind: Kind,
        arrival: Day,
        residence: &mut Residence,
    ) -> Study {
        let mut student = Student::new(chance, &self.colleges, person, self.years.1);
        if let Some(spell) = record.spells.last() {
            student.district = self.places.schools[spell.school].district;
            student.readiness += self.places.districts[student.district].quality;
        }
        if matches!(kind, Kind::Native | Kind::Joiner) {
            return study_after_school(student, record, residence);
        }
        let schooling = [
            Education::Less,
            Education::Diploma,
            Education::Some,
            Education::Associate,
            Education::Bachelor,
            Education::Master,
        ];
        let weights = [0.16, 0.34, 0.21, 0.1, 0.13, 0.06];
        let education = schooling[student.chance.weighted(&weights)];
        student.study.steps.push((person.birth.plus(6575), education));
        let age = person.birth.age_on(arrival);
        if kind == Kind::Newcomer && age < 23 && student.chance.happens(0.45) {
            let level = if student.chance.happens(0.6) { Level::Four } else { Level::Two };
            student.enrol(level, first_fall(arrival), Season::Fall);
        } else if student.chance.happens(0.05) {
            let year = student.chance.between(self.years.0, self.years.1);
            let age = person.birth.age_on(Day::of(year, 1, 1));
            if (24..50).contains(&age) && Season::Fall.span(year).0 > arrival {
                student.enrol(Level::Two, year, Season::Fall);
            }
        }
        student.study
    }

    /// Adult years begin after school and college.
    fn live_on(
        &self,
        chance: &mut Chance,
        person: &Person,
        record: &Record,
        study: &Study,
        arrival: Day,
        residence: &mut Residence,
    ) {
        let in_school = record.last_standing() == Some(Standing::Enrolled);
        let school_end = record.standings.last().map_or(person.birth, |change| change.day);
        let college_end = study.terms.last().map_or(school_end, |term| term.span().1);
        let grown_up = person.birth.plus(6575);
        let long_ago = Day::of(self.years.0 - 2, 1, 1);
        let from = grown_up.max(school_end).max(college_end).max(arrival).max(long_ago);
        if in_school || from >= self.end() {
            return;
        }
        let degree = study.steps.iter().any(|(_, education)| *education >= Education::Bachelor);
        residence.live_on(chance, &Settled { birth: person.birth, from, until: self.end(), degree });
    }

    fn work(
        &self,
        chance: &mut Chance,
        person: &Person,
        record: &Record,
        study: &Study,
        residence: &Residence,
    ) -> Vec<Wage> {
        let (first, last) = (4 * self.years.0, 4 * self.years.1 + 3);
        // Two years before the first file let jobs begin, so that the first quarter is like the others.
        let from = (person.birth.plus(5844).quarter() + 1).max(first - 8);
        if person.social_security.is_none() || from > last {
            return Vec::new();
        }
        let statuses = self.statuses(from, last, record, study, residence);
        let mut worker = Worker {
            chance,
            economy: &self.economy,
            birth: person.birth,
            from,
            statuses: &statuses,
            steps: &study.steps,
            field_pay: study.field.map_or(1.0, |field| field.pay),
            ability: person.ability,
        };
        let mut wages = worker.work();
        wages.retain(|wage| wage.quarter >= first);
        wages
    }

    /// What the person mainly does in each quarter.
    fn statuses(
        &self,
        from: i32,
        last: i32,
        record: &Record,
        study: &Study,
        residence: &Residence,
    ) -> Vec<Status> {
        let mut statuses: Vec<Status> = (from..=last)
            .map(|quarter| {
                if residence.is_away(quarter_start(quarter).plus(45)) { Status::Gone } else { Status::Adult }
            })
            .collect();
        let mut mark = |start: Day, end: Day, probes: [i32; 2], status: Status| {
            for quarter in start.quarter().max(from)..=end.quarter().min(last) {
                let inside =
                    probes.iter().any(|days| (start..=end).contains(&quarter_start(quarter).plus(*days)));
                let place = usize::try_from(quarter - from).unwrap_or_default();
                if inside && statuses[place] != Status::Gone {
                    statuses[place] = status;
                }
            }
        };
        for term in study.terms.iter().filter(|term| !term.dual) {
            let (start, end) = term.span();
            mark(start, end, [30, 60], Status::College);
        }
        for spell in record.spells.iter().filter(|spell| spell.attended()) {
            let district = &self.places.districts[self.places.schools[spell.school].district];
            let end = spell.exit.as_ref().map_or_else(|| district.last_day(spell.year), |exit| exit.day);
            mark(spell.entry, end, [45, 45], Status::School);
        }
        statuses
    }

    /// The last day of the simulation.
    fn end(&self) -> Day {
        Day::of(self.years.1, 12, 31)
    }
}
