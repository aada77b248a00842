//! Load: convert, check, stage, merge, then one lake version. A crash at any point leaves the last version, whole.

mod check;
mod checks;
mod commit;
mod convert;
mod findings;
mod identify;
mod intake;
mod journal;
mod merge;
mod pass;
mod reject_runs;
mod rejects;
mod rename;
mod report;
mod rewrite;
mod source;
mod stage;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use lifetracks_datasets::{Definitions, Layout, Table, TableKind, closest_name};
use tokio::runtime::Handle;

pub(crate) use self::check::Checking;
pub use self::check::{CheckReport, CheckRequest};
use self::commit::Commit;
pub(crate) use self::commit::{although_committed, doubt};
pub use self::findings::Finding;
pub(crate) use self::findings::{FINDINGS, findings_schema, read as read_findings};
use self::pass::{Pass, Passed};
pub(crate) use self::rejects::{REJECTS, rejects_schema};
pub use self::report::{LoadReport, RejectCount};
use self::source::{Opened, open, remove_stale, staging_folder};
pub(crate) use self::source::{STAGING, is_stale};
use crate::coverage::Thresholds;
use crate::error::{Error, ErrorKind, Result};
use crate::lake::{Kind, Lake, LakeLog, Shape, SourceFile, lock};
use crate::vault::{LockedVault, Vault};

/// Which load a row came from, as the lake version that the load made.
const LOAD_COLUMN: &str = "load_id";
const FILE_COLUMN: &str = "__file";
const LINE_COLUMN: &str = "__line";
/// The file number of rows that the table holds already.
const PRESENT_FILE: i32 = -1;
/// How long a load waits for another one to be done with the vault.
const VAULT_WAIT: Duration = Duration::from_mins(1);
/// Times a load is begun again when someone else commits meanwhile.
const ATTEMPTS: usize = 3;

/// What to load.
#[derive(Debug, Clone, Default)]
pub struct LoadRequest {
    /// The table that is expected; checked against the layout's.
    pub table: Option<String>,
    /// The files, in the order of delivery: a later one corrects an earlier one.
    pub files: Vec<PathBuf>,
    /// The layout's name.
    pub layout: String,
    /// The largest share of refused rows, 0 to 1; the layout's own if `None`.
    pub max_reject_share: Option<f64>,
    /// The year of the files, for a layout that asks for it and finds none in their names.
    pub year: Option<i32>,
}

/// Where a load runs.
pub(crate) struct Loader<'a> {
    pub(crate) lake: Lake,
    pub(crate) definitions: &'a Definitions,
    pub(crate) thresholds: &'a Thresholds,
    pub(crate) vault: &'a Path,
    pub(crate) threads: usize,
    pub(crate) runtime: &'a Handle,
}

/// The columns of rows on their way: the table's, and where each row came from.
fn staged_schema(schema: &SchemaRef) -> SchemaRef {
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new(FILE_COLUMN, DataType::Int32, false)));
    fields.push(Arc::new(Field::new(LINE_COLUMN, DataType::Int64, false)));
    Arc::new(Schema::new(fields))
}

/// A canonical table as the lake keeps it: with the number of the load.
fn shape_of(table: &Table) -> Shape {
    let mut fields: Vec<_> = table.schema().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new(LOAD_COLUMN, DataType::Int64, false)));
    Shape {
        name: table.name.clone(),
        kind: match table.kind {
            TableKind::Person => Kind::Person,
            TableKind::Reference => Kind::Reference,
        },
        schema: Arc::new(Schema::new(fields)),
        order: table.order.clone(),
    }
}

/// The layout of a name.
pub(crate) fn find_layout<'a>(definitions: &'a Definitions, name: &str) -> Result<&'a Layout> {
    definitions.layout(name).ok_or_else(|| {
        let near = closest_name(name, definitions.layouts().iter().map(|layout| layout.name.as_str()));
        let help = near.map_or_else(
            || "`lifetracks.layouts` lists those there are; --definitions DIR adds more".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        Error::usage(format!("there is no layout {name}")).with_help(help)
    })
}

/// The table that a layout fills, which must be the one the user named, if any.
fn table_of<'a>(definitions: &'a Definitions, layout: &Layout, expected: Option<&str>) -> Result<&'a Table> {
    if let Some(expected) = expected.filter(|expected| *expected != layout.table) {
        return Err(Error::usage(format!(
            "layout {} fills table {}, not {expected}",
            layout.name, layout.table
        ))
        .with_help(format!("load {} .. --layout {}", layout.table, layout.name)));
    }
    definitions.table(&layout.table).ok_or_else(|| {
        Error::usage(format!("layout {} fills table {}, which is not defined", layout.name, layout.table))
    })
}

/// Whether files of the layout hold ids of persons.
fn names_persons(table: &Table, layout: &Layout) -> bool {
    table.kind == TableKind::Person || layout.is_link()
}

