//! `lifetracks.column_statistics`: what the logs of the lake's tables know of each column, without reading a data file.

use datafusion::arrow::array::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue};
use lifetracks_datasets::{Definitions, Privacy};
use serde_json::Value;

use super::sheet::Sheet;
use crate::catalog::LakeSchema;
use crate::error::Result;
use crate::lake::LakeTable;

/// What is known of one column.
struct Facts {
    table: String,
    column: String,
    rows: Option<u64>,
    nulls: Option<u64>,
    distinct: Option<u64>,
    smallest: Option<String>,
    largest: Option<String>,
}

/// One row per column of a loaded table; smallest and largest values of public columns only.
pub(super) async fn statistics(main: &LakeSchema, definitions: &Definitions) -> Result<RecordBatch> {
    let version = main.lake().map_or(0, |lake| lake.version());
    let mut all: Vec<Facts> = Vec::new();
    for name in main.lake_tables() {
        if let Some(table) = main.table_at(&name, version).await? {
            all.extend(of(&name, &table, definitions));
        }
    }
    Sheet::default()
        .text("table_name", all.iter().map(|facts| Some(&facts.table)))
        .text("column_name", all.iter().map(|facts| Some(&facts.column)))
        .number("rows", all.iter().map(|facts| facts.rows))
        .number("nulls", all.iter().map(|facts| facts.nulls))
        .number("distinct_values", all.iter().map(|facts| facts.distinct))
        .text("smallest", all.iter().map(|facts| facts.smallest.as_ref()))
        .text("largest", all.iter().map(|facts| facts.largest.as_ref()))
        .finish()
}

fn of(name: &str, table: &LakeTable, definitions: &Definitions) -> Vec<Facts> {
    let Some(known) = table.statistics() else { return Vec::new() };
    let files: Vec<Value> = table
        .version()
        .files
        .iter()
        .map(|file| file.statistics.as_deref().and_then(|text| serde_json::from_str(text).ok()))
        .map(Option::unwrap_or_default)
        .collect();
    let schema = table.schema();
    let facts = schema.fields().iter().zip(&known.column_statistics).map(|(field, column)| {
        let described = definitions.table(name).and_then(|table| table.column(field.name()));
        let is_public = described.is_some_and(|column| column.privacy == Privacy::Public);
        let (smallest, largest) =
            if is_public { extremes(field.name(), column, &files) } else { (None, None) };
        Facts {
            table: name.to_owned(),
            column: field.name().clone(),
            rows: count(&known.num_rows),
            nulls: count(&column.null_count),
            distinct: count(&column.distinct_count),
            smallest,
            largest,
        }
    });
    facts.collect()
}

fn count(number: &Precision<usize>) -> Option<u64> {
    number.get_value().and_then(|number| u64::try_from(*number).ok())
}

/// The smallest and the largest value as text. The planner's statistics leave texts out; the files' have them.
fn extremes(name: &str, column: &ColumnStatistics, files: &[Value]) -> (Option<String>, Option<String>) {
    let known = |value: &Precision<ScalarValue>| value.get_value().map(ToString::to_string);
    (
        known(&column.min_value).or_else(|| texts(name, "minValues", files)?.min()),
        known(&column.max_value).or_else(|| texts(name, "maxValues", files)?.max()),
    )
}

/// The bound of every file that has values; `None` if one of them does not say.
fn texts(name: &str, bound: &str, files: &[Value]) -> Option<impl Iterator<Item = String>> {
    let has_values = |file: &&Value| {
        file["numRecords"].as_u64().is_none_or(|rows| file["nullCount"][name].as_u64() != Some(rows))
    };
    let bounds = files.iter().filter(has_values);
    let texts: Option<Vec<String>> =
        bounds.map(|file| file[bound][name].as_str().map(str::to_owned)).collect();
    texts.map(Vec::into_iter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn file(rows: u64, nulls: u64, smallest: Option<&str>) -> Value {
        json!({"numRecords": rows, "minValues": {"a": smallest}, "nullCount": {"a": nulls}})
    }

    #[test]
    fn a_file_that_does_not_say_makes_the_bound_unknown() {
        let smallest = |files: &[Value]| texts("a", "minValues", files).and_then(Iterator::min);
        assert_eq!(smallest(&[file(2, 0, Some("b")), file(1, 0, Some("a"))]).as_deref(), Some("a"));
        assert_eq!(smallest(&[file(2, 0, Some("b")), file(1, 0, None)]), None);
        assert_eq!(smallest(&[file(2, 0, Some("b")), file(1, 1, None)]).as_deref(), Some("b"));
    }
}
