//! The vault's files: kept from other loads while one has them, read from the start in blocks, or from the end in part.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Vault;
use super::entry::{APPLIED, ENTRY_BYTES, JOINED, decode};
use super::key::VaultKey;
use crate::error::{Error, LakeContext, Result};
use crate::patience::patiently;

pub(super) const KEY_FILE: &str = "key";
pub(super) const ENTRIES_FILE: &str = "persons";

/// Entries that are read at a time.
const BLOCK: usize = 16 * 1024;
/// The bytes of an entry, as a place in a file.
const ENTRY: u64 = ENTRY_BYTES as u64;

/// A vault that no other load has meanwhile. It is not read yet.
#[derive(Debug)]
pub(crate) struct LockedVault {
    key: VaultKey,
    file: File,
    path: PathBuf,
}

impl LockedVault {
    /// Locks the vault in a folder, creating it with a new random key if it is not there.
    ///
    /// Waits at most `wait` for another load to be done with it.
    pub(crate) fn open_or_create(folder: &Path, wait: Duration) -> Result<Self> {
        let doing = || format!("open the vault {}", folder.display());
        std::fs::create_dir_all(folder).lake_context(doing)?;
        let path = folder.join(ENTRIES_FILE);
        let key_path = folder.join(KEY_FILE);
        let is_new = !key_path.exists();
        let file = private(OpenOptions::new().read(true).append(true).create(true))
            .open(&path)
            .lake_context(doing)?;
        if !lock(&file, wait) {
            return Err(in_use(folder));
        }
        if is_new && file.metadata().lake_context(doing)?.len() > 0 {
            return Err(Error::lake(format!("the vault {} has persons but no key", folder.display()))
                .with_help("restore the vault from a copy: under a new key everyone would be someone else"));
        }
        let key = VaultKey::read_or_create(&key_path)?;
        if is_new {
            // Both files are there to stay before a person gets a number under the key.
            File::open(folder).and_then(|folder| folder.sync_all()).lake_context(doing)?;
        }
        Ok(Self { key, file, path })
    }

    /// Whether the vault joined persons of whom the lake may not know yet. Looks at the last such entry only.
    pub(crate) fn has_joined(&self) -> Result<bool> {
        let doing = || format!("look into the vault {}", self.path.display());
        let mut end = self.file.metadata().lake_context(doing)?.len() / ENTRY * ENTRY;
        let mut block = Vec::new();
        while end > 0 {
            let start = end.saturating_sub(BLOCK as u64 * ENTRY);
            (&self.file).seek(SeekFrom::Start(start)).lake_context(doing)?;
            block.clear();
            (&self.file).take(end - start).read_to_end(&mut block).lake_context(doing)?;
            for entry in block.rchunks_exact(ENTRY_BYTES) {
                let namespace = entry.first_chunk().map_or(0, |word| u64::from_le_bytes(*word));
                if namespace == JOINED || namespace == APPLIED {
                    // One that is torn says nothing; then all of them are read, and it is cut off.
                    return Ok(decode(entry).is_none_or(|(namespace, ..)| namespace != APPLIED));
                }
            }
            end = start;
        }
        Ok(false)
    }

    /// Reads the vault. A torn last entry is cut off: a crash may leave one.
    pub(crate) fn read(mut self) -> Result<Vault> {
        let doing = || format!("open the vault {}", self.path.display());
        let length = self.file.metadata().lake_context(doing)?.len();
        self.file.rewind().lake_context(doing)?;
        let mut vault = Vault::empty(self.key, self.path.clone());
        let whole = entries(&mut self.file, length, &self.path, &mut vault)?;
        if whole < length {
            let doing = || format!("repair the vault {}", self.path.display());
            self.file.set_len(whole).lake_context(doing)?;
        }
        vault.file = Some(self.file);
        Ok(vault)
    }
}

/// Keeps loads out until the file that is returned is dropped; `None` if there is no vault to load with.
pub(super) fn lock_present(folder: &Path, wait: Duration) -> Result<Option<File>> {
    let Some(file) = open_present(&folder.join(ENTRIES_FILE))? else {
        return Ok(None);
    };
    if lock(&file, wait) { Ok(Some(file)) } else { Err(in_use(folder)) }
}

/// Reads a vault without locking it, while others may write it; `None` if it is not there.
pub(super) fn look(folder: &Path) -> Result<Option<Vault>> {
    let Some(key) = VaultKey::read(&folder.join(KEY_FILE))? else {
        return Ok(None);
    };
    let path = folder.join(ENTRIES_FILE);
    let mut vault = Vault::empty(key, path.clone());
    if let Some(mut file) = open_present(&path)? {
        let length = file.metadata().lake_context(|| format!("read the vault {}", folder.display()))?.len();
        entries(&mut file, length, &path, &mut vault)?;
    }
    Ok(Some(vault))
}

