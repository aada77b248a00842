//! Covered employment, quarter by quarter: hiring, separations, second jobs, pay.

use super::calendar::{Day, quarter_start};
use super::chance::{Chance, exponential};
use super::economy::Economy;
use super::study::Education;

/// Quarterly pay of a beginner by education, in dollars of the base year.
const PAY: [f64; 6] = [4_100.0, 4_900.0, 5_400.0, 6_900.0, 9_400.0, 12_000.0];
/// Share at work in covered employment by education, for grown-ups out of school.
const EMPLOYED: [f64; 6] = [0.5, 0.625, 0.67, 0.74, 0.76, 0.78];
const BASE_YEAR: i32 = 2006;

/// What a person mainly does in a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    School,
    College,
    Adult,
    /// Not in the state, or dead.
    Gone,
}

/// Wages one employer paid to a person in a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wage {
    pub(super) quarter: i32,
    pub(super) account: u64,
    pub(super) unit: u32,
    /// The federal number of the employer.
    pub(super) ein: u64,
    pub(super) cents: u64,
}

/// A person on the labour market.
pub(super) struct Worker<'a> {
    pub(super) chance: &'a mut Chance,
    pub(super) economy: &'a Economy,
    pub(super) birth: Day,
    /// The first quarter that is looked at.
    pub(super) from: i32,
    /// What the person does from that quarter on.
    pub(super) statuses: &'a [Status],
    /// Rising education, in order of time.
    pub(super) steps: &'a [(Day, Education)],
    /// Pay of the field of study against the average.
    pub(super) field_pay: f64,
    /// Readiness for school and work.
    pub(super) ability: f64,
}

/// A job: where, and what a full quarter pays.
struct Job {
    employer: usize,
    unit: u32,
    pay: f64,
}

/// How easily a person finds and leaves jobs in a quarter.
struct Market {
    hired: f64,
    separated: f64,
}

/// The traits that stay with a worker.
struct Traits {
    attachment: f64,
    pay: f64,
    retires_at: i32,
}

impl Worker<'_> {
    /// The wages of all quarters, in order of time, one for each employer and unit.
    pub(super) fn work(&mut self) -> Vec<Wage> {
        let traits = self.traits();
        let mut wages = Vec::new();
        let (mut main, mut second) = (self.first_job(&traits), None);
        for (quarter, status) in (self.from..).zip(self.statuses.iter().copied()) {
            let start = quarter_start(quarter);
            let age = self.birth.age_on(start);
            if status == Status::Gone || age >= traits.retires_at {
                (main, second) = (None, None);
                continue;
            }
            let education = self.education(start);
            let market = market(&traits, status, education, age, quarter);
            if quarter.rem_euclid(4) == 0 {
                raise(main.as_mut(), age);
                raise(second.as_mut(), age);
            }
            let offer = Offer { education, age, quarter, traits: &traits };
            let before = wages.len();
            let share = intensity(status, quarter);
            main = self.spend_quarter(main, &market, &offer, share, &mut wages);
            let moonlights = Market { hired: if main.is_some() { 0.025 } else { 0.0 }, separated: 0.3 };
            second = self.spend_quarter(second, &moonlights, &offer, 0.35 * share, &mut wages);
            merge(&mut wages, before);
        }
        wages
    }

    /// Who is grown up at the beginning may have a job already.
    fn first_job(&mut self, traits: &Traits) -> Option<Job> {
        let start = quarter_start(self.from);
        let age = self.birth.age_on(start);
        let status = self.statuses.first().copied().unwrap_or(Status::Gone);
        if age < 18 || status == Status::Gone {
            return None;
        }
        let education = self.education(start);
        let market = market(traits, status, education, age, self.from);
        let employed = market.hired / (market.hired + market.separated);
        let offer = Offer { education, age, quarter: self.from, traits };
        if self.chance.happens(employed) { Some(self.hire(&offer)) } else { None }
    }

    fn traits(&mut self) -> Traits {
        let uncovered = self.chance.happens(0.06);
        Traits {
            attachment: if uncovered { -1.0 } else { 0.13 * self.chance.normal() + 0.03 * self.ability },
            pay: exponential(0.26 * self.chance.normal() + 0.08 * self.ability),
            retires_at: self.chance.between(59, 69),
        }
    }

    fn education(&self, day: Day) -> Education {
        let reached = self.steps.iter().filter(|(from, _)| *from <= day).map(|(_, education)| *education);
        reached.max().unwrap_or(Education::Less)
    }

    /// One quarter in a job or without one; hands back the job at its end.
    fn spend_quarter(
        &mut self,
        job: Option<Job>,
        market: &Market,
        offer: &Offer<'_>,
        share: f64,
        wages: &mut Vec<Wage>,
    ) -> Option<Job> {
        let open = job.filter(|job| self.economy.employers[job.employer].is_open(offer.quarter));
        let Some(job) = open else {
            if !self.chance.happens(market.hired) {
                return None;
            }
            let job = self.hire(offer);
            let part = self.chance.within(0.12, 1.0);
            self.pay(&job, offer.quarter, share * part, wages);
            return Some(job);
        };
        if !self.chance.happens(market.separated) {
            self.pay(&job, offer.quarter, share, wages);
            return Some(job);
        }
        let part = self.chance.within(0.08, 1.0);
        self.pay(&job, offer.quarter, share * part, wages);
        if !self.chance.happens(market.hired) {
            return None;
        }
        let next = self.hire(offer);
        self.pay(&next, offer.quarter, share * (1.05 - part), wages);
        Some(next)
    }

    fn hire(&mut self, offer: &Offer<'_>) -> Job {
        let education = match offer.education {
            Education::Less | Education::Diploma => 0,
            Education::Some | Education::Associate => 1,
            Education::Bachelor | Education::Master => 2,
        };
        let (employer, unit) = self.economy.hire(self.chance, education, offer.quarter);
        let experience =
            f64::from((offer.age - 18 - 2 * i32::from(offer.education >= Education::Bachelor)).clamp(0, 30));
        let field = if offer.education >= Education::Associate { self.field_pay } else { 1.0 };
        let part_time = if self.chance.happens(0.2) { 0.5 } else { 1.0 };
        let pay = PAY[offer.education as usize]
            * price_level(offer.quarter)
            * (1.0 + 0.04 * experience - 0.000_7 * experience * experience)
            * self.economy.employers[employer].pay
            * offer.traits.pay
            * field
            * part_time;
        Job { employer, unit, pay }
    }

    fn pay(&mut self, job: &Job, quarter: i32, share: f64, wages: &mut Vec<Wage>) {
        let dollars = (job.pay * share * self.chance.within(0.9, 1.1)).max(9.5);
        let employer = &self.economy.employers[job.employer];
        let cents = u64::from(super::chance::whole(dollars * 100.0));
        wages.push(Wage { quarter, account: employer.account, unit: job.unit, ein: employer.ein, cents });
    }
}

