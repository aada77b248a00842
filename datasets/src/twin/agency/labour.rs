//! The department of employment security: wages, employers, workforce programs. The wages of the last year are
//! also written as the fixed-width records that states send to the Bureau of Labor Statistics.

use std::path::Path;

use super::headers;
use crate::twin::chance::{Chance, Matter};
use crate::twin::defects::Ledger;
use crate::twin::economy::Economy;
use crate::twin::error::TwinError;
use crate::twin::identity::{self, Person};
use crate::twin::life::{Life, World};
use crate::twin::table::Table;
use crate::twin::work::Wage;
use crate::twin::yearly::{Written, Yearly};

/// The state's own number in federal files.
const STATE: u64 = 28;

/// The files of the department of employment security.
pub(super) struct LabourFiles {
    wage: Yearly,
    records: Yearly,
    training: Yearly,
    link: Table,
}

impl LabourFiles {
    pub(super) fn create(
        folder: &Path,
        years: (i32, i32),
        ledger: Option<&Ledger>,
    ) -> Result<Self, TwinError> {
        let last = (years.1, years.1);
        Ok(Self {
            wage: Yearly::create(folder, "mdes/wage", headers::WAGES, years)?.plant(ledger),
            records: Yearly::with_headers(folder, "mdes/bls_wage", "txt", last, |_| "")?,
            training: Yearly::create(folder, "mdes/training", headers::WIOA, years)?,
            link: Table::create(folder.join("mdes/link.csv"), "PARTICIPANT_ID,SSN")?,
        })
    }

    pub(super) fn close(self, written: &mut Vec<Written>) -> Result<(), TwinError> {
        self.wage.close(written)?;
        self.records.close(written)?;
        self.training.close(written)?;
        written.push(Written::single("mdes/link", self.link.close()?));
        Ok(())
    }

    /// Writes a worker; tells whether the wage files hold one.
    pub(super) fn write_wages(&mut self, person: &Person, wages: &[Wage]) -> Result<bool, TwinError> {
        let Some(social) = person.social_security else { return Ok(false) };
        let mut seen = false;
        for wage in wages {
            let year = wage.quarter.div_euclid(4);
            let Some(file) = self.wage.of(year) else { continue };
            seen = true;
            let quarter = u64::from(wage.quarter.rem_euclid(4).unsigned_abs()) + 1;
            file.number(social.0, 9).number(wage.account, 10).number(u64::from(wage.unit), 5);
            file.year(year).number(quarter, 1).cents(wage.cents).end_row()?;
            if let Some(records) = self.records.of(year) {
                records.fixed_number(social.0, 9).fixed_text("", 36).fixed_number(STATE, 2);
                records.fixed_number(wage.account, 10).fixed_number(u64::from(wage.unit), 5);
                records.fixed_number(wage.ein, 9).fixed_number(u64::from(year.unsigned_abs()), 4);
                records.fixed_number(quarter, 1).fixed_number(wage.cents, 10).end_record()?;
            }
        }
        Ok(seen)
    }

    /// Writes a participant in workforce programs; tells whether the files hold one, and whether the link file does.
    pub(super) fn write_training(&mut self, life: &Life, world: &World) -> Result<[bool; 2], TwinError> {
        let mut seen = false;
        for training in &life.services.training {
            let Some(file) = self.training.of_school_day(training.entry) else { continue };
            seen = true;
            file.text(&identity::participant_number(life.person.number)).text(training.program);
            file.date(training.entry).maybe_date(training.exit).text(training.exclusion);
            file.flag(training.youth).maybe_date(training.credential).end_row()?;
        }
        let known = Chance::about(Matter::School, world.seed, life.person.number | 3 << 60).happens(0.985);
        let social = life.person.social_security.filter(|_| seen && known);
        if let Some(social) = social {
            self.link
                .text(&identity::participant_number(life.person.number))
                .number(social.0, 9)
                .end_row()?;
        }
        Ok([seen, social.is_some()])
    }
}

/// Writes the employers of every quarter.
pub(super) fn write_employers(
    folder: &Path,
    years: (i32, i32),
    economy: &Economy,
    written: &mut Vec<Written>,
) -> Result<(), TwinError> {
    let mut files = Yearly::create(folder, "mdes/employer", headers::EMPLOYERS, years)?;
    for employer in &economy.employers {
        for quarter in 4 * years.0..4 * years.1 + 4 {
            let Some(file) = files.of(quarter.div_euclid(4)).filter(|_| employer.is_open(quarter)) else {
                continue;
            };
            for (unit, county) in employer.units() {
                file.number(employer.account, 10).number(u64::from(unit), 5).year(quarter.div_euclid(4));
                file.number(u64::from(quarter.rem_euclid(4).unsigned_abs()) + 1, 1).number(employer.ein, 9);
                file.number(u64::from(employer.naics), 6).number(u64::from(county), 5);
                file.number(u64::from(employer.ownership), 1).end_row()?;
            }
        }
    }
    files.close(written)
}
