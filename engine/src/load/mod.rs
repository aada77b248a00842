//! Load: convert, check, stage, merge, then one lake version. A crash at any point leaves the last version, whole.

mod identify;
mod intake;
mod merge;
mod rejects;
mod report;
mod rewrite;
mod source;
mod stage;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use lifetracks_datasets::{
    Chunk, ConvertError, Definitions, Layout, Reject, Table, TableKind, closest_name, convert,
};
use serde_json::json;
use tokio::runtime::Handle;

use self::intake::Intake;
use self::rejects::check_share;
pub(crate) use self::rejects::{REJECTS, rejects_schema};
use self::report::{FileReject, count_rejects};
pub use self::report::{LoadReport, RejectCount};
use self::rewrite::{Rewrite, Rewritten};
use self::source::{Opened, open, staging_folder};
use self::stage::Stage;
use crate::clock;
use crate::error::{Error, ErrorKind, Result};
use crate::lake::{DataFile, Entry, Kind, Lake, Shape, SourceFile, commit, encode, put};
use crate::vault::Vault;

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
}

/// Where a load runs.
pub(crate) struct Loader<'a> {
    pub(crate) lake: Lake,
    pub(crate) definitions: &'a Definitions,
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

/// What a load is about to commit.
struct Changes {
    shape: Shape,
    rewritten: Rewritten,
    /// Other tables in which linked persons got their new number.
    others: Vec<(Shape, Vec<DataFile>)>,
    rejects: Vec<FileReject>,
    layout: String,
    sources: Vec<SourceFile>,
}

