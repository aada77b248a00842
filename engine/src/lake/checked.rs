//! Reads a Parquet file through its proof: what reaches the decoder is what was written.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::common::internal_datafusion_err;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::ParquetFileReaderFactory;
use datafusion::error::Result;
use datafusion::object_store::ObjectStore;
use datafusion::parquet::arrow::arrow_reader::ArrowReaderOptions;
use datafusion::parquet::arrow::async_reader::AsyncFileReader;
use datafusion::parquet::errors::{ParquetError, Result as ParquetResult};
use datafusion::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::proof::{CHUNK, Proofs, Written};

/// Opens the files of a scan; each carries what the log has of it.
#[derive(Debug)]
pub(super) struct CheckedReads {
    store: Arc<dyn ObjectStore>,
    proofs: Arc<Proofs>,
}

impl CheckedReads {
    /// Reads from a store; proofs of earlier scans are used again.
    pub(super) fn new(store: Arc<dyn ObjectStore>, proofs: Arc<Proofs>) -> Self {
        Self { store, proofs }
    }
}

impl ParquetFileReaderFactory for CheckedReads {
    fn create_reader(
        &self,
        _partition: usize,
        file: PartitionedFile,
        _metadata_size_hint: Option<usize>,
        _metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Box<dyn AsyncFileReader + Send>> {
        let written = file.extension::<Written>().cloned();
        let written =
            written.ok_or_else(|| internal_datafusion_err!("a file of a checked scan has no hash"))?;
        Ok(Box::new(CheckedFile {
            store: Arc::clone(&self.store),
            proofs: Arc::clone(&self.proofs),
            written,
        }))
    }
}

/// One file of a scan.
struct CheckedFile {
    store: Arc<dyn ObjectStore>,
    proofs: Arc<Proofs>,
    written: Written,
}

impl CheckedFile {
    async fn read(&self, ranges: &[Range<u64>]) -> ParquetResult<Vec<Bytes>> {
        let external = |error: crate::Error| ParquetError::External(Box::new(error));
        let proof = self.proofs.of(self.store.as_ref(), &self.written).await.map_err(external)?;
        proof.read(self.store.as_ref(), &self.written, ranges).await.map_err(external)
    }
}

impl AsyncFileReader for CheckedFile {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, ParquetResult<Bytes>> {
        async move { Ok(self.read(&[range]).await?.swap_remove(0)) }.boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, ParquetResult<Vec<Bytes>>> {
        async move { self.read(&ranges).await }.boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, ParquetResult<Arc<ParquetMetaData>>> {
        async move {
            let mut reader = ParquetMetaDataReader::new().with_prefetch_hint(usize::try_from(CHUNK).ok());
            if let Some(options) = options {
                reader = reader
                    .with_metadata_options(Some(options.metadata_options().clone()))
                    .with_column_index_policy(options.column_index_policy())
                    .with_offset_index_policy(options.offset_index_policy());
            }
            let size = self.written.size();
            reader.load_and_finish(self, size).await.map(Arc::new)
        }
        .boxed()
    }
}
