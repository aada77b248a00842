//! Files that keep every type: Parquet and Arrow IPC.

use lifetracks_engine::arrow::record_batch::RecordBatch;
use lifetracks_engine::{ArrowFile, ParquetFile};

use super::{FileKind, Sink};
use crate::failure::Result;

/// `.parquet`.
pub(super) const PARQUET: FileKind = FileKind {
    name: "parquet",
    extensions: &["parquet"],
    sheets: false,
    open: |file, content| Ok(Box::new(ParquetFile::begin(file, content.schema)?)),
};

/// `.arrow`.
pub(super) const ARROW: FileKind = FileKind {
    name: "arrow",
    extensions: &["arrow", "feather"],
    sheets: false,
    open: |file, content| Ok(Box::new(ArrowFile::begin(file, content.schema)?)),
};

impl Sink for ParquetFile {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        Ok(Self::write(self, batch)?)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        Ok(Self::finish(*self)?)
    }
}

impl Sink for ArrowFile {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        Ok(Self::write(self, batch)?)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        Ok(Self::finish(*self)?)
    }
}
