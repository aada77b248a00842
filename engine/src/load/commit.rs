//! Commits what a load made: every table, then the lake log; from then on the load is visible, all of it.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::pass::Passed;
use super::rename::Renamed;
use super::report::LoadReport;
use super::{FINDINGS, Loader, REJECTS, findings, journal, rejects};
use crate::error::{Error, Result};
use crate::lake::{Appended, Entry, commit};

/// What a load is about to commit.
pub(super) struct Commit<'a> {
    pub(super) layout: &'a str,
    /// Other tables in which linked persons got their new number.
    pub(super) others: Vec<Renamed>,
    pub(super) passed: &'a Passed,
}

/// The error of a load that failed after its lake version was committed.
pub(crate) fn although_committed(lake_version: u64, error: &Error) -> Error {
    Error::lake(format!("lake version {lake_version} is committed, but afterwards: {error}"))
        .with_help("nothing needs to be loaded again; mend the disk, and run `verify`")
}

/// Why a committed version may be lost all the same, if it may; what else failed is a notice.
pub(crate) fn doubt(lake_version: u64, appended: Appended, notices: &mut Vec<String>) -> Option<Error> {
    notices.extend(appended.unsealed.map(|error| {
        format!("lake version {lake_version} is committed, but its seal is an older one until the next load: {error}.")
    }));
    appended.unfinished.map(|error| although_committed(lake_version, &error))
}

impl Loader<'_> {
    /// Commits a load as the report's lake version.
    pub(super) async fn commit(&self, load: Commit<'_>, report: &LoadReport) -> Result<Appended> {
        let Commit { layout, others, passed } = load;
        let location = self.lake.location();
        let version = report.lake_version;
        let facts = HashMap::from([("lifetracks.sources".to_owned(), json!(passed.sources))]);
        let mut entries = self.commit_tables(others, version, &facts).await?;
        if passed.rejects.rows() > 0 {
            let rows = passed.rejects.batches(version, &report.table, &passed.parts)?;
            let journal = journal::append(&self.lake, &rejects::shape(), rows).await?;
            entries.push(Entry::new(version, REJECTS, journal, "rejects"));
        }
        if !passed.findings.is_empty() {
            let rows = findings::batch(version, &report.table, &passed.findings);
            let journal = journal::append(&self.lake, &findings::shape(), [rows]).await?;
            entries.push(Entry::new(version, FINDINGS, journal, "findings"));
        }
        let table = commit(location, &passed.shape, &passed.rewritten.files, facts).await?;
        entries.push(Entry {
            layout: layout.to_owned(),
            sources: passed.sources.clone(),
            rows_in: report.rows_in,
            loaded: report.loaded,
            rejected: report.rejected,
            replaced: report.replaced,
            ..Entry::new(version, &passed.shape.name, table, "load")
        });
        self.lake.log().append(location, entries).await
    }

    /// Commits tables in which persons got a new number, without a load.
    pub(super) async fn commit_renamed(&self, tables: Vec<Renamed>, lake_version: u64) -> Result<Appended> {
        let entries = self.commit_tables(tables, lake_version, &HashMap::new()).await?;
        self.lake.log().append(self.lake.location(), entries).await
    }

    async fn commit_tables(
        &self,
        tables: Vec<Renamed>,
        lake_version: u64,
        facts: &HashMap<String, Value>,
    ) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for (shape, files) in tables {
            let version = commit(self.lake.location(), &shape, &files, facts.clone()).await?;
            entries.push(Entry::new(lake_version, &shape.name, version, "link"));
        }
        Ok(entries)
    }
}
