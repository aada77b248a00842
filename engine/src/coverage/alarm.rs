//! Alarms: a period whose rows, or whose share of NULLs in a column, differ much from the period before.

use lifetracks_datasets::Severity;

use super::{Limits, TableCoverage};
use crate::lake::{Group, Tally};
use crate::roles::period_label;

/// Rows changed by more than the limit.
const ROWS_CHANGED: &str = "rows_changed";
/// A column's share of NULLs changed by more than the limit.
const NULLS_CHANGED: &str = "nulls_changed";

/// A change between two periods of one source of a table that is larger than usual.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alarm {
    /// The table.
    pub table: String,
    /// The source within the table, where it tells sources apart.
    pub source: Option<String>,
    /// The period's number.
    pub period: i32,
    /// The period as people write it.
    pub label: String,
    /// What changed: `rows_changed` or `nulls_changed`.
    pub rule: &'static str,
    /// The column, for `nulls_changed`.
    pub column: Option<String>,
    /// How much it matters.
    pub severity: Severity,
    /// The latest period before, as people write it.
    pub label_before: String,
    /// Rows of the period before.
    pub rows_before: u64,
    /// Rows of the period.
    pub rows: u64,
    /// NULLs of the column in the period before.
    pub nulls_before: u64,
    /// NULLs of the column in the period.
    pub nulls: u64,
}

impl Alarm {
    /// The share, 0 to 1, of rows that are NULL before and now; of rows the ratio to those before, less one.
    pub fn change(&self) -> f64 {
        match &self.column {
            None => self.rows as f64 / self.rows_before.max(1) as f64 - 1.0,
            Some(_) => share(self.nulls, self.rows) - share(self.nulls_before, self.rows_before),
        }
    }

    /// What is wrong, in one sentence without its full stop.
    pub fn sentence(&self) -> String {
        let source = self.source.as_deref().map_or(String::new(), |source| format!(" of {source}"));
        let place = format!("{}{source}, {}", self.table, self.label);
        match &self.column {
            None => format!(
                "{place}: {} rows after {} in {} ({:+.1} %)",
                self.rows,
                self.rows_before,
                self.label_before,
                self.change() * 100.0
            ),
            Some(column) => format!(
                "{place}: {column} is NULL in {:.1} % of the rows after {:.1} % in {}",
                share(self.nulls, self.rows) * 100.0,
                share(self.nulls_before, self.rows_before) * 100.0,
                self.label_before
            ),
        }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The alarms of a table: by source and period, rows before columns.
pub(crate) fn alarms(facts: &TableCoverage<'_>, limits: &Limits) -> Vec<Alarm> {
    let Some(period) = &facts.table.period else {
        return Vec::new();
    };
    let groups: Vec<(&Group, i32, &Tally)> = facts
        .coverage
        .groups
        .iter()
        .filter_map(|(group, tally)| Some((group, group.period?, tally)))
        .collect();
    let mut alarms = Vec::new();
    for pair in groups.windows(2) {
        let ((earlier, number_before, before), (group, number, now)) = (pair[0], pair[1]);
        if earlier.source != group.source || before.rows.max(now.rows) < limits.minimum_rows {
            continue;
        }
        let alarm = |rule, column: Option<&String>, nulls_before, nulls| Alarm {
            table: facts.table.name.clone(),
            source: group.source.clone(),
            period: number,
            label: period_label(period.unit, number),
            rule,
            column: column.cloned(),
            severity: limits.severity,
            label_before: period_label(period.unit, number_before),
            rows_before: before.rows,
            rows: now.rows,
            nulls_before,
            nulls,
        };
        let rows = alarm(ROWS_CHANGED, None, 0, 0);
        if rows.change().abs() > limits.rows_share {
            alarms.push(rows);
        }
        for (position, column) in facts.coverage.columns.iter().enumerate() {
            let nulls = |tally: &Tally| tally.nulls.get(position).copied().unwrap_or(0);
            let change = alarm(NULLS_CHANGED, Some(column), nulls(before), nulls(now));
            if change.change().abs() * 100.0 > limits.null_points {
                alarms.push(change);
            }
        }
    }
    alarms
}

#[cfg(test)]
mod tests {
    use lifetracks_datasets::Definitions;

    use super::super::gaps;
    use super::*;
    use crate::lake::Coverage;

    const LIMITS: Limits = Limits {
        rows_share: 0.25,
        incomplete_share: 0.5,
        null_points: 10.0,
        minimum_rows: 10,
        severity: Severity::Warning,
    };

    fn facts(definitions: &Definitions, tallies: &[(i32, u64, u64)]) -> (Vec<String>, Vec<String>) {
        let table = definitions.tables().iter().find(|table| {
            table.period.as_ref().is_some_and(|period| period_label(period.unit, 8078) == "2019Q3")
        });
        let mut coverage = Coverage::empty(vec!["naics".to_owned()]);
        for (period, rows, nulls) in tallies {
            let group = Group { source: None, period: Some(*period) };
            coverage.groups.insert(group, Tally { rows: *rows, persons: 0, nulls: vec![*nulls] });
        }
        let facts = TableCoverage { table: table.unwrap(), coverage };
        let strip = |sentence: String| {
            sentence.split_once([':', ',']).map(|(_, rest)| rest.trim().to_owned()).unwrap()
        };
        let alarms = alarms(&facts, &LIMITS).iter().map(|alarm| strip(alarm.sentence())).collect();
        (gaps(&facts, &LIMITS).iter().map(|gap| strip(gap.sentence())).collect(), alarms)
    }

    #[test]
    fn absent_periods_lie_between_the_first_and_the_last() {
        let definitions = Definitions::builtin();
        let (gaps, _) = facts(&definitions, &[(8076, 5, 0), (8077, 5, 0), (8080, 5, 0)]);
        assert_eq!(gaps, ["2019Q3 absent", "2019Q4 absent"]);
        assert!(facts(&definitions, &[]).0.is_empty());
    }

    #[test]
    fn a_change_past_the_limit_is_told_and_one_at_the_limit_is_not() {
        let definitions = Definitions::builtin();
        let (_, alarms) =
            facts(&definitions, &[(8076, 100, 0), (8077, 125, 0), (8078, 200, 0), (8080, 40, 0)]);
        assert_eq!(
            alarms,
            [
                "2019Q3: 200 rows after 125 in 2019Q2 (+60.0 %)",
                "2020Q1: 40 rows after 200 in 2019Q3 (-80.0 %)"
            ]
        );
        assert!(facts(&definitions, &[(8076, 3, 0), (8077, 9, 0)]).1.is_empty());
    }

    #[test]
    fn a_column_that_is_emptied_is_told() {
        let definitions = Definitions::builtin();
        let (_, alarms) = facts(&definitions, &[(8076, 100, 0), (8077, 100, 10), (8078, 100, 45)]);
        assert_eq!(alarms, ["2019Q3: naics is NULL in 45.0 % of the rows after 10.0 % in 2019Q2"]);
    }
}
