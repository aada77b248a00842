//! What a person studied after school: terms, awards, and how much education that makes.

use super::calendar::Day;
use super::chance::{Chance, probability};
use super::colleges::{Colleges, Field, Level, Season, choose_field};
use super::identity::Person;

/// How much education a person has, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Education {
    Less,
    Diploma,
    Some,
    Associate,
    Bachelor,
    Master,
}

/// A term at an institution.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    /// Academic year, named by its ending year.
    pub(super) year: i32,
    pub(super) season: Season,
    /// Place in the list of institutions.
    pub(super) institution: usize,
    pub(super) level: Level,
    pub(super) full_time: bool,
    /// Taken while in high school.
    pub(super) dual: bool,
    pub(super) cip: &'static str,
    pub(super) credits: u32,
}

impl Term {
    /// First and last day.
    pub(super) const fn span(&self) -> (Day, Day) {
        self.season.span(self.year)
    }
}

/// A degree or certificate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Award {
    /// Academic year, named by its ending year.
    pub(super) year: i32,
    pub(super) institution: usize,
    pub(super) level: Level,
    pub(super) day: Day,
    /// Award level of IPEDS: 2 certificate, 3 associate's, 5 bachelor's, 7 master's.
    pub(super) code: &'static str,
    pub(super) cip: &'static str,
}

/// Everything a person studied in the public institutions of the state.
#[derive(Default)]
pub(super) struct Study {
    /// In order of time.
    pub(super) terms: Vec<Term>,
    pub(super) awards: Vec<Award>,
    /// Rising education: from which day, and what.
    pub(super) steps: Vec<(Day, Education)>,
    pub(super) field: Option<Field>,
}

/// A student on the way.
pub(super) struct Student<'a> {
    pub(super) chance: &'a mut Chance,
    pub(super) colleges: &'a Colleges,
    pub(super) readiness: f64,
    pub(super) district: usize,
    /// The eighteenth birthday: nobody without a diploma enrols earlier.
    pub(super) grown_up: Day,
    /// Last academic year of the simulation.
    pub(super) last_year: i32,
    pub(super) study: Study,
    credits: u32,
    institution: usize,
    level: Level,
    certified: bool,
    stop_outs: u32,
}

impl<'a> Student<'a> {
    /// A person who has not studied yet.
    pub(super) fn new(
        chance: &'a mut Chance,
        colleges: &'a Colleges,
        person: &Person,
        last_year: i32,
    ) -> Self {
        Self {
            chance,
            colleges,
            readiness: person.ability,
            district: person.district,
            grown_up: person.birth.plus(6575),
            last_year,
            study: Study::default(),
            credits: 0,
            institution: colleges.near(person.district),
            level: Level::Two,
            certified: false,
            stop_outs: 0,
        }
    }

    /// Takes one course or two at the near community college while in high school.
    pub(super) fn take_dual(&mut self, year: i32, season: Season) {
        let credits = if self.chance.happens(0.45) { 6 } else { 3 };
        self.credits += credits;
        let institution = self.colleges.near(self.district);
        self.study.terms.push(Term {
            year,
            season,
            institution,
            level: Level::Two,
            full_time: false,
            dual: true,
            cip: "24.0101",
            credits,
        });
    }

    /// Enrols at an institution of this level and studies until an award, a transfer too many or giving up.
    pub(super) fn enrol(&mut self, level: Level, year: i32, season: Season) {
        self.level = level;
        self.institution = self.colleges.choose(self.chance, level, self.district);
        self.study.field = Some(choose_field(self.chance, level));
        let mut next = Some((year, season));
        while let Some((year, season)) = next {
            if year > self.last_year {
                break;
            }
            self.take_term(year, season);
            next = self.after_term(year, season);
        }
    }

