//! Whether a cohort is what its definition would give today: tables and cohorts that changed since it read them.

use std::collections::BTreeSet;

use super::reads::{Read, Source};
use super::registry::{CohortVersion, Registry};
use crate::lake::Lake;

/// A lake version in whose light cohorts are looked at.
#[derive(Clone, Copy)]
pub(crate) struct Light<'a> {
    pub(crate) lake: &'a Lake,
    pub(crate) registry: &'a Registry,
    pub(crate) version: u64,
}

impl Light<'_> {
    /// What changed since a cohort was made, in words; `None` if nothing did.
    pub(crate) fn stale_because(self, cohort: &CohortVersion) -> Option<String> {
        let mut seen = BTreeSet::new();
        let reasons = self.reasons(cohort, &mut seen);
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    /// The sentence for who uses a cohort that is not up to date.
    pub(crate) fn notice(self, cohort: &CohortVersion) -> Option<String> {
        let name = &cohort.name;
        let because = self.stale_because(cohort)?;
        Some(format!(
            "cohort {name} was made at lake version {}; {because}. REFRESH COHORT {name} brings it up to date.",
            cohort.lake_version
        ))
    }

    fn reasons(self, cohort: &CohortVersion, seen: &mut BTreeSet<String>) -> Vec<String> {
        seen.insert(cohort.name.clone());
        let moving = cohort.reads.iter().filter(|read| !read.fixed);
        moving.filter_map(|read| self.reason(read, seen)).collect()
    }

    fn reason(self, read: &Read, seen: &mut BTreeSet<String>) -> Option<String> {
        let name = &read.name;
        if read.source == Source::Table {
            let now = self.lake.pins(self.version).get(name).copied();
            if now == read.version {
                return None;
            }
            let entries = &self.lake.log().entries;
            let is_it = |version: u64, table: &str| version <= self.version && table == name;
            let last = entries.iter().rfind(|entry| is_it(entry.lake_version, &entry.table));
            let since = last.map_or(self.version, |entry| entry.lake_version);
            let what =
                if read.version.is_some() { "has changed since" } else { "was not there yet, and is since" };
            return Some(format!("{name} {what} (version {since})"));
        }
        let Some(now) = self.registry.live(name) else {
            return Some(format!("cohort {name} was dropped"));
        };
        if Some(now.version) != read.version {
            return Some(format!("cohort {name} has a newer version ({})", now.version));
        }
        // A circle of cohorts cannot be made; a damaged one must not hold anybody up.
        let is_stale = !seen.contains(name) && !self.reasons(now, seen).is_empty();
        is_stale.then(|| format!("cohort {name} is not up to date itself"))
    }
}
