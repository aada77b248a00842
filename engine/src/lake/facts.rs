//! What is known of a data file without opening it: row count, smallest and largest value and NULLs per column.
//!
//! The facts travel as Delta statistics (JSON), so that every reader of the folder can skip files with them.

use std::str::FromStr;

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, ArrayRef, UInt64Array};
use datafusion::arrow::compute::sum;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};
use datafusion::parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use datafusion::parquet::file::metadata::ParquetMetaData;
use serde_json::{Map, Value, json};

use crate::error::{LakeContext, Result};

/// Digits that a JSON number keeps, which readers hold as a double.
const MOST_EXACT_DIGITS: u8 = 15;

/// The longest text that is kept as a smallest or largest value.
const LONGEST_TEXT: usize = 32;

/// Reads the facts of a freshly written file from its footer and puts them into Delta's JSON.
pub(crate) fn to_json(schema: &SchemaRef, footer: &ParquetMetaData) -> Result<String> {
    let mut minimum = Map::new();
    let mut maximum = Map::new();
    let mut nulls = Map::new();
    for field in schema.fields() {
        let Some(column) = column_facts(schema, field, footer)? else {
            continue;
        };
        if let Some(value) = column.minimum {
            minimum.insert(field.name().clone(), value);
        }
        if let Some(value) = column.maximum {
            maximum.insert(field.name().clone(), value);
        }
        nulls.insert(field.name().clone(), json!(column.nulls));
    }
    let rows = footer.file_metadata().num_rows();
    Ok(json!({"numRecords": rows, "minValues": minimum, "maxValues": maximum, "nullCount": nulls})
        .to_string())
}

struct ColumnFacts {
    minimum: Option<Value>,
    maximum: Option<Value>,
    nulls: u64,
}

fn column_facts(schema: &SchemaRef, field: &Field, footer: &ParquetMetaData) -> Result<Option<ColumnFacts>> {
    let descriptor = footer.file_metadata().schema_descr();
    let Ok(converter) = StatisticsConverter::try_new(field.name(), schema, descriptor) else {
        return Ok(None);
    };
    let name = || format!("read the statistics of column {}", field.name());
    let groups = footer.row_groups();
    let smallest = converter.row_group_mins(groups).lake_context(name)?;
    let largest = converter.row_group_maxes(groups).lake_context(name)?;
    let nulls: UInt64Array = converter.row_group_null_counts(groups).lake_context(name)?;
    Ok(Some(ColumnFacts {
        minimum: extreme(&smallest, Extreme::Smallest).and_then(|value| scalar_to_json(&value)),
        maximum: extreme(&largest, Extreme::Largest).and_then(|value| scalar_to_json(&value)),
        nulls: sum(&nulls).unwrap_or(0),
    }))
}

#[derive(Clone, Copy)]
enum Extreme {
    Smallest,
    Largest,
}

fn extreme(values: &ArrayRef, which: Extreme) -> Option<ScalarValue> {
    let scalars = (0..values.len()).filter_map(|row| ScalarValue::try_from_array(values, row).ok());
    let known = scalars.filter(|scalar| !scalar.is_null());
    known.reduce(|best, next| {
        let better = match which {
            Extreme::Smallest => next < best,
            Extreme::Largest => next > best,
        };
        if better { next } else { best }
    })
}

fn scalar_to_json(value: &ScalarValue) -> Option<Value> {
    match value {
        ScalarValue::Int8(Some(number)) => Some(json!(number)),
        ScalarValue::Int16(Some(number)) => Some(json!(number)),
        ScalarValue::Int32(Some(number)) => Some(json!(number)),
        ScalarValue::Int64(Some(number)) => Some(json!(number)),
        ScalarValue::Float64(Some(number)) if number.is_finite() => Some(json!(number)),
        ScalarValue::Date32(Some(_)) => Some(json!(value.to_string())),
        ScalarValue::Utf8(Some(text)) if text.len() <= LONGEST_TEXT => Some(json!(text)),
        ScalarValue::Decimal128(Some(unscaled), _, scale) => {
            serde_json::Number::from_str(&decimal_text(*unscaled, *scale)).ok().map(Value::Number)
        }
        _ => None,
    }
}

