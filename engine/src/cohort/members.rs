//! The rows of a cohort: one per person, in the order of persons, in types that the lake can keep.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::compute::{
    cast, concat_batches, filter_record_batch, sort_to_indices, take_record_batch,
};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use lifetracks_datasets::closest_name;

use super::parse::Name;
use crate::error::{Error, ErrorKind, LakeContext, Result};

const PERSON: &str = "person_id";
/// What the index column is called in every cohort.
pub(super) const INDEX: &str = "index_date";

/// The columns that a query gives, as a cohort keeps them.
///
/// Errors: `person_id` or the index column is missing or of another type, a name comes twice or is no plain name, a type
/// cannot be kept.
pub(super) fn kept_schema(query: &Schema, index: &Name) -> Result<SchemaRef> {
    let mut seen = BTreeSet::new();
    for field in query.fields() {
        let name = field.name();
        if !is_plain(name) {
            return Err(wrong(format!("the query's column {name} has no plain name"))
                .with_help("give it one with AS: lower-case letters, digits and _"));
        }
        if !seen.insert(name.to_lowercase()) {
            return Err(
                wrong(format!("the query has two columns {name}")).with_help("name one of them with AS")
            );
        }
    }
    let Ok(person) = query.field_with_name(PERSON) else {
        return Err(wrong("the query has no column person_id")
            .with_help("a cohort has one row per person: select it"));
    };
    if *person.data_type() != DataType::Int64 {
        return Err(wrong("person_id must be a BIGINT").with_help("write person_id::BIGINT AS person_id"));
    }
    let Ok(date) = query.field_with_name(&index.text) else {
        let names: Vec<&str> = query.fields().iter().map(|field| field.name().as_str()).collect();
        let near = closest_name(&index.text, names.iter().copied());
        let help = near.map_or_else(
            || format!("its columns are {}", names.join(", ")),
            |near| format!("did you mean {near}?"),
        );
        return Err(wrong(format!("the query has no column {} to be the index date", index.text))
            .with_help(help)
            .with_span(Some(index.span)));
    };
    if *date.data_type() != DataType::Date32 {
        let name = &index.text;
        return Err(wrong(format!("the index column {name} must be a DATE"))
            .with_help(format!("cast it in the query: {name}::DATE AS {name}"))
            .with_span(Some(index.span)));
    }
    if index.text != INDEX && query.field_with_name(INDEX).is_ok() {
        return Err(wrong(format!(
            "the index column {} is called {INDEX} in the cohort, and the query has another column of that name",
            index.text
        ))
        .with_help("give the other one another name with AS")
        .with_span(Some(index.span)));
    }
    let fields = query.fields().iter().map(|field| {
        let is_key = field.name() == PERSON || *field.name() == index.text;
        Ok(Field::new(field.name(), kept_type(field)?, !is_key))
    });
    Ok(Arc::new(Schema::new(fields.collect::<Result<Vec<_>>>()?)))
}

