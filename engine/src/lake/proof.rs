//! Proofs of data files: read whole once, a file fits its hash in the log; from then on each part of it that is read is
//! compared with the part's own hash, so that no byte is decoded which was not written.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use datafusion::object_store::path::Path;
use datafusion::object_store::{Error as StoreError, ObjectStore, ObjectStoreExt};
use tokio::sync::OnceCell;

use super::location::Location;
use super::table::{DataFile, folder};
use crate::error::{Error, Result};

/// Bytes that have a hash of their own: a read is widened to whole chunks.
pub(super) const CHUNK: u64 = 64 * 1024;
/// Bytes read at a time when a file is read whole; a multiple of [`CHUNK`].
const BLOCK: u64 = 64 * CHUNK;

/// A data file as the log has it.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// Below the lake's folder.
    path: String,
    object: Path,
    size: u64,
    hash: Option<String>,
}

impl Written {
    /// A file of a table.
    pub(super) fn new(location: &Location, table: &str, file: &DataFile) -> Result<Self> {
        let path = format!("{}{}", folder(table), file.path);
        let object = location.path(&path)?;
        Ok(Self { path, object, size: file.size, hash: file.hash.clone() })
    }

    /// Its place in the store.
    pub(super) fn object(&self) -> &Path {
        &self.object
    }

    /// Its bytes.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    fn damaged(&self) -> Error {
        Error::lake(format!(
            "the data file {} is damaged: its bytes are not those that were written",
            self.path
        ))
        .with_help("run `verify` to see what else is, and restore the lake from a copy")
    }

    fn unreadable(&self, error: StoreError) -> Error {
        match error {
            StoreError::NotFound { .. } => Error::lake(format!("the data file {} is missing", self.path))
                .with_help("run `verify` to see what else is, and restore the lake from a copy"),
            other => Error::lake(format!("could not read the data file {}: {other}", self.path)),
        }
    }

    /// Reads the file whole. Errors: it is missing, or its bytes are not those that were written.
    pub(super) async fn prove(&self, store: &dyn ObjectStore) -> Result<Proof> {
        let Some(hash) = &self.hash else {
            return Err(Error::lake(format!("the log has no hash of the data file {}", self.path))
                .with_help("it cannot be read while lifetracks.checked_reads is set"));
        };
        let found = store.head(&self.object).await.map_err(|error| self.unreadable(error))?;
        if found.size != self.size {
            return Err(self.damaged());
        }
        let mut whole = blake3::Hasher::new();
        let mut chunks = Vec::new();
        for start in (0..self.size).step_by(usize::try_from(BLOCK).unwrap_or(usize::MAX)) {
            let block = start..self.size.min(start + BLOCK);
            let bytes = store.get_range(&self.object, block).await;
            let bytes = bytes.map_err(|error| self.unreadable(error))?;
            whole.update(&bytes);
            chunks.extend(bytes.chunks(length(CHUNK)).map(blake3::hash));
        }
        if whole.finalize().to_hex().as_str() != hash {
            return Err(self.damaged());
        }
        Ok(Proof { chunks })
    }
}

/// The hashes of a file's chunks, taken while the whole of it fitted its hash in the log.
#[derive(Debug)]
pub(super) struct Proof {
    chunks: Vec<blake3::Hash>,
}

impl Proof {
    /// Reads parts of the file. Errors: a chunk that any of them touches is not what it was.
    pub(super) async fn read(
        &self,
        store: &dyn ObjectStore,
        file: &Written,
        ranges: &[Range<u64>],
    ) -> Result<Vec<Bytes>> {
        let wide: Vec<Range<u64>> = ranges.iter().map(|range| widened(range, file.size)).collect();
        let read = store.get_ranges(&file.object, &wide).await;
        let read = read.map_err(|error| file.unreadable(error))?;
        let mut parts = Vec::with_capacity(ranges.len());
        for ((range, wide), bytes) in ranges.iter().zip(&wide).zip(read) {
            let start = length(range.start - wide.start);
            let end = start + length(range.end - range.start);
            if !self.holds(wide.start, &bytes) || end > bytes.len() {
                return Err(file.damaged());
            }
            parts.push(bytes.slice(start..end));
        }
        Ok(parts)
    }

