//! The lake log: one integer, the lake version, names the Delta version of every table.
//!
//! The log is a small Delta table whose single file holds the whole history. A commit replaces that file, so two writers
//! always collide on it and exactly one wins: a load that touches several tables appears at once or not at all.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{
    ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema, TimeUnit, TimestampMicrosecondType};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::{Deserialize, Serialize};

use super::location::Location;
use super::seal::{SEAL, Seal, commit_path};
use super::table::{Committed, Kind, Shape, TableVersion, commit, commit_visibly, folder, put};
use super::write::{Contents, encode};
use crate::clock;
use crate::error::{Error, LakeContext, Result};

/// The log's own table; no canonical table may have this name.
pub(crate) const LAKE_LOG: &str = "_lake_log";

/// A file that a load read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SourceFile {
    /// The file's name without its folder.
    pub(crate) name: String,
    /// blake3 of its bytes.
    pub(crate) hash: String,
    /// Rows read from it.
    pub(crate) rows_in: u64,
}

/// One line of the history: what one operation did to one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) lake_version: u64,
    pub(crate) table: String,
    pub(crate) delta_version: u64,
    pub(crate) committed_at: DateTime<Utc>,
    pub(crate) operation: String,
    /// The layout a load used; empty where there was none.
    pub(crate) layout: String,
    pub(crate) sources: Vec<SourceFile>,
    pub(crate) rows_in: u64,
    pub(crate) loaded: u64,
    pub(crate) rejected: u64,
    pub(crate) replaced: u64,
    /// The hash of the table's [`Seal`]; empty until the entry is committed, and in lakes of format 1.
    pub(crate) seal: String,
}

impl Entry {
    /// What an operation that loads nothing did to a table; its seal is taken when it is committed.
    pub(crate) fn new(lake_version: u64, table: &str, delta_version: u64, operation: &str) -> Self {
        Self {
            lake_version,
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
        }
    }
}

/// The whole history at one lake version.
#[derive(Debug, Clone, Default)]
pub(crate) struct LakeLog {
    pub(crate) version: u64,
    pub(crate) entries: Vec<Entry>,
    /// The seal of the log that it was read by; `None` if nothing was compared with a seal.
    pub(crate) seal: Option<Seal>,
}

/// A lake version that is committed, and what failed afterwards.
#[derive(Debug, Default)]
pub(crate) struct Appended {
    /// The commit is visible, but could not be read back, or may not outlast a power failure.
    pub(crate) unfinished: Option<Error>,
    /// Why the lake log's seal is an older one. It still holds for what it covers, and the next load renews it.
    pub(crate) unsealed: Option<Error>,
}

impl LakeLog {
    /// Creates an empty log (lake version 0) if there is none.
    pub(crate) async fn create(location: &Location) -> Result<()> {
        if TableVersion::open(location, LAKE_LOG, None).await?.is_none() {
            commit(location, &shape(), &[], HashMap::new()).await?;
        }
        Seal::renew(location, 0).await
    }

    /// Reads the newest log; `None` if there is no lake.
    pub(crate) async fn read(location: &Location) -> Result<Option<Self>> {
        match TableVersion::open(location, LAKE_LOG, None).await? {
            Some(table) => Self::of(location, &table).await.map(Some),
            None => Ok(None),
        }
    }

    /// Reads the history from the log's table.
    pub(super) async fn of(location: &Location, table: &TableVersion) -> Result<Self> {
        let mut entries = Vec::new();
        for file in &table.files {
            let path = format!("{}{}", folder(LAKE_LOG), file.path);
            let bytes = location.read(&path).await?.ok_or_else(|| {
                Error::lake(format!("the lake log's file {} is missing", file.path))
                    .with_help("restore the lake folder from a copy")
            })?;
            if file.hash.as_deref().is_some_and(|hash| hash != blake3::hash(&bytes).to_hex().as_str()) {
                return Err(Error::lake(format!("the lake log's file {} is damaged", file.path))
                    .with_help("restore the lake folder from a copy"));
            }
            entries.extend(decode(bytes)?);
        }
        let version = entries.iter().map(|entry| entry.lake_version).max().unwrap_or(0);
        Ok(Self { version, entries, seal: None })
    }

    /// Seals what a load committed and, cut off, did not seal.
    pub(crate) async fn seal_rest(location: &Location) -> Result<()> {
        match location.read(SEAL).await?.and_then(|text| Seal::parse(&text)) {
            Some(seal) if location.read(&commit_path(LAKE_LOG, seal.version + 1)).await?.is_some() => {
                let newest = TableVersion::open(location, LAKE_LOG, None).await?;
                Seal::renew(location, newest.map_or(seal.version, |log| log.delta_version)).await
            }
            _ => Ok(()),
        }
    }

