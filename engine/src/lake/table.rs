//! One canonical table of the lake as a Delta table: create, open at a version, commit files.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use deltalake::kernel::engine::arrow_conversion::{TryIntoArrow, TryIntoKernel};
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties, TableReference};
use deltalake::kernel::{Action, Add, MetadataExt, Remove, StructType};
use deltalake::logstore::{LogStoreRef, StorageConfig, logstore_with};
use deltalake::operations::create::CreateBuilder;
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::{DeltaTable, DeltaTableError};
use serde_json::Value;

use super::location::Location;
use super::write::EncodedFile;
use crate::clock;
use crate::cohort::cohort_of;
use crate::error::{Error, LakeContext, Result};

const KIND: &str = "lifetracks.kind";
const ORDER: &str = "lifetracks.order";
const TAG_RANGE: &str = "lifetracks.range";
const TAG_PERSONS: &str = "lifetracks.persons";
const TAG_HASH: &str = "lifetracks.blake3";
const TAG_COVERAGE: &str = "lifetracks.coverage";

/// How a table's rows are laid out in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Cut into ranges of `person_id`, sorted by it; one file per range.
    Person,
    /// One sorted file.
    Reference,
    /// Files in the order they were added, never rewritten.
    Journal,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Reference => "reference",
            Self::Journal => "journal",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Person, Self::Reference, Self::Journal].into_iter().find(|kind| kind.name() == name)
    }
}

/// What a table is, independent of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) schema: SchemaRef,
    pub(crate) order: Vec<String>,
}

/// One immutable data file of a table version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataFile {
    /// Path below the table's folder.
    pub(crate) path: String,
    pub(crate) size: u64,
    pub(crate) range: usize,
    pub(crate) persons: Option<usize>,
    pub(crate) hash: Option<String>,
    pub(crate) statistics: Option<String>,
    /// Rows by source and period, as the log has them.
    pub(crate) coverage: Option<String>,
}

/// A table at one Delta version: its shape and its files, ordered by range and path.
#[derive(Debug, Clone)]
pub(crate) struct TableVersion {
    pub(crate) shape: Shape,
    pub(crate) delta_version: u64,
    pub(crate) files: Vec<DataFile>,
}

/// The folder of a table below the lake's.
pub(crate) fn folder(table: &str) -> String {
    format!("tables/{table}/")
}

fn log_store(location: &Location, table: &str) -> Result<LogStoreRef> {
    let url = location.url(&folder(table))?;
    logstore_with(Arc::clone(location.store()), &url, StorageConfig::default())
        .lake_context(|| format!("reach table {table}"))
}

/// Opens a table at its newest version, or at `version`; `None` if there is no such table.
async fn open_delta(location: &Location, table: &str, version: Option<u64>) -> Result<Option<DeltaTable>> {
    let mut delta = DeltaTable::new(log_store(location, table)?);
    let opened = match version {
        Some(version) => delta.load_version(version).await,
        None => delta.load().await,
    };
    match opened {
        Ok(()) => Ok(Some(delta)),
        Err(DeltaTableError::NotATable(_)) => Ok(None),
        Err(error) => {
            if !delta.verify_deltatable_existence().await.unwrap_or(true) {
                return Ok(None);
            }
            Err(error).lake_context(|| format!("open table {table}"))
        }
    }
}

impl TableVersion {
    /// Opens a table at its newest version, or at `version`; `None` if there is no such table.
    pub(crate) async fn open(location: &Location, table: &str, version: Option<u64>) -> Result<Option<Self>> {
        match open_delta(location, table, version).await? {
            Some(delta) => Self::from_delta(table, &delta).map(Some),
            None => Ok(None),
        }
    }

    fn from_delta(table: &str, delta: &DeltaTable) -> Result<Self> {
        let doing = || format!("read the log of table {table}");
        let state = delta.snapshot().lake_context(doing)?;
        let schema: Schema = state.schema().as_ref().try_into_arrow().lake_context(doing)?;
        #[expect(deprecated, reason = "the only public way to an Add's tags in deltalake 1.1")]
        let mut files: Vec<DataFile> =
            state.log_data().iter().map(|view| data_file(view.add_action())).collect();
        files.sort_by(|left, right| (left.range, &left.path).cmp(&(right.range, &right.path)));
        Ok(Self {
            shape: shape(table, schema, state.metadata().configuration()),
            delta_version: state.version(),
            files,
        })
    }

    /// Rows of all files; `None` if a file does not say.
    pub(crate) fn rows(&self) -> Option<u64> {
        self.files.iter().map(DataFile::rows).sum()
    }
}

