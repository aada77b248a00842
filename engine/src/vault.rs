//! The vault: which person an agency's id belongs to. It lives outside the lake and is only appended to.
//!
//! An id is kept as a keyed hash (blake3 under the vault's random key), never as text; the person's number is drawn from
//! the same keyed function, so that a load that was cut off and is run again gives the same people the same numbers.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::error::{Error, LakeContext, Result};

const KEY_FILE: &str = "key";
const ENTRIES_FILE: &str = "persons";
const MAGIC: &[u8; 16] = b"lifetracks-vault";
/// namespace (8), id (16), person (8), checksum (8).
const ENTRY_BYTES: usize = 40;

/// In place of a namespace: the entry says that one person turned out to be another.
const JOINED: u64 = u64::MAX;
/// In place of a namespace: every table of the lake has the numbers of the persons joined so far.
const APPLIED: u64 = u64::MAX - 1;

/// A keyed hash of (namespace, id).
pub(crate) type IdKey = u128;

/// The open vault. One loader at a time: the entries file is locked while it is open.
#[derive(Debug)]
pub(crate) struct Vault {
    key: Zeroizing<[u8; 32]>,
    file: File,
    path: PathBuf,
    /// Person of every id; the last entry of an id wins.
    persons: HashMap<IdKey, i64>,
    /// Which namespace's id a person is known by, for the ids that name one person only.
    holders: HashMap<(u64, i64), IdKey>,
    /// Persons that turned out to be others and may still have their old number in the lake, in the order of joining.
    joined: Vec<(i64, i64)>,
    /// Entries not yet written to the file.
    pending: Vec<u8>,
    created: u64,
}

impl Vault {
    /// Opens the vault in a folder, creating it with a new random key if it is not there.
    ///
    /// Waits at most `wait` for another load to be done with it.
    pub(crate) fn open_or_create(folder: &Path, wait: Duration) -> Result<Self> {
        let doing = || format!("open the vault {}", folder.display());
        std::fs::create_dir_all(folder).lake_context(doing)?;
        let path = folder.join(ENTRIES_FILE);
        let is_new = !path.exists();
        let key = read_or_create_key(&folder.join(KEY_FILE))?;
        let mut file = private(OpenOptions::new().read(true).append(true).create(true))
            .open(&path)
            .lake_context(doing)?;
        if is_new {
            // Both files are there to stay before a person gets a number under the key.
            File::open(folder).and_then(|folder| folder.sync_all()).lake_context(doing)?;
        }
        if !lock(&file, wait) {
            return Err(Error::lake(format!("the vault {} is in use by another load", folder.display()))
                .with_help("wait until it ends and run this one again"));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).lake_context(doing)?;
        let mut vault = Self {
            key,
            file,
            path,
            persons: HashMap::new(),
            holders: HashMap::new(),
            joined: Vec::new(),
            pending: Vec::new(),
            created: 0,
        };
        vault.replay(&bytes)?;
        Ok(vault)
    }

    /// Reads the entries; a torn last entry, left by a crash, is cut off.
    fn replay(&mut self, bytes: &[u8]) -> Result<()> {
        let whole = bytes.len() / ENTRY_BYTES * ENTRY_BYTES;
        for (number, entry) in bytes[..whole].chunks_exact(ENTRY_BYTES).enumerate() {
            let Some((namespace, id, person)) = decode(entry) else {
                let last = (number + 1) * ENTRY_BYTES == whole;
                if last {
                    return self.truncate(number * ENTRY_BYTES);
                }
                return Err(Error::lake(format!(
                    "the vault {} is damaged at entry {number}",
                    self.path.display()
                ))
                .with_help("restore the vault from a copy"));
            };
            match namespace {
                JOINED => self.joined.push((low_half(id), person)),
                APPLIED => self.joined.clear(),
                _ => self.remember(namespace, id, person),
            }
        }
        if whole < bytes.len() {
            return self.truncate(whole);
        }
        Ok(())
    }

    fn truncate(&mut self, length: usize) -> Result<()> {
        let length = u64::try_from(length).unwrap_or(0);
        self.file.set_len(length).lake_context(|| format!("repair the vault {}", self.path.display()))
    }

    fn remember(&mut self, namespace: u64, id: IdKey, person: i64) {
        self.persons.insert(id, person);
        self.holders.entry((namespace, person)).or_insert(id);
    }

    /// The keyed hash of an id in a namespace ("MDE", "SSN", ..).
    pub(crate) fn key(&self, namespace: &str, id: &str) -> IdKey {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(namespace.as_bytes()).update(&[0x1f]).update(id.as_bytes());
        let mut half = [0_u8; 16];
        half.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        u128::from_le_bytes(half)
    }

