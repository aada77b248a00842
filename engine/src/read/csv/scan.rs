//! The scan of CSV files whose columns are known: only the columns asked for are turned into values.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};

use super::column::Column;
use super::{Format, SourceFile, records};
use crate::catalog::external;

/// A batch holds at most this much text, however many rows that is.
const BATCH_BYTES: usize = 16 << 20;
/// Batches that may wait for the query to take them.
const WAITING: usize = 2;

#[derive(Debug)]
pub(super) struct CsvTable {
    schema: SchemaRef,
    files: Vec<SourceFile>,
    format: Format,
}

impl CsvTable {
    pub(super) fn new(schema: SchemaRef, files: Vec<SourceFile>, format: Format) -> Self {
        Self { schema, files, format }
    }
}

#[async_trait]
impl TableProvider for CsvTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns = match projection {
            Some(columns) => columns.clone(),
            None => (0..self.schema.fields().len()).collect(),
        };
        let schema = Arc::new(self.schema.project(&columns)?);
        let threads = state.config().target_partitions().max(1);
        let share = self.files.len().div_ceil(threads).max(1);
        let partitions = self
            .files
            .chunks(share)
            .map(|files| {
                Arc::new(Partition {
                    schema: Arc::clone(&schema),
                    columns: columns.clone(),
                    all_columns: self.schema.fields().len(),
                    files: files.to_vec(),
                    format: self.format,
                }) as Arc<dyn PartitionStream>
            })
            .collect();
        Ok(Arc::new(StreamingTableExec::try_new(schema, partitions, None, [], false, limit)?))
    }
}

/// Some of the files, read one after another.
#[derive(Debug, Clone)]
struct Partition {
    schema: SchemaRef,
    /// Where each column of `schema` stands in the files.
    columns: Vec<usize>,
    all_columns: usize,
    files: Vec<SourceFile>,
    format: Format,
}

impl PartitionStream for Partition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = context.session_config().batch_size();
        let partition = self.clone();
        let mut stream = RecordBatchReceiverStream::builder(Arc::clone(&self.schema), WAITING);
        let batches = stream.tx();
        stream.spawn_blocking(move || {
            // Sending fails when nobody waits for more rows: that ends the reading.
            partition.read(rows, |batch| batches.blocking_send(Ok(batch)).is_ok())
        });
        stream.build()
    }
}

impl Partition {
    fn read(&self, rows: usize, mut send: impl FnMut(RecordBatch) -> bool) -> Result<()> {
        for file in &self.files {
            if !self.read_file(file, rows, &mut send)? {
                break;
            }
        }
        Ok(())
    }

    /// False when no more rows are wanted.
    fn read_file(
        &self,
        file: &SourceFile,
        rows: usize,
        send: &mut impl FnMut(RecordBatch) -> bool,
    ) -> Result<bool> {
        let mut records = records(file, self.format).map_err(external)?;
        if self.format.header {
            records.next_row(Some(self.all_columns)).map_err(external)?;
        }
        let mut batch = Batch::new(&self.schema);
        while let Some(record) = records.next_row(Some(self.all_columns)).map_err(external)? {
            for (column, &at) in batch.columns.iter_mut().zip(&self.columns) {
                if !column.push(record.field(at)) {
                    return Err(external(file.changed()));
                }
            }
            batch.rows += 1;
            batch.bytes += record.bytes();
            if (batch.rows >= rows || batch.bytes >= BATCH_BYTES) && !send(batch.finish(&self.schema)?) {
                return Ok(false);
            }
        }
        Ok(batch.rows == 0 || send(batch.finish(&self.schema)?))
    }
}

struct Batch {
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

impl Batch {
    fn new(schema: &SchemaRef) -> Self {
        let columns = schema.fields().iter().map(|field| Column::new(field.data_type())).collect();
        Self { columns, rows: 0, bytes: 0 }
    }

    /// The rows added so far; the batch starts anew.
    fn finish(&mut self, schema: &SchemaRef) -> Result<RecordBatch> {
        let arrays = self.columns.iter_mut().map(Column::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        self.rows = 0;
        self.bytes = 0;
        Ok(RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)?)
    }
}
