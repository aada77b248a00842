//! Public services around a life: prison, rehabilitation, adult education, job training.
//! Early learning and benefits are in `assistance`.

use super::assistance::{Benefit, EarlyStay, assistance};
use super::calendar::{Day, quarter_start};
use super::chance::{Chance, Matter};
use super::identity::Person;
use super::record::{Record, Standing};
use super::study::{Education, Study};
use super::work::Wage;

/// Levels at intake to adult education, from beginning basic to high secondary.
const LEVELS: [&str; 5] = ["ABEBegBasic", "ABEIntLow", "ABEIntHigh", "ASELow", "ASEHigh"];

/// What agencies other than schools, colleges and employers know of a person.
#[derive(Default)]
pub(super) struct Services {
    pub(super) early: Vec<EarlyStay>,
    pub(super) benefits: Vec<Benefit>,
    pub(super) prison: Vec<Prison>,
    pub(super) rehabilitation: Vec<Rehabilitation>,
    pub(super) lessons: Vec<Lessons>,
    pub(super) training: Vec<Training>,
}

/// A time in prison.
pub(super) struct Prison {
    pub(super) admission: Day,
    pub(super) release: Option<Day>,
    pub(super) facility: &'static str,
    pub(super) program: &'static str,
    pub(super) credential: &'static str,
}

/// A case of vocational rehabilitation.
pub(super) struct Rehabilitation {
    pub(super) application: Day,
    pub(super) eligibility: Option<Day>,
    pub(super) plan: Option<Day>,
    pub(super) exit: Option<Day>,
    pub(super) closure: &'static str,
    pub(super) employed: Option<bool>,
    pub(super) credential: Option<Day>,
}

/// A time in adult education.
pub(super) struct Lessons {
    pub(super) program: u32,
    pub(super) entry: Day,
    pub(super) exit: Option<Day>,
    pub(super) level: &'static str,
    /// Not asked before 2016-17.
    pub(super) gain: Option<bool>,
    pub(super) equivalency: Option<Day>,
}

/// A time in a workforce program.
pub(super) struct Training {
    pub(super) program: &'static str,
    pub(super) entry: Day,
    pub(super) exit: Option<Day>,
    pub(super) exclusion: &'static str,
    pub(super) youth: bool,
    pub(super) credential: Option<Day>,
}

/// What services are drawn from.
pub(super) struct Situation<'a> {
    pub(super) seed: u64,
    pub(super) person: &'a Person,
    pub(super) record: &'a Record,
    pub(super) study: &'a Study,
    /// First day in the state.
    pub(super) arrival: Day,
    /// First and last day of the files.
    pub(super) files: (Day, Day),
    pub(super) death: Option<Day>,
}

