//! The tables of schema `lifetracks`: what there is, where it came from and what it means, in plain SQL.

mod cohorts;
mod coverage;
mod functions;
mod links;
mod logs;
mod methods;
mod sheet;
mod sources;
mod statistics;

use std::sync::Arc;

use datafusion::arrow::array::{BooleanArray, Date32Array, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use lifetracks_datasets::{Definitions, Table};

pub(crate) use self::functions::function_docs;
pub(crate) use self::logs::{query_log, shell_history};
use self::sheet::Sheet;
use crate::catalog::LakeSchema;
use crate::coverage::Thresholds;
use crate::error::{LakeContext, Result};
use crate::lake::{TableVersion, encode_entries};
use crate::load::{FINDINGS, REJECTS, findings_schema, rejects_schema};
use crate::roles::{kind_name, privacy_name, role_name, severity_name};
use crate::sql_type::sql_type;

/// The tables of the schema, in the order of their names.
pub(crate) const NAMES: [&str; 21] = [
    "alarms",
    "checks",
    "codes",
    "cohort_versions",
    "cohorts",
    "column_statistics",
    "columns",
    "coverage",
    "coverage_gaps",
    "findings",
    "functions",
    "layouts",
    "links",
    "manual",
    "maps",
    "method_codes",
    "methods",
    "rejects",
    "sources",
    "tables",
    "versions",
];

/// Those that are known of every lake version and made of its tables alone.
pub(crate) const PAST: [&str; 3] = ["alarms", "coverage", "coverage_gaps"];

/// One of the tables that are known of every lake version, at one of them; `None` for any other name.
pub(crate) async fn table_at(
    name: &str,
    version: u64,
    main: &LakeSchema,
    definitions: &Definitions,
    thresholds: &Thresholds,
) -> Result<Option<Arc<dyn TableProvider>>> {
    let batch = match name {
        "alarms" => coverage::alarms(main, version, definitions, thresholds).await?,
        "cohort_versions" => cohorts::versions(main, version).await?,
        "cohorts" => cohorts::cohorts(main, version).await?,
        "coverage" => coverage::coverage(main, version, definitions).await?,
        "coverage_gaps" => coverage::gaps(main, version, definitions, thresholds).await?,
        _ => return Ok(None),
    };
    memory(batch).map(Some)
}

/// One of the tables; `None` for any other name.
pub(crate) async fn table(
    name: &str,
    main: &LakeSchema,
    definitions: &Definitions,
) -> Result<Option<Arc<dyn TableProvider>>> {
    let batch = match name {
        "checks" => checks(definitions)?,
        "codes" => codes(definitions)?,
        "column_statistics" => statistics::statistics(main, definitions).await?,
        "columns" => columns(definitions)?,
        "functions" => functions::functions(definitions, main)?,
        "layouts" => layouts(definitions)?,
        "links" => links::links(definitions)?,
        "manual" => functions::manual(definitions, main)?,
        "maps" => maps(definitions)?,
        "method_codes" => methods::codes(definitions)?,
        "methods" => methods::methods(definitions)?,
        "sources" => sources::sources(main)?,
        "tables" => tables(main, definitions).await?,
        "versions" => {
            encode_entries(&main.lake().map(|lake| lake.log().entries.clone()).unwrap_or_default())?
        }
        "findings" => return journal(main, FINDINGS, findings_schema()).await.map(Some),
        "rejects" => return journal(main, REJECTS, rejects_schema()).await.map(Some),
        _ => return Ok(None),
    };
    memory(batch).map(Some)
}

/// A table of these rows.
fn memory(batch: RecordBatch) -> Result<Arc<dyn TableProvider>> {
    let table = MemTable::try_new(batch.schema(), vec![vec![batch]])
        .lake_context(|| "describe the lake".to_owned())?;
    Ok(Arc::new(table))
}

/// What every load so far added to a journal.
async fn journal(main: &LakeSchema, name: &str, schema: SchemaRef) -> Result<Arc<dyn TableProvider>> {
    if let Some(lake) = main.lake()
        && let Some(table) = main.table_at(name, lake.version()).await?
    {
        return Ok(table);
    }
    memory(RecordBatch::new_empty(schema))
}

async fn tables(main: &LakeSchema, definitions: &Definitions) -> Result<RecordBatch> {
    let known: Vec<&Table> = definitions.tables().iter().collect();
    let mut versions: Vec<Option<TableVersion>> = Vec::new();
    for table in &known {
        versions.push(match main.lake() {
            Some(lake) => lake.table(&table.name, lake.version()).await?,
            None => None,
        });
    }
    let count = |value: fn(&TableVersion) -> Option<u64>| {
        versions.iter().map(move |version| version.as_ref().and_then(value))
    };
    Sheet::default()
        .text("table_name", known.iter().map(|table| Some(&table.name)))
        .text("kind", known.iter().map(|table| Some(kind_name(table.kind))))
        .text("owner", known.iter().map(|table| Some(&table.owner)))
        .text("description", known.iter().map(|table| Some(&table.description)))
        .number("rows", count(TableVersion::rows))
        .number("files", count(|version| Some(version.files.len() as u64)))
        .number("delta_version", count(|version| Some(version.delta_version)))
        .finish()
}

fn columns(definitions: &Definitions) -> Result<RecordBatch> {
    let all: Vec<_> = definitions
        .tables()
        .iter()
        .flat_map(|table| table.columns.iter().map(move |column| (table, column)))
        .collect();
    let nullable: BooleanArray = all.iter().map(|(_, column)| Some(column.nullable)).collect();
    Sheet::default()
        .text("table_name", all.iter().map(|(table, _)| Some(&table.name)))
        .text("column_name", all.iter().map(|(_, column)| Some(&column.name)))
        .text("data_type", all.iter().map(|(_, column)| Some(sql_type(&column.data_type))))
        .add("nullable", Arc::new(nullable))
        .text("role", all.iter().map(|(_, column)| Some(role_name(column.role))))
        .text("privacy", all.iter().map(|(_, column)| Some(privacy_name(column.privacy))))
        .text("code_set", all.iter().map(|(_, column)| column.code_set.as_ref()))
        .small("valid_from", all.iter().map(|(_, column)| column.valid_from))
        .small("valid_to", all.iter().map(|(_, column)| column.valid_to))
        .text("description", all.iter().map(|(_, column)| Some(&column.description)))
        .text("ceds", all.iter().map(|(_, column)| column.ceds.as_ref()))
        .text("source", all.iter().map(|(_, column)| Some(&column.source)))
        .finish()
}

/// What must hold in the tables.
fn checks(definitions: &Definitions) -> Result<RecordBatch> {
    let tables = definitions.tables().iter();
    let all: Vec<_> = tables.flat_map(|table| table.checks.iter().map(move |check| (table, check))).collect();
    Sheet::default()
        .text("table_name", all.iter().map(|(table, _)| Some(&table.name)))
        .text("name", all.iter().map(|(_, check)| Some(&check.name)))
        .text("severity", all.iter().map(|(_, check)| Some(severity_name(check.severity))))
        .text("description", all.iter().map(|(_, check)| Some(&check.description)))
        .text("source", all.iter().map(|(_, check)| Some(&check.source)))
        .finish()
}

/// The rows of every crosswalk.
fn maps(definitions: &Definitions) -> Result<RecordBatch> {
    let maps = definitions.maps().iter();
    let all: Vec<_> = maps.flat_map(|map| map.rows.iter().map(move |row| (map, row))).collect();
    Sheet::default()
        .text("map", all.iter().map(|(map, _)| Some(&map.name)))
        .text("from_code", all.iter().map(|(_, row)| Some(&row.from)))
        .text("to_code", all.iter().map(|(_, row)| Some(&row.to)))
        .text("rule", all.iter().map(|(_, row)| Some(&row.rule)))
        .text("source", all.iter().map(|(_, row)| Some(&row.source)))
        .finish()
}

fn layouts(definitions: &Definitions) -> Result<RecordBatch> {
    let all = definitions.layouts();
    Sheet::default()
        .text("name", all.iter().map(|layout| Some(&layout.name)))
        .text("table_name", all.iter().map(|layout| Some(&layout.table)))
        .text("agency", all.iter().map(|layout| Some(&layout.agency)))
        .text("description", all.iter().map(|layout| Some(&layout.description)))
        .text("source", all.iter().map(|layout| Some(&layout.source)))
        .finish()
}

fn codes(definitions: &Definitions) -> Result<RecordBatch> {
    let all: Vec<_> = definitions
        .code_sets()
        .iter()
        .flat_map(|set| set.codes.iter().map(move |code| (set, code)))
        .collect();
    let day = |date: Option<chrono::NaiveDate>| {
        date.and_then(|date| {
            i32::try_from(date.signed_duration_since(chrono::NaiveDate::default()).num_days()).ok()
        })
    };
    Sheet::default()
        .text("code_set", all.iter().map(|(set, _)| Some(&set.name)))
        .text("code", all.iter().map(|(_, code)| Some(&code.code)))
        .text("label", all.iter().map(|(_, code)| Some(&code.label)))
        .add(
            "valid_from",
            Arc::new(all.iter().map(|(_, code)| day(code.valid_from)).collect::<Date32Array>()),
        )
        .add("valid_to", Arc::new(all.iter().map(|(_, code)| day(code.valid_to)).collect::<Date32Array>()))
        .text("source", all.iter().map(|(_, code)| Some(&code.source)))
        .finish()
}
