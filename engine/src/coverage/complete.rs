//! Which periods of a table are loaded whole, as far as their rows tell.

use std::collections::BTreeMap;

use super::{Limits, TableCoverage};

/// The periods of a table that have rows, those that look incomplete apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Periods {
    /// Loaded, in order.
    pub(crate) complete: Vec<i32>,
    /// Of these only a part has come, in order: the period, its rows, and those of the last complete one before.
    pub(crate) incomplete: Vec<(i32, u64, u64)>,
}

impl Periods {
    /// Every period that has rows.
    pub(crate) fn all(&self) -> Vec<i32> {
        let mut all: Vec<i32> =
            self.complete.iter().copied().chain(self.incomplete.iter().map(|(period, ..)| *period)).collect();
        all.sort_unstable();
        all
    }
}

/// Tells complete periods from incomplete ones: those with less than a share of the rows of the last complete one before,
/// where that has enough rows to be compared with.
pub(crate) fn periods(facts: &TableCoverage<'_>, limits: &Limits) -> Periods {
    let mut rows: BTreeMap<i32, u64> = BTreeMap::new();
    for (group, tally) in facts.coverage.groups.iter().filter(|(_, tally)| tally.rows > 0) {
        if let Some(period) = group.period {
            *rows.entry(period).or_default() += tally.rows;
        }
    }
    judged(rows, limits)
}

fn judged(rows: BTreeMap<i32, u64>, limits: &Limits) -> Periods {
    let mut periods = Periods::default();
    let mut before = 0;
    for (period, rows) in rows {
        let is_part = (rows as f64) < limits.incomplete_share * before as f64;
        if is_part && before >= limits.minimum_rows {
            periods.incomplete.push((period, rows, before));
        } else {
            periods.complete.push(period);
            before = rows;
        }
    }
    periods
}

#[cfg(test)]
mod tests {
    use lifetracks_datasets::Severity;

    use super::*;

    #[test]
    fn a_part_is_held_against_the_last_whole_period() {
        let limits = Limits {
            rows_share: 0.25,
            incomplete_share: 0.5,
            null_points: 10.0,
            minimum_rows: 10,
            severity: Severity::Warning,
        };
        let judge = |rows: &[(i32, u64)]| judged(rows.iter().copied().collect(), &limits);
        let periods = judge(&[(1, 100), (2, 49), (3, 45), (4, 50), (6, 24)]);
        assert_eq!(periods.complete, [1, 4]);
        assert_eq!(periods.incomplete, [(2, 49, 100), (3, 45, 100), (6, 24, 50)]);
        assert_eq!(periods.all(), [1, 2, 3, 4, 6]);
        assert_eq!(judge(&[(1, 9), (2, 1)]).complete, [1, 2]);
    }
}