    /// The person of an id, if the vault knows it.
    pub(crate) fn person(&self, id: IdKey) -> Option<i64> {
        self.persons.get(&id).copied()
    }

    /// The person of an id; an id that is new gets a person of its own.
    pub(crate) fn person_or_new(&mut self, namespace: &str, id: IdKey) -> i64 {
        if let Some(person) = self.person(id) {
            return person;
        }
        let person = self.draw(id);
        self.assign(namespace, id, person);
        self.created += 1;
        person
    }

    /// Says that an id belongs to a person from now on.
    pub(crate) fn assign(&mut self, namespace: &str, id: IdKey, person: i64) {
        let namespace = namespace_number(namespace);
        self.pending.extend_from_slice(&encode(namespace, id, person));
        self.remember(namespace, id, person);
    }

    /// The id by which a person is known in a namespace, if any.
    pub(crate) fn id_in(&self, namespace: &str, person: i64) -> Option<IdKey> {
        self.holders.get(&(namespace_number(namespace), person)).copied()
    }

    /// Moves every id of one person to another; returns how many.
    pub(crate) fn merge(&mut self, from: i64, into: i64) -> usize {
        let mut moved: Vec<(u64, IdKey)> = self
            .holders
            .iter()
            .filter(|((_, person), _)| *person == from)
            .map(|((namespace, _), id)| (*namespace, *id))
            .collect();
        moved.sort_unstable();
        let mut others: Vec<IdKey> =
            self.persons.iter().filter(|(_, person)| **person == from).map(|(id, _)| *id).collect();
        others.sort_unstable();
        for id in &others {
            let namespace =
                moved.iter().find(|(_, holder)| holder == id).map_or(0, |(namespace, _)| *namespace);
            self.pending.extend_from_slice(&encode(namespace, *id, into));
            self.remember(namespace, *id, into);
        }
        self.pending.extend_from_slice(&encode(JOINED, u128::from(from.unsigned_abs()), into));
        self.joined.push((from, into));
        others.len()
    }

    /// Persons that have a new number which the lake may not know yet: old number to new number.
    ///
    /// A load that was cut off after it wrote the vault leaves them to the next load, whichever table that is for.
    pub(crate) fn renamed(&self) -> BTreeMap<i64, i64> {
        let mut renamed = BTreeMap::new();
        for (from, into) in &self.joined {
            for person in renamed.values_mut().filter(|person| **person == *from) {
                *person = *into;
            }
            renamed.insert(*from, *into);
        }
        renamed
    }

    /// Notes that the lake has all new numbers now. Call it after the lake's commit.
    pub(crate) fn mark_applied(&mut self) -> Result<()> {
        if self.joined.is_empty() {
            return Ok(());
        }
        self.joined.clear();
        self.pending.extend_from_slice(&encode(APPLIED, 0, 0));
        self.flush()
    }

    /// Persons created since the vault was opened.
    pub(crate) fn created(&self) -> u64 {
        self.created
    }

    /// Writes what is new and waits until it is on the disk. Call it before the lake commits.
    pub(crate) fn flush(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let doing = || format!("write the vault {}", self.path.display());
        self.file.write_all(&self.pending).lake_context(doing)?;
        self.file.sync_data().lake_context(doing)?;
        self.pending.clear();
        Ok(())
    }

    fn draw(&self, id: IdKey) -> i64 {
        let hash = blake3::keyed_hash(&self.key, &id.to_le_bytes());
        let mut word = [0_u8; 8];
        word.copy_from_slice(&hash.as_bytes()[..8]);
        i64::from_le_bytes(word) & i64::MAX
    }
}

/// Takes the lock of the entries file, asking again until `wait` is over.
fn lock(file: &File, wait: Duration) -> bool {
    const PAUSE: Duration = Duration::from_millis(20);
    let tries = wait.as_millis() / PAUSE.as_millis() + 1;
    for attempt in 1..=tries {
        if file.try_lock().is_ok() {
            return true;
        }
        if attempt < tries {
            std::thread::sleep(PAUSE);
        }
    }
    false
}

/// The person that stands in the place of an id.
fn low_half(id: IdKey) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