    /// Which Delta version every table had at `version`; tables that came later are absent.
    pub(crate) fn pins(&self, version: u64) -> BTreeMap<String, u64> {
        let mut pins = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| entry.lake_version <= version) {
            pins.insert(entry.table.clone(), entry.delta_version);
        }
        pins
    }

    /// The seal of a table at a Delta version. Errors: it was never sealed.
    pub(super) fn seal_at(&self, table: &str, delta_version: u64) -> Result<Seal> {
        let is_it = |entry: &&Entry| entry.table == table && entry.delta_version == delta_version;
        let sealed = self.entries.iter().filter(is_it).rfind(|entry| !entry.seal.is_empty());
        let sealed = sealed.map(|entry| Seal { version: delta_version, hash: entry.seal.clone() });
        sealed.ok_or_else(|| {
            Error::lake(format!("table {table} has no seal, so that its log cannot be checked"))
                .with_help("set lifetracks.checked_reads to false to read it")
        })
    }

    /// The newest seal of a table; `None` for one that is new, or was never sealed.
    fn seal(&self, table: &str) -> Option<Seal> {
        let newest = self.entries.iter().rfind(|entry| entry.table == table && !entry.seal.is_empty())?;
        Some(Seal { version: newest.delta_version, hash: newest.seal.clone() })
    }

    /// The newest version committed at or before a moment; `None` if the lake is younger.
    pub(crate) fn version_at(&self, moment: DateTime<Utc>) -> Option<u64> {
        let before = self.entries.iter().filter(|entry| entry.committed_at <= moment);
        before.map(|entry| entry.lake_version).max()
    }

    /// Commits `entries` as version `self.version + 1`; fails with a conflict if someone else was first.
    ///
    /// After an error nothing is committed, unless the error says that this cannot be told.
    pub(crate) async fn append(&self, location: &Location, entries: Vec<Entry>) -> Result<Appended> {
        let version = self.version + 1;
        let mut next = Self { version, entries: self.entries.clone(), seal: None };
        for entry in entries {
            let before = self.seal(&entry.table);
            let seal = Seal::read(location, &entry.table, before, entry.delta_version).await?.hash;
            next.entries.push(Entry { seal, ..entry });
        }
        let newest = Self::read(location).await?.unwrap_or_default();
        if newest.version != self.version {
            return Err(conflict(newest.version));
        }
        let encoded = encode(&shape().schema, [encode_entries(&next.entries)], Contents::default())?;
        let file = put(location, LAKE_LOG, 0, &encoded).await?;
        match commit_visibly(location, &shape(), &[file], HashMap::new()).await {
            Ok(Committed { version, afterwards }) => Ok(Appended {
                unfinished: afterwards.err(),
                unsealed: Seal::renew(location, version).await.err(),
            }),
            Err(error) => next.after_failure(location, error).await,
        }
    }

    /// What became of a commit of this log that gave an error: the store may fail after it has done its work.
    async fn after_failure(&self, location: &Location, error: Error) -> Result<Appended> {
        let Ok(newest) = Self::read(location).await else {
            let help = format!(
                "whether lake version {} was committed cannot be told now; run the load again when the disk is \
                 mended: it passes over files that are loaded",
                self.version
            );
            return Err(error.with_help(help));
        };
        let newest = newest.unwrap_or_default();
        if newest.version < self.version {
            return Err(error);
        }
        if newest.entries.starts_with(&self.entries) {
            return Ok(Appended { unfinished: Some(error), unsealed: None });
        }
        Err(conflict(newest.version))
    }
}

fn conflict(version: u64) -> Error {
    Error::lake(format!("someone else committed lake version {version} at the same time"))
        .with_help("nothing of this load is visible; run it again")
}

fn shape() -> Shape {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let number = |name: &str| Field::new(name, DataType::Int64, false);
    let moment = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Shape {
        name: LAKE_LOG.to_owned(),
        kind: Kind::Reference,
        schema: Arc::new(Schema::new(vec![
            number("lake_version"),
            text("table_name"),
            number("delta_version"),
            Field::new("committed_at", moment, false),
            text("operation"),
            text("layout"),
            text("sources"),
            number("rows_in"),
            number("loaded"),
            number("rejected"),
            number("replaced"),
            text("seal"),
        ])),
        order: vec!["lake_version".to_owned()],
    }
}