impl Loader<'_> {
    /// Loads files; begins again when someone else commits a lake version meanwhile.
    pub(crate) fn load(&mut self, request: &LoadRequest) -> Result<LoadReport> {
        let mut attempt = 1;
        loop {
            let base = self.lake.version();
            let error = match self.attempt(request) {
                Ok(report) => return Ok(report),
                Err(error) => error,
            };
            self.lake = self.runtime.block_on(self.lake.refresh())?;
            if error.kind() != ErrorKind::Lake || self.lake.version() == base || attempt == ATTEMPTS {
                return Err(error);
            }
            attempt += 1;
        }
    }

    fn attempt(&mut self, request: &LoadRequest) -> Result<LoadReport> {
        let layout = find_layout(self.definitions, &request.layout)?;
        let table = table_of(self.definitions, layout, request.table.as_deref())?;
        let mut vault = Vault::open_or_create(self.vault, VAULT_WAIT)?;
        // The load that held the vault until now may have committed.
        self.lake = self.runtime.block_on(self.lake.refresh())?;
        let mut report = LoadReport {
            table: table.name.clone(),
            lake_version: self.lake.version(),
            ..LoadReport::default()
        };
        let files = self.open_new(request, layout, &mut report)?;
        if files.is_empty() {
            return Ok(report);
        }
        let staging = staging_folder(self.lake.location().local_folder())?;
        let shape = shape_of(table);
        let load_id = i64::try_from(self.lake.version() + 1).unwrap_or(i64::MAX);
        let mut intake = Intake::new(layout, &shape, self.lake.ranges(), load_id, staging.path());
        self.convert_all(files, layout, &mut intake, &mut vault)?;
        report.rows_in = intake.rows_in;
        intake.apply_links(&mut vault)?;
        let renamed = Arc::new(vault.renamed());
        report.joined_persons = renamed.len() as u64;
        report.new_persons = vault.created();
        let limit = request.max_reject_share.unwrap_or(layout.max_reject_share);
        check_share(&report, &intake.rejects, limit)?;

        let Intake { stage, mut rejects, sources, .. } = intake;
        let rewritten = self.runtime.block_on(self.rewrite(&shape, &table.key, &renamed, stage))?;
        // A link extract may say one thing twice: its rows are people's ids, not records.
        if !layout.is_link() {
            rejects.extend(rewritten.duplicates.iter().map(|duplicate| FileReject {
                file: usize::try_from(duplicate.file).unwrap_or(0),
                reject: Reject { line: duplicate.line.unsigned_abs(), column: None, rule: duplicate.rule },
            }));
        }
        rejects.sort_by_key(|reject| (reject.file, reject.reject.line));
        check_share(&report, &rejects, limit)?;
        report.rejects = count_rejects(&report.files, &rejects);
        report.rejected = rejects.len() as u64;
        report.loaded = report.rows_in.saturating_sub(report.rejected);
        report.replaced = rewritten.replaced;
        report.lake_version = self.lake.version() + 1;
        let others = self.runtime.block_on(self.rename_elsewhere(&shape.name, &renamed))?;
        vault.flush()?;
        let changes = Changes { rewritten, others, rejects, layout: layout.name.clone(), sources, shape };
        self.runtime.block_on(self.commit(changes, &report))?;
        vault.mark_applied()?;
        Ok(report)
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

    fn convert_all(
        &self,
        files: Vec<Opened>,
        layout: &Layout,
        intake: &mut Intake<'_>,
        vault: &mut Vault,
    ) -> Result<()> {
        for (number, file) in files.into_iter().enumerate() {
            let mut failure = None;
            let mut on_chunk = |chunk: Chunk| {
                intake.take(chunk, number, vault).map_err(|error| {
                    failure = Some(error);
                    ConvertError::receiver("the load stopped")
                })
            };
            let counts =
                convert(file.reader, &file.name, layout, self.definitions, self.threads, &mut on_chunk);
            let counts = match (counts, failure) {
                (_, Some(error)) => return Err(error),
                (Err(error), None) => return Err(Error::new(ErrorKind::Query, error.to_string())),
                (Ok(counts), None) => counts,
            };
            intake.rows_in += counts.rows_in;
            intake.sources.push(SourceFile { name: file.name, hash: file.hash, rows_in: counts.rows_in });
        }
        Ok(())
    }

    async fn rewrite(
        &self,
        shape: &Shape,
        key: &[String],
        renamed: &Arc<BTreeMap<i64, i64>>,
        stage: Stage,
    ) -> Result<Rewritten> {
        let rewrite = Rewrite {
            present: self.lake.table(&shape.name, self.lake.version()).await?,
            lake: self.lake.clone(),
            shape: shape.clone(),
            key: key.to_vec(),
            renamed: Arc::clone(renamed),
            threads: self.threads,
        };
        rewrite.run(stage).await
    }

    /// Gives renamed persons their new number in every other person table.
    async fn rename_elsewhere(
        &self,
        loaded: &str,
        renamed: &Arc<BTreeMap<i64, i64>>,
    ) -> Result<Vec<(Shape, Vec<DataFile>)>> {
        let mut result = Vec::new();
        if renamed.is_empty() {
            return Ok(result);
        }
        let version = self.lake.version();
        let staging = staging_folder(self.lake.location().local_folder())?;
        for name in self.lake.pins(version).keys().filter(|name| *name != loaded) {
            let Some(table) = self.lake.table(name, version).await? else { continue };
            if table.shape.kind != Kind::Person {
                continue;
            }
            let key = self.definitions.table(name).map(|table| table.key.clone()).unwrap_or_default();
            let stage =
                Stage::new(staged_schema(&table.shape.schema), self.lake.ranges(), staging.path().to_owned());
            let rewritten = self.rewrite(&table.shape, &key, renamed, stage).await?;
            result.push((table.shape, rewritten.files));
        }
        Ok(result)
    }

    /// Commits every table, then the lake log: from then on the load is visible, all of it.
    async fn commit(&self, changes: Changes, report: &LoadReport) -> Result<()> {
        let location = self.lake.location();
        let facts = HashMap::from([("lifetracks.sources".to_owned(), json!(changes.sources))]);
        let entry = |table: &str, delta_version: u64, operation: &str| Entry {
            lake_version: report.lake_version,
            table: table.to_owned(),
            delta_version,
            committed_at: clock::now(),
            operation: operation.to_owned(),
            layout: String::new(),
            sources: Vec::new(),
            rows_in: 0,
            loaded: 0,
            rejected: 0,
            replaced: 0,
            seal: String::new(),
        };
        let mut entries = Vec::new();
        for (shape, files) in &changes.others {
            let version = commit(location, shape, files, facts.clone()).await?;
            entries.push(entry(&shape.name, version, "link"));
        }
        if !changes.rejects.is_empty() {
            let version = self.add_rejects(report, &changes.rejects).await?;
            entries.push(entry(REJECTS, version, "rejects"));
        }
        let version = commit(location, &changes.shape, &changes.rewritten.files, facts).await?;
        entries.push(Entry {
            layout: changes.layout,
            sources: changes.sources,
            rows_in: report.rows_in,
            loaded: report.loaded,
            rejected: report.rejected,
            replaced: report.replaced,
            ..entry(&changes.shape.name, version, "load")
        });
        self.lake.log().append(location, entries).await.map(drop)
    }

    async fn add_rejects(&self, report: &LoadReport, rejects: &[FileReject]) -> Result<u64> {
        let shape = rejects::shape();
        let encoded = encode(&shape.schema, [rejects::batch(report, rejects)], false)?;
        let file = put(self.lake.location(), REJECTS, 0, &encoded).await?;
        let present = self.lake.table(REJECTS, self.lake.version()).await?;
        let mut files = present.map(|table| table.files).unwrap_or_default();
        files.push(file);
        commit(self.lake.location(), &shape, &files, HashMap::new()).await
    }
}
