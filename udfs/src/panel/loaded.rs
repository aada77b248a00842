//! Which days of a table are loaded: nobody is found on any other, and that is no answer.

use datafusion::arrow::array::{Array, Date32Array, Int32Array, RecordBatch};
use datafusion::common::cast::{as_date32_array, as_int32_array};
use datafusion::error::Result;
use lifetracks_datasets::PanelUnit;
use serde::{Deserialize, Serialize};

use super::unit::Unit;

/// How the rows of a coverage are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LoadedRule {
    /// `from_day`, `to_day`: stretches of days. A row without an end or a beginning says nothing.
    Days,
    /// `period`, `last_day`: periods of a unit that are loaded, and the last day on which a row of them begins.
    Periods {
        /// The unit.
        unit: Unit,
        /// The last period is loaded to its end when its last day lies at most so many days before it, otherwise to that
        /// day; `None`: always to its end.
        tail_days: Option<i32>,
    },
}

/// Days that are loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Loaded {
    /// First and last days, in order, with days between them that are not loaded.
    stretches: Vec<(i32, i32)>,
}

impl Loaded {
    fn new(mut stretches: Vec<(i32, i32)>) -> Self {
        stretches.retain(|(from, to)| from <= to);
        stretches.sort_unstable();
        let mut joined: Vec<(i32, i32)> = Vec::new();
        for (from, to) in stretches {
            match joined.last_mut() {
                Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        Self { stretches: joined }
    }

    /// First and last days of stretches, in order.
    pub(super) fn stretches(&self) -> &[(i32, i32)] {
        &self.stretches
    }

    /// Whether all of these days are loaded.
    pub(super) fn covers(&self, from: i32, to: i32) -> bool {
        let after = self.stretches.partition_point(|stretch| stretch.0 <= from);
        after.checked_sub(1).and_then(|place| self.stretches.get(place)).is_some_and(|(_, end)| to <= *end)
    }
}

/// The coverage of one table, on the way in.
#[derive(Debug)]
pub(super) struct Loading {
    rule: LoadedRule,
    /// Days, or periods with their last days.
    rows: Vec<(i32, Option<i32>)>,
}

impl Loading {
    pub(super) fn new(rule: LoadedRule) -> Self {
        Self { rule, rows: Vec::new() }
    }

    pub(super) fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        let (first, second): (Int32Array, &Date32Array) = match self.rule {
            LoadedRule::Days => {
                let from = as_date32_array(batch.column(0))?;
                (
                    Int32Array::new(from.values().clone(), from.nulls().cloned()),
                    as_date32_array(batch.column(1))?,
                )
            }
            LoadedRule::Periods { .. } => {
                (as_int32_array(batch.column(0))?.clone(), as_date32_array(batch.column(1))?)
            }
        };
        for (first, second) in first.iter().zip(second) {
            self.rows.extend(first.map(|first| (first, second)));
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Loaded {
        match &self.rule {
            LoadedRule::Days => {
                Loaded::new(self.rows.into_iter().filter_map(|(from, to)| to.map(|to| (from, to))).collect())
            }
            LoadedRule::Periods { unit, tail_days } => {
                self.rows.sort_unstable();
                let last_day = self.rows.iter().filter_map(|(_, day)| *day).max();
                let mut stretches: Vec<_> = self.rows.iter().map(|(period, _)| unit.span(*period)).collect();
                if let (Some(tail), Some(day), Some((_, end))) = (tail_days, last_day, stretches.last_mut())
                    && day < end.saturating_sub(*tail)
                {
                    *end = day;
                }
                Loaded::new(stretches)
            }
        }
    }
}

/// The calendar quarters, in which wages are loaded.
pub(super) fn quarters() -> Result<Unit, String> {
    Unit::new(PanelUnit::Quarter, &[], 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_between_stretches_are_not_loaded() {
        let loaded = Loaded::new(vec![(20, 29), (0, 9), (10, 15), (40, 30)]);
        assert_eq!(loaded.stretches, [(0, 15), (20, 29)]);
        let covers = [(0, 15), (3, 3), (20, 29)].map(|(from, to)| loaded.covers(from, to));
        assert_eq!(covers, [true; 3]);
        let not = [(-1, 3), (15, 20), (16, 16), (29, 30), (30, 31)].map(|(from, to)| loaded.covers(from, to));
        assert_eq!(not, [false; 5]);
        assert!(!Loaded::default().covers(0, 0));
    }

    #[test]
    fn the_last_year_is_loaded_to_the_last_day_that_is_seen() {
        let year = Unit::new(PanelUnit::Year, &[], 7).unwrap();
        let (_, end) = year.span(2020);
        let finish = |day| {
            let rule = LoadedRule::Periods { unit: year.clone(), tail_days: Some(31) };
            Loading { rule, rows: vec![(2020, day), (2018, None)] }.finish()
        };
        assert_eq!(finish(Some(end - 31)).stretches, finish(None).stretches);
        assert_eq!(finish(Some(end - 32)).stretches[1].1, end - 32);
        assert!(!finish(None).covers(end - 366, end));
    }
}