/// The type in which a column is kept.
fn kept_type(field: &Field) -> Result<DataType> {
    Ok(match field.data_type() {
        DataType::Utf8View | DataType::LargeUtf8 | DataType::Utf8 => DataType::Utf8,
        DataType::Dictionary(_, values) if **values == DataType::Utf8 => DataType::Utf8,
        DataType::UInt8 => DataType::Int16,
        DataType::UInt16 => DataType::Int32,
        DataType::UInt32 | DataType::UInt64 => DataType::Int64,
        DataType::Float32 => DataType::Float64,
        DataType::Decimal128(precision, scale) if *scale >= 0 => DataType::Decimal128(*precision, *scale),
        kept @ (DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::Float64
        | DataType::Date32) => kept.clone(),
        _ => {
            return Err(wrong(format!("the column {} has a type that a cohort cannot keep", field.name()))
                .with_help("cast it to a number, a date, a BOOLEAN or a VARCHAR, or leave it out"));
        }
    })
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The query's rows in the order of persons, in the types of `schema`.
///
/// Errors: a person comes more than once; `person_id` or the index date is NULL.
pub(super) fn arrange(schema: &SchemaRef, index: &Name, batches: &[RecordBatch]) -> Result<RecordBatch> {
    let doing = || "put the members of a cohort in order".to_owned();
    for (position, field) in schema.fields().iter().enumerate().filter(|(_, field)| !field.is_nullable()) {
        let nulls: usize = batches.iter().map(|batch| batch.column(position).logical_null_count()).sum();
        if nulls > 0 {
            let name = field.name();
            return Err(wrong(format!("{} of the query have no {name}", rows(nulls)))
                .with_help(format!("leave them out with WHERE {name} IS NOT NULL")));
        }
    }
    let fit = |batch: &RecordBatch| -> Result<RecordBatch> {
        let columns = batch.columns().iter().zip(schema.fields());
        let columns = columns.map(|(column, field)| cast(column, field.data_type()).lake_context(doing));
        RecordBatch::try_new(Arc::clone(schema), columns.collect::<Result<Vec<_>>>()?).lake_context(doing)
    };
    let batches = batches.iter().map(fit).collect::<Result<Vec<_>>>()?;
    let all = concat_batches(schema, &batches).lake_context(doing)?;
    let person = schema.index_of(PERSON).lake_context(doing)?;
    let order = sort_to_indices(all.column(person), None, None).lake_context(doing)?;
    let sorted = take_record_batch(&all, &order).lake_context(doing)?;
    check_persons(persons(&sorted)?, index)?;
    Ok(sorted)
}

fn check_persons(persons: &[i64], index: &Name) -> Result<()> {
    if persons.first().is_some_and(|first| *first < 0) {
        return Err(wrong("the query has a person_id below 0, which no person of a lake has")
            .with_help("take person_id from the lake's tables"));
    }
    let repeated = persons.chunk_by(|left, right| left == right).filter(|group| group.len() > 1).count();
    if repeated == 0 {
        return Ok(());
    }
    let message = match repeated {
        1 => "1 person comes more than once, and a cohort has one row per person".to_owned(),
        many => format!("{many} persons come more than once, and a cohort has one row per person"),
    };
    Err(wrong(message).with_help(format!(
        "add QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY {}) = 1 to the query",
        index.text
    )))
}

/// The rows of some persons, who are given in order.
pub(super) fn only(rows: &RecordBatch, keep: &[i64]) -> Result<RecordBatch> {
    let is_kept: BooleanArray =
        persons(rows)?.iter().map(|person| Some(keep.binary_search(person).is_ok())).collect();
    filter_record_batch(rows, &is_kept).lake_context(|| "apply a cohort's rule".to_owned())
}

/// The members as they are kept: `person_id`, `index_date`, and then the other columns.
pub(super) fn finish(rows: &RecordBatch, index: &Name) -> Result<RecordBatch> {
    let schema = rows.schema();
    let key = |name: &str| schema.index_of(name).lake_context(|| "keep the members of a cohort".to_owned());
    let (person, date) = (key(PERSON)?, key(&index.text)?);
    let others = (0..schema.fields().len()).filter(|column| *column != person && *column != date);
    let order: Vec<usize> = [person, date].into_iter().chain(others).collect();
    let rows = rows.project(&order).lake_context(|| "keep the members of a cohort".to_owned())?;
    let named = rows.schema();
    let fields = named.fields().iter().enumerate().map(|(position, field)| {
        if position == 1 { Arc::new(field.as_ref().clone().with_name(INDEX)) } else { Arc::clone(field) }
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    RecordBatch::try_new(schema, rows.columns().to_vec())
        .lake_context(|| "keep the members of a cohort".to_owned())
}

/// The persons of rows, in their order.
pub(super) fn persons(rows: &RecordBatch) -> Result<&[i64]> {
    let ids = rows.column_by_name(PERSON).and_then(|column| column.as_primitive_opt::<Int64Type>());
    ids.map(|ids| ids.values().as_ref()).ok_or_else(|| Error::lake("person_id must be a 64-bit integer"))
}

/// blake3 over the columns' names and types and then every value in order, column by column: NULL is one byte, any other
/// value a byte, the length of its text and its text. Neither files nor batches show in it.
pub(super) fn checksum(members: &RecordBatch) -> Result<String> {
    let doing = || "take the checksum of a cohort".to_owned();
    let mut hasher = blake3::Hasher::new();
    let text = |hasher: &mut blake3::Hasher, text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    for (field, column) in members.schema().fields().iter().zip(members.columns()) {
        text(&mut hasher, field.name());
        text(&mut hasher, &field.data_type().to_string());
        let values = cast(column, &DataType::Utf8).lake_context(doing)?;
        for value in values.as_string::<i32>() {
            match value {
                None => {
                    hasher.update(&[0]);
                }
                Some(value) => {
                    hasher.update(&[1]);
                    text(&mut hasher, value);
                }
            }
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}

fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Query, message)
}
