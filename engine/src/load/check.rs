//! Check: what a load of a file would do, refuse and find, without doing it. Neither lake nor vault is written.

use std::path::{Path, PathBuf};

use lifetracks_datasets::{Counts, Definitions, Severity};
use tempfile::TempDir;
use tokio::runtime::Handle;

use super::merge::{DUPLICATE_KEY, DUPLICATE_ROW};
use super::pass::Pass;
use super::report::RejectCount;
use super::source::open;
use super::{Finding, find_layout, names_persons, table_of};
use crate::coverage::{Alarm, Gap, Thresholds};
use crate::error::{LakeContext, Result};
use crate::lake::Lake;
use crate::vault::Vault;

/// What to check.
#[derive(Debug, Clone, Default)]
pub struct CheckRequest {
    /// The file.
    pub file: PathBuf,
    /// The layout's name.
    pub layout: String,
    /// The largest share of refused rows, 0 to 1; the layout's own if `None`.
    pub max_reject_share: Option<f64>,
    /// The year of the file, for a layout that asks for it and finds none in the file's name.
    pub year: Option<i32>,
}

/// What a load of the file would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CheckReport {
    /// The canonical table.
    pub table: String,
    /// The file, or the members of the archive.
    pub files: Vec<String>,
    /// The lake version it was held against; `None` without a lake.
    pub lake_version: Option<u64>,
    /// Rows read, and those that would be loaded and refused.
    pub counts: Counts,
    /// Why rows would be refused.
    pub rejects: Vec<RejectCount>,
    /// What checks say of the other rows, the worst first.
    pub findings: Vec<Finding>,
    /// What is good to know of how the file was read and what could not be checked.
    pub notices: Vec<String>,
    /// Rows that stand in the file twice, value for value.
    pub exact_duplicates: u64,
    /// Rows with the natural key of another row of the file and other values.
    pub conflicting_duplicates: u64,
    /// Rows that would take the place of a row of the lake.
    pub replaced: u64,
    /// Rows that say what the lake says already.
    pub unchanged: u64,
    /// Persons that neither the vault nor an earlier row knows.
    pub new_persons: u64,
    /// Persons whose records a link extract would join.
    pub joined_persons: u64,
    /// Periods that would be absent.
    pub gaps: Vec<Gap>,
    /// Changes from one period to the next that would be larger than usual.
    pub alarms: Vec<Alarm>,
    /// The share of the rows that would be refused, those delivered twice not counted.
    pub reject_share: f64,
    /// The share past which a load fails.
    pub max_reject_share: f64,
}

impl CheckReport {
    /// Whether a load would fail, or load what is wrong.
    pub fn failed(&self) -> bool {
        self.reject_share > self.max_reject_share || self.errors().next().is_some()
    }

    /// The findings that make it fail.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }
}

/// Where a check runs.
pub(crate) struct Checking<'a> {
    pub(crate) lake: Option<&'a Lake>,
    pub(crate) definitions: &'a Definitions,
    pub(crate) thresholds: &'a Thresholds,
    pub(crate) vault: Option<&'a Path>,
    pub(crate) threads: usize,
    pub(crate) runtime: &'a Handle,
}

impl Checking<'_> {
    /// Checks a file.
    pub(crate) fn run(&self, request: &CheckRequest) -> Result<CheckReport> {
        let layout = find_layout(self.definitions, &request.layout)?;
        let table = table_of(self.definitions, layout, None)?;
        let mut notices = Vec::new();
        let mut vault =
            if names_persons(table, layout) { Some(self.look_into_vault(&mut notices)?) } else { None };
        let file = open(&request.file)?;
        let loaded = self.lake.and_then(|lake| {
            let mut entries = lake.log().entries.iter();
            entries.find(|entry| {
                let known = entry.sources.iter().any(|source| source.hash == file.hash);
                known && entry.table == layout.table && entry.layout == layout.name
            })
        });
        if let Some(entry) = loaded {
            let version = entry.lake_version;
            notices.push(format!(
                "lake version {version} has this file already, byte for byte: a load passes over it."
            ));
        }
        let pass = Pass {
            lake: self.lake,
            definitions: self.definitions,
            thresholds: self.thresholds,
            layout,
            table,
            year: request.year,
            threads: self.threads,
            runtime: self.runtime,
            loads: None,
        };
        // Rows that do not fit into memory wait outside the lake, in a folder that only its owner may read.
        let scratch = TempDir::with_prefix("lifetracks-")
            .lake_context(|| "make a folder for rows that do not fit into memory".to_owned())?;
        let passed = pass.run(vec![file], vault.as_mut(), scratch.path())?;
        notices.extend(passed.notices);
        let rejected = passed.rejects.rows();
        Ok(CheckReport {
            table: table.name.clone(),
            lake_version: self.lake.map(Lake::version),
            counts: Counts {
                rows_in: passed.rows_in,
                loaded: passed.rows_in.saturating_sub(rejected),
                rejected,
            },
            rejects: passed.rejects.counts(&passed.parts),
            exact_duplicates: passed.rejects.rows_of(DUPLICATE_ROW),
            conflicting_duplicates: passed.rejects.rows_of(DUPLICATE_KEY),
            replaced: passed.rewritten.replaced,
            unchanged: passed.rewritten.unchanged,
            new_persons: vault.as_ref().map_or(0, Vault::created),
            joined_persons: passed.renamed.len() as u64,
            gaps: passed.changes.gaps,
            alarms: passed.changes.alarms,
            reject_share: passed.rejects.share(passed.rows_in).1,
            max_reject_share: request.max_reject_share.unwrap_or(layout.max_reject_share),
            files: passed.parts,
            findings: passed.findings,
            notices,
        })
    }

    /// The vault as it is, or one that is forgotten afterwards.
    fn look_into_vault(&self, notices: &mut Vec<String>) -> Result<Vault> {
        let found = self.vault.map(Vault::look).transpose()?.flatten();
        if let Some(vault) = found {
            return Ok(vault);
        }
        if self.lake.is_some_and(|lake| lake.version() > 0) {
            notices.push(
                "there is no vault, so the file's persons were not held against the lake's.".to_owned(),
            );
        }
        Vault::nowhere()
    }
}
