//! Early learning and benefits: programs of human services for children and for families with little money.

use super::calendar::Day;
use super::chance::Chance;
use super::services::{Services, Situation};
use super::study::Education;

/// A time in an early learning program.
pub(super) struct EarlyStay {
    pub(super) provider: u32,
    pub(super) program: &'static str,
    pub(super) start: Day,
    pub(super) end: Option<Day>,
    /// Ratings of the three outcomes from 1 to 7, and when they were made.
    pub(super) ratings: Option<([i32; 3], &'static str)>,
}

/// A time on a benefit.
pub(super) struct Benefit {
    pub(super) program: &'static str,
    pub(super) start: Day,
    pub(super) end: Option<Day>,
}

/// Draws the early learning and the benefits of a person.
pub(super) fn assistance(chance: &mut Chance, situation: &Situation<'_>, services: &mut Services) {
    learn_early(chance, situation, services);
    let child = situation.person.birth.plus(6575);
    let from_here = situation.arrival <= child;
    if situation.person.needs.poor && from_here {
        let start = situation.person.birth.max(situation.arrival);
        for (program, share, again) in [("MEDICAID", 0.75, 0.5), ("SNAP", 0.62, 0.6), ("TANF", 0.05, 0.2)] {
            draw(chance, situation, services, (program, share, again), (start, child));
        }
    }
    let share = match situation.education() {
        Education::Less => 0.3,
        Education::Diploma => 0.17,
        Education::Some | Education::Associate => 0.1,
        _ => 0.02,
    };
    let start = child.max(situation.arrival);
    draw(chance, situation, services, ("SNAP", share, 0.45), (start, start.plus(365 * 30)));
}

/// One to three times on a benefit between two days.
fn draw(
    chance: &mut Chance,
    situation: &Situation<'_>,
    services: &mut Services,
    (program, share, again): (&'static str, f64, f64),
    (from, until): (Day, Day),
) {
    if !chance.happens(share) {
        return;
    }
    let mut day = from.plus(chance.between(0, from.until(until).max(1) * 2 / 3));
    for _ in 0..3 {
        let end = day.plus(chance.between(90, 1460));
        if day >= until {
            return;
        }
        let on_it = |spell: &Benefit| spell.program == program && spell.end.is_none_or(|end| end >= day);
        if situation.is_open(day) && !services.benefits.iter().any(on_it) {
            services.benefits.push(Benefit { program, start: day, end: situation.known(end) });
        }
        if !chance.happens(again) {
            return;
        }
        day = end.plus(chance.between(60, 900));
    }
}

/// Early learning of children who grow up in the state.
fn learn_early(chance: &mut Chance, situation: &Situation<'_>, services: &mut Services) {
    let person = situation.person;
    if situation.arrival > person.birth {
        return;
    }
    let poor = person.needs.poor;
    if person.needs.disability.is_some_and(|(from, _)| from <= 1) && chance.happens(0.4) {
        let start = person.birth.plus(chance.between(180, 900));
        visit(chance, situation, services, "PART_C", start, person.birth.plus(1095));
    }
    if chance.happens(if poor { 0.33 } else { 0.03 }) {
        let start = person.birth.plus(365 * chance.between(3, 4) + chance.between(0, 40));
        visit(chance, situation, services, "HEAD_START", start, person.birth.plus(1825));
    } else if chance.happens(if poor { 0.26 } else { 0.06 }) {
        let start = person.birth.plus(chance.between(60, 1500));
        let end = start.plus(chance.between(120, 900)).min(person.birth.plus(1825));
        visit(chance, situation, services, "CCDF", start, end);
        if situation.is_open(start) {
            services.benefits.push(Benefit { program: "CCDF", start, end: situation.known(end) });
        }
    }
}

fn visit(
    chance: &mut Chance,
    situation: &Situation<'_>,
    services: &mut Services,
    program: &'static str,
    start: Day,
    end: Day,
) {
    if !situation.is_open(start) || end <= start {
        return;
    }
    let base = f64::from(chance.between(3, 6)) + situation.person.ability;
    let mut rate = || whole_rating(base + 0.6 * chance.normal());
    let ratings = [rate(), rate(), rate()];
    let end = situation.known(end);
    let time = if end.is_some() { "AtExit" } else { "Baseline" };
    let provider =
        40_000 + u32::try_from(situation.person.district * 9 + chance.below(9)).unwrap_or_default();
    let ratings = (program != "CCDF").then_some((ratings, time));
    services.early.push(EarlyStay { provider, program, start, end, ratings });
}

fn whole_rating(value: f64) -> i32 {
    i32::try_from(super::chance::whole(value.clamp(1.0, 7.0))).unwrap_or(1)
}
