//! The registry: one row for every version of every cohort, with all that is needed to make it again and to trust it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema, TimeUnit, TimestampMicrosecondType};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::flow::Step;
use super::reads::Read;
use crate::error::{Error, LakeContext, Result};
use crate::lake::{Kind, Location, Shape, TableVersion, read_data};

/// The registry's table.
pub(crate) const REGISTRY: &str = "_cohorts";
/// What the members' tables begin with.
const MEMBERS: &str = "_cohort_";

/// The table of a cohort's members.
pub(crate) fn members_table(cohort: &str) -> String {
    format!("{MEMBERS}{cohort}")
}

/// The cohort whose members a table holds.
pub(crate) fn cohort_of(table: &str) -> Option<&str> {
    table.strip_prefix(MEMBERS)
}

/// What FROM calls the members of a cohort.
pub(crate) fn members_shown(cohort: &str) -> String {
    format!("cohort({cohort})")
}

/// One version of a cohort. It is never changed, but for the moment when the cohort is dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CohortVersion {
    pub(crate) name: String,
    /// 1, 2, .. for every cohort; a dropped name goes on counting.
    pub(crate) version: u64,
    /// create, refresh, or link: persons were joined by a link extract.
    pub(crate) made_by: String,
    pub(crate) index_column: String,
    /// The statement that makes it.
    pub(crate) sql: String,
    pub(crate) steps: Vec<Step>,
    /// The settings `lifetracks.*` in force, which a refresh uses again.
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) reads: Vec<Read>,
    /// The lake version it was computed from.
    pub(crate) lake_version: u64,
    /// The lake version that it is part of.
    pub(crate) kept_in: u64,
    pub(crate) members: u64,
    pub(crate) checksum: String,
    /// Who says to have made it: a label, not a proof.
    pub(crate) author: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) dropped_at: Option<DateTime<Utc>>,
}

/// Every version of every cohort at one lake version, in the order they were made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registry {
    pub(crate) rows: Vec<CohortVersion>,
}

impl Registry {
    /// Reads the registry's table, which must be whole.
    pub(crate) async fn of(location: &Location, table: &TableVersion) -> Result<Self> {
        let mut rows = Vec::new();
        for file in &table.files {
            let doing = || format!("read the data file {}", file.path);
            let bytes = Bytes::from(read_data(location, REGISTRY, file).await?);
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).lake_context(doing)?;
            for batch in reader.build().lake_context(doing)? {
                decode(&batch.lake_context(doing)?, &mut rows)?;
            }
        }
        Ok(Self { rows })
    }

    /// The newest version of a name, dropped or not.
    pub(crate) fn newest(&self, name: &str) -> Option<&CohortVersion> {
        self.rows.iter().rfind(|row| row.name == name)
    }

    /// The present version of a cohort; `None` if there is no such cohort, or it was dropped.
    pub(crate) fn live(&self, name: &str) -> Option<&CohortVersion> {
        self.newest(name).filter(|row| row.dropped_at.is_none())
    }

    /// The present version of every cohort, by name.
    pub(crate) fn all_live(&self) -> Vec<&CohortVersion> {
        let newest: BTreeMap<&str, &CohortVersion> =
            self.rows.iter().map(|row| (row.name.as_str(), row)).collect();
        newest.into_values().filter(|row| row.dropped_at.is_none()).collect()
    }

    /// The versions of a cohort.
    pub(crate) fn versions<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a CohortVersion> {
        self.rows.iter().filter(move |row| row.name == name)
    }

    /// The rows as one batch: what is stored.
    pub(crate) fn batch(&self) -> Result<RecordBatch> {
        let number = |value: fn(&CohortVersion) -> u64| -> ArrayRef {
            let cast = |row| i64::try_from(value(row)).unwrap_or(i64::MAX);
            Arc::new(Int64Array::from_iter_values(self.rows.iter().map(cast)))
        };
        let text = |value: fn(&CohortVersion) -> String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(self.rows.iter().map(value)))
        };
        let moment = |value: fn(&CohortVersion) -> Option<DateTime<Utc>>| -> ArrayRef {
            let micros = |row| value(row).map(|moment| moment.timestamp_micros());
            let moments: TimestampMicrosecondArray = self.rows.iter().map(micros).collect();
            Arc::new(moments.with_timezone("UTC"))
        };
        let columns = vec![
            text(|row| row.name.clone()),
            number(|row| row.version),
            text(|row| row.made_by.clone()),
            text(|row| row.index_column.clone()),
            text(|row| row.sql.clone()),
            text(|row| json(&row.steps)),
            text(|row| json(&row.parameters)),
            text(|row| json(&row.reads)),
            number(|row| row.lake_version),
            number(|row| row.kept_in),
            number(|row| row.members),
            text(|row| row.checksum.clone()),
            text(|row| row.author.clone()),
            moment(|row| Some(row.created_at)),
            moment(|row| row.dropped_at),
        ];
        RecordBatch::try_new(shape().schema, columns).lake_context(|| "write the cohorts".to_owned())
    }
}

