//! Who was where in high school, and which school answers for a pupil.

use crate::twin::calendar::{Day, close_of};
use crate::twin::places::Places;
use crate::twin::record::Spell;

/// A time in one high school, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stay {
    /// Place in the list of schools.
    pub(super) school: usize,
    pub(super) year: i32,
    pub(super) from: Day,
    pub(super) until: Day,
}

/// Which school answers for a pupil.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum School {
    /// The district of the longest stay, and in it the school of the longest stay; the last one when equal.
    Longest,
    /// The last one, but the longest for those who attended the last one less than half a year and left with nothing.
    Federal,
    /// The last one.
    Last,
    /// Every school in proportion to months.
    Months,
    /// Every school in proportion to snapshots.
    Snapshots,
}

/// The stays in high school up to a closing day. A spell without an exit lasts to the day before the pupil's next
/// one, at the latest to 31 July of its school year.
pub(super) fn stays(spells: &[Spell], closing: Day) -> Vec<Stay> {
    let mut stays = Vec::with_capacity(spells.len());
    for (place, spell) in spells.iter().enumerate() {
        if !spell.in_high_school() || spell.entry > closing {
            continue;
        }
        let next = spells.get(place + 1).map_or(Day::NEVER, |next| next.entry.plus(-1));
        let open = next.min(close_of(spell.year)).max(spell.entry);
        let until = spell.exit.as_ref().map_or(open, |exit| exit.day).min(closing);
        stays.push(Stay { school: spell.school, year: spell.year, from: spell.entry, until });
    }
    stays
}

impl Stay {
    fn days(&self) -> i32 {
        self.from.until(self.until) + 1
    }

    pub(super) fn covers(&self, day: Day) -> bool {
        (self.from..=self.until).contains(&day)
    }
}

/// Of some groups of stays the one with the most days; the one with the latest stay when equal.
fn longest(stays: &[Stay], group: impl Fn(&Stay) -> usize) -> Option<usize> {
    let mut sums: Vec<(usize, i32, Day)> = Vec::new();
    for stay in stays {
        let found = group(stay);
        if let Some(sum) = sums.iter_mut().find(|sum| sum.0 == found) {
            sum.1 += stay.days();
            sum.2 = sum.2.max(stay.from);
        } else {
            sums.push((found, stay.days(), stay.from));
        }
    }
    sums.into_iter().max_by_key(|(_, days, last)| (*days, *last)).map(|(found, _, _)| found)
}

/// The school of the longest stay in the district of the longest stay.
pub(super) fn longest_school(stays: &[Stay], places: &Places) -> Option<usize> {
    let district = |stay: &Stay| places.schools[stay.school].district;
    let home = longest(stays, district)?;
    let there: Vec<Stay> = stays.iter().copied().filter(|stay| district(stay) == home).collect();
    longest(&there, |stay| stay.school)
}

/// Whether less than half of the last school year was spent in the last school, by days from the first to the last
/// day of class.
pub(super) fn briefly_in_last(stays: &[Stay], places: &Places) -> bool {
    let Some(last) = stays.last() else { return false };
    let district = &places.districts[places.schools[last.school].district];
    let (start, end) = (district.first_day(last.year), district.last_day(last.year));
    let there = stays.iter().filter(|stay| (stay.school, stay.year) == (last.school, last.year));
    let days: i32 = there.map(|stay| (stay.from.max(start).until(stay.until.min(end)) + 1).max(0)).sum();
    2 * days < start.until(end) + 1
}

/// On how many of some days the pupil was in each school, in the order of first attendance.
pub(super) fn counted(stays: &[Stay], days: impl Iterator<Item = Day>) -> Vec<(usize, u32)> {
    let mut counts: Vec<(usize, u32)> = Vec::new();
    for day in days {
        let Some(stay) = stays.iter().find(|stay| stay.covers(day)) else { continue };
        match counts.iter_mut().find(|(school, _)| *school == stay.school) {
            Some((_, count)) => *count += 1,
            None => counts.push((stay.school, 1)),
        }
    }
    counts
}

/// The first day of each month from September to May in four school years.
pub(super) fn months(ninth_year: i32) -> impl Iterator<Item = Day> {
    let months = [(-1, 9), (-1, 10), (-1, 11), (-1, 12), (0, 1), (0, 2), (0, 3), (0, 4), (0, 5)];
    (ninth_year..ninth_year + 4)
        .flat_map(move |year| months.map(|(shift, month)| Day::of(year + shift, month, 1)))
}

/// 1 October, 15 December, 1 March and 15 May in four school years.
pub(super) fn snapshots(ninth_year: i32) -> impl Iterator<Item = Day> {
    let days = [(-1, 10, 1), (-1, 12, 15), (0, 3, 1), (0, 5, 15)];
    (ninth_year..ninth_year + 4)
        .flat_map(move |year| days.map(|(shift, month, day)| Day::of(year + shift, month, day)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stay(school: usize, from: Day, until: Day) -> Stay {
        Stay { school, year: 2020, from, until }
    }

    #[test]
    fn the_longest_stay_wins_and_the_last_one_when_equal() {
        // The worked case of the rules: 865 days against 500, and 653 against 653.
        let first = stay(0, Day::of(2018, 8, 7), Day::of(2020, 12, 18));
        let second = stay(1, Day::of(2021, 1, 6), Day::of(2022, 5, 20));
        assert_eq!((first.days(), second.days()), (865, 500));
        assert_eq!(longest(&[first, second], |stay| stay.school), Some(0));
        let first = stay(0, Day::of(2018, 10, 23), Day::of(2020, 8, 5));
        let second = stay(1, Day::of(2020, 8, 6), Day::of(2022, 5, 20));
        assert_eq!((first.days(), second.days()), (653, 653));
        assert_eq!(longest(&[first, second], |stay| stay.school), Some(1));
    }

    #[test]
    fn four_years_have_thirty_six_months_and_sixteen_snapshots() {
        assert_eq!((months(2019).count(), snapshots(2019).count()), (36, 16));
        assert_eq!(months(2019).next(), Some(Day::of(2018, 9, 1)));
        assert_eq!(snapshots(2019).last(), Some(Day::of(2022, 5, 15)));
    }
}
