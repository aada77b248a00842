//! True rates of the state under every method, and those methods that know no persons: `truth/method_rates.csv`
//! and the membership they rest on, `truth/membership.csv`.
//!
//! Membership is taken on 1 October; a pupil belongs to the district of the spell that covers the day. Diplomas are
//! regular and endorsed ones by the school year they close (July belongs to the year before).
//!
//! * `afgr` [rules, section 2; T4]: diplomas of a school year over the mean of grade 8 five falls before, grade 9 four
//!   and grade 10 three falls before, for the state (no district) and for every district.
//! * `cpi`: not described in the rules. Read after Education Week's account of Swanson's cumulative promotion index:
//!   grade 10 of the next fall over grade 9 of this one, times the same for 11 over 10 and 12 over 11, times diplomas
//!   over grade 12. It is a product, so numerator and denominator stay blank.

use std::collections::BTreeMap;
use std::path::Path;

use super::status::is_regular;
use crate::twin::calendar::Day;
use crate::twin::error::TwinError;
use crate::twin::life::Life;
use crate::twin::places::Places;
use crate::twin::record::Spell;
use crate::twin::table::Table;
use crate::twin::yearly::Written;

/// Method, cohort, years.
type Key = (&'static str, i32, i32);

/// Members of grades 8 to 12 on 1 October.
type Members = [u64; 5];

/// What the rates are made of.
pub(super) struct Rates {
    /// Numerator and denominator.
    cohorts: BTreeMap<Key, (u64, u64)>,
    /// By school year and district; the state is the district after the last.
    members: BTreeMap<(i32, usize), Members>,
    diplomas: BTreeMap<(i32, usize), u64>,
    years: (i32, i32),
    state: usize,
}

impl Rates {
    pub(super) fn new(years: (i32, i32), places: &Places) -> Self {
        Self {
            cohorts: BTreeMap::new(),
            members: BTreeMap::new(),
            diplomas: BTreeMap::new(),
            years,
            state: places.districts.len(),
        }
    }

    pub(super) fn count(
        &mut self,
        method: &'static str,
        cohort: i32,
        years: i32,
        counts: bool,
        passes: bool,
    ) {
        let (num, den) = self.cohorts.entry((method, cohort, years)).or_default();
        *num += u64::from(passes);
        *den += u64::from(counts);
    }

    /// Counts a person's membership and diploma.
    pub(super) fn take(&mut self, life: &Life, places: &Places) {
        let spells = &life.record.spells;
        for (place, spell) in spells.iter().enumerate() {
            let inside = (self.years.0..=self.years.1).contains(&spell.year);
            let Some(grade) = usize::try_from(spell.grade - 8).ok().filter(|_| inside) else { continue };
            if is_member(spell, spells.get(place + 1)) {
                for district in [places.schools[spell.school].district, self.state] {
                    self.members.entry((spell.year, district)).or_default()[grade.min(4)] += 1;
                }
            }
        }
        let inside = |year| (self.years.0..=self.years.1).contains(&year);
        if let Some(diploma) = life.record.diploma.filter(|found| is_regular(found) && inside(found.year)) {
            for district in [places.schools[diploma.school].district, self.state] {
                *self.diplomas.entry((diploma.year, district)).or_default() += 1;
            }
        }
    }

    /// Writes both files.
    pub(super) fn write(&self, folder: &Path, places: &Places) -> Result<Vec<Written>, TwinError> {
        let code = |place: usize| places.districts.get(place).map_or("", |district| district.code.as_str());
        let header = "SCHOOL_YEAR,DISTRICT,GRADE_8,GRADE_9,GRADE_10,GRADE_11,GRADE_12,DIPLOMAS";
        let mut file = Table::create(folder.join("truth/membership.csv"), header)?;
        for ((year, district), members) in &self.members {
            file.year(*year).text(code(*district));
            for count in members {
                file.number(*count, 1);
            }
            file.number(self.diplomas_of(*year, *district), 1).end_row()?;
        }
        let mut written = vec![Written::single("truth/membership", file.close()?)];
        let header = "METHOD,COHORT,YEARS,DISTRICT,NUM,DEN,RATE";
        let mut file = Table::create(folder.join("truth/method_rates.csv"), header)?;
        for ((method, cohort, years), (num, den)) in &self.cohorts {
            file.text(method).year(*cohort).number(u64::from(years.unsigned_abs()), 1).blank();
            file.number(*num, 1).number(*den, 1).millionths(*num, *den).end_row()?;
        }
        for district in (0..=self.state).rev() {
            for year in self.years.0..=self.years.1 {
                self.write_freshmen(&mut file, year, (district, code(district)))?;
                self.write_promotion(&mut file, year, (district, code(district)))?;
            }
        }
        written.push(Written::single("truth/method_rates", file.close()?));
        Ok(written)
    }

    fn diplomas_of(&self, year: i32, district: usize) -> u64 {
        self.diplomas.get(&(year, district)).copied().unwrap_or_default()
    }

    fn members_of(&self, year: i32, district: usize) -> Option<Members> {
        let inside = (self.years.0..=self.years.1).contains(&year);
        inside.then(|| self.members.get(&(year, district)).copied().unwrap_or_default())
    }

    /// The averaged freshman graduation rate of a school year.
    fn write_freshmen(
        &self,
        file: &mut Table,
        year: i32,
        (district, code): (usize, &str),
    ) -> Result<(), TwinError> {
        let grade = |before: i32, place: usize| {
            self.members_of(year - before, district).map(|members| members[place])
        };
        let (Some(eighth), Some(ninth), Some(tenth)) = (grade(4, 0), grade(3, 1), grade(2, 2)) else {
            return Ok(());
        };
        let (num, sum) = (self.diplomas_of(year, district), eighth + ninth + tenth);
        file.text("afgr").year(year).number(4, 1).text(code).number(num, 1);
        file.millionths(sum, 3).millionths(3 * num, sum).end_row()
    }

    /// The cumulative promotion index of a school year.
    fn write_promotion(
        &self,
        file: &mut Table,
        year: i32,
        (district, code): (usize, &str),
    ) -> Result<(), TwinError> {
        let (Some(now), Some(next)) = (self.members_of(year, district), self.members_of(year + 1, district))
        else {
            return Ok(());
        };
        let top = u128::from(next[2]) * u128::from(next[3]) * u128::from(next[4]);
        let top = top * u128::from(self.diplomas_of(year, district));
        let base = now[1..].iter().map(|count| u128::from(*count)).product::<u128>();
        file.text("cpi").year(year).number(4, 1).text(code).blank().blank();
        let millionths = (top * 2_000_000 + base).checked_div(2 * base);
        match millionths.and_then(|value| u64::try_from(value).ok()) {
            Some(value) => file.millionths(value, 1_000_000),
            None => file.blank(),
        };
        file.end_row()
    }
}

/// Whether a pupil is a member of the school on 1 October. A spell without an exit lasts to the next one.
fn is_member(spell: &Spell, next: Option<&Spell>) -> bool {
    let day = Day::of(spell.year - 1, 10, 1);
    let until = match (&spell.exit, next) {
        (Some(exit), _) => exit.day,
        (None, Some(next)) => next.entry.plus(-1),
        (None, None) => Day::NEVER,
    };
    spell.attended() && (spell.entry..=until).contains(&day)
}
