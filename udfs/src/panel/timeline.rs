//! Periods that were asked for, each with its days and whether every source is loaded on them.

use super::loaded::Loaded;
use super::unit::Unit;
use crate::date::CivilDate;

/// A period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) number: i32,
    pub(super) first_day: i32,
    pub(super) last_day: i32,
    /// The calendar quarters of its first and its last day.
    pub(super) quarters: (i32, i32),
    /// Whether each source is loaded on all of its days.
    pub(super) covered: Vec<bool>,
}

/// The periods around those that were asked for so far.
#[derive(Debug)]
pub(super) struct Timeline {
    unit: Unit,
    sources: Vec<Loaded>,
    first: i32,
    periods: Vec<Period>,
}

/// Periods that are made at once.
const STRIDE: i32 = 64;

impl Timeline {
    pub(super) fn new(unit: Unit, sources: Vec<Loaded>) -> Self {
        Self { unit, sources, first: 0, periods: Vec::new() }
    }

    /// The period in which a day lies.
    pub(super) fn number(&self, day: i32) -> i32 {
        self.unit.number(day)
    }

    /// Makes sure that these periods are there.
    pub(super) fn reach(&mut self, first: i32, last: i32) {
        let end = self.first.saturating_add(i32::try_from(self.periods.len()).unwrap_or(i32::MAX));
        if !self.periods.is_empty() && first >= self.first && last < end {
            return;
        }
        let (from, to) =
            if self.periods.is_empty() { (first, last) } else { (first.min(self.first), last.max(end - 1)) };
        self.first = from.saturating_sub(STRIDE);
        self.periods = (self.first..=to.saturating_add(STRIDE)).map(|number| self.period(number)).collect();
    }

    fn period(&self, number: i32) -> Period {
        let (first_day, last_day) = self.unit.span(number);
        let covered = self.sources.iter().map(|source| source.covers(first_day, last_day)).collect();
        Period {
            number,
            first_day,
            last_day,
            quarters: (quarter_of(first_day), quarter_of(last_day)),
            covered,
        }
    }

    /// Periods that [`Timeline::reach`] has made.
    pub(super) fn periods(&self, first: i32, last: i32) -> &[Period] {
        let place = |number: i32| usize::try_from(number.saturating_sub(self.first)).unwrap_or(0);
        self.periods.get(place(first)..=place(last)).unwrap_or_default()
    }
}

/// The calendar quarter of a day.
fn quarter_of(day: i32) -> i32 {
    let date = CivilDate::from_days(day);
    4 * date.year + (i32::from(date.month) - 1) / 3
}

#[cfg(test)]
mod tests {
    use lifetracks_datasets::PanelUnit;

    use super::*;

    #[test]
    fn periods_are_made_where_they_are_asked_for() {
        let mut timeline = Timeline::new(Unit::new(PanelUnit::Year, &[], 7).unwrap(), vec![]);
        for (first, last) in [(2010, 2012), (2000, 2200), (1800, 1800), (2011, 2011)] {
            timeline.reach(first, last);
            let numbers: Vec<i32> =
                timeline.periods(first, last).iter().map(|period| period.number).collect();
            assert_eq!(numbers, (first..=last).collect::<Vec<_>>());
        }
    }
}
