//! Absent periods: those of which a table has nothing, between the first and the last of which it has something.

use lifetracks_datasets::Severity;

use super::{Limits, TableCoverage};
use crate::roles::period_label;

/// Absent periods that are told of one source; more mean that a period is not what it says.
const MOST_GAPS: usize = 1000;

/// A period between a source's first and last of which a table has no row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The table.
    pub table: String,
    /// The source within the table, where it tells sources apart.
    pub source: Option<String>,
    /// The period's number.
    pub period: i32,
    /// The period as people write it.
    pub label: String,
    /// How much it matters.
    pub severity: Severity,
}

impl Gap {
    /// What is wrong, in one sentence without its full stop.
    pub fn sentence(&self) -> String {
        let source = self.source.as_deref().map_or(String::new(), |source| format!(" of {source}"));
        format!("{}{source}: {} absent", self.table, self.label)
    }
}

/// The absent periods of a table, in order.
pub(crate) fn gaps(facts: &TableCoverage<'_>, limits: &Limits) -> Vec<Gap> {
    let Some(period) = &facts.table.period else {
        return Vec::new();
    };
    let present: Vec<(&Option<String>, i32)> =
        facts.coverage.groups.keys().filter_map(|group| Some((&group.source, group.period?))).collect();
    let mut gaps = Vec::new();
    for source in present.chunk_by(|left, right| left.0 == right.0) {
        let absent = source.windows(2).flat_map(|pair| pair[0].1.saturating_add(1)..pair[1].1);
        gaps.extend(absent.take(MOST_GAPS).map(|number| Gap {
            table: facts.table.name.clone(),
            source: source[0].0.clone(),
            period: number,
            label: period_label(period.unit, number),
            severity: limits.severity,
        }));
    }
    gaps
}