/// What the registry's table is: one file that every change replaces.
pub(crate) fn shape() -> Shape {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let number = |name: &str| Field::new(name, DataType::Int64, false);
    let moment = |name: &str, nullable| {
        Field::new(name, DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), nullable)
    };
    Shape {
        name: REGISTRY.to_owned(),
        kind: Kind::Reference,
        schema: Arc::new(Schema::new(vec![
            text("name"),
            number("version"),
            text("made_by"),
            text("index_column"),
            text("sql"),
            text("rules"),
            text("parameters"),
            text("reads"),
            number("lake_version"),
            number("kept_in"),
            number("members"),
            text("checksum"),
            text("author"),
            moment("created_at", false),
            moment("dropped_at", true),
        ])),
        order: Vec::new(),
    }
}

/// A part of a row as it is stored.
pub(crate) fn json<T: Serialize>(value: &T) -> String {
    // Lists and maps of texts and numbers can always be written.
    serde_json::to_string(value).unwrap_or_default()
}

fn damaged() -> Error {
    Error::lake("the table of cohorts has an unexpected shape")
        .with_help("restore the lake folder from a copy")
}

fn parsed<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| damaged())
}

fn decode(batch: &RecordBatch, rows: &mut Vec<CohortVersion>) -> Result<()> {
    let column = |name: &str| batch.column_by_name(name).ok_or_else(damaged);
    let text = |name: &str, row: usize| -> Result<&str> {
        Ok(column(name)?.as_string_opt::<i32>().ok_or_else(damaged)?.value(row))
    };
    let number = |name: &str, row: usize| -> Result<u64> {
        let numbers = column(name)?.as_primitive_opt::<Int64Type>().ok_or_else(damaged)?;
        u64::try_from(numbers.value(row)).map_err(|_| damaged())
    };
    let moment = |name: &str, row: usize| -> Result<Option<DateTime<Utc>>> {
        let moments = column(name)?.as_primitive_opt::<TimestampMicrosecondType>().ok_or_else(damaged)?;
        Ok(DateTime::from_timestamp_micros(moments.value(row)).filter(|_| moments.is_valid(row)))
    };
    for row in 0..batch.num_rows() {
        rows.push(CohortVersion {
            name: text("name", row)?.to_owned(),
            version: number("version", row)?,
            made_by: text("made_by", row)?.to_owned(),
            index_column: text("index_column", row)?.to_owned(),
            sql: text("sql", row)?.to_owned(),
            steps: parsed(text("rules", row)?)?,
            parameters: parsed(text("parameters", row)?)?,
            reads: parsed(text("reads", row)?)?,
            lake_version: number("lake_version", row)?,
            kept_in: number("kept_in", row)?,
            members: number("members", row)?,
            checksum: text("checksum", row)?.to_owned(),
            author: text("author", row)?.to_owned(),
            created_at: moment("created_at", row)?.ok_or_else(damaged)?,
            dropped_at: moment("dropped_at", row)?,
        });
    }
    Ok(())
}
