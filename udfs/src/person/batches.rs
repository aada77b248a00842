//! A stream of batches out of something that makes one after the other.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::Result;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::stream;

/// An operator at work on one partition.
pub(super) trait Batches: Send + 'static {
    /// The next batch; `None` at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<RecordBatch>>> + Send;
}

/// All batches as a stream.
pub(super) fn stream_of(schema: SchemaRef, batches: impl Batches) -> SendableRecordBatchStream {
    let batches = stream::try_unfold(batches, |mut batches| async move {
        let batch = batches.next().await?;
        Ok(batch.map(|batch| (batch, batches)))
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}
