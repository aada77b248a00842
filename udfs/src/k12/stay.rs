//! Who was where and for how long, and so which school answers for a student.

use super::student::{Calendar, Spell};
use super::verdict::Place;
use crate::person::Name;

/// A time in one school, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stay {
    pub(super) place: Place,
    pub(super) year: i32,
    pub(super) from: i32,
    pub(super) until: i32,
}

impl Stay {
    fn covers(&self, day: i32) -> bool {
        (self.from..=self.until).contains(&day)
    }
}

/// The stays of spells up to a closing day. A spell without an exit lasts to the day before the next one, at the latest
/// to the end of its school year, which `end_of` gives.
pub(super) fn stays(spells: &[Spell], closing: i32, end_of: impl Fn(i32) -> i32) -> Vec<Stay> {
    let counted = spells.iter().take_while(|spell| spell.entry <= closing).enumerate();
    let stay = counted.map(|(index, spell)| {
        let next = spells.get(index + 1).map_or(i32::MAX, |next| next.entry - 1);
        let open = next.min(end_of(spell.year)).max(spell.entry);
        let place = Place { district: spell.district, school: spell.school };
        let until = spell.exit.unwrap_or(open).min(closing);
        Stay { place, year: spell.year, from: spell.entry, until }
    });
    stay.collect()
}

/// The days that stays cover; a day counts once, however many stays cover it. They are in the order of their first
/// days.
fn days<'a>(stays: impl Iterator<Item = &'a Stay>, (first, last): (i32, i32)) -> i32 {
    let mut sum = 0;
    let mut covered = first - 1;
    for stay in stays {
        let (from, until) = (stay.from.max(covered + 1), stay.until.min(last));
        sum += (until - from + 1).max(0);
        covered = covered.max(until);
    }
    sum
}

/// Of groups of stays the one with the most days; the one with the latest stay when equal.
fn longest(stays: &[Stay], group: impl Fn(&Stay) -> Name) -> Option<Name> {
    let mut seen: Vec<Name> = Vec::new();
    let mut best: Option<(i32, i32, Name)> = None;
    for stay in stays {
        let name = group(stay);
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let there = || stays.iter().filter(|other| group(other) == name);
        let sum = days(there(), (i32::MIN + 1, i32::MAX - 1));
        let latest = there().map(|other| other.from).max().unwrap_or(stay.from);
        if best.is_none_or(|(most, last, _)| (sum, latest) > (most, last)) {
            best = Some((sum, latest, name));
        }
    }
    best.map(|(_, _, name)| name)
}

/// The school of the longest stay in the district of the longest stay.
pub(super) fn longest_place(stays: &[Stay]) -> Option<Place> {
    let district = longest(stays, |stay| stay.place.district)?;
    let inside: Vec<Stay> = stays.iter().copied().filter(|stay| stay.place.district == district).collect();
    let school = longest(&inside, |stay| stay.place.school)?;
    Some(Place { district, school })
}

/// Whether the last school was attended for less than half of its last school year, by days from the first to the last
/// day of class; `usual` is the school year where no calendar says.
pub(super) fn is_brief(stays: &[Stay], calendar: &Calendar, usual: impl Fn(i32) -> (i32, i32)) -> bool {
    let Some(last) = stays.last() else { return false };
    let class = calendar.school_year(last.place.school, last.year).unwrap_or_else(|| usual(last.year));
    let there = stays.iter().filter(|stay| (stay.place.school, stay.year) == (last.place.school, last.year));
    2 * days(there, class) < class.1 - class.0 + 1
}

/// On how many of some days the student was in each school, in the order of the days.
pub(super) fn counted(stays: &[Stay], days: impl Iterator<Item = i32>) -> Vec<(Place, u32)> {
    let mut counts: Vec<(Place, u32)> = Vec::new();
    for day in days {
        let Some(stay) = stays.iter().find(|stay| stay.covers(day)) else { continue };
        match counts.iter_mut().find(|(place, _)| *place == stay.place) {
            Some((_, count)) => *count += 1,
            None => counts.push((stay.place, 1)),
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stay(school: Name, from: i32, until: i32) -> Stay {
        Stay { place: Place { district: school / 10, school }, year: 2020, from, until }
    }

    #[test]
    fn the_longest_stay_wins_and_the_last_one_when_equal() {
        let place = |stays: &[Stay]| longest_place(stays).map(|place| place.school);
        assert_eq!(place(&[stay(10, 0, 864), stay(20, 900, 1399)]), Some(10));
        assert_eq!(place(&[stay(10, 0, 652), stay(20, 653, 1305)]), Some(20));
        assert_eq!(place(&[]), None);
    }

    #[test]
    fn the_district_is_chosen_before_the_school() {
        // District 1 has 60 days in two schools, district 2 has 50 in one.
        let stays = [stay(10, 0, 29), stay(11, 30, 59), stay(20, 60, 109)];
        assert_eq!(longest_place(&stays), Some(Place { district: 1, school: 11 }));
    }

    #[test]
    fn days_of_overlapping_stays_count_once() {
        let stays = [stay(10, 0, 9), stay(10, 5, 14), stay(10, 20, 20)];
        assert_eq!(days(stays.iter(), (i32::MIN + 1, i32::MAX - 1)), 16);
        assert_eq!(days(stays.iter(), (8, 12)), 5);
        assert_eq!(longest_place(&[stay(10, 0, 9), stay(10, 0, 9), stay(20, 20, 35)]).unwrap().school, 20);
    }

    #[test]
    fn a_day_counts_for_one_school() {
        let stays = [stay(10, 0, 9), stay(20, 9, 14)];
        let place = |school: Name| Place { district: school / 10, school };
        assert_eq!(counted(&stays, [1, 9, 10, 40].into_iter()), [(place(10), 2), (place(20), 1)]);
    }
}
