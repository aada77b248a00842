//! Districts and their schools: skewed sizes, poorer and better-off districts, some school closings.

use super::calendar::{self, Day};
use super::chance::{Chance, exponential, whole};
use super::names::{place_name, spanish_name};

/// Counties of the state; their FIPS codes are the odd numbers from 28001.
const COUNTIES: usize = 82;
/// Districts of a whole state, and the fewest of a small one.
const DISTRICTS: f64 = 140.0;
const FEWEST_DISTRICTS: u32 = 6;

/// A school district.
pub(super) struct District {
    /// Four digits.
    pub(super) code: String,
    pub(super) name: String,
    /// Five digits.
    pub(super) county: u32,
    /// What the district adds to the readiness of its pupils.
    pub(super) quality: f64,
    /// Share of poor homes.
    pub(super) poverty: f64,
    /// Share of Black pupils.
    pub(super) black: f64,
    /// Days by which the school year is later than elsewhere.
    pub(super) offset: i32,
    /// Running total of the sizes.
    size_until: f64,
    /// Places of its schools in the list of schools.
    elementary: Vec<usize>,
    middle: Vec<usize>,
    high: Vec<usize>,
}

impl District {
    /// First day of class.
    pub(super) fn first_day(&self, school_year: i32) -> Day {
        calendar::first_day(school_year, self.offset)
    }

    /// Last day of class, also the day of the diplomas.
    pub(super) fn last_day(&self, school_year: i32) -> Day {
        calendar::last_day(school_year, self.offset)
    }

    /// Days of instruction in a school year.
    pub(super) fn days_of_class(&self) -> i32 {
        180 - self.offset % 3
    }

    /// Days of instruction from a day to another one of the same school year.
    pub(super) fn class_days(&self, school_year: i32, from: Day, until: Day) -> i32 {
        let (first, last) = (self.first_day(school_year), self.last_day(school_year));
        let days = from.max(first).until(until.min(last)) + 1;
        let length = first.until(last) + 1;
        (days.max(0) * self.days_of_class() + length / 2) / length
    }

    /// Whether pupils of this grade can change school inside the district.
    pub(super) fn has_choice(&self, grade: i32) -> bool {
        self.schools(grade).len() > 1
    }

    fn schools(&self, grade: i32) -> &[usize] {
        match grade {
            ..=5 => &self.elementary,
            6..=8 => &self.middle,
            _ => &self.high,
        }
    }
}

/// A school.
pub(super) struct School {
    pub(super) district: usize,
    /// Three digits, unique in the district.
    pub(super) code: String,
    pub(super) name: String,
    pub(super) low: &'static str,
    pub(super) high: &'static str,
    /// Highest grade as a number.
    pub(super) top: i32,
    pub(super) opened: Day,
    /// Last school year.
    pub(super) closed: Option<i32>,
}

/// The districts and schools of the state.
pub(super) struct Places {
    pub(super) districts: Vec<District>,
    pub(super) schools: Vec<School>,
}

impl Places {
    /// Draws the districts and schools of a state.
    pub(super) fn found(chance: &mut Chance, scale: f64, years: (i32, i32)) -> Self {
        let count = whole(DISTRICTS * power_of_scale(scale)).max(FEWEST_DISTRICTS) as usize;
        let sizes: Vec<f64> = (0..count).map(|_| exponential(0.85 * chance.normal())).collect();
        let total: f64 = sizes.iter().sum();
        let mut places = Self { districts: Vec::with_capacity(count), schools: Vec::new() };
        let mut size_until = 0.0;
        for (place, size) in sizes.iter().enumerate() {
            size_until += size;
            places.districts.push(district(chance, place, count, size_until));
            // A district's share of the state, in units of an average district.
            places.add_schools(chance, size / total * count as f64, years);
        }
        places
    }

    /// A district, drawn in proportion to size.
    pub(super) fn draw_district(&self, chance: &mut Chance) -> usize {
        chance.cumulative(|place| self.districts[place].size_until, self.districts.len())
    }

    /// The school a pupil attends: the same slot means the same school for as long as it is open.
    pub(super) fn school(&self, district: usize, grade: i32, slot: usize, year: i32) -> usize {
        let schools = self.districts[district].schools(grade);
        let open = |place: &&usize| self.schools[**place].closed.is_none_or(|last| year <= last);
        let start = slot % schools.len().max(1);
        schools[start..].iter().find(open).or_else(|| schools.iter().find(open)).copied().unwrap_or_default()
    }