fn open_present(path: &Path) -> Result<Option<File>> {
    match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some).lake_context(|| format!("open the vault {}", path.display())),
    }
}

/// Replays the entries among the first bytes and returns how many bytes of them are whole.
fn entries(file: &mut File, length: u64, path: &Path, vault: &mut Vault) -> Result<u64> {
    let count = length / ENTRY;
    vault.people.reserve(usize::try_from(count).unwrap_or(0));
    let mut block = Vec::new();
    let mut number = 0;
    while number < count {
        block.clear();
        let wanted = (count - number).min(BLOCK as u64) * ENTRY;
        let read = file.by_ref().take(wanted).read_to_end(&mut block);
        read.lake_context(|| format!("read the vault {}", path.display()))?;
        for entry in block.chunks_exact(ENTRY_BYTES) {
            let Some((namespace, id, person)) = decode(entry) else {
                if number + 1 == count {
                    return Ok(number * ENTRY);
                }
                return Err(damaged(path, number));
            };
            vault.replay(namespace, id, person);
            number += 1;
        }
        if (block.len() as u64) < wanted {
            break;
        }
    }
    Ok(number * ENTRY)
}

fn damaged(path: &Path, number: u64) -> Error {
    Error::lake(format!("the vault {} is damaged at entry {number}", path.display()))
        .with_help("restore the vault from a copy")
}

fn in_use(folder: &Path) -> Error {
    Error::lake(format!("the vault {} is in use by another load", folder.display()))
        .with_help("wait until it ends and run this one again")
}

/// Takes the lock of the entries file, asking again until `wait` is over.
fn lock(file: &File, wait: Duration) -> bool {
    patiently(wait, || file.try_lock()).is_ok()
}

/// Only the owner may read what is created.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::entry::encode;
    use super::*;

    fn joined(entries: &[(u64, i64)], torn: usize) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let locked = LockedVault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let bytes: Vec<u8> =
            entries.iter().flat_map(|(namespace, person)| encode(*namespace, 7, *person)).collect();
        (&locked.file).write_all(&bytes[..bytes.len() - torn]).unwrap();
        let found = locked.has_joined().unwrap();
        // What is found at the end is what all entries say.
        assert_eq!(found, !locked.read().unwrap().renamed().is_empty());
        found
    }

    #[test]
    fn the_end_tells_whether_persons_were_joined_that_the_lake_does_not_know() {
        let id = (1, 5);
        assert!(!joined(&[], 0));
        assert!(!joined(&[id, id], 0));
        assert!(joined(&[id, (JOINED, 5), id], 0));
        assert!(!joined(&[id, (JOINED, 5), id, (APPLIED, 0), id], 0));
        assert!(joined(&[(JOINED, 5), (APPLIED, 0), (JOINED, 6)], 0));
        // Over several blocks.
        let many = vec![id; 2 * BLOCK];
        assert!(joined(&[&[(JOINED, 5)], &many[..]].concat(), 0));
        assert!(!joined(&[&[(JOINED, 5), (APPLIED, 0)], &many[..]].concat(), 0));
        // A torn last entry.
        assert!(joined(&[(JOINED, 5), (APPLIED, 0)], 3));
        assert!(!joined(&[id, (JOINED, 5)], 3));
    }

    #[test]
    fn persons_without_their_key_are_not_given_another() {
        let folder = tempfile::tempdir().unwrap();
        let locked = LockedVault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        (&locked.file).write_all(&encode(1, 2, 3)).unwrap();
        drop(locked);
        std::fs::remove_file(folder.path().join(KEY_FILE)).unwrap();
        let error = LockedVault::open_or_create(folder.path(), Duration::ZERO).unwrap_err();
        assert!(error.message().contains("no key"), "{error}");
        assert!(!folder.path().join(KEY_FILE).exists());
    }

    #[test]
    fn a_torn_entry_of_whole_length_counts_as_joined_until_it_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let locked = LockedVault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let mut torn = encode(APPLIED, 0, 0);
        torn[39] ^= 1;
        (&locked.file).write_all(&torn).unwrap();
        assert!(locked.has_joined().unwrap());
        drop(locked.read().unwrap());
        let locked = LockedVault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        assert!(!locked.has_joined().unwrap());
        assert_eq!(locked.file.metadata().unwrap().len(), 0);
    }
}
