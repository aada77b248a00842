//! What to simulate: how large a state, which school years, from which seed.

use super::error::TwinError;

/// What to simulate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwinOptions {
    /// Size of the state: 1.0 has about 465,000 pupils a year and 1.2 million workers a quarter. From 0.0005 to 4.
    pub scale: f64,
    /// The same seed gives the same bytes on every machine.
    pub seed: u64,
    /// First school year in the extracts, named by its ending year (2006 = 2005-06). From 1990.
    pub first_school_year: i32,
    /// Last school year in the extracts. Wages run from January of the first to December of the last school year's number.
    pub last_school_year: i32,
    /// Share of the rows of some extracts that are spoiled on purpose, each of them listed in `truth/defects.csv`.
    /// From 0 (none, the default) to 0.1.
    pub defects: f64,
}

impl Default for TwinOptions {
    /// Twenty school years of a state the size of Mississippi.
    fn default() -> Self {
        Self { scale: 1.0, seed: 1, first_school_year: 2006, last_school_year: 2025, defects: 0.0 }
    }
}

impl TwinOptions {
    /// A small state for a first look: about 1,900 pupils a year and 14 school years.
    pub fn demo() -> Self {
        Self { scale: 0.004, first_school_year: 2012, ..Self::default() }
    }

    /// Refuses what cannot be simulated.
    pub(super) fn check(&self) -> Result<(), TwinError> {
        if !(0.0005..=4.0).contains(&self.scale) {
            return Err(TwinError::Scale { found: self.scale });
        }
        let (first, last) = (self.first_school_year, self.last_school_year);
        if first < 1990 || last > 2090 || last < first || last - first >= 40 {
            return Err(TwinError::Years { first, last });
        }
        if !(0.0..=0.1).contains(&self.defects) {
            return Err(TwinError::Defects { found: self.defects });
        }
        Ok(())
    }
}
