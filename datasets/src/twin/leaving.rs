//! How pupils leave the schools of the state, and who comes back.

use super::calendar::Day;
use super::pupil::{Next, Pupil};
use super::record::{Exit, Notice, Spell, Standing};

/// Dropout codes D01 to D20 and the re-entry codes that answer them.
const DROPOUT_CODES: [&str; 20] = [
    "D01", "D02", "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D10", "D11", "D12", "D13", "D14", "D15",
    "D16", "D17", "D18", "D19", "D20",
];
const RETURN_CODES: [&str; 20] = [
    "R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12", "R13", "R14", "R15",
    "R16", "R17", "R18", "R19", "R20",
];
/// How often each reason is given.
const REASONS: [f64; 20] =
    [1.0, 0.5, 1.0, 3.0, 5.0, 3.0, 8.0, 1.0, 3.0, 13.0, 0.0, 9.0, 2.0, 3.0, 5.0, 1.0, 0.0, 24.0, 9.0, 4.0];

impl Pupil<'_> {
    /// Leaves for another state or country. Some only vanish, and the school can but note it.
    pub(super) fn move_away(&mut self, year: i32, day: Day, abroad: bool) -> Next {
        let documented = self.chance.happens(0.9);
        let notice = if documented {
            Notice::Paper
        } else if self.chance.happens(0.3) {
            Notice::Nothing
        } else {
            Notice::Word
        };
        if notice == Notice::Nothing {
            self.exit(day, "D18", None);
        } else {
            self.exit(day, "T5", Some(documented));
        }
        let standing = match (documented, abroad) {
            (true, true) => Standing::Emigrated,
            (true, false) => Standing::TransferredDocumented,
            (false, _) => Standing::TransferredUndocumented,
        };
        self.record.change_with(day, standing, notice);
        let next = self.come_back(year, 0.07, "E6");
        let back = if let Next::Enter { day, .. } = next { day } else { Day::NEVER };
        self.record.away.push((day, back));
        next
    }

    /// Leaves for a private school.
    pub(super) fn leave_for_private(&mut self, year: i32, day: Day) -> Next {
        self.transfer(day, "T4", 0.9, Standing::PrivateSchool);
        self.come_back(year, 0.2, "E5")
    }

    /// Leaves for schooling at home.
    pub(super) fn leave_for_home(&mut self, year: i32, day: Day) -> Next {
        self.transfer(day, "T8", 0.9, Standing::HomeSchool);
        self.come_back(year, 0.22, "E9")
    }

    /// Leaves for an approved program that prepares for the equivalency test.
    pub(super) fn leave_for_ged(&mut self, year: i32, day: Day) -> Next {
        let documented = self.chance.happens(0.9);
        self.exit(day, "T7", Some(documented));
        let notice = if documented { Notice::Paper } else { Notice::Word };
        self.record.change_with(day, Standing::GedProgram, notice);
        self.come_back(year, 0.06, "E8")
    }

    /// Dies.
    pub(super) fn die(&mut self, day: Day) -> Next {
        self.exit(day, "Z1", Some(true));
        self.record.change(day, Standing::Deceased);
        self.record.death = Some(day);
        Next::Gone
    }

    /// Drops out on a day of the school year. Some come back, a few of them in the same year.
    pub(super) fn drop_out(&mut self, year: i32, day: Day) -> Next {
        let reason = self.reason(day);
        self.exit(day, DROPOUT_CODES[reason], None);
        self.record.change_with(day, Standing::Dropout, Notice::Nothing);
        self.dropouts += 1;
        let code = RETURN_CODES[reason];
        let back = day.plus(self.chance.between(30, 80)).workday_after();
        let soon_enough = back.plus(30) < self.places.districts[self.district].last_day(year);
        if soon_enough && self.dropouts < 3 && self.chance.happens(0.07) {
            return Next::Enter { year, day: back, code: Some(code) };
        }
        if self.dropouts > 2 || !self.chance.happens(0.17) {
            return Next::Gone;
        }
        let year = if self.chance.happens(0.75) { year + 1 } else { year + 2 };
        Next::Enter { year, day: self.late_or_first_day(year), code: Some(code) }
    }

    /// Leaves at the end of the last year of age, with no credential.
    pub(super) fn age_out(&mut self, day: Day) -> Next {
        self.exit(day, "D11", None);
        self.record.change_with(day, Standing::Dropout, Notice::Nothing);
        Next::Gone
    }

    /// The summer before a school year: some leave with notice, some do not come back, some move.
    pub(super) fn summer(&mut self, year: i32) -> Next {
        if self.is_too_old(year) {
            return self.age_out(self.places.districts[self.district].last_day(year - 1));
        }
        if self.chance.happens(0.0115) {
            return self.leave_in_summer(year);
        }
        let fails = 0.2 * self.dropout_risk(year) + if self.failed_final_year(year) { 0.22 } else { 0.0 };
        if self.chance.happens(fails) {
            return self.vanish(year, true);
        }
        if self.chance.happens(0.0011) {
            return self.vanish(year, false);
        }
        let poor = if self.person.needs.poor { 1.2 } else { 0.7 };
        if self.chance.happens(0.03 * poor) {
            self.move_home();
        } else if self.chance.happens(0.015) {
            self.slot += 1;
        }
        Next::Enter { year, day: self.late_or_first_day(year), code: None }
    }

    /// The first day of class, or a few weeks after it.
    pub(super) fn late_or_first_day(&mut self, year: i32) -> Day {
        let first = self.places.districts[self.district].first_day(year);
        if self.chance.happens(0.02) { first.plus(self.chance.between(3, 75)).workday_after() } else { first }
    }

    fn transfer(&mut self, day: Day, code: &'static str, paper: f64, standing: Standing) {
        let documented = self.chance.happens(paper);
        self.exit(day, code, Some(documented));
        let (standing, notice) = if documented {
            (standing, Notice::Paper)
        } else {
            (Standing::TransferredUndocumented, Notice::Word)
        };
        self.record.change_with(day, standing, notice);
    }

    /// Returns in a later August, in the grade of the years gone by.
    fn come_back(&mut self, year: i32, share: f64, code: &'static str) -> Next {
        if !self.chance.happens(share) {
            return Next::Gone;
        }
        let years = self.chance.between(1, 2);
        self.grade += years;
        self.move_home();
        Next::Enter { year: year + years, day: self.late_or_first_day(year + years), code: Some(code) }
    }

    /// The reason the school gives for a dropout, as a place in the list of codes.
    fn reason(&mut self, day: Day) -> usize {
        let mut weights = REASONS;
        let age = self.person.birth.age_on(day);
        // Over the compulsory age; married; pregnant.
        weights[10] = if age >= 18 { 12.0 } else { 0.0 };
        weights[15] = if age >= 17 { 1.5 } else { 0.0 };
        weights[16] = if self.person.sex == "F" { 5.0 } else { 0.0 };
        self.chance.weighted(&weights)
    }

    fn failed_final_year(&self, year: i32) -> bool {
        self.record.spells.last().is_some_and(|spell| spell.grade == 12 && spell.year < year)
    }

    /// Leaves in the summer before a school year; the exit is dated in June.
    fn leave_in_summer(&mut self, year: i32) -> Next {
        let day = Day::of(year - 1, 6, self.chance.between(1, 27)).workday_after();
        let abroad = if self.person.is_hispanic() { 0.25 } else { 0.02 };
        match self.chance.weighted(&[0.6, abroad, 0.18, 0.2]) {
            0 => self.move_away(year, day, false),
            1 => self.move_away(year, day, true),
            2 => self.leave_for_private(year, day),
            _ => self.leave_for_home(year, day),
        }
    }

    /// Does not come back after the summer and leaves no exit behind; a third of the schools note a no-show.
    fn vanish(&mut self, year: i32, dropped: bool) -> Next {
        let day = self.places.districts[self.district].first_day(year);
        if self.chance.happens(0.35) {
            let school = self.places.school(self.district, self.grade, self.slot, year);
            let flags = self.record.spells.last().map(|spell| spell.flags).unwrap_or_default();
            let exit = Some(Exit { day, code: "NS", documented: None });
            self.record.spells.push(Spell {
                year,
                school,
                grade: self.grade,
                entry: day,
                entry_code: "E1",
                exit,
                flags,
            });
        }
        let standing = if dropped { Standing::Dropout } else { Standing::TransferredUndocumented };
        self.record.change_with(day, standing, Notice::Nothing);
        if !dropped {
            self.record.away.push((day, Day::NEVER));
            return Next::Gone;
        }
        self.dropouts += 1;
        if self.dropouts > 2 || !self.chance.happens(0.15) {
            return Next::Gone;
        }
        Next::Enter { year: year + 1, day: self.late_or_first_day(year + 1), code: Some("R1") }
    }
}
