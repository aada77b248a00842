//! What young people do after school: college now, later, elsewhere or never; moving away; dying.

use super::calendar::Day;
use super::chance::probability;
use super::colleges::{Level, Season};
use super::record::{DiplomaKind, Record, Spell, Standing};
use super::study::{Education, Student, Study};

/// Times lived outside the state, and the death.
#[derive(Default)]
pub(super) struct Residence {
    /// First day away and first day back, in order of time.
    pub(super) away: Vec<(Day, Day)>,
    pub(super) death: Option<Day>,
}

/// Dual enrollment in the last two years, then the way after school. Adds to the time away.
pub(super) fn study_after_school(
    mut student: Student<'_>,
    record: &Record,
    residence: &mut Residence,
) -> Study {
    take_dual_courses(&mut student, record);
    let leaving = record.standings.last().copied();
    match (record.diploma, leaving) {
        (Some(diploma), _) if diploma.kind != DiplomaKind::Certificate => {
            student.study.steps.push((diploma.day, Education::Diploma));
            if diploma.kind != DiplomaKind::Alternate || student.chance.happens(0.1) {
                after_diploma(&mut student, diploma.day, residence);
            }
        }
        (_, Some(change)) => after_other_ways(&mut student, change.day, change.standing),
        _ => {}
    }
    student.study
}

/// Courses at the community college in full school years of grades 11 and 12.
fn take_dual_courses(student: &mut Student<'_>, record: &Record) {
    let willing = student.chance.happens(probability(-1.7 + 1.1 * student.readiness));
    if !willing {
        return;
    }
    for spell in record.spells.iter().filter(|spell| spell.grade >= 11 && spell.attended()) {
        if spell.grade == 11 && !student.chance.happens(0.4) {
            continue;
        }
        for season in [Season::Fall, Season::Spring] {
            if spell.year <= student.last_year && covers(spell, season.span(spell.year)) {
                student.take_dual(spell.year, season);
            }
        }
    }
}

fn covers(spell: &Spell, (start, end): (Day, Day)) -> bool {
    spell.entry <= start && spell.exit.as_ref().is_none_or(|exit| exit.day >= end)
}

/// The ways of a diploma recipient.
fn after_diploma(student: &mut Student<'_>, award: Day, residence: &mut Residence) {
    let readiness = student.readiness;
    let year = first_fall(award);
    if student.chance.happens(probability(-3.2 + 1.0 * readiness)) {
        let start = Day::of(year - 1, 8, 14);
        let back = if student.chance.happens(0.45) {
            start.plus(365 * student.chance.between(2, 5))
        } else {
            Day::NEVER
        };
        residence.away.push((start, back));
        return;
    }
    if student.chance.happens(0.03) {
        // Military service: away, and not in covered employment.
        let start = award.plus(student.chance.between(20, 200));
        let back = if student.chance.happens(0.5) { start.plus(365 * 4) } else { Day::NEVER };
        residence.away.push((start, back));
        return;
    }
    let four = student.chance.happens(probability(-0.72 + 1.15 * readiness));
    let level = if four { Level::Four } else { Level::Two };
    if student.chance.happens(probability(0.62 + 0.95 * readiness)) {
        // Who has the diploma before the summer may begin at once.
        let early = award.civil().1 == 5 && student.chance.happens(0.05);
        let in_winter = award.civil().1 == 12 && student.chance.happens(0.5);
        match (early, in_winter) {
            (true, _) => student.enrol(level, year - 1, Season::Summer),
            (_, true) => student.enrol(level, year - 1, Season::Spring),
            _ => student.enrol(level, year, Season::Fall),
        }
        return;
    }
    match student.chance.weighted(&[0.12, 0.1, 0.13, 0.65]) {
        0 => student.enrol(Level::Two, year, Season::Spring),
        1 => student.enrol(level, year + 1, Season::Fall),
        2 => {
            let later = student.chance.between(2, 6);
            student.enrol(Level::Two, year + later, Season::Fall);
        }
        _ => {}
    }
}

/// The ways of those who left school without a diploma of the state.
fn after_other_ways(student: &mut Student<'_>, day: Day, standing: Standing) {
    let share = match standing {
        Standing::PrivateSchool | Standing::HomeSchool => 0.45,
        Standing::GedProgram => 0.3,
        Standing::Completer => 0.06,
        Standing::Dropout => 0.04,
        _ => 0.0,
    };
    if !student.chance.happens(share) {
        return;
    }
    let year = first_fall(student.grown_up.max(day)) + student.chance.between(0, 1);
    let level = match standing {
        Standing::PrivateSchool if student.chance.happens(0.5) => Level::Four,
        _ => Level::Two,
    };
    student.enrol(level, year, Season::Fall);
}

/// The academic year whose fall begins next after a day.
pub(super) fn first_fall(day: Day) -> i32 {
    let (year, month, of_month) = day.civil();
    if (month, of_month) <= (8, 15) { year + 1 } else { year + 2 }
}

impl Residence {
    /// Adult years: some move away and some of them return, and everyone may die.
    pub(super) fn live_on(&mut self, student: &mut super::chance::Chance, settled: &Settled) {
        let mut day = settled.from;
        while day < settled.until {
            let year_end = Day::of(day.year() + 1, 1, 1);
            let age = settled.birth.age_on(day);
            if student.happens(mortality(age)) {
                self.death = Some(day.plus(student.between(1, 300)));
                return;
            }
            let away = self.away.last().is_some_and(|(_, back)| *back > day);
            if !away && student.happens(departure(age, settled.degree)) {
                let start = day.plus(student.between(1, 330));
                let back =
                    if student.happens(0.3) { start.plus(365 * student.between(1, 6)) } else { Day::NEVER };
                self.away.push((start, back));
                day = back.min(settled.until);
                continue;
            }
            day = year_end;
        }
    }

    /// Whether a day lies in a time away or after the death.
    pub(super) fn is_away(&self, day: Day) -> bool {
        self.death.is_some_and(|death| death < day)
            || self.away.iter().any(|(start, back)| *start < day && day < *back)
    }
}

/// When and how a person lives as an adult in the state.
pub(super) struct Settled {
    pub(super) birth: Day,
    pub(super) from: Day,
    pub(super) until: Day,
    /// Holds a degree, and so has more reasons to move.
    pub(super) degree: bool,
}

fn mortality(age: i32) -> f64 {
    match age {
        ..40 => 0.0013,
        40..60 => 0.005,
        _ => 0.014,
    }
}

fn departure(age: i32, degree: bool) -> f64 {
    let factor = if degree { 1.9 } else { 1.0 };
    factor
        * match age {
            ..25 => 0.024,
            25..35 => 0.02,
            35..45 => 0.009,
            _ => 0.004,
        }
}
