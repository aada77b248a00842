//! The cohorts of the lake, as tables: what is there now, and every version there ever was.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{ArrayRef, BooleanArray, RecordBatch, TimestampMicrosecondArray};

use super::sheet::Sheet;
use crate::catalog::LakeSchema;
use crate::cohort::{CohortVersion, Light, json};
use crate::error::Result;

fn moments<'a>(
    rows: impl Iterator<Item = &'a CohortVersion>,
    value: fn(&CohortVersion) -> Option<DateTime<Utc>>,
) -> ArrayRef {
    let moments: TimestampMicrosecondArray =
        rows.map(|row| value(row).map(|moment| moment.timestamp_micros())).collect();
    Arc::new(moments.with_timezone("UTC"))
}

/// `lifetracks.cohorts`: the present version of every cohort, and whether it is up to date.
pub(super) async fn cohorts(main: &LakeSchema, version: u64) -> Result<RecordBatch> {
    let registry = main.cohorts(version).await?;
    let rows = registry.all_live();
    let lake = main.lake();
    let light = lake.as_ref().map(|lake| Light { lake, registry: &registry, version });
    let because: Vec<Option<String>> =
        rows.iter().map(|row| light.and_then(|light| light.stale_because(row))).collect();
    let is_stale: BooleanArray = because.iter().map(|because| Some(because.is_some())).collect();
    let all = || rows.iter().copied();
    Sheet::default()
        .text("name", all().map(|row| Some(&row.name)))
        .number("version", all().map(|row| Some(row.version)))
        .number("members", all().map(|row| Some(row.members)))
        .text("index_column", all().map(|row| Some(&row.index_column)))
        .text("author", all().map(|row| Some(&row.author)))
        .add("created_at", moments(all(), |row| Some(row.created_at)))
        .number("lake_version", all().map(|row| Some(row.lake_version)))
        .add("is_stale", Arc::new(is_stale))
        .text("stale_because", because.iter().map(Option::as_ref))
        .text("checksum", all().map(|row| Some(&row.checksum)))
        .text("sql", all().map(|row| Some(&row.sql)))
        .finish()
}

/// `lifetracks.cohort_versions`: every version of every cohort, dropped ones too, with what made it.
pub(super) async fn versions(main: &LakeSchema, version: u64) -> Result<RecordBatch> {
    let registry = main.cohorts(version).await?;
    let all = || registry.rows.iter();
    Sheet::default()
        .text("name", all().map(|row| Some(&row.name)))
        .number("version", all().map(|row| Some(row.version)))
        .text("made_by", all().map(|row| Some(&row.made_by)))
        .number("members", all().map(|row| Some(row.members)))
        .text("author", all().map(|row| Some(&row.author)))
        .add("created_at", moments(all(), |row| Some(row.created_at)))
        .add("dropped_at", moments(all(), |row| row.dropped_at))
        .number("lake_version", all().map(|row| Some(row.lake_version)))
        .number("kept_in", all().map(|row| Some(row.kept_in)))
        .text("parameters", all().map(|row| Some(json(&row.parameters))))
        .text("reads", all().map(|row| Some(json(&row.reads))))
        .text("rules", all().map(|row| Some(json(&row.steps))))
        .text("checksum", all().map(|row| Some(&row.checksum)))
        .text("sql", all().map(|row| Some(&row.sql)))
        .finish()
}