    /// Whether bytes from `start`, where a chunk begins, are those of the file.
    fn holds(&self, start: u64, bytes: &[u8]) -> bool {
        let known = self.chunks.iter().skip(length(start / CHUNK));
        let mut found = bytes.chunks(length(CHUNK)).map(blake3::hash).zip(known);
        found.len() == bytes.len().div_ceil(length(CHUNK)) && found.all(|(found, known)| found == *known)
    }
}

/// From where the first chunk of a range begins to where its last one ends.
fn widened(range: &Range<u64>, size: u64) -> Range<u64> {
    let end = range.end.div_ceil(CHUNK) * CHUNK;
    range.start / CHUNK * CHUNK..end.min(size).max(range.end)
}

fn length(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// A file's proof, once it has one.
type Slot = Arc<OnceCell<Arc<Proof>>>;

/// The proofs of a process. Their keys are hashes of contents, so that they stay true whatever is written later.
#[derive(Debug, Default)]
pub(crate) struct Proofs {
    known: Mutex<BTreeMap<String, Slot>>,
}

impl Proofs {
    /// The proof of a file, which is read whole unless it was before.
    pub(super) async fn of(&self, store: &dyn ObjectStore, file: &Written) -> Result<Arc<Proof>> {
        let slot = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(file.hash.clone().unwrap_or_default()).or_default())
        };
        let proof = slot.get_or_try_init(|| async { file.prove(store).await.map(Arc::new) }).await?;
        Ok(Arc::clone(proof))
    }
}

/// The first of a table's files that is not what was written; `None` if all are.
pub(super) async fn first_damage(location: &Location, table: &str, files: &[DataFile]) -> Option<Error> {
    for file in files.iter().filter(|file| file.hash.is_some()) {
        let written = Written::new(location, table, file).ok()?;
        if let Err(error) = written.prove(location.store().as_ref()).await {
            return Some(error);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: u64 = 3 * CHUNK + 100;

    async fn written(location: &Location, bytes: &[u8]) -> Written {
        let path = "tables/t/0000-x.parquet";
        location.write(path, bytes.to_vec()).await.unwrap();
        let hash = Some(blake3::hash(bytes).to_hex().to_string());
        Written { path: path.to_owned(), object: location.path(path).unwrap(), size: SIZE, hash }
    }

    fn bytes() -> Vec<u8> {
        (0..SIZE).map(|at| u8::try_from(at % 251).unwrap()).collect()
    }

    #[tokio::test]
    async fn a_part_is_read_as_it_was_written_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::local(folder.path()).unwrap();
        let store = Arc::clone(location.store());
        let (mut bytes, proofs) = (bytes(), Proofs::default());
        let file = written(&location, &bytes).await;
        let proof = proofs.of(store.as_ref(), &file).await.unwrap();
        let ranges = [0..8, CHUNK - 1..CHUNK + 1, 2 * CHUNK..3 * CHUNK, SIZE - 8..SIZE];
        let parts = proof.read(store.as_ref(), &file, &ranges).await.unwrap();
        for (range, part) in ranges.iter().zip(parts) {
            assert_eq!(part, bytes[length(range.start)..length(range.end)], "{range:?}");
        }
        bytes[length(CHUNK) + 7] ^= 1;
        location.write(&file.path, bytes).await.unwrap();
        for (range, is_damaged) in ranges.iter().zip([false, true, false, false]) {
            let part = proof.read(store.as_ref(), &file, std::slice::from_ref(range)).await;
            assert_eq!(part.is_err(), is_damaged, "{range:?}");
        }
    }

    #[tokio::test]
    async fn a_file_that_is_not_what_was_written_has_no_proof() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::local(folder.path()).unwrap();
        let (whole, proofs) = (bytes(), Proofs::default());
        let file = written(&location, &whole).await;
        let longer = [whole.as_slice(), &[0]].concat();
        let mut changed = whole.clone();
        changed[length(SIZE) - 1] ^= 128;
        for damaged in [longer, changed, whole[1..].to_vec(), Vec::new()] {
            location.write(&file.path, damaged).await.unwrap();
            let error = proofs.of(location.store().as_ref(), &file).await.unwrap_err();
            assert!(
                error.message().starts_with("the data file tables/t/0000-x.parquet is damaged"),
                "{error}"
            );
        }
        location.write(&file.path, whole).await.unwrap();
        assert!(proofs.of(location.store().as_ref(), &file).await.is_ok(), "it was restored");
        location.remove(&file.path).await.unwrap();
        let error = file.prove(location.store().as_ref()).await.unwrap_err();
        assert!(error.message().ends_with("is missing"), "{error}");
    }
}