/// The shape that a table's metadata describes.
pub(super) fn shape(table: &str, schema: Schema, configuration: &HashMap<String, String>) -> Shape {
    let kind = configuration.get(KIND).and_then(|name| Kind::parse(name)).unwrap_or(Kind::Journal);
    let order = configuration.get(ORDER).map(String::as_str).unwrap_or_default();
    Shape {
        name: table.to_owned(),
        kind,
        schema: Arc::new(schema),
        order: order.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
    }
}

impl DataFile {
    /// Rows, from the statistics in the log.
    pub(crate) fn rows(&self) -> Option<u64> {
        let statistics: Value = serde_json::from_str(self.statistics.as_deref()?).ok()?;
        statistics["numRecords"].as_u64()
    }

    /// The file that `encoded` becomes; its name is its content's hash, so that the same rows make the same file.
    pub(crate) fn new(range: usize, encoded: &EncodedFile) -> Self {
        Self {
            path: format!("{range:04}-{}.parquet", encoded.hash.get(..32).unwrap_or(&encoded.hash)),
            size: encoded.bytes.len() as u64,
            range,
            persons: encoded.persons,
            hash: Some(encoded.hash.clone()),
            statistics: Some(encoded.statistics.clone()),
            coverage: encoded.coverage.clone(),
        }
    }

    /// A file that is only looked at: it has facts and no name.
    pub(crate) fn unwritten(range: usize, coverage: Option<String>) -> Self {
        Self { path: String::new(), size: 0, range, persons: None, hash: None, statistics: None, coverage }
    }

    fn add(&self) -> Action {
        let mut tags = HashMap::from([(TAG_RANGE.to_owned(), Some(self.range.to_string()))]);
        tags.insert(TAG_HASH.to_owned(), self.hash.clone());
        tags.insert(TAG_PERSONS.to_owned(), self.persons.map(|persons| persons.to_string()));
        tags.insert(TAG_COVERAGE.to_owned(), self.coverage.clone());
        Action::Add(Add {
            path: self.path.clone(),
            size: i64::try_from(self.size).unwrap_or(i64::MAX),
            modification_time: clock::now().timestamp_millis(),
            data_change: true,
            stats: self.statistics.clone(),
            tags: Some(tags),
            ..Add::default()
        })
    }

    fn remove(&self) -> Action {
        Action::Remove(Remove {
            path: self.path.clone(),
            data_change: true,
            deletion_timestamp: Some(clock::now().timestamp_millis()),
            extended_file_metadata: Some(true),
            size: i64::try_from(self.size).ok(),
            partition_values: Some(HashMap::new()),
            ..Remove::default()
        })
    }
}

/// The file that an action of the log adds.
pub(super) fn data_file(add: Add) -> DataFile {
    let tags = add.tags.unwrap_or_default();
    let tag = |name: &str| tags.get(name).cloned().flatten();
    DataFile {
        path: add.path,
        size: u64::try_from(add.size).unwrap_or(0),
        range: tag(TAG_RANGE).and_then(|text| text.parse().ok()).unwrap_or(0),
        persons: tag(TAG_PERSONS).and_then(|text| text.parse().ok()),
        hash: tag(TAG_HASH),
        coverage: tag(TAG_COVERAGE),
        statistics: add.stats,
    }
}

/// A table at several Delta versions, in ascending order; the log is read once.
pub(crate) async fn versions(
    location: &Location,
    table: &str,
    wanted: BTreeSet<u64>,
) -> Result<Vec<TableVersion>> {
    let mut delta = DeltaTable::new(log_store(location, table)?);
    let mut found = Vec::new();
    for version in wanted {
        delta
            .load_version(version)
            .await
            .lake_context(|| format!("open table {table} at its version {version}"))?;
        found.push(TableVersion::from_delta(table, &delta)?);
    }
    Ok(found)
}

/// Creates the table if it is not there and makes `files` its newest version's files.
///
/// Files that an interrupted load left in the log are taken out by the same commit. Returns the Delta version, which is
/// the present one when nothing changes. A concurrent commit to the same files is a lake error.
pub(crate) async fn commit(
    location: &Location,
    shape: &Shape,
    files: &[DataFile],
    facts: HashMap<String, Value>,
) -> Result<u64> {
    let Committed { version, afterwards } = commit_visibly(location, shape, files, facts).await?;
    afterwards?;
    Ok(version)
}

/// A version that is visible.
pub(super) struct Committed {
    pub(super) version: u64,
    /// What failed since: reading it back, writing a checkpoint, or waiting until it is on the disk.
    pub(super) afterwards: Result<()>,
}

