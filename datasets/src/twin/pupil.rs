//! A pupil's way through the schools of the state, one school year after the other. What happens inside a
//! year is in this file, the leaving in `leaving`, the ends of years in `promotion`.

use super::calendar::Day;
use super::chance::{Chance, probability};
use super::identity::Person;
use super::places::Places;
use super::record::{Cohort, Diploma, DiplomaKind, Exit, Record, Spell, Standing};
use super::trend;

/// Log odds of dropping out in a school year of grades 9 to 12.
const DROPOUT: [f64; 4] = [-5.15, -4.8, -4.6, -4.5];

/// What a pupil does next.
pub(super) enum Next {
    /// Attends a school from this day.
    Enter {
        year: i32,
        day: Day,
        /// None: the code follows from where the pupil was before.
        code: Option<&'static str>,
    },
    /// Is not seen in the schools again.
    Gone,
}

/// A child in school.
pub(super) struct Pupil<'a> {
    pub(super) chance: &'a mut Chance,
    pub(super) places: &'a Places,
    pub(super) person: &'a Person,
    pub(super) record: Record,
    pub(super) district: usize,
    /// Which school of a district, when there are several.
    pub(super) slot: usize,
    pub(super) grade: i32,
    /// School year in which the pupil would be in kindergarten without any retention.
    pub(super) kindergarten_year: i32,
    /// First school year in the state.
    pub(super) arrival_year: i32,
    pub(super) dropouts: i32,
}

/// What may happen inside a school year.
#[derive(Clone, Copy)]
enum Event {
    ChangeSchool,
    ChangeDistrict,
    OtherState,
    OtherCountry,
    Private,
    Home,
    Ged,
    DropOut,
    Die,
    Reclassify,
}

const EVENTS: [Event; 10] = [
    Event::ChangeSchool,
    Event::ChangeDistrict,
    Event::OtherState,
    Event::OtherCountry,
    Event::Private,
    Event::Home,
    Event::Ged,
    Event::DropOut,
    Event::Die,
    Event::Reclassify,
];