    fn take_term(&mut self, year: i32, season: Season) {
        let summer = season == Season::Summer;
        let full_time = !summer && self.chance.happens(if self.level == Level::Four { 0.88 } else { 0.66 });
        let credits = match (summer, full_time) {
            (true, _) => 6,
            (_, true) if self.chance.happens(0.6) => 15,
            (_, true) => 12,
            _ if self.chance.happens(0.5) => 9,
            _ => 6,
        };
        let passes = self.chance.happens(probability(1.5 + 0.7 * self.readiness));
        self.credits += if passes { credits } else { credits / 2 };
        // A university student may take a summer term at the community college at home.
        let visits = summer && self.level == Level::Four && self.chance.happens(0.3);
        let (institution, level) = if visits {
            (self.colleges.near(self.district), Level::Two)
        } else {
            (self.institution, self.level)
        };
        let cip = self.study.field.map_or("24.0101", |field| field.cip);
        let term = Term { year, season, institution, level, full_time, dual: false, cip, credits };
        if !self.study.steps.iter().any(|(_, education)| *education >= Education::Some) {
            self.study.steps.push((term.span().1, Education::Some));
        }
        self.study.terms.push(term);
    }

    /// Where the student is next, if anywhere.
    fn after_term(&mut self, year: i32, season: Season) -> Option<(i32, Season)> {
        let regular = following(year, season);
        let end = season.span(year).1;
        match self.level {
            Level::Two if self.credits >= 60 => return self.leave_two_year(year, end, regular),
            Level::Four if self.credits >= 120 => return self.leave_four_year(year, end, regular),
            Level::Two if self.credits >= 30 && !self.certified && self.chance.happens(0.08) => {
                self.certified = true;
                self.award(year, end, "2");
            }
            _ => {}
        }
        if season == Season::Spring {
            self.maybe_transfer();
            if self.chance.happens(0.14) {
                return Some((year, Season::Summer));
            }
        }
        let gives_up = match self.level {
            Level::Two => probability(-1.75 - 0.7 * self.readiness),
            Level::Four => probability(-2.75 - 0.8 * self.readiness),
        };
        if !self.chance.happens(gives_up) {
            return Some(regular);
        }
        self.stop_outs += 1;
        if self.stop_outs > 2 || !self.chance.happens(0.3) {
            return None;
        }
        let mut later = regular;
        for _ in 0..self.chance.between(1, 4) {
            later = following(later.0, later.1);
        }
        Some(later)
    }

    /// Sixty credits at a community college: a degree, a transfer, both or neither.
    fn leave_two_year(&mut self, year: i32, end: Day, regular: (i32, Season)) -> Option<(i32, Season)> {
        let awarded = self.chance.happens(0.82);
        if awarded {
            self.award(year, end, "3");
            self.study.steps.push((end, Education::Associate));
        }
        let goes_on = probability(if awarded { 0.0 } else { -0.6 } + 0.7 * self.readiness);
        if !self.chance.happens(goes_on) {
            return None;
        }
        self.transfer(Level::Four);
        Some(regular)
    }

    /// A hundred and twenty credits at a university: the degree, and for some another one.
    fn leave_four_year(&mut self, year: i32, end: Day, regular: (i32, Season)) -> Option<(i32, Season)> {
        if self.credits >= 1000 {
            // Graduate credits are counted from a thousand on: thirty-six more make the second degree.
            if self.credits < 1036 {
                return Some(regular);
            }
            self.award(year, end, "7");
            self.study.steps.push((end, Education::Master));
            return None;
        }
        self.award(year, end, "5");
        self.study.steps.push((end, Education::Bachelor));
        if !self.chance.happens(0.12) {
            return None;
        }
        self.credits = 1000;
        Some(regular)
    }

    fn maybe_transfer(&mut self) {
        match self.level {
            Level::Two if self.credits >= 24 && self.chance.happens(0.1) => self.transfer(Level::Four),
            Level::Four if self.credits < 60 && self.chance.happens(0.05) => self.transfer(Level::Two),
            _ => {}
        }
    }

    fn transfer(&mut self, level: Level) {
        self.level = level;
        self.institution = self.colleges.choose(self.chance, level, self.district);
    }

    fn award(&mut self, year: i32, day: Day, code: &'static str) {
        let cip = self.study.field.map_or("24.0101", |field| field.cip);
        self.study.awards.push(Award {
            year,
            institution: self.institution,
            level: self.level,
            day,
            code,
            cip,
        });
    }
}

/// The next fall or spring.
const fn following(year: i32, season: Season) -> (i32, Season) {
    match season {
        Season::Fall => (year, Season::Spring),
        Season::Spring | Season::Summer => (year + 1, Season::Fall),
    }
}
