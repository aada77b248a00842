//! Results as files that keep their types: Parquet and Arrow IPC.

use std::fmt;
use std::fs::File;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::writer::FileWriter;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::metadata::KeyValue;
use datafusion::parquet::file::properties::WriterProperties;

use crate::error::{Error, ErrorKind, Result};

/// Bytes of rows that may wait before they are written as one row group.
const ROW_GROUP_BYTES: usize = 64 << 20;

/// A Parquet file that grows batch by batch.
pub struct ParquetFile {
    schema: SchemaRef,
    writer: ArrowWriter<File>,
}

impl fmt::Debug for ParquetFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ParquetFile").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl ParquetFile {
    /// Begins a file. The schema's metadata, such as its classification, becomes the file's.
    ///
    /// Errors: a column's type has no place in Parquet, the disk is full.
    pub fn begin(file: File, schema: &SchemaRef) -> Result<Self> {
        let level = ZstdLevel::try_new(3).map_err(|error| unwritten("Parquet", &error))?;
        let facts = schema.metadata().iter();
        let mut facts: Vec<_> = facts.map(|(key, value)| (key.clone(), value.clone())).collect();
        facts.sort();
        let facts = facts.into_iter().map(|(key, value)| KeyValue::new(key, value)).collect();
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_created_by("lifetracks".to_owned())
            .set_key_value_metadata(Some(facts))
            .build();
        let writer = ArrowWriter::try_new(file, SchemaRef::clone(schema), Some(properties));
        Ok(Self {
            schema: SchemaRef::clone(schema),
            writer: writer.map_err(|error| unwritten("Parquet", &error))?,
        })
    }

    /// Adds rows.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let batch = with_schema(batch, &self.schema)?;
        self.writer.write(&batch).map_err(|error| unwritten("Parquet", &error))?;
        if self.writer.in_progress_size() > ROW_GROUP_BYTES {
            self.writer.flush().map_err(|error| unwritten("Parquet", &error))?;
        }
        Ok(())
    }

    /// Writes what is left and the footer.
    pub fn finish(self) -> Result<()> {
        self.writer.close().map(drop).map_err(|error| unwritten("Parquet", &error))
    }
}

/// An Arrow IPC file (Feather version 2) that grows batch by batch.
pub struct ArrowFile {
    schema: SchemaRef,
    writer: FileWriter<File>,
}

impl fmt::Debug for ArrowFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ArrowFile").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl ArrowFile {
    /// Begins a file. The schema's metadata, such as its classification, becomes the file's.
    pub fn begin(file: File, schema: &SchemaRef) -> Result<Self> {
        let writer = FileWriter::try_new(file, schema).map_err(|error| unwritten("Arrow", &error))?;
        Ok(Self { schema: SchemaRef::clone(schema), writer })
    }

    /// Adds rows.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let batch = with_schema(batch, &self.schema)?;
        self.writer.write(&batch).map_err(|error| unwritten("Arrow", &error))
    }

    /// Writes what is left and the footer.
    pub fn finish(mut self) -> Result<()> {
        self.writer.finish().map_err(|error| unwritten("Arrow", &error))
    }
}

fn with_schema(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(SchemaRef::clone(schema), batch.columns().to_vec(), &options).map_err(
        |_| {
            Error::new(ErrorKind::Internal, "the rows are not of the types that were announced")
                .with_help("please report the statement")
        },
    )
}

/// The layers below say nothing about values here: they know types and files only.
fn unwritten(kind: &str, error: &impl fmt::Display) -> Error {
    Error::usage(format!("could not write the {kind} file: {error}"))
}