/// The same, where an error means that nothing is committed, as far as the store says.
pub(super) async fn commit_visibly(
    location: &Location,
    shape: &Shape,
    files: &[DataFile],
    facts: HashMap<String, Value>,
) -> Result<Committed> {
    let delta = match open_delta(location, &shape.name, None).await? {
        Some(delta) => delta,
        None => create(location, shape).await?,
    };
    let present = TableVersion::from_delta(&shape.name, &delta)?;
    let wanted: BTreeMap<&str, &DataFile> = files.iter().map(|file| (file.path.as_str(), file)).collect();
    let active: BTreeMap<&str, &DataFile> =
        present.files.iter().map(|file| (file.path.as_str(), file)).collect();
    let added = wanted.iter().filter(|(path, _)| !active.contains_key(*path)).map(|(_, file)| file.add());
    let removed =
        active.iter().filter(|(path, _)| !wanted.contains_key(*path)).map(|(_, file)| file.remove());
    let actions: Vec<Action> =
        reshaped(shape, &present, &delta)?.into_iter().chain(removed).chain(added).collect();
    if actions.is_empty() {
        return Ok(Committed { version: present.delta_version, afterwards: Ok(()) });
    }
    let doing = || format!("commit table {}", shape.name);
    let state = delta.snapshot().lake_context(doing)?;
    let reference: &dyn TableReference = state;
    let operation = DeltaOperation::Write { mode: SaveMode::Append, partition_by: None, predicate: None };
    // A commit is never put on top of one it does not know: the version would hold the files of both.
    let properties = CommitProperties::default()
        .with_metadata(facts)
        .with_cleanup_expired_logs(Some(false))
        .with_max_retries(0);
    let committed = CommitBuilder::from(properties)
        .with_actions(actions)
        .build(Some(reference), delta.log_store(), operation)
        .into_prepared_commit_future()
        .await
        .lake_context(doing)?
        .await
        .lake_context(doing)?;
    let version = committed.version;
    let flushed = flush_commit(location, &shape.name, version);
    let finished = committed.await.map(drop).lake_context(|| format!("read table {} back", shape.name));
    Ok(Committed { version, afterwards: flushed.and(finished) })
}

/// The columns of a cohort may be others in its next version; those of a table are added to, and NULL before.
fn reshaped(shape: &Shape, present: &TableVersion, delta: &DeltaTable) -> Result<Option<Action>> {
    if cohort_of(&shape.name).is_none() || shape.schema == present.shape.schema {
        return Ok(None);
    }
    let doing = || format!("change the columns of table {}", shape.name);
    let columns: StructType = shape.schema.as_ref().try_into_kernel().lake_context(doing)?;
    let metadata = delta.snapshot().lake_context(doing)?.metadata().clone();
    Ok(Some(Action::Metadata(metadata.with_schema(&columns).lake_context(doing)?)))
}

/// Waits until a commit is on the disk.
fn flush_commit(location: &Location, table: &str, version: u64) -> Result<()> {
    location.sync(&format!("{}_delta_log/{version:020}.json", folder(table)))
}

async fn create(location: &Location, shape: &Shape) -> Result<DeltaTable> {
    let doing = || format!("create table {}", shape.name);
    if let Some(lake) = location.local_folder() {
        std::fs::create_dir_all(lake.join(folder(&shape.name))).lake_context(doing)?;
    }
    let columns: StructType = shape.schema.as_ref().try_into_kernel().lake_context(doing)?;
    let created = CreateBuilder::new()
        .with_log_store(log_store(location, &shape.name)?)
        .with_table_name(&shape.name)
        .with_columns(columns.fields().cloned())
        .with_raise_if_key_not_exists(false)
        .with_configuration([
            (KIND, Some(shape.kind.name().to_owned())),
            (ORDER, Some(shape.order.join(","))),
        ])
        .await;
    match created {
        Ok(delta) => {
            flush_commit(location, &shape.name, 0)?;
            location.sync_folders(&folder(&shape.name))?;
            Ok(delta)
        }
        Err(error) => open_delta(location, &shape.name, None)
            .await?
            .ok_or_else(|| Error::lake(format!("could not {}: {error}", doing()))),
    }
}

/// Reads a data file, whole and as it was written.
pub(crate) async fn read_data(location: &Location, table: &str, file: &DataFile) -> Result<Vec<u8>> {
    let path = format!("{}{}", folder(table), file.path);
    let bytes = location.read(&path).await?.ok_or_else(|| {
        Error::lake(format!("the data file {path} is missing")).with_help("run `verify` to see what else is")
    })?;
    if file.hash.as_deref().is_some_and(|hash| hash != blake3::hash(&bytes).to_hex().as_str()) {
        return Err(Error::lake(format!("the data file {path} is damaged"))
            .with_help("run `verify` to see what else is, and restore the lake from a copy"));
    }
    Ok(bytes)
}

/// Puts an encoded file into the table's folder and returns what the log will say of it.
pub(crate) async fn put(
    location: &Location,
    table: &str,
    range: usize,
    encoded: &EncodedFile,
) -> Result<DataFile> {
    let file = DataFile::new(range, encoded);
    location.write(&format!("{}{}", folder(table), file.path), encoded.bytes.clone()).await?;
    Ok(file)
}
