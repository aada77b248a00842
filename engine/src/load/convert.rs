//! Reads the files of a load one after another: converted chunks go to the intake, notices and findings beside them.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use lifetracks_datasets::{
    Checker, Chunk, Conversion, ConvertError, Definitions, Layout, Part, Request, convert, parts,
};

use super::findings::Finding;
use super::intake::Intake;
use super::source::Opened;
use crate::error::{Error, ErrorKind, Result};
use crate::lake::SourceFile;
use crate::vault::Vault;

/// Chunks that may wait to be checked.
const WAITING_CHUNKS: usize = 2;

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
    /// Converts all files and all members of archives, in the order of delivery.
    pub(super) fn all(
        &self,
        files: Vec<Opened>,
        intake: &mut Intake<'_>,
        mut vault: Option<&mut Vault>,
    ) -> Result<()> {
        for (delivery, file) in files.into_iter().enumerate() {
            let mut rows_in = 0;
            for part in parts(&file.path, self.layout).map_err(|error| unreadable(&error))? {
                rows_in += self.part(&part, delivery, intake, vault.as_deref_mut())?;
            }
            intake.rows_in += rows_in;
            intake.sources.push(SourceFile { name: file.name, hash: file.hash, rows_in });
        }
        Ok(())
    }

    /// Converts one file or member; returns how many rows it has.
    fn part(
        &self,
        part: &Part,
        delivery: usize,
        intake: &mut Intake<'_>,
        mut vault: Option<&mut Vault>,
    ) -> Result<u64> {
        let number = intake.begin(part.name(), delivery);
        let mut failure = None;
        let request = Request {
            part,
            layout: self.layout,
            definitions: self.definitions,
            year: self.year,
            threads: self.threads,
        };
        // Rows are checked on a thread of their own while this one gives them their persons.
        let (converted, findings) = thread::scope(|scope| {
            let (sender, chunks) = sync_channel(WAITING_CHUNKS);
            let checking = scope.spawn(move || self.watch(chunks));
            let converted = convert(&request, &mut |chunk: Chunk| {
                // The other thread listens to the end, unless it has panicked, which shows when it is joined.
                drop(sender.send(chunk.clone()));
                intake.take(chunk, number, vault.as_deref_mut()).map_err(|error| {
                    failure = Some(error);
                    ConvertError::receiver("the load stopped")
                })
            });
            drop(sender);
            (converted, checking.join().unwrap_or_else(|panic| resume_unwind(panic)))
        });
        if let Some(error) = failure {
            return Err(error);
        }
        let Conversion { counts, notices, .. } = converted.map_err(|error| unreadable(&error))?;
        intake.findings.extend(findings.into_iter().map(|finding| Finding {
            severity: finding.severity,
            rule: finding.rule,
            column: finding.column,
            file: part.name().to_owned(),
            first_line: finding.first_line,
            rows: finding.rows,
            detail: finding.detail,
        }));
        let name = part.name();
        intake.notices.extend(notices.into_iter().map(|notice| format!("{name}: {notice}")));
        Ok(counts.rows_in)
    }

    /// What is odd about the rows of chunks.
    fn watch(&self, chunks: Receiver<Chunk>) -> Vec<lifetracks_datasets::Finding> {
        let mut checker = Checker::new(self.layout, self.definitions);
        for chunk in chunks {
            checker.take(&chunk);
        }
        checker.finish()
    }
}

fn unreadable(error: &ConvertError) -> Error {
    Error::new(ErrorKind::Query, error.to_string())
}