/// Notes in the vault that the lake has all new numbers; where that fails, the next load gives them again.
fn mark_applied(vault: Option<&mut Vault>, report: &mut LoadReport) {
    if let Some(Err(error)) = vault.map(Vault::mark_applied) {
        let version = report.lake_version;
        report
            .notices
            .push(format!("lake version {version} is committed, but the vault does not say so: {error}."));
    }
}

impl Loader<'_> {
    /// Loads files; begins again when someone else commits a lake version meanwhile.
    pub(crate) fn load(&mut self, request: &LoadRequest) -> Result<LoadReport> {
        let mut attempt = 1;
        loop {
            let base = self.lake.version();
            let error = match self.attempt(request, attempt > 1) {
                Ok(done) => return done,
                Err(error) => error,
            };
            let Ok(lake) = self.runtime.block_on(self.lake.refresh()) else {
                return Err(error);
            };
            self.lake = lake;
            if error.kind() != ErrorKind::Lake || self.lake.version() == base || attempt == ATTEMPTS {
                return Err(error);
            }
            attempt += 1;
        }
    }

    /// Tries a load. The inner error is one after the commit: there is nothing to try again.
    ///
    /// A load that starts `again` because a cohort was made meanwhile keeps others from making one until it is done.
    fn attempt(&mut self, request: &LoadRequest, again: bool) -> Result<Result<LoadReport>> {
        let layout = find_layout(self.definitions, &request.layout)?;
        let table = table_of(self.definitions, layout, request.table.as_deref())?;
        let vault = LockedVault::open_or_create(self.vault, VAULT_WAIT)?;
        let location = self.lake.location();
        let _commits = if again { self.runtime.block_on(lock(location, VAULT_WAIT))? } else { None };
        // The load that held the vault until now may have committed.
        self.lake = self.runtime.block_on(self.lake.refresh())?;
        let mut report = LoadReport {
            table: table.name.clone(),
            lake_version: self.lake.version(),
            ..LoadReport::default()
        };
        let files = self.open_new(request, layout, &mut report)?;
        if files.is_empty() {
            self.lake.location().local_folder().map(remove_stale);
            self.runtime.block_on(LakeLog::seal_rest(self.lake.location()))?;
            if vault.has_joined()? {
                let renamed = self.rename_only(&mut vault.read()?, &mut report)?;
                return Ok(renamed.map(|()| report));
            }
            return Ok(Ok(report));
        }
        // Read only by who needs it: it has an entry for every person of the state.
        let mut opened = None;
        if names_persons(table, layout) || vault.has_joined()? {
            opened = Some(vault.read()?);
        }
        let staging = staging_folder(self.lake.location().local_folder())?;
        let pass = Pass {
            lake: Some(&self.lake),
            definitions: self.definitions,
            thresholds: self.thresholds,
            layout,
            table,
            year: request.year,
            threads: self.threads,
            runtime: self.runtime,
            loads: Some(request.max_reject_share.unwrap_or(layout.max_reject_share)),
        };
        let passed = pass.run(files, opened.as_mut(), staging.path())?;
        report.rows_in = passed.rows_in;
        report.joined_persons = passed.renamed.len() as u64;
        report.new_persons = opened.as_ref().map_or(0, Vault::created);
        report.rejects = passed.rejects.counts(&passed.parts);
        report.rejected = passed.rejects.rows();
        report.loaded = report.rows_in.saturating_sub(report.rejected);
        report.replaced = passed.rewritten.replaced;
        report.unchanged = passed.rewritten.unchanged;
        report.lake_version = self.lake.version() + 1;
        let others = self.runtime.block_on(self.rename(Some(&table.name), &passed.renamed))?;
        if let Some(vault) = &mut opened {
            vault.flush()?;
        }
        let commit = self.commit(Commit { layout: &layout.name, others, passed: &passed }, &report);
        let appended = self.runtime.block_on(commit)?;
        let Passed { findings, notices, changes, .. } = passed;
        report = LoadReport { findings, notices, gaps: changes.gaps, alarms: changes.alarms, ..report };
        if let Some(error) = doubt(report.lake_version, appended, &mut report.notices) {
            return Ok(Err(error));
        }
        mark_applied(opened.as_mut(), &mut report);
        Ok(Ok(report))
    }

    /// Opens the files that were not loaded before; names the others in the report.
    fn open_new(
        &self,
        request: &LoadRequest,
        layout: &Layout,
        report: &mut LoadReport,
    ) -> Result<Vec<Opened>> {
        let mut files: Vec<Opened> = Vec::new();
        for path in &request.files {
            let file = open(path)?;
            let known = |source: &SourceFile| source.hash == file.hash;
            let loaded = self.lake.log().entries.iter().any(|entry| {
                entry.table == layout.table && entry.layout == layout.name && entry.sources.iter().any(known)
            });
            if loaded || files.iter().any(|other| other.hash == file.hash) {
                report.skipped_files.push(file.name);
            } else {
                report.files.push(file.name.clone());
                files.push(file);
            }
        }
        Ok(files)
    }
}
