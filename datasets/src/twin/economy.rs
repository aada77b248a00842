//! Employers of the state: accounts with reporting units, industries, openings and closings.

use super::chance::{Chance, whole};
use super::places::Places;

/// Employers of a whole state, and the fewest of a small one.
const EMPLOYERS: f64 = 55_000.0;
const FEWEST: u32 = 80;

/// An industry: NAICS code, ownership (2 state, 3 local, 5 private), share of all employers, pay against the
/// average, and how often it hires people without, with some and with much education after school.
struct Industry {
    naics: u32,
    ownership: u8,
    share: f64,
    pay: f64,
    hires: [f64; 3],
}

const fn industry(naics: u32, ownership: u8, share: f64, pay: f64, hires: [f64; 3]) -> Industry {
    Industry { naics, ownership, share, pay, hires }
}

const INDUSTRIES: [Industry; 26] = [
    industry(722_511, 5, 8.0, 0.62, [8.0, 4.0, 0.6]),
    industry(722_513, 5, 8.0, 0.58, [10.0, 4.0, 0.4]),
    industry(445_110, 5, 4.0, 0.66, [6.0, 3.0, 0.5]),
    industry(455_211, 5, 1.5, 0.75, [7.0, 4.0, 0.8]),
    industry(457_110, 5, 6.0, 0.64, [4.0, 2.0, 0.2]),
    industry(459_999, 5, 8.0, 0.7, [4.0, 3.0, 1.0]),
    industry(621_111, 5, 7.0, 1.2, [1.0, 4.0, 6.0]),
    industry(622_110, 5, 0.6, 1.25, [2.0, 7.0, 12.0]),
    industry(623_110, 5, 1.5, 0.85, [4.0, 4.0, 2.0]),
    industry(624_410, 5, 4.0, 0.6, [3.0, 2.0, 1.0]),
    industry(611_110, 3, 1.5, 0.95, [2.0, 4.0, 17.0]),
    industry(611_310, 2, 0.3, 1.05, [0.6, 2.0, 6.0]),
    industry(311_615, 5, 0.8, 0.9, [6.0, 2.0, 0.4]),
    industry(336_111, 5, 0.3, 1.45, [3.0, 4.0, 1.5]),
    industry(337_121, 5, 0.8, 0.98, [5.0, 2.0, 0.4]),
    industry(321_113, 5, 1.2, 1.02, [3.0, 1.5, 0.4]),
    industry(236_220, 5, 4.0, 1.2, [3.0, 2.0, 1.5]),
    industry(238_220, 5, 6.0, 1.12, [3.0, 3.0, 0.6]),
    industry(484_121, 5, 4.0, 1.2, [3.0, 2.5, 0.7]),
    industry(493_110, 5, 0.8, 1.0, [4.0, 2.5, 0.7]),
    industry(522_110, 5, 3.0, 1.25, [0.6, 2.5, 4.0]),
    industry(541_330, 5, 3.0, 1.6, [0.2, 1.2, 4.5]),
    industry(561_320, 5, 2.5, 0.7, [7.0, 3.5, 0.8]),
    industry(721_120, 5, 0.4, 0.9, [4.0, 3.0, 1.0]),
    industry(922_120, 3, 1.5, 0.98, [1.5, 2.5, 2.0]),
    industry(923_130, 2, 0.8, 0.95, [1.0, 2.0, 4.0]),
];

/// An employer with an unemployment insurance account.
pub(super) struct Employer {
    /// Ten digits.
    pub(super) account: u64,
    /// Nine digits of which the first two are never issued.
    pub(super) ein: u64,
    pub(super) naics: u32,
    pub(super) ownership: u8,
    /// Wages against the average.
    pub(super) pay: f64,
    /// Reporting units: one is numbered 0, several from 1.
    units: u32,
    counties: Vec<u32>,
    /// First and last quarter of business.
    from: i32,
    until: i32,
    size_until: f64,
}

impl Employer {
    /// Whether the employer is in business in a quarter.
    pub(super) fn is_open(&self, quarter: i32) -> bool {
        (self.from..=self.until).contains(&quarter)
    }

    /// Reporting units and their counties.
    pub(super) fn units(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let first = u32::from(self.units > 1);
        (first..).zip(self.counties.iter().copied())
    }