impl Pupil<'_> {
    /// Lives through the school years up to the last one and hands back the record.
    pub(super) fn attend(mut self, start: Next, last_year: i32) -> Record {
        let mut next = start;
        while let Next::Enter { year, day, code } = next {
            if year > last_year || self.grade > 12 || self.is_too_old(year) {
                break;
            }
            next = self.live_year(year, day, code);
        }
        self.record
    }

    /// Readiness for school, here and now.
    pub(super) fn readiness(&self) -> f64 {
        self.person.ability + self.places.districts[self.district].quality
    }

    /// Grades behind the one of the age group.
    pub(super) fn behind(&self, year: i32) -> i32 {
        (year - self.kindergarten_year - self.grade).max(0)
    }

    /// Probability of dropping out in a whole school year.
    pub(super) fn dropout_risk(&self, year: i32) -> f64 {
        let Ok(place) = usize::try_from(self.grade - 9) else {
            return if self.grade >= 7 { 0.0012 } else { 0.0 };
        };
        let late = f64::from(self.behind(year));
        let before = f64::from(self.dropouts);
        let usual = DROPOUT[place.min(3)] + trend::dropping_out(year);
        probability(usual - 0.95 * self.readiness() + 0.65 * late + 0.6 * before)
    }

    /// Opens a spell. A pupil of grade 9 or higher joins a graduating class with the first one.
    pub(super) fn enter(&mut self, year: i32, day: Day, code: Option<&'static str>) {
        let school = self.places.school(self.district, self.grade, self.slot, year);
        let entry_code = code.unwrap_or_else(|| self.continuing_code(school));
        if self.grade >= 9 && self.record.cohort.is_none() {
            self.record.cohort = Some(Cohort { ninth_year: year - (self.grade - 9), seen_from: year });
        }
        let flags = self.flags(year);
        self.record.spells.push(Spell {
            year,
            school,
            grade: self.grade,
            entry: day,
            entry_code,
            exit: None,
            flags,
        });
        if self.record.last_standing() != Some(Standing::Enrolled) {
            self.record.change(day, Standing::Enrolled);
        }
    }

    /// Closes the open spell.
    pub(super) fn exit(&mut self, day: Day, code: &'static str, documented: Option<bool>) {
        if let Some(spell) = self.record.spells.last_mut() {
            spell.exit = Some(Exit { day: day.max(spell.entry), code, documented });
        }
    }

    /// Closes the open spell with a diploma or certificate.
    pub(super) fn finish(&mut self, year: i32, day: Day, kind: DiplomaKind) -> Next {
        let (code, standing) = match kind {
            DiplomaKind::Regular | DiplomaKind::Endorsed => ("C1", Standing::Graduate),
            DiplomaKind::Alternate => ("C1", Standing::AlternateDiploma),
            DiplomaKind::Certificate => ("C2", Standing::Completer),
        };
        self.exit(day, code, None);
        let school = self.record.spells.last().map_or(0, |spell| spell.school);
        self.record.diploma = Some(Diploma { year, day, kind, school });
        self.record.change(day, standing);
        Next::Gone
    }

    /// The diploma this pupil earns when all courses are passed.
    pub(super) fn diploma_kind(&mut self, year: i32) -> DiplomaKind {
        let endorsed = probability(-1.3 + 1.2 * self.readiness());
        if year >= 2019 && self.chance.happens(endorsed) {
            DiplomaKind::Endorsed
        } else {
            DiplomaKind::Regular
        }
    }

    /// Nobody is taught who was 21 at the beginning of September.
    pub(super) fn is_too_old(&self, year: i32) -> bool {
        self.person.birth.age_on(Day::of(year - 1, 9, 1)) >= 21
    }

    fn live_year(&mut self, year: i32, day: Day, code: Option<&'static str>) -> Next {
        self.enter(year, day, code);
        if let Some(gone) = self.finish_in_december(year, day) {
            return gone;
        }
        let mut from = day;
        for _ in 0..3 {
            let last = self.places.districts[self.district].last_day(year);
            let Some((day, event)) = self.next_event(year, from, last) else { break };
            from = match event {
                Event::ChangeSchool => self.change_school(year, day),
                Event::ChangeDistrict => self.change_district(year, day),
                Event::Reclassify => self.reclassify(year, day),
                Event::OtherState => return self.move_away(year, day, false),
                Event::OtherCountry => return self.move_away(year, day, true),
                Event::Private => return self.leave_for_private(year, day),
                Event::Home => return self.leave_for_home(year, day),
                Event::Ged => return self.leave_for_ged(year, day),
                Event::DropOut => return self.drop_out(year, day),
                Event::Die => return self.die(day),
            };
        }
        self.end_year(year)
    }

    /// The next event between two days, if there is one.
    fn next_event(&mut self, year: i32, from: Day, last: Day) -> Option<(Day, Event)> {
        let days = from.until(last) - 24;
        if days < 1 {
            return None;
        }
        let rates = self.rates(year);
        let share = f64::from(days) / 260.0;
        if !self.chance.happens(rates.iter().sum::<f64>() * share) {
            return None;
        }
        let event = EVENTS[self.chance.weighted(&rates)];
        Some((from.plus(self.chance.between(6, 6 + days)).workday_after(), event))
    }

    /// Yearly rates of the events, in their order.
    fn rates(&self, year: i32) -> [f64; EVENTS.len()] {
        let poor = if self.person.needs.poor { 1.25 } else { 0.6 };
        let migrant = if self.person.needs.migrant.is_some() { 3.0 } else { 1.0 };
        let abroad = if self.person.is_hispanic() { 0.006 } else { 0.0005 };
        let choice = self.places.districts[self.district].has_choice(self.grade);
        let older = self.grade >= 10 && year - self.kindergarten_year >= 11;
        [
            if choice { 0.018 * poor } else { 0.0 },
            0.027 * poor * migrant,
            0.0105 * migrant,
            abroad,
            0.0035 * (2.0 - poor),
            if self.grade >= 9 { 0.0065 } else { 0.004 },
            if older { 0.005 } else { 0.0 },
            self.dropout_risk(year),
            if self.grade >= 9 { 0.0005 } else { 0.0002 },
            if matches!(self.grade, 9..=11) && self.behind(year) > 0 { 0.2 } else { 0.0 },
        ]
    }

    fn change_school(&mut self, year: i32, day: Day) -> Day {
        self.slot += 1;
        self.move_spell(year, day, "T2", "E3")
    }

    fn change_district(&mut self, year: i32, day: Day) -> Day {
        let before = self.district;
        self.move_home();
        let (exit, entry) = if self.district == before { ("T2", "E3") } else { ("T3", "E4") };
        self.move_spell(year, day, exit, entry)
    }

    /// Recovered credits lift a retained pupil by a grade in the same school.
    fn reclassify(&mut self, year: i32, day: Day) -> Day {
        self.grade += 1;
        self.move_spell(year, day, "T1", "E2")
    }

    /// Closes the spell and opens the next one; without a change of school or grade nothing happens.
    fn move_spell(&mut self, year: i32, day: Day, exit: &'static str, entry: &'static str) -> Day {
        let target = self.places.school(self.district, self.grade, self.slot, year);
        let stays = self
            .record
            .spells
            .last()
            .is_some_and(|spell| spell.school == target && spell.grade == self.grade);
        if stays {
            return day;
        }
        self.exit(day, exit, None);
        let gap = if exit == "T1" { 1 } else { self.chance.between(1, 9) };
        let again = day.plus(gap).workday_after();
        self.enter(year, again, Some(entry));
        again
    }

    /// The family moves inside the state.
    pub(super) fn move_home(&mut self) {
        self.district = self.places.draw_district(self.chance);
        self.slot = self.chance.below(1000);
    }

    /// The code of a pupil who was in a school of the state at the end of the last school year.
    fn continuing_code(&self, school: usize) -> &'static str {
        let Some(before) = self.record.spells.last() else { return "E1" };
        let (old, new) = (&self.places.schools[before.school], &self.places.schools[school]);
        let must_change = old.top < self.grade || old.closed.is_some_and(|last| last <= before.year);
        if old.district != new.district {
            "E4"
        } else if before.school != school && !must_change {
            "E3"
        } else {
            "E1"
        }
    }

    /// The needs as the school reports them in a year.
    fn flags(&mut self, year: i32) -> [bool; 4] {
        let needs = self.person.needs;
        let years_here = year - self.arrival_year;
        let misreported = self.chance.happens(0.05);
        [
            needs.poor != misreported,
            years_here < needs.english_learner_years,
            needs.disability.is_some_and(|(from, to)| (from..=to).contains(&self.grade)),
            needs.migrant.is_some_and(|(from, to)| (from..=to).contains(&years_here)),
        ]
    }
}
