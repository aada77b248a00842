//! What the department of education knows of pupils beside their enrollment: attributes, needs from when to when,
//! and the moves of migratory children.

use std::path::Path;

use super::headers;
use crate::twin::calendar::Day;
use crate::twin::chance::Chance;
use crate::twin::error::TwinError;
use crate::twin::identity::{self, Person};
use crate::twin::places::Places;
use crate::twin::record::Spell;
use crate::twin::table::Table;
use crate::twin::yearly::{Written, Yearly};

/// Last school year with five race categories, the old names of the needs' columns, and their old codes.
const LAST_OF_FIVE: i32 = 2010;
/// Last school year in which English learners were called limited English proficient and foster care was not asked.
const LAST_LIMITED: i32 = 2017;
/// Codes of the needs in the order of the flags, then homelessness, foster care and section 504.
const NEEDS: [&str; 7] = ["ECD", "EL", "IDEA", "MIG", "HML", "FOS", "S504"];
const OLD_NEEDS: [&str; 7] = ["FRL", "LEP", "SPED", "MIG", "HML", "", "S504"];

/// The files of pupils' attributes, needs and moves.
pub(super) struct PupilFiles {
    student: Yearly,
    status: Yearly,
    migrant: Yearly,
}

/// What stays with a pupil through the years.
pub(super) struct Background {
    language: &'static str,
    homeless: f64,
    foster_from: Option<i32>,
    section_504: bool,
}

impl Background {
    /// Draws the background of a pupil.
    pub(super) fn of(chance: &mut Chance, person: &Person) -> Self {
        let other = match person.race {
            "H" => 0.75,
            "A" => 0.6,
            "P" => 0.4,
            _ => 0.004,
        };
        let speaks_other = person.needs.english_learner_years > 0 || chance.happens(other * 0.5);
        let language = match (speaks_other, person.race) {
            (false, _) => "eng",
            (true, "H") => "spa",
            (true, "A") => ["vie", "zho", "ara", "tgl"][chance.weighted(&[0.4, 0.3, 0.1, 0.2])],
            (true, _) => ["spa", "fra", "ara"][chance.weighted(&[0.6, 0.2, 0.2])],
        };
        let poor = if person.needs.poor { 1.0 } else { 0.1 };
        Self {
            language,
            homeless: if chance.happens(0.09 * poor) { 0.35 } else { 0.0 },
            foster_from: chance.happens(0.022 * poor).then(|| chance.between(0, 12)),
            section_504: person.needs.disability.is_none() && chance.happens(0.045),
        }
    }

    fn needs(&self, chance: &mut Chance, spell: &Spell) -> [bool; 7] {
        let [poor, learner, disability, migrant] = spell.flags;
        let foster = self.foster_from.is_some_and(|from| (from..from + 2).contains(&spell.grade));
        [
            poor,
            learner,
            disability,
            migrant,
            chance.happens(self.homeless),
            foster,
            self.section_504 && spell.grade >= 2,
        ]
    }
}

impl PupilFiles {
    pub(super) fn create(folder: &Path, years: (i32, i32)) -> Result<Self, TwinError> {
        let header = |year| if year <= LAST_OF_FIVE { headers::STUDENT_2010 } else { headers::STUDENT };
        Ok(Self {
            student: Yearly::with_headers(folder, "mde/student", "csv", years, header)?,
            status: Yearly::create(folder, "mde/status", headers::STATUS, years)?,
            migrant: Yearly::create(folder, "mde/migrant", headers::MIGRANT, years)?,
        })
    }

    pub(super) fn close(self, written: &mut Vec<Written>) -> Result<(), TwinError> {
        self.student.close(written)?;
        self.status.close(written)?;
        self.migrant.close(written)
    }

    /// Writes one school year of a pupil: its spells in order of time.
    pub(super) fn write(
        &mut self,
        chance: &mut Chance,
        person: &Person,
        background: &Background,
        spells: &[Spell],
        places: &Places,
    ) -> Result<(), TwinError> {
        let Some(first) = spells.first() else { return Ok(()) };
        let number = identity::student_number(person.number).0;
        if let Some(file) = self.student.of(first.year) {
            write_attributes(file, number, person, background, first.year)?;
        }
        let mut attended = spells.iter().filter(|spell| spell.attended());
        let Some(first) = attended.next() else { return Ok(()) };
        let last = attended.next_back().unwrap_or(first);
        let needs = background.needs(chance, first);
        let end = last_day(last, places);
        let school = &places.schools[first.school];
        let district = &places.districts[school.district].code;
        let Some(file) = self.status.of(first.year) else { return Ok(()) };
        let codes = if first.year <= LAST_LIMITED { OLD_NEEDS } else { NEEDS };
        for (code, has) in codes.into_iter().zip(needs) {
            if has && !code.is_empty() {
                file.number(number, 9).text(code).american_date(first.entry).american_date(end);
                file.text(district).text(&school.code).end_row()?;
            }
        }
        if needs[3]
            && let Some(file) = self.migrant.of(first.year)
        {
            write_move(chance, file, number, first, places)?;
        }
        Ok(())
    }
}

fn write_attributes(
    file: &mut Table,
    number: u64,
    person: &Person,
    background: &Background,
    year: i32,
) -> Result<(), TwinError> {
    file.number(number, 9).text(person.sex);
    let race = person.reported_race(year);
    if year > LAST_OF_FIVE {
        file.text(race).text(background.language);
    } else {
        let code = match race {
            "W" => "1",
            "B" => "2",
            "H" => "3",
            "A" => "4",
            _ => "5",
        };
        let limited = person.needs.english_learner_years > 0;
        file.text(code).text(if limited { background.language } else { "" });
    }
    file.american_date(person.birth).end_row()
}

/// A move made at most three years before, mostly in the season of the year's first day.
fn write_move(
    chance: &mut Chance,
    file: &mut Table,
    number: u64,
    spell: &Spell,
    places: &Places,
) -> Result<(), TwinError> {
    let arrival = spell.entry.plus(-chance.between(0, 60));
    let school = &places.schools[spell.school];
    let kind = ["01", "02", "03"][chance.weighted(&[0.8, 0.12, 0.08])];
    file.number(number, 9)
        .american_date(arrival)
        .american_date(arrival.plus(-chance.between(0, 20)))
        .american_date(arrival.plus(chance.between(0, 5)))
        .text(kind)
        .flag(chance.happens(0.3))
        .text(if chance.happens(0.04) { "02" } else { "" })
        .year(spell.year)
        .text(&places.districts[school.district].code)
        .text(&school.code)
        .end_row()
}

/// The last day of a spell: the exit, or the last day of class.
pub(super) fn last_day(spell: &Spell, places: &Places) -> Day {
    let district = &places.districts[places.schools[spell.school].district];
    let last = district.last_day(spell.year).max(spell.entry);
    spell.exit.as_ref().map_or(last, |exit| exit.day)
}
