//! What loading and checking have in common: convert, identify, stage, merge with what the table holds.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use lifetracks_datasets::{Definitions, Layout, Reject, Table};
use tokio::runtime::Handle;

use super::checks::TableChecks;
use super::convert::Reading;
use super::findings::{self, Finding};
use super::intake::Intake;
use super::merge::Duplicate;
use super::rejects::Rejects;
use super::report::Changes;
use super::rewrite::{Rewrite, Rewritten};
use super::shape_of;
use super::source::Opened;
use crate::coverage::{TableCoverage, Thresholds, alarms, gaps};
use crate::error::Result;
use crate::lake::{DEFAULT_RANGES, Lake, Ranges, Shape, SourceFile};
use crate::vault::Vault;

/// Files on their way through: what they are read by and what they meet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pass<'a> {
    /// `None` where files are looked at without a lake.
    pub(super) lake: Option<&'a Lake>,
    pub(super) definitions: &'a Definitions,
    pub(super) thresholds: &'a Thresholds,
    pub(super) layout: &'a Layout,
    pub(super) table: &'a Table,
    pub(super) year: Option<i32>,
    pub(super) threads: usize,
    pub(super) runtime: &'a Handle,
    /// Data files are written, and too many refused rows are an error: the share that is not too many.
    pub(super) loads: Option<f64>,
}

/// What became of the files.
#[derive(Debug)]
pub(super) struct Passed {
    pub(super) shape: Shape,
    pub(super) rewritten: Rewritten,
    /// Persons with a new number, the pending ones of earlier loads among them.
    pub(super) renamed: Arc<BTreeMap<i64, i64>>,
    pub(super) rows_in: u64,
    /// The names that rejects count their files by.
    pub(super) parts: Vec<String>,
    /// Some of them are in the folder for staged rows.
    pub(super) rejects: Rejects,
    pub(super) findings: Vec<Finding>,
    pub(super) notices: Vec<String>,
    pub(super) sources: Vec<SourceFile>,
    pub(super) changes: Changes,
}

impl Pass<'_> {
    /// Takes the files through; `staging` is a folder for rows that do not fit into memory.
    ///
    /// The vault may be absent where the files hold no ids of persons and none wait for their new number.
    pub(super) fn run(
        &self,
        files: Vec<Opened>,
        mut vault: Option<&mut Vault>,
        staging: &Path,
    ) -> Result<Passed> {
        let shape = shape_of(self.table);
        let ranges = self.lake.map_or_else(|| Ranges::new(DEFAULT_RANGES), Lake::ranges);
        let load_id = self.lake.map_or(1, |lake| lake.version() + 1);
        let load_id = i64::try_from(load_id).unwrap_or(i64::MAX);
        let renamed =
            |vault: &Option<&mut Vault>| vault.as_ref().map(|vault| vault.renamed()).unwrap_or_default();
        let pending = renamed(&vault);
        let checks = self.runtime.block_on(TableChecks::prepare(self.table, self.lake, &pending))?;
        let mut intake = Intake::new(self.layout, &shape, ranges, load_id, staging, checks, self.threads);
        let reading = Reading {
            layout: self.layout,
            definitions: self.definitions,
            year: self.year,
            threads: self.threads,
        };
        reading.all(files, &mut intake, vault.as_deref_mut())?;
        if let Some(vault) = &mut vault {
            intake.apply_links(vault)?;
        }
        let renamed = Arc::new(renamed(&vault));
        let Intake {
            stage,
            mut rejects,
            sources,
            rows_in,
            parts,
            deliveries,
            checks,
            mut findings,
            notices,
            ..
        } = intake;
        let too_many = |rejects: &Rejects| match self.loads {
            Some(limit) => rejects.check_share(rows_in, &parts, limit),
            None => Ok(()),
        };
        too_many(&rejects)?;

        let checks = Arc::new(checks);
        let version = match self.lake {
            Some(lake) => self.runtime.block_on(lake.table(&shape.name, lake.version()))?,
            None => None,
        };
        let rewrite = Rewrite {
            location: self.lake.map(|lake| lake.location().clone()),
            writes: self.loads.is_some(),
            ranges,
            shape: shape.clone(),
            key: self.table.key.clone(),
            period: self.table.period.clone(),
            present: version.clone(),
            renamed: Arc::clone(&renamed),
            deliveries: deliveries.into(),
            checks: Arc::clone(&checks),
            threads: self.threads,
        };
        // A link extract may say one thing twice: its rows are people's ids, not records.
        let refuses = !self.layout.is_link();
        let mut refuse = |duplicate: Duplicate| {
            let reject = Reject { line: duplicate.line.unsigned_abs(), column: None, rule: duplicate.rule };
            if refuses { rejects.push(usize::try_from(duplicate.file).unwrap_or(0), reject) } else { Ok(()) }
        };
        let rewritten = self.runtime.block_on(rewrite.run(stage, &mut refuse))?;
        too_many(&rejects)?;
        findings.extend(findings::of_checks(&checks, &rewritten.found, &parts));
        if let Some(lake) = self.lake {
            self.runtime.block_on(findings::add_new_codes(lake, &self.table.name, &mut findings))?;
        }
        findings::sort(&mut findings);
        let changes =
            self.changes(&shape, version.as_ref().map_or(&[], |version| &version.files), &rewritten);
        Ok(Passed { shape, rewritten, renamed, rows_in, parts, rejects, findings, notices, sources, changes })
    }

    /// The gaps and alarms that the table has with the files and did not have before.
    fn changes(&self, shape: &Shape, before: &[crate::lake::DataFile], rewritten: &Rewritten) -> Changes {
        let limits = self.thresholds.of(&self.table.name);
        let told = |files: &[crate::lake::DataFile]| {
            let facts = TableCoverage::of_files(self.table, &shape.schema, files);
            facts.map(|facts| (gaps(&facts, &limits), alarms(&facts, &limits))).unwrap_or_default()
        };
        let (old_gaps, old_alarms) = told(before);
        let (mut gaps, mut alarms) = told(&rewritten.files);
        gaps.retain(|gap| old_gaps.binary_search(gap).is_err());
        alarms.retain(|alarm| !old_alarms.contains(alarm));
        Changes { gaps, alarms }
    }
}
