//! Human services, corrections and rehabilitation: the files of three agencies with few rows each.

use std::path::Path;

use super::headers;
use super::workbooks::Workbooks;
use crate::twin::chance::{Chance, Matter};
use crate::twin::error::TwinError;
use crate::twin::identity;
use crate::twin::life::{Life, World};
use crate::twin::table::Table;
use crate::twin::yearly::{Written, Yearly};

/// The files of human services (`mdhs`), corrections (`mdc`) and rehabilitation (`mdrs`).
pub(super) struct AssistanceFiles {
    early: Yearly,
    benefit: Yearly,
    prison: Yearly,
    rehabilitation: Workbooks,
    links: [Table; 3],
}

/// Which of these agencies hold a person.
#[derive(Clone, Copy, Default)]
pub(super) struct Held {
    /// Human services, corrections, rehabilitation.
    pub(super) by: [bool; 3],
    /// The same, in the link file.
    pub(super) linked: [bool; 3],
}

impl AssistanceFiles {
    pub(super) fn create(folder: &Path, years: (i32, i32)) -> Result<Self, TwinError> {
        let link = |name: &str, header| Table::create(folder.join(name), header);
        Ok(Self {
            early: Yearly::create(folder, "mdhs/early", headers::EARLY, years)?,
            benefit: Yearly::with_headers(folder, "mdhs/benefit", "csv.gz", years, |_| headers::BENEFIT)?,
            prison: Yearly::create(folder, "mdc/prison", headers::PRISON, years)?,
            rehabilitation: Workbooks::create(folder, "mdrs/case", &headers::REHABILITATION, years)?,
            links: [
                link("mdhs/link.csv", "CLIENT_ID,SSN")?,
                link("mdc/link.csv", "INMATE_ID,SSN")?,
                link("mdrs/link.csv", "CLIENT_ID,SSN")?,
            ],
        })
    }

    pub(super) fn close(self, written: &mut Vec<Written>) -> Result<(), TwinError> {
        self.early.close(written)?;
        self.benefit.close(written)?;
        self.prison.close(written)?;
        self.rehabilitation.close(written)?;
        for (name, link) in ["mdhs/link", "mdc/link", "mdrs/link"].into_iter().zip(self.links) {
            written.push(Written::single(name, link.close()?));
        }
        Ok(())
    }

    /// Writes what the agencies know of a person.
    pub(super) fn write(&mut self, life: &Life, world: &World) -> Result<Held, TwinError> {
        let by = [self.write_client(life)?, self.write_prison(life)?, self.write_cases(life)];
        let mut held = Held { by, ..Held::default() };
        let Some(social) = life.person.social_security.filter(|_| by.contains(&true)) else {
            return Ok(held);
        };
        let mut chance = Chance::about(Matter::School, world.seed, life.person.number | 4 << 60);
        let known = [0.93, 0.97, 0.95].map(|share| chance.happens(share));
        for (place, link) in self.links.iter_mut().enumerate() {
            if !by[place] || !known[place] {
                continue;
            }
            held.linked[place] = true;
            match place {
                0 => link.number(identity::client_number(life.person.number).0, 9),
                1 => link.text(&identity::inmate_number(life.person.number)),
                _ => link.text(&identity::rehabilitation_number(life.person.number)),
            };
            link.number(social.0, 9).end_row()?;
        }
        Ok(held)
    }

    fn write_client(&mut self, life: &Life) -> Result<bool, TwinError> {
        let number = identity::client_number(life.person.number).0;
        let mut seen = false;
        for stay in &life.services.early {
            let Some(file) = self.early.of_school_day(stay.start) else { continue };
            seen = true;
            file.number(number, 9).number(u64::from(stay.provider), 6).text(stay.program);
            file.date(stay.start).maybe_date(stay.end);
            match stay.ratings {
                Some((ratings, time)) => {
                    for rating in ratings {
                        file.number(u64::from(rating.unsigned_abs()), 1);
                    }
                    file.text(time)
                }
                None => file.blank().blank().blank().blank(),
            };
            file.end_row()?;
        }
        for benefit in &life.services.benefits {
            let Some(file) = self.benefit.of(benefit.start.year()) else { continue };
            seen = true;
            file.number(number, 9).text(benefit.program).date(benefit.start).maybe_date(benefit.end);
            file.end_row()?;
        }
        Ok(seen)
    }

    fn write_prison(&mut self, life: &Life) -> Result<bool, TwinError> {
        let mut seen = false;
        for stay in &life.services.prison {
            let Some(file) = self.prison.of(stay.admission.year()) else { continue };
            seen = true;
            file.text(&identity::inmate_number(life.person.number)).date(stay.admission);
            file.maybe_date(stay.release).text(stay.facility).text(stay.program).text(stay.credential);
            file.end_row()?;
        }
        Ok(seen)
    }

    fn write_cases(&mut self, life: &Life) -> bool {
        let mut seen = false;
        for case in &life.services.rehabilitation {
            let days = [Some(case.application), case.eligibility, case.plan, case.exit];
            let number = identity::rehabilitation_number(life.person.number);
            let mut cells = vec![number];
            cells.extend(days.map(super::workbooks::date_text));
            cells.push(case.closure.to_owned());
            cells.push(case.employed.map_or("", |employed| if employed { "Y" } else { "N" }).to_owned());
            cells.push(super::workbooks::date_text(case.credential));
            seen |= self.rehabilitation.add(case.application.year(), &cells);
        }
        seen
    }
}
