//! The agencies at work: every agency writes what it would know of a life, in the files it would send.

mod assistance;
mod colleges;
mod courses;
mod days;
mod examinations;
pub(super) mod headers;
mod labour;
mod pupils;
mod schools;
mod workbooks;

use std::path::Path;

use super::colleges::Level;
use super::defects::Ledger;
use super::error::TwinError;
use super::life::{Life, World};
use super::yearly::Written;
use assistance::AssistanceFiles;
use colleges::CollegeFiles;
use labour::LabourFiles;
use schools::SchoolFiles;

/// All files the agencies send.
pub(super) struct Extracts {
    schools: SchoolFiles,
    colleges: [CollegeFiles; 2],
    labour: LabourFiles,
    assistance: AssistanceFiles,
    singles: Vec<Written>,
}

/// Which agencies have rows of a person.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "the agencies are independent of each other")]
pub(super) struct Presence {
    pub(super) schools: bool,
    pub(super) community_colleges: bool,
    pub(super) universities: bool,
    pub(super) wages: bool,
    /// In workforce programs, and in their link file.
    pub(super) training: [bool; 2],
    /// Human services, corrections, rehabilitation; then the same, in the link file.
    pub(super) assistance: [[bool; 3]; 2],
}

impl Presence {
    /// Whether any agency knows the person.
    pub(super) fn any(self) -> bool {
        let colleges = self.community_colleges || self.universities;
        self.schools || colleges || self.wages || self.training[0] || self.assistance[0].contains(&true)
    }
}

impl Extracts {
    /// Creates the files of all years and writes those that need no person: schools, calendar and employers.
    pub(super) fn create(folder: &Path, world: &World, ledger: Option<&Ledger>) -> Result<Self, TwinError> {
        let years = world.years;
        let mut extracts = Self {
            schools: SchoolFiles::create(folder, years, ledger)?,
            colleges: [
                CollegeFiles::create(folder, Level::Two, years, ledger)?,
                CollegeFiles::create(folder, Level::Four, years, ledger)?,
            ],
            labour: LabourFiles::create(folder, years, ledger)?,
            assistance: AssistanceFiles::create(folder, years)?,
            singles: Vec::new(),
        };
        schools::write_directory(folder, years, &world.places, &mut extracts.singles)?;
        labour::write_employers(folder, years, &world.economy, &mut extracts.singles)?;
        Ok(extracts)
    }

    /// Writes everything the agencies know of a life.
    pub(super) fn write(&mut self, life: &Life, world: &World) -> Result<Presence, TwinError> {
        let schools = self.schools.write(life, world)?;
        let [two, four] = &mut self.colleges;
        let community_colleges = two.write(life, world)?;
        let universities = four.write(life, world)?;
        let wages = self.labour.write_wages(&life.person, &life.wages)?;
        let training = self.labour.write_training(life, world)?;
        let held = self.assistance.write(life, world)?;
        let assistance = [held.by, held.linked];
        Ok(Presence { schools, community_colleges, universities, wages, training, assistance })
    }

    /// Closes the files and tells what went into each.
    pub(super) fn close(mut self) -> Result<Vec<Written>, TwinError> {
        let mut written = std::mem::take(&mut self.singles);
        self.schools.close(&mut written)?;
        for files in self.colleges {
            files.close(&mut written)?;
        }
        self.labour.close(&mut written)?;
        self.assistance.close(&mut written)?;
        Ok(written)
    }
}
