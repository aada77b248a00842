//! References that are kept as they come.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use super::{Gather, Run, Start};

/// Batches of references, and how a run is started with them.
pub(crate) struct Collected<F> {
    batches: Vec<RecordBatch>,
    start: F,
}

impl<F> Collected<F>
where
    F: Fn(&[RecordBatch]) -> Result<Box<dyn Run>>,
{
    /// Nothing yet; `start` starts a run with the batches of all references.
    pub(crate) fn new(start: F) -> Self {
        Self { batches: Vec::new(), start }
    }
}

impl<F> Gather for Collected<F>
where
    F: Fn(&[RecordBatch]) -> Result<Box<dyn Run>> + Send + Sync + 'static,
{
    fn batch(&mut self, _reference: usize, batch: &RecordBatch) -> Result<()> {
        self.batches.push(batch.clone());
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Box<dyn Start>> {
        Ok(self)
    }
}

impl<F> Start for Collected<F>
where
    F: Fn(&[RecordBatch]) -> Result<Box<dyn Run>> + Send + Sync,
{
    fn start(&self, _asked: &[usize]) -> Result<Box<dyn Run>> {
        (self.start)(&self.batches)
    }
}
