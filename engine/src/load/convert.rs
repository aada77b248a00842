//! Reads the files of a load one after another: converted chunks go to the intake, notices and findings beside them.

use lifetracks_datasets::{Chunk, ConvertError, Definitions, Layout, convert};

use super::intake::Intake;
use super::source::Opened;
use crate::error::{Error, ErrorKind, Result};
use crate::lake::SourceFile;
use crate::vault::Vault;

/// How files are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) layout: &'a Layout,
    pub(super) definitions: &'a Definitions,
    /// The year of the files, where their names do not say it.
    pub(super) year: Option<i32>,
    pub(super) threads: usize,
}

impl Reading<'_> {
    /// Converts all files, in the order of delivery.
    pub(super) fn all(&self, files: Vec<Opened>, intake: &mut Intake<'_>, vault: &mut Vault) -> Result<()> {
        for (delivery, file) in files.into_iter().enumerate() {
            let number = intake.begin(&file.name, delivery);
            let mut failure = None;
            let mut on_chunk = |chunk: Chunk| {
                intake.take(chunk, number, vault).map_err(|error| {
                    failure = Some(error);
                    ConvertError::receiver("the load stopped")
                })
            };
            let counts =
                convert(file.reader, &file.name, self.layout, self.definitions, self.threads, &mut on_chunk);
            let counts = match (counts, failure) {
                (_, Some(error)) => return Err(error),
                (Err(error), None) => return Err(Error::new(ErrorKind::Query, error.to_string())),
                (Ok(counts), None) => counts,
            };
            intake.rows_in += counts.rows_in;
            intake.sources.push(SourceFile { name: file.name, hash: file.hash, rows_in: counts.rows_in });
        }
        Ok(())
    }
}