/// A number for a namespace's name that is the same everywhere.
fn namespace_number(namespace: &str) -> u64 {
    let mut word = [0_u8; 8];
    word.copy_from_slice(&blake3::hash(namespace.as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(word)
}

fn encode(namespace: u64, id: IdKey, person: i64) -> [u8; ENTRY_BYTES] {
    let mut entry = [0_u8; ENTRY_BYTES];
    entry[..8].copy_from_slice(&namespace.to_le_bytes());
    entry[8..24].copy_from_slice(&id.to_le_bytes());
    entry[24..32].copy_from_slice(&person.to_le_bytes());
    let check = checksum(&entry[..32]);
    entry[32..].copy_from_slice(&check);
    entry
}

fn decode(entry: &[u8]) -> Option<(u64, IdKey, i64)> {
    let word = |from: usize| -> Option<[u8; 8]> { entry.get(from..from + 8)?.try_into().ok() };
    let id: [u8; 16] = entry.get(8..24)?.try_into().ok()?;
    if checksum(entry.get(..32)?) != word(32)? {
        return None;
    }
    Some((u64::from_le_bytes(word(0)?), u128::from_le_bytes(id), i64::from_le_bytes(word(24)?)))
}

fn checksum(bytes: &[u8]) -> [u8; 8] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(MAGIC).update(bytes);
    let mut check = [0_u8; 8];
    check.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    check
}

fn read_or_create_key(path: &Path) -> Result<Zeroizing<[u8; 32]>> {
    let doing = || format!("open the vault's key {}", path.display());
    let mut key = Zeroizing::new([0_u8; 32]);
    if path.exists() {
        let length = File::open(path).and_then(|mut file| file.read(&mut key[..])).lake_context(doing)?;
        if length != key.len() {
            return Err(Error::lake(format!(
                "the vault's key {} is {length} bytes long, not 32",
                path.display()
            ))
            .with_help("restore the vault from a copy"));
        }
        return Ok(key);
    }
    getrandom::fill(&mut key[..]).lake_context(doing)?;
    let temporary = path.with_extension("new");
    let mut file = private(OpenOptions::new().write(true).create(true).truncate(true))
        .open(&temporary)
        .lake_context(doing)?;
    file.write_all(&key[..]).lake_context(doing)?;
    file.sync_all().lake_context(doing)?;
    std::fs::rename(&temporary, path).lake_context(doing)?;
    Ok(key)
}

/// Only the owner may read what is created.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_keeps_its_person_over_a_restart_and_its_text_is_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let id = vault.key("SSN", "987654321");
        let person = vault.person_or_new("SSN", id);
        vault.flush().unwrap();
        drop(vault);
        let vault = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        assert_eq!(vault.person(vault.key("SSN", "987654321")), Some(person));
        assert_eq!(vault.person(vault.key("MDE", "987654321")), None);
        assert!(person >= 0);
        let bytes = std::fs::read(folder.path().join(ENTRIES_FILE)).unwrap();
        assert!(!bytes.windows(9).any(|window| window == b"987654321"));
    }

    #[test]
    fn a_torn_last_entry_is_cut_off_and_the_rest_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let first = vault.key("MDE", "1");
        let second = vault.key("MDE", "2");
        let person = vault.person_or_new("MDE", first);
        vault.person_or_new("MDE", second);
        vault.flush().unwrap();
        drop(vault);
        let path = folder.path().join(ENTRIES_FILE);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
        let mut vault = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        assert_eq!((vault.person(first), vault.person(second)), (Some(person), None));
        vault.person_or_new("MDE", second);
        vault.flush().unwrap();
        drop(vault);
        assert!(Vault::open_or_create(folder.path(), Duration::ZERO).unwrap().person(second).is_some());
    }

    #[test]
    fn merging_moves_every_id() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let student = vault.key("MDE", "1");
        let worker = vault.key("SSN", "900000001");
        let left = vault.person_or_new("MDE", student);
        let right = vault.person_or_new("SSN", worker);
        assert_eq!(vault.merge(left, right), 1);
        assert_eq!(vault.person(student), Some(right));
        assert_eq!(vault.id_in("MDE", right), Some(student));
    }

    #[test]
    fn joined_persons_are_remembered_until_the_lake_has_them() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let mut vault = open();
        let [first, second, third] = ["1", "2", "3"].map(|id| vault.key("MDE", id));
        let persons = [first, second, third].map(|id| vault.person_or_new("MDE", id));
        vault.merge(persons[0], persons[1]);
        vault.merge(persons[1], persons[2]);
        vault.flush().unwrap();
        drop(vault);
        let mut vault = open();
        let renamed = BTreeMap::from([(persons[0], persons[2]), (persons[1], persons[2])]);
        assert_eq!(vault.renamed(), renamed);
        vault.mark_applied().unwrap();
        drop(vault);
        assert!(open().renamed().is_empty());
    }

    #[test]
    fn a_second_loader_is_told_to_wait() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let error = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap_err();
        assert!(error.message().contains("in use"), "{error}");
    }
}