impl Situation<'_> {
    /// The day from which on the person is an adult out of school and college.
    fn adult_from(&self) -> Day {
        let school = self.record.standings.last().map_or(self.person.birth, |change| change.day);
        let college = self.study.terms.last().map_or(school, |term| term.span().1);
        self.person.birth.plus(6575).max(school).max(college).max(self.arrival)
    }

    /// Whether a day lies in the files and in the life of the person in the state.
    pub(super) fn is_open(&self, day: Day) -> bool {
        (self.files.0..=self.files.1).contains(&day)
            && day >= self.arrival
            && self.death.is_none_or(|death| day < death)
    }

    /// A day, unless it is after the files or the death.
    pub(super) fn known(&self, day: Day) -> Option<Day> {
        let last = self.death.map_or(self.files.1, |death| death.min(self.files.1));
        (day <= last).then_some(day)
    }

    fn in_school(&self) -> bool {
        self.record.last_standing() == Some(Standing::Enrolled)
    }

    /// The most education the person ever reaches.
    pub(super) fn education(&self) -> Education {
        self.study.steps.iter().map(|(_, education)| *education).max().unwrap_or(Education::Less)
    }

    /// Times in prison. They are drawn before work is, as nobody in prison is in covered employment.
    pub(super) fn prison(&self) -> Vec<Prison> {
        let mut chance = Chance::about(Matter::Prison, self.seed, self.person.number);
        let mut prison = Vec::new();
        let schooling = match self.education() {
            Education::Less => 2.3,
            Education::Diploma | Education::Some => 0.75,
            _ => 0.12,
        };
        let share = if self.person.sex == "M" { 0.062 } else { 0.009 };
        if self.in_school() || !chance.happens(share * schooling) {
            return prison;
        }
        let spread = chance.unit();
        let mut day = self.adult_from().plus(chance.between(30, 60) + days(9000.0 * spread * spread));
        for _ in 0..3 {
            let length = 150 + days(1900.0 * chance.unit() * chance.unit());
            let release = day.plus(length);
            if self.is_open(day) {
                prison.push(stay(&mut chance, day, self.known(release)));
            }
            if !chance.happens(0.32) {
                break;
            }
            day = release.plus(chance.between(60, 1100));
        }
        prison
    }

    /// Everything else, drawn when work is known.
    pub(super) fn others(&self, prison: Vec<Prison>, wages: &[Wage]) -> Services {
        let mut chance = Chance::about(Matter::Services, self.seed, self.person.number);
        let mut services = Services { prison, ..Services::default() };
        assistance(&mut chance, self, &mut services);
        self.rehabilitate(&mut chance, wages, &mut services);
        self.teach(&mut chance, &mut services);
        self.train(&mut chance, wages, &mut services);
        services
    }

    fn rehabilitate(&self, chance: &mut Chance, wages: &[Wage], services: &mut Services) {
        let disabled = self.person.needs.disability.is_some();
        if !chance.happens(if disabled { 0.2 } else { 0.012 }) {
            return;
        }
        let age = if disabled { chance.between(16, 30) } else { chance.between(20, 55) };
        let application = self.person.birth.plus(365 * age + chance.between(0, 364)).workday_after();
        if !self.is_open(application) {
            return;
        }
        let eligible = chance.happens(0.87);
        let planned = eligible && chance.happens(0.8);
        let eligibility = application.plus(chance.between(10, 60)).workday_after();
        let plan = eligibility.plus(chance.between(15, 90)).workday_after();
        let exit = if planned { plan.plus(chance.between(150, 900)) } else { eligibility };
        let exit = self.known(exit.workday_after());
        let employed = exit.map(|day| planned && wages.iter().any(|wage| wage.quarter == day.quarter()));
        let closure = match (exit, employed) {
            (None, _) => "",
            (_, Some(true)) => "employed",
            _ if !eligible => "ineligible",
            _ => ["not_employed", "unable_to_locate", "other"][chance.weighted(&[0.5, 0.3, 0.2])],
        };
        let earned = planned && chance.happens(0.16);
        services.rehabilitation.push(Rehabilitation {
            application,
            eligibility: self.known(eligibility).filter(|_| eligible),
            plan: self.known(plan).filter(|_| planned),
            exit,
            closure,
            employed,
            credential: exit.filter(|_| earned).map(|day| day.plus(-chance.between(5, 60))),
        });
    }

    /// Adult education: mostly those who left school for an equivalency program, and other dropouts.
    fn teach(&self, chance: &mut Chance, services: &mut Services) {
        let Some(change) = self.record.standings.last() else { return };
        let share = match change.standing {
            Standing::GedProgram => 0.75,
            Standing::Dropout | Standing::TransferredUndocumented => 0.2,
            Standing::Completer => 0.1,
            _ => 0.0,
        };
        if !chance.happens(share) {
            return;
        }
        let soon = if change.standing == Standing::GedProgram { 40 } else { 1500 };
        let entry =
            change.day.max(self.person.birth.plus(6210)).plus(chance.between(3, soon)).workday_after();
        if !self.is_open(entry) {
            return;
        }
        let exit = entry.plus(chance.between(40, 420)).workday_after();
        let passed = chance.happens((0.3 + 0.12 * self.person.ability).clamp(0.05, 0.7));
        let level = LEVELS[chance.weighted(&[0.1, 0.25, 0.35, 0.2, 0.1])];
        services.lessons.push(Lessons {
            program: 700_000 + 7 * u32::try_from(self.person.district % 15).unwrap_or_default(),
            entry,
            exit: self.known(exit),
            level,
            gain: Some(passed || chance.happens(0.3)).filter(|_| entry.school_year() >= 2017),
            equivalency: self.known(exit.plus(-chance.between(1, 30))).filter(|_| passed),
        });
    }

    /// Workforce programs: for those who lost a job, for the poor, and for the young out of school.
    fn train(&self, chance: &mut Chance, wages: &[Wage], services: &mut Services) {
        if self.person.social_security.is_none() || !chance.happens(0.05) {
            return;
        }
        let from = self.adult_from();
        let worked = wages.iter().filter(|wage| quarter_start(wage.quarter) >= from);
        let lost = worked.clone().nth(chance.below(worked.count().max(1))).map(|wage| wage.quarter + 1);
        let entry = match lost.filter(|_| chance.happens(0.6)) {
            Some(quarter) => quarter_start(quarter).plus(chance.between(5, 80)),
            None => from.plus(chance.between(30, 4000)),
        };
        let entry = entry.workday_after();
        if !self.is_open(entry) || self.in_school() {
            return;
        }
        let age = self.person.birth.age_on(entry);
        let youth = age <= 24 && chance.happens(0.5);
        let program = match (youth, lost.is_some()) {
            (true, _) => "YOUTH",
            (false, true) => {
                ["ADULT", "DISLOCATED_WORKER", "WAGNER_PEYSER"][chance.weighted(&[0.3, 0.25, 0.45])]
            }
            (false, false) => ["ADULT", "WAGNER_PEYSER"][chance.weighted(&[0.6, 0.4])],
        };
        let exit = self.known(entry.plus(chance.between(50, 500)).workday_after());
        let exclusion = if exit.is_some() && chance.happens(0.02) {
            ["institutionalized", "health", "reserve_forces"][chance.weighted(&[0.3, 0.5, 0.2])]
        } else {
            ""
        };
        let earned = program != "WAGNER_PEYSER" && chance.happens(0.3);
        services.training.push(Training {
            program,
            entry,
            exit,
            exclusion,
            youth,
            credential: exit.filter(|_| earned).map(|day| day.plus(-chance.between(1, 40)).max(entry)),
        });
    }
}

fn stay(chance: &mut Chance, admission: Day, release: Option<Day>) -> Prison {
    let facility = ["MSP", "CMCF", "SMCI", "MCCF", "EMCF"][chance.weighted(&[0.25, 0.3, 0.25, 0.1, 0.1])];
    let program = ["", "ABE", "HSE", "CTE"][chance.weighted(&[0.55, 0.15, 0.18, 0.12])];
    let earned = release.is_some() && chance.happens(0.4);
    let credential = match program {
        "HSE" if earned => "00815",
        "CTE" if earned => "00819",
        _ => "",
    };
    Prison { admission, release, facility, program, credential }
}

/// Days from a small non-negative float.
fn days(value: f64) -> i32 {
    i32::try_from(super::chance::whole(value)).unwrap_or_default()
}