    fn add_schools(&mut self, chance: &mut Chance, share: f64, years: (i32, i32)) {
        let district = self.districts.len() - 1;
        if share < 0.25 {
            let only = self.add_school(chance, "PK", 12, "Attendance Center");
            let founded = &mut self.districts[district];
            founded.elementary.push(only);
            founded.middle.push(only);
            founded.high.push(only);
            return;
        }
        for _ in 0..=whole(share * 1.9 - 0.5) {
            let school = self.add_school(chance, "PK", 5, "Elementary School");
            self.districts[district].elementary.push(school);
        }
        for _ in 0..=whole(share * 0.6 - 0.3) {
            let school = self.add_school(chance, "06", 8, "Middle School");
            self.districts[district].middle.push(school);
        }
        for _ in 0..=whole(share * 0.95 - 0.35) {
            let school = self.add_school(chance, "09", 12, "High School");
            self.districts[district].high.push(school);
        }
        // A large district may close one elementary school; the first stays open in any case.
        if self.districts[district].elementary.len() > 3
            && chance.happens(0.3)
            && let Some(&closing) = self.districts[district].elementary.last()
        {
            self.schools[closing].closed = Some(chance.between(years.0, years.1));
        }
    }

    fn add_school(&mut self, chance: &mut Chance, low: &'static str, top: i32, kind: &str) -> usize {
        let place = self.schools.len();
        let district = self.districts.len() - 1;
        let before = self.schools.iter().rev().take_while(|school| school.district == district).count();
        let stem = if kind == "High School" && self.districts[district].high.is_empty() {
            place_name(district)
        } else if place % 17 == 9 {
            spanish_name(place)
        } else {
            place_name(self.districts.len() * 7 + place * 5 + 140)
        };
        self.schools.push(School {
            district,
            code: format!("{:03}", 4 * (before + 1)),
            name: format!("{stem} {kind}"),
            low,
            high: match top {
                5 => "05",
                8 => "08",
                _ => "12",
            },
            top,
            opened: Day::of(chance.between(1948, 1989), 8, 1),
            closed: None,
        });
        place
    }
}

/// Districts grow more slowly than pupils: the scale to the power of five eighths.
fn power_of_scale(scale: f64) -> f64 {
    let root = scale.sqrt();
    root * root.sqrt().sqrt()
}

fn district(chance: &mut Chance, place: usize, count: usize, size_until: f64) -> District {
    // The first 82 districts lie in counties of their own, spread over the state.
    let spread = if count < COUNTIES { place * COUNTIES / count } else { place % COUNTIES };
    let county = u32::try_from(spread).unwrap_or_default() + 1;
    let second = place >= COUNTIES;
    let poverty = (0.72 + 0.13 * chance.normal()).clamp(0.35, 0.97);
    let kind = if second { "Public School District" } else { "County School District" };
    District {
        code: format!("{county:02}{}", if second { "20" } else { "00" }),
        name: format!("{} {kind}", place_name(place)),
        county: 28_000 + 2 * county - 1,
        quality: 0.34 * chance.normal() - 1.2 * (poverty - 0.72),
        poverty,
        black: (0.55 + 1.1 * (poverty - 0.72) + 0.16 * chance.normal()).clamp(0.04, 0.97),
        offset: chance.between(0, 5),
        size_until,
        elementary: Vec::new(),
        middle: Vec::new(),
        high: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_whole_state_has_its_districts_and_high_schools() {
        let places = Places::found(&mut Chance::of(1, 0), 1.0, (2006, 2025));
        assert_eq!(places.districts.len(), 140);
        let high = places.schools.iter().filter(|school| school.top == 12).count();
        assert!((200..280).contains(&high), "{high} high schools");
        let codes: BTreeSet<String> = places
            .schools
            .iter()
            .map(|school| format!("{}{}", places.districts[school.district].code, school.code))
            .collect();
        assert_eq!(codes.len(), places.schools.len());
    }

    #[test]
    fn every_grade_has_an_open_school_in_every_year() {
        let places = Places::found(&mut Chance::of(2, 0), 0.5, (2006, 2025));
        for district in 0..places.districts.len() {
            for (grade, slot) in [(-1, 0), (3, 5), (7, 2), (12, 9)] {
                let school = &places.schools[places.school(district, grade, slot, 2025)];
                assert_eq!(school.district, district);
                assert!(school.closed.is_none_or(|last| last >= 2025) && grade <= school.top);
            }
        }
    }
}