fn decimal_text(unscaled: i128, scale: i8) -> String {
    let digits = usize::try_from(scale).unwrap_or(0);
    let sign = if unscaled < 0 { "-" } else { "" };
    let magnitude = format!("{:0>width$}", unscaled.unsigned_abs(), width = digits + 1);
    let (whole, fraction) = magnitude.split_at(magnitude.len() - digits);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// Turns Delta's JSON back into the planner's statistics of one file, in the order of `schema`.
///
/// Numbers and dates are exact; texts are left out, because a writer may have shortened them.
pub(crate) fn from_json(schema: &Schema, stats: Option<&str>, persons: Option<usize>) -> Statistics {
    let parsed: Value = stats.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
    let rows = parsed["numRecords"].as_u64().and_then(|rows| usize::try_from(rows).ok());
    let column = |field: &Field| {
        let bound = |kind: &str| {
            json_to_scalar(&parsed[kind][field.name()], field.data_type())
                .map_or(Precision::Absent, Precision::Exact)
        };
        let nulls = parsed["nullCount"][field.name()].as_u64().and_then(|nulls| usize::try_from(nulls).ok());
        let distinct = persons.filter(|_| field.name() == "person_id");
        ColumnStatistics {
            null_count: nulls.map_or(Precision::Absent, Precision::Exact),
            min_value: bound("minValues"),
            max_value: bound("maxValues"),
            distinct_count: distinct.map_or(Precision::Absent, Precision::Exact),
            ..ColumnStatistics::new_unknown()
        }
    };
    Statistics {
        num_rows: rows.map_or(Precision::Absent, Precision::Exact),
        total_byte_size: Precision::Absent,
        column_statistics: schema.fields().iter().map(|field| column(field)).collect(),
    }
}

fn json_to_scalar(value: &Value, data_type: &DataType) -> Option<ScalarValue> {
    match data_type {
        DataType::Int8 => Some(ScalarValue::Int8(Some(i8::try_from(value.as_i64()?).ok()?))),
        DataType::Int16 => Some(ScalarValue::Int16(Some(i16::try_from(value.as_i64()?).ok()?))),
        DataType::Int32 => Some(ScalarValue::Int32(Some(i32::try_from(value.as_i64()?).ok()?))),
        DataType::Int64 => Some(ScalarValue::Int64(Some(value.as_i64()?))),
        DataType::Float64 => Some(ScalarValue::Float64(Some(value.as_f64()?))),
        DataType::Date32 => {
            let date: NaiveDate = value.as_str()?.parse().ok()?;
            let days = date.signed_duration_since(NaiveDate::default()).num_days();
            Some(ScalarValue::Date32(Some(i32::try_from(days).ok()?)))
        }
        DataType::Decimal128(precision, scale) if *precision <= MOST_EXACT_DIGITS => {
            let unscaled = unscaled(&value.as_number()?.to_string(), *scale)?;
            Some(ScalarValue::Decimal128(Some(unscaled), *precision, *scale))
        }
        _ => None,
    }
}

/// Reads a decimal number; `None` when it has more places than the scale, or an exponent.
fn unscaled(text: &str, scale: i8) -> Option<i128> {
    let places = usize::try_from(scale).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    // A whole number comes back as 7.0.
    let fraction = fraction.trim_end_matches('0');
    let is_plain = fraction.bytes().all(|byte| byte.is_ascii_digit()) && fraction.len() <= places;
    is_plain.then(|| format!("{whole}{fraction:0<places$}").parse().ok()).flatten()
}

/// Counts the distinct values of a sorted, non-null Int64 column over consecutive batches.
#[derive(Debug, Default)]
pub(crate) struct RunCounter {
    last: Option<i64>,
    runs: usize,
}

impl RunCounter {
    /// Adds the next values in order.
    pub(crate) fn push(&mut self, values: &[i64]) {
        for value in values {
            if self.last != Some(*value) {
                self.runs += 1;
                self.last = Some(*value);
            }
        }
    }

    /// Distinct values so far.
    pub(crate) fn distinct(&self) -> usize {
        self.runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_come_back_as_they_were() {
        let decimal = DataType::Decimal128(12, 2);
        for unscaled in [0, 5, -5, 950, 10_000, -13_298_483, 999_999_999_999] {
            let value = ScalarValue::Decimal128(Some(unscaled), 12, 2);
            let json = scalar_to_json(&value).unwrap();
            assert_eq!(json_to_scalar(&json, &decimal), Some(value), "{json}");
        }
        for odd in [json!(0.125), json!(1e300), json!("1.00")] {
            assert_eq!(json_to_scalar(&odd, &decimal), None, "{odd}");
        }
        assert_eq!(json_to_scalar(&json!(1.5), &DataType::Decimal128(18, 2)), None);
    }

    #[test]
    fn decimals_keep_every_digit() {
        assert_eq!(decimal_text(350_575, 2), "3505.75");
        assert_eq!(decimal_text(-5, 2), "-0.05");
        assert_eq!(decimal_text(7, 0), "7");
    }

    #[test]
    fn a_date_goes_through_json_and_back() {
        let date = ScalarValue::Date32(Some(18_993));
        let json = scalar_to_json(&date).unwrap();
        assert_eq!(json, Value::from("2022-01-01"));
        assert_eq!(json_to_scalar(&json, &DataType::Date32), Some(date));
    }

    #[test]
    fn absent_statistics_are_absent_not_zero() {
        let schema = Schema::new(vec![Field::new("person_id", DataType::Int64, false)]);
        let facts = from_json(&schema, None, None);
        assert_eq!(facts.num_rows, Precision::Absent);
        assert_eq!(facts.column_statistics[0].null_count, Precision::Absent);
    }
}
