//! Earlier results as tables: `_` is the last one, `_1` the one before it, and so on to `_9`.
//!
//! A result is kept in memory up to a size and in spill files past it, both of which the session's limits know.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::catalog::SchemaProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::{SendableRecordBatchStream, SpillFile, TaskContext};
use datafusion::physical_plan::SpillManager;
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, SpillMetrics};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use futures::{StreamExt, TryStreamExt, stream};

use crate::catalog::LakeSchema;

/// Bytes of one result that stay in memory.
const IN_MEMORY: usize = 64 << 20;

/// The last result.
const LAST: &str = "_";

/// Results that are kept besides the last one.
const EARLIER: usize = 9;

/// Whether a name is that of an earlier result.
pub(crate) fn is_result(name: &str) -> bool {
    name == LAST || (1..=EARLIER).any(|number| name == earlier(number))
}

fn earlier(number: usize) -> String {
    format!("_{number}")
}

/// Takes the rows of a result on their way to the reader.
pub struct Keeper {
    schema: SchemaRef,
    spill: SpillManager,
    files: Vec<Arc<dyn SpillFile>>,
    batches: Vec<RecordBatch>,
    memory: MemoryReservation,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Keeper").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl Keeper {
    pub(crate) fn new(schema: &Schema, runtime: Arc<RuntimeEnv>) -> Self {
        let schema = Arc::new(with_distinct_names(schema));
        let memory = MemoryConsumer::new("earlier results").register(&runtime.memory_pool);
        let metrics = SpillMetrics::new(&ExecutionPlanMetricsSet::new(), 0);
        let spill = SpillManager::new(runtime, metrics, Arc::clone(&schema));
        Self { schema, spill, files: Vec::new(), batches: Vec::new(), memory }
    }

    /// Takes the next rows.
    ///
    /// Errors: there is no room left on the disk.
    pub fn add(&mut self, batch: &RecordBatch) -> crate::Result<()> {
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let named =
            RecordBatch::try_new_with_options(Arc::clone(&self.schema), batch.columns().to_vec(), &options);
        let kept = named.map_err(DataFusionError::from).and_then(|batch| self.push(batch));
        kept.map_err(|error| {
            crate::Error::usage(format!("the result is not kept: {}", error.strip_backtrace()))
        })
    }

    fn push(&mut self, batch: RecordBatch) -> Result<()> {
        let size = batch.get_array_memory_size();
        let has_room = self.memory.size() + size <= IN_MEMORY && self.memory.try_grow(size).is_ok();
        self.batches.push(batch);
        if has_room {
            return Ok(());
        }
        let batches = std::mem::take(&mut self.batches);
        self.memory.free();
        self.files.extend(self.spill.spill_record_batch_and_finish(&batches, "keeping a result")?);
        Ok(())
    }

    fn finish(self) -> Result<StreamingTable> {
        StreamingTable::try_new(Arc::clone(&self.schema), vec![Arc::new(self)])
    }
}

impl PartitionStream for Keeper {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let spilled = self.files.iter().map(|file| self.spill.read_spill_as_stream(Arc::clone(file), None));
        let spilled: Vec<_> = spilled.collect();
        let in_memory = stream::iter(self.batches.clone()).map(Ok);
        let rows = stream::iter(spilled).try_flatten().chain(in_memory);
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows))
    }
}

/// Makes a result the last one; the others move back by one.
pub(crate) fn keep(keeper: Keeper, main: &LakeSchema) -> Result<()> {
    let table = Arc::new(keeper.finish()?);
    for number in (0..EARLIER).rev() {
        let name = if number == 0 { LAST.to_owned() } else { earlier(number) };
        if let Some(older) = main.deregister_table(&name)? {
            main.deregister_table(&earlier(number + 1))?;
            main.register_table(earlier(number + 1), older)?;
        }
    }
    main.register_table(LAST.to_owned(), table)?;
    Ok(())
}

/// The columns, each with a name of its own: a table needs that, a result does not.
fn with_distinct_names(schema: &Schema) -> Schema {
    let mut fields: Vec<Field> = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let is_taken = |name: &str| fields.iter().any(|before| before.name() == name);
        let numbered = || (2..).map(|number| format!("{}_{number}", field.name()));
        let name = std::iter::once(field.name().clone()).chain(numbered()).find(|name| !is_taken(name));
        fields.push(field.as_ref().clone().with_name(name.unwrap_or_default()));
    }
    Schema::new_with_metadata(fields, schema.metadata().clone())
}