    fn draw_unit(&self, chance: &mut Chance) -> u32 {
        if self.units > 1 {
            1 + u32::try_from(chance.below(self.units as usize)).unwrap_or_default()
        } else {
            0
        }
    }
}

/// All employers, grouped by industry.
pub(super) struct Economy {
    pub(super) employers: Vec<Employer>,
    /// First and last place of each industry in the list, the end excluded.
    groups: Vec<(usize, usize)>,
}

impl Economy {
    /// Draws the employers of a state for a range of quarters.
    pub(super) fn found(chance: &mut Chance, scale: f64, places: &Places, quarters: (i32, i32)) -> Self {
        let total = whole(EMPLOYERS * scale).max(FEWEST);
        let shares: f64 = INDUSTRIES.iter().map(|industry| industry.share).sum();
        let mut economy = Self { employers: Vec::new(), groups: Vec::new() };
        for industry in &INDUSTRIES {
            let start = economy.employers.len();
            let count = whole(f64::from(total) * industry.share / shares).max(2);
            let mut size_until = 0.0;
            for place in 0..count {
                size_until += (1.0 / chance.unit()).min(150.0) * 0.8;
                let mut employer = employer(chance, industry, places, size_until, economy.employers.len());
                // The first employer of an industry is there in all quarters, so that a job can always be found.
                (employer.from, employer.until) =
                    if place == 0 { quarters } else { lifetime(chance, quarters) };
                economy.employers.push(employer);
            }
            economy.groups.push((start, economy.employers.len()));
        }
        economy
    }

    /// Finds an employer for a person with this much education (0 to 2) in a quarter: its place and unit.
    pub(super) fn hire(&self, chance: &mut Chance, education: usize, quarter: i32) -> (usize, u32) {
        let weights: [f64; INDUSTRIES.len()] =
            std::array::from_fn(|place| INDUSTRIES[place].hires[education.min(2)]);
        let (start, end) = self.groups[chance.weighted(&weights)];
        let mut found = start;
        for _ in 0..6 {
            let place =
                start + chance.cumulative(|place| self.employers[start + place].size_until, end - start);
            if self.employers[place].is_open(quarter) {
                found = place;
                break;
            }
        }
        (found, self.employers[found].draw_unit(chance))
    }
}

fn employer(
    chance: &mut Chance,
    industry: &Industry,
    places: &Places,
    size_until: f64,
    place: usize,
) -> Employer {
    let units = if chance.happens(0.06) { 2 + u32::try_from(chance.below(6)).unwrap_or_default() } else { 1 };
    let counties = (0..units).map(|_| places.districts[places.draw_district(chance)].county).collect();
    let number = place as u64;
    Employer {
        account: 1_000_000_000 + (number * 7_654_321 + 91_237) % 1_000_000_000,
        ein: (number * 48_271 + 1_234_567) % 10_000_000,
        naics: industry.naics,
        ownership: industry.ownership,
        pay: industry.pay * chance.within(0.85, 1.15),
        units,
        counties,
        from: 0,
        until: 0,
        size_until,
    }
}

/// First and last quarter of an employer that may open late and close early.
fn lifetime(chance: &mut Chance, (first, last): (i32, i32)) -> (i32, i32) {
    let from = if chance.happens(0.3) { chance.between(first, last) } else { first };
    // A fortieth of the employers closes each year.
    let until =
        if chance.happens(f64::from(last - from) / 160.0) { chance.between(from, last) } else { last };
    (from, until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_job_is_at_an_open_employer_and_its_unit_exists() {
        let places = Places::found(&mut Chance::of(1, 0), 0.01, (2012, 2015));
        let economy = Economy::found(&mut Chance::of(1, 1), 0.01, &places, (8048, 8063));
        let accounts: BTreeSet<u64> = economy.employers.iter().map(|employer| employer.account).collect();
        assert_eq!(accounts.len(), economy.employers.len());
        let mut chance = Chance::of(1, 2);
        for quarter in 8048..=8063 {
            let (place, unit) = economy.hire(&mut chance, 1, quarter);
            let employer = &economy.employers[place];
            assert!(employer.is_open(quarter) && employer.units().any(|(number, _)| number == unit));
        }
    }
}
