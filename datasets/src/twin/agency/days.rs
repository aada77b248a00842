//! Days in school: attendance by school and year, and what pupils were disciplined for.

use std::path::Path;

use super::headers;
use super::pupils::last_day;
use crate::twin::calendar::Day;
use crate::twin::chance::{Chance, exponential};
use crate::twin::defects::Ledger;
use crate::twin::error::TwinError;
use crate::twin::identity::{self, Person};
use crate::twin::places::Places;
use crate::twin::record::Spell;
use crate::twin::yearly::{Written, Yearly};

/// What pupils are disciplined for (disorderly conduct, fighting, attendance, drugs, weapons, harassment, theft), and
/// how often each.
const BEHAVIORS: [&str; 7] = ["04634", "04645", "04626", "04635", "04705", "04646", "04682"];
const BEHAVIOR_WEIGHTS: [f64; 7] = [45.0, 20.0, 18.0, 5.0, 2.0, 6.0, 4.0];
/// What follows: detention, suspension in school, suspension out of school, alternative school, expulsion.
const ACTIONS: [&str; 5] = ["03084", "03100", "03102", "03075", "03087"];

/// The files of attendance and discipline.
pub(super) struct DayFiles {
    attendance: Yearly,
    discipline: Yearly,
}

/// How a pupil takes to school.
pub(super) struct Habits {
    absence: f64,
    trouble: f64,
}

impl Habits {
    /// Draws the habits of a pupil.
    pub(super) fn of(chance: &mut Chance, person: &Person) -> Self {
        let poor = if person.needs.poor { 0.18 } else { -0.18 };
        let absence = exponential(-3.06 + 0.62 * chance.normal() + poor - 0.16 * person.ability);
        let male = if person.sex == "M" { 0.35 } else { -0.35 };
        let trouble = exponential(-2.55 + 0.9 * chance.normal() + male + poor - 0.25 * person.ability);
        Self { absence, trouble }
    }

    /// Share of the days a pupil misses in a year.
    fn missed(&self, chance: &mut Chance, spell: &Spell, leaves: bool) -> f64 {
        let grade = match spell.grade {
            ..=0 => 0.95,
            9.. => 1.3,
            _ => 0.72,
        };
        // Absence did not come down to what it was before the spring of 2020.
        let after = if spell.year >= 2021 { 1.3 } else { 1.0 };
        let leaving = if leaves { 2.4 } else { 1.0 };
        (self.absence * grade * after * leaving * exponential(0.45 * chance.normal())).min(0.75)
    }
}

impl DayFiles {
    pub(super) fn create(
        folder: &Path,
        years: (i32, i32),
        ledger: Option<&Ledger>,
    ) -> Result<Self, TwinError> {
        let attendance = Yearly::create(folder, "mde/attendance", headers::ATTENDANCE, years)?;
        Ok(Self {
            attendance: attendance.plant(ledger),
            discipline: Yearly::create(folder, "mde/discipline", headers::DISCIPLINE, years)?,
        })
    }

    pub(super) fn close(self, written: &mut Vec<Written>) -> Result<(), TwinError> {
        self.attendance.close(written)?;
        self.discipline.close(written)
    }

    /// Writes one school year of a pupil: its spells in order of time.
    pub(super) fn write(
        &mut self,
        chance: &mut Chance,
        person: &Person,
        habits: &Habits,
        spells: &[Spell],
        places: &Places,
    ) -> Result<(), TwinError> {
        let mut seen = [usize::MAX; 4];
        for (place, spell) in spells.iter().enumerate() {
            if !spell.attended() || seen.contains(&spell.school) {
                continue;
            }
            seen[place.min(3)] = spell.school;
            self.write_school(chance, person, habits, (spell, &spells[place..]), places)?;
        }
        Ok(())
    }

    /// All stays of the year in one school are one row.
    fn write_school(
        &mut self,
        chance: &mut Chance,
        person: &Person,
        habits: &Habits,
        (first, later): (&Spell, &[Spell]),
        places: &Places,
    ) -> Result<(), TwinError> {
        let number = identity::student_number(person.number).0;
        let school = &places.schools[first.school];
        let district = &places.districts[school.district];
        let stays = later.iter().filter(|spell| spell.school == first.school && spell.attended());
        let mut enrolled = 0;
        let mut leaves = false;
        for stay in stays {
            enrolled += district.class_days(stay.year, stay.entry, last_day(stay, places));
            leaves = stay.exit.as_ref().is_some_and(|exit| exit.code.starts_with('D'));
        }
        let enrolled = enrolled.clamp(1, district.days_of_class());
        let missed = habits.missed(chance, first, leaves) * f64::from(enrolled);
        // Days are counted in halves.
        let missed = u64::from(crate::twin::chance::whole(2.0 * missed)) * 50;
        let days = u64::from(enrolled.unsigned_abs()) * 100;
        let Some(file) = self.attendance.of(first.year) else { return Ok(()) };
        file.number(number, 9).year(first.year).text(&district.code).text(&school.code);
        file.cents(days).cents(days - missed.min(days)).cents(missed.min(days)).end_row()?;
        let grade = if first.grade >= 6 { 1.0 } else { 0.25 };
        let mut from = first.entry;
        for count in 0..4 {
            let share = f64::from(enrolled) / 180.0;
            if !chance.happens((habits.trouble * grade * share).min(0.8)) {
                break;
            }
            from = self.discipline(chance, (number, count), first, from, places)?;
        }
        Ok(())
    }

    /// One incident; hands back its day.
    fn discipline(
        &mut self,
        chance: &mut Chance,
        (number, count): (u64, u64),
        spell: &Spell,
        from: Day,
        places: &Places,
    ) -> Result<Day, TwinError> {
        let school = &places.schools[spell.school];
        let left = from.until(last_day(spell, places)).max(0);
        let day = from.plus(chance.between(0, left)).workday_before().max(spell.entry);
        let behavior = BEHAVIORS[chance.weighted(&BEHAVIOR_WEIGHTS)];
        let severe = matches!(behavior, "04635" | "04705");
        let weights = if severe { [0.0, 5.0, 55.0, 30.0, 10.0] } else { [38.0, 34.0, 25.0, 3.0, 0.0] };
        let action = chance.weighted(&weights);
        let days = match action {
            0 => None,
            1 | 2 => Some(chance.between(1, 5)),
            3 => Some(45),
            _ => Some(180),
        };
        let school_code = spell.school as u64 % 1000;
        let incident = (number % 100_000 * 1000 + school_code) * 10 + count;
        let Some(file) = self.discipline.of(spell.year) else { return Ok(day) };
        file.number(number, 9).number(incident, 9).american_date(day);
        file.text(&places.districts[school.district].code).text(&school.code).year(spell.year);
        file.text(behavior).text(ACTIONS[action]);
        match days {
            Some(days) => file.cents(u64::from(days.unsigned_abs()) * 100),
            None => file.blank(),
        };
        file.end_row()?;
        Ok(day)
    }
}