/// The history as one batch: what is stored, and what `lifetracks.versions` shows.
pub(crate) fn encode_entries(entries: &[Entry]) -> Result<RecordBatch> {
    let number = |value: fn(&Entry) -> u64| -> ArrayRef {
        let cast = |entry| i64::try_from(value(entry)).unwrap_or(i64::MAX);
        Arc::new(Int64Array::from_iter_values(entries.iter().map(cast)))
    };
    let text = |value: fn(&Entry) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(entries.iter().map(value)))
    };
    let moments = entries.iter().map(|entry| entry.committed_at.timestamp_micros());
    let columns: Vec<ArrayRef> = vec![
        number(|entry| entry.lake_version),
        text(|entry| entry.table.clone()),
        number(|entry| entry.delta_version),
        Arc::new(TimestampMicrosecondArray::from_iter_values(moments).with_timezone("UTC")),
        text(|entry| entry.operation.clone()),
        text(|entry| entry.layout.clone()),
        text(|entry| serde_json::to_string(&entry.sources).unwrap_or_default()),
        number(|entry| entry.rows_in),
        number(|entry| entry.loaded),
        number(|entry| entry.rejected),
        number(|entry| entry.replaced),
        text(|entry| entry.seal.clone()),
    ];
    RecordBatch::try_new(shape().schema, columns).lake_context(|| "write the lake log".to_owned())
}

fn decode(bytes: Vec<u8>) -> Result<Vec<Entry>> {
    let doing = || "read the lake log".to_owned();
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).lake_context(doing)?;
    let mut entries = Vec::new();
    for batch in reader.build().lake_context(doing)? {
        decode_batch(&batch.lake_context(doing)?, &mut entries)?;
    }
    Ok(entries)
}

fn decode_batch(batch: &RecordBatch, entries: &mut Vec<Entry>) -> Result<()> {
    let damaged = || {
        Error::lake("the lake log has an unexpected shape").with_help("restore the lake folder from a copy")
    };
    let numbers = |name: &str| {
        let column = batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
        column.ok_or_else(damaged)
    };
    let texts = |name: &str| {
        let column = batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        column.ok_or_else(damaged)
    };
    let moments = batch
        .column_by_name("committed_at")
        .and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>())
        .ok_or_else(damaged)?;
    let unsigned = |name: &str, row: usize| -> Result<u64> {
        u64::try_from(numbers(name)?.value(row)).map_err(|_| damaged())
    };
    // A lake of format 1 has no seals.
    let seals = batch.column_by_name("seal").and_then(|column| column.as_string_opt::<i32>());
    for row in 0..batch.num_rows() {
        entries.push(Entry {
            lake_version: unsigned("lake_version", row)?,
            table: texts("table_name")?.value(row).to_owned(),
            delta_version: unsigned("delta_version", row)?,
            committed_at: DateTime::from_timestamp_micros(moments.value(row)).ok_or_else(damaged)?,
            operation: texts("operation")?.value(row).to_owned(),
            layout: texts("layout")?.value(row).to_owned(),
            sources: serde_json::from_str(texts("sources")?.value(row)).map_err(|_| damaged())?,
            rows_in: unsigned("rows_in", row)?,
            loaded: unsigned("loaded", row)?,
            rejected: unsigned("rejected", row)?,
            replaced: unsigned("replaced", row)?,
            seal: seals.map(|seals| seals.value(row).to_owned()).unwrap_or_default(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(lake_version: u64, operation: &str) -> Entry {
        Entry::new(lake_version, LAKE_LOG, 0, operation)
    }

    #[tokio::test]
    async fn after_an_error_the_log_says_whether_the_version_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::local(folder.path()).unwrap();
        LakeLog::create(&location).await.unwrap();
        let read = async || LakeLog::read(&location).await.unwrap().unwrap();
        read().await.append(&location, vec![entry(1, "mine")]).await.unwrap();
        let mine = read().await;
        let failure = || Error::lake("the disk failed");

        let appended = mine.after_failure(&location, failure()).await.unwrap();
        assert_eq!(appended.unfinished.unwrap().message(), "the disk failed");
        let next = LakeLog { version: 2, entries: vec![entry(2, "next")], seal: None };
        let error = next.after_failure(&location, failure()).await.unwrap_err();
        assert_eq!(error.message(), "the disk failed");
        let other = LakeLog { version: 1, entries: vec![entry(1, "other")], seal: None };
        let error = other.after_failure(&location, failure()).await.unwrap_err();
        assert!(error.message().contains("someone else committed lake version 1"), "{error}");
        // Someone went on from mine.
        mine.append(&location, vec![entry(2, "theirs")]).await.unwrap();
        assert!(mine.after_failure(&location, failure()).await.is_ok());
        assert!(next.after_failure(&location, failure()).await.unwrap_err().message().contains("version 2"));
    }
}
