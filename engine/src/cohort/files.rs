//! The members of a cohort as files of the lake: a person table of their own, cut and sorted like every other.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch};
use datafusion::arrow::compute::{
    SortColumn, cast, concat_batches, filter_record_batch, lexsort_to_indices, take_record_batch,
};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::members::{INDEX, persons};
use super::registry::members_table;
use crate::error::{LakeContext, Result};
use crate::lake::{Contents, DataFile, Kind, Lake, Shape, TableVersion, encode, put, read_data};

/// What the table of a cohort's members is.
pub(super) fn shape(cohort: &str, schema: SchemaRef) -> Shape {
    Shape {
        name: members_table(cohort),
        kind: Kind::Person,
        schema,
        order: vec!["person_id".to_owned(), INDEX.to_owned()],
    }
}

/// Puts members, who are in order, into files: one for each range that has some. Nothing is committed.
pub(super) async fn write(lake: &Lake, shape: &Shape, members: &RecordBatch) -> Result<Vec<DataFile>> {
    let ranges = lake.ranges();
    let ids = persons(members)?;
    let mut files = Vec::new();
    let mut start = 0;
    for range in 0..ranges.count() {
        let end = start + ids[start..].partition_point(|person| ranges.of(*person) <= range);
        if end > start {
            let rows = members.slice(start, end - start);
            let encoded = encode(&shape.schema, [Ok(rows)], Contents { person_sorted: true, period: None })?;
            files.push(put(lake.location(), &shape.name, range, &encoded).await?);
        }
        start = end;
    }
    Ok(files)
}

/// Reads all members back, in order.
pub(super) async fn read(lake: &Lake, table: &TableVersion) -> Result<RecordBatch> {
    let schema = &table.shape.schema;
    let mut rows = Vec::new();
    for file in &table.files {
        let doing = || format!("read the data file {}", file.path);
        let bytes = Bytes::from(read_data(lake.location(), &table.shape.name, file).await?);
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).lake_context(doing)?;
        for batch in reader.build().lake_context(doing)? {
            let batch = batch.lake_context(doing)?;
            let columns = batch.columns().iter().zip(schema.fields());
            let columns = columns.map(|(column, field)| cast(column, field.data_type()).lake_context(doing));
            let columns = columns.collect::<Result<Vec<_>>>()?;
            rows.push(RecordBatch::try_new(Arc::clone(schema), columns).lake_context(doing)?);
        }
    }
    concat_batches(schema, &rows).lake_context(|| format!("read table {}", table.shape.name))
}

/// Members under their new numbers, in order; of two who are one person now the earlier index date stays.
pub(super) fn rename(members: &RecordBatch, renamed: &BTreeMap<i64, i64>) -> Result<RecordBatch> {
    let doing = || "give the members of a cohort their new numbers".to_owned();
    let ids: Int64Array =
        persons(members)?.iter().map(|person| renamed.get(person).copied().unwrap_or(*person)).collect();
    let mut columns = members.columns().to_vec();
    let first: ArrayRef = Arc::new(ids);
    columns.splice(0..1, [first]);
    let rows = RecordBatch::try_new(members.schema(), columns).lake_context(doing)?;
    let keys: Vec<SortColumn> = rows
        .columns()
        .iter()
        .map(|column| SortColumn { values: Arc::clone(column), options: None })
        .collect();
    let order = lexsort_to_indices(&keys, None).lake_context(doing)?;
    let sorted = take_record_batch(&rows, &order).lake_context(doing)?;
    let ids = persons(&sorted)?;
    let is_first = |row: usize| row == 0 || ids[row] != ids[row - 1];
    let firsts: BooleanArray = (0..ids.len()).map(|row| Some(is_first(row))).collect();
    filter_record_batch(&sorted, &firsts).lake_context(doing)
}
