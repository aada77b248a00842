//! Refused rows on their way to their table, by file and line: sorted runs in files past a budget, merged as they are read.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::PathBuf;

use crate::error::{LakeContext, Result};

/// Refused rows that may wait in memory: 24 MiB.
const BUDGET: usize = 1 << 20;
/// The bytes of one in a file.
const BYTES: usize = 20;

/// File and line.
type Place = (u32, u64);

/// A refused row in few bytes; ordered by file and line first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Refused {
    pub(super) file: u32,
    pub(super) line: u64,
    /// The numbers that stand for the names of its column and rule.
    pub(super) column: u32,
    pub(super) rule: u32,
}

impl Refused {
    fn place(&self) -> Place {
        (self.file, self.line)
    }

    fn encode(&self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes[..4].copy_from_slice(&self.file.to_le_bytes());
        bytes[4..12].copy_from_slice(&self.line.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.column.to_le_bytes());
        bytes[16..].copy_from_slice(&self.rule.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8; BYTES]) -> Self {
        let number = |at: usize| {
            let mut word = [0; 4];
            word.copy_from_slice(&bytes[at..at + 4]);
            u32::from_le_bytes(word)
        };
        let line = u64::from(number(4)) | u64::from(number(8)) << 32;
        Self { file: number(0), line, column: number(12), rule: number(16) }
    }
}

/// Refused rows as they come, in bounded memory.
#[derive(Debug)]
pub(super) struct Runs {
    /// Where runs are written; its owner removes it.
    folder: PathBuf,
    waiting: Vec<Refused>,
    /// Each sorted; whatever came earlier is in an earlier one.
    written: Vec<PathBuf>,
    budget: usize,
}

impl Runs {
    /// None yet; those that do not fit into memory go to files in `folder`.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, waiting: Vec::new(), written: Vec::new(), budget: BUDGET }
    }

    /// None yet, of which so many may wait in memory.
    #[cfg(test)]
    pub(super) fn with_budget(folder: PathBuf, budget: usize) -> Self {
        Self { budget, ..Self::new(folder) }
    }

    /// Adds one.
    pub(super) fn push(&mut self, refused: Refused) -> Result<()> {
        self.waiting.push(refused);
        if self.waiting.len() < self.budget {
            return Ok(());
        }
        let doing = || "write refused rows to the disk".to_owned();
        self.waiting.sort_by_key(Refused::place);
        let path = self.folder.join(format!("refused-{:06}", self.written.len()));
        let mut file = BufWriter::new(File::create(&path).lake_context(doing)?);
        for refused in self.waiting.drain(..) {
            file.write_all(&refused.encode()).lake_context(doing)?;
        }
        file.flush().lake_context(doing)?;
        self.written.push(path);
        Ok(())
    }

    /// All of them by file and line; those of one line in the order in which they came.
    pub(super) fn in_order(&self) -> Result<InOrder> {
        let mut waiting = self.waiting.clone();
        waiting.sort_by_key(Refused::place);
        let mut runs = Vec::new();
        for path in &self.written {
            let file = File::open(path).lake_context(|| "read refused rows back".to_owned())?;
            runs.push(Run::Written(BufReader::new(file)));
        }
        runs.push(Run::Waiting(waiting.into_iter()));
        let mut merged = InOrder { runs, heads: BinaryHeap::new() };
        for run in 0..merged.runs.len() {
            merged.advance(run)?;
        }
        Ok(merged)
    }
}

#[derive(Debug)]
enum Run {
    Written(BufReader<File>),
    Waiting(std::vec::IntoIter<Refused>),
}

impl Run {
    fn next(&mut self) -> Result<Option<Refused>> {
        let file = match self {
            Self::Waiting(waiting) => return Ok(waiting.next()),
            Self::Written(file) => file,
        };
        let mut bytes = [0; BYTES];
        match file.read_exact(&mut bytes) {
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
            read => {
                read.lake_context(|| "read refused rows back".to_owned())?;
                Ok(Some(Refused::decode(&bytes)))
            }
        }
    }
}

/// The runs merged into one.
#[derive(Debug)]
pub(super) struct InOrder {
    runs: Vec<Run>,
    /// The first of each run that is not at its end: by place, and then by run.
    heads: BinaryHeap<Reverse<(Place, usize, Refused)>>,
}

impl InOrder {
    fn advance(&mut self, run: usize) -> Result<()> {
        if let Some(refused) = self.runs[run].next()? {
            self.heads.push(Reverse((refused.place(), run, refused)));
        }
        Ok(())
    }
}

impl Iterator for InOrder {
    type Item = Result<Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((_, run, refused)) = self.heads.pop()?;
        if let Err(error) = self.advance(run) {
            self.heads.clear();
            return Some(Err(error));
        }
        Some(Ok(refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_budget_the_order_is_that_of_a_stable_sort() {
        let mut seed = 7_u64;
        let mut all = Vec::new();
        for number in 0..500 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let file = u32::try_from(seed >> 62).unwrap();
            // The number tells those of one line apart.
            all.push(Refused { file, line: (seed >> 40) % 50 + (1 << 33), column: number, rule: u32::MAX });
        }
        let mut sorted = all.clone();
        sorted.sort_by_key(Refused::place);
        for budget in [1, 7, 100, 500, 10_000] {
            let folder = tempfile::tempdir().unwrap();
            let mut runs = Runs::with_budget(folder.path().to_owned(), budget);
            for refused in &all {
                runs.push(*refused).unwrap();
                assert!(runs.waiting.len() < budget);
            }
            assert_eq!(runs.written.len(), 500 / budget);
            let found: Vec<Refused> = runs.in_order().unwrap().map(Result::unwrap).collect();
            assert_eq!(found, sorted, "budget {budget}");
        }
    }
}