/// How easily someone in this situation finds and leaves a job.
fn market(traits: &Traits, status: Status, education: Education, age: i32, quarter: i32) -> Market {
    let summer = quarter.rem_euclid(4) == 2;
    let (employed, separated): (f64, f64) = match status {
        Status::School => (if summer { 0.34 } else { 0.17 }, 0.36),
        Status::College => (0.55, 0.26),
        _ if age < 25 => (EMPLOYED[education as usize], 0.17),
        _ if age < 35 => (EMPLOYED[education as usize] + 0.02, 0.09),
        _ => (EMPLOYED[education as usize] + 0.03, 0.045),
    };
    let target = (employed + traits.attachment).clamp(0.01, 0.96);
    Market { hired: (separated * target / (1.0 - target)).min(0.92), separated }
}

/// What decides about a new job.
struct Offer<'a> {
    education: Education,
    age: i32,
    quarter: i32,
    traits: &'a Traits,
}

/// Prices against the base year.
fn price_level(quarter: i32) -> f64 {
    1.0 + 0.03 * f64::from(quarter.div_euclid(4) - BASE_YEAR)
}

/// How much of a full-time quarter someone works in this situation.
fn intensity(status: Status, quarter: i32) -> f64 {
    let summer = quarter.rem_euclid(4) == 2;
    match (status, summer) {
        (Status::School, false) => 0.2,
        (Status::School, true) => 0.38,
        (Status::College, false) => 0.4,
        (Status::College, true) => 0.55,
        _ => 1.0,
    }
}

/// The yearly raise: prices and experience, which pays less with age.
fn raise(job: Option<&mut Job>, age: i32) {
    if let Some(job) = job {
        job.pay *= 1.022 + 0.001 * f64::from((45 - age).clamp(0, 25));
    }
}

/// Adds up wages of the same employer and unit within the last quarter.
fn merge(wages: &mut Vec<Wage>, before: usize) {
    let mut place = before;
    while place < wages.len() {
        let wage = wages[place];
        let same = wages[before..place]
            .iter()
            .position(|other| (other.account, other.unit) == (wage.account, wage.unit));
        if let Some(same) = same {
            wages[before + same].cents += wage.cents;
            wages.remove(place);
        } else {
            place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wages_of_the_same_unit_are_added_up() {
        let wage = |account, cents| Wage { quarter: 8000, account, unit: 0, ein: 0, cents };
        let mut wages = vec![wage(1, 5), wage(1, 10), wage(2, 20), wage(1, 30)];
        merge(&mut wages, 1);
        assert_eq!(wages, [wage(1, 5), wage(1, 40), wage(2, 20)]);
    }
}
