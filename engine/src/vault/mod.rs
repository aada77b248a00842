//! The vault: which person an agency's id belongs to. It lives outside the lake and is only appended to.
//!
//! An id is kept as a keyed hash (blake3 under the vault's random key), never as text; the person's number is drawn from
//! the same keyed function, so that a load that was cut off and is run again gives the same people the same numbers.

mod entry;
mod key;
mod people;

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::entry::{APPLIED, ENTRY_BYTES, JOINED, decode, encode};
pub(crate) use self::key::Namespace;
use self::key::{VaultKey, namespace_number};
use self::people::People;
use crate::error::{Error, LakeContext, Result};

const KEY_FILE: &str = "key";
const ENTRIES_FILE: &str = "persons";

/// A keyed hash of (namespace, id).
pub(crate) type IdKey = u128;

/// The open vault. One loader at a time: the entries file is locked while it is open for writing.
#[derive(Debug)]
pub(crate) struct Vault {
    key: VaultKey,
    /// `None` for a vault that is only looked into.
    file: Option<File>,
    path: PathBuf,
    people: People,
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
        let key = VaultKey::read_or_create(&folder.join(KEY_FILE))?;
        let mut file = private(OpenOptions::new().read(true).append(true).create(true))
            .open(&path)
            .lake_context(doing)?;
        if is_new {
            // Both files are there to stay before a person gets a number under the key.
            File::open(folder).and_then(|folder| folder.sync_all()).lake_context(doing)?;
        }
        if !lock(&file, wait) {
            return Err(in_use(folder));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).lake_context(doing)?;
        let mut vault = Self::empty(key, path);
        let whole = vault.replay(&bytes)?;
        if whole < bytes.len() {
            let length = u64::try_from(whole).unwrap_or(0);
            file.set_len(length).lake_context(|| format!("repair the vault {}", vault.path.display()))?;
        }
        vault.file = Some(file);
        Ok(vault)
    }

    /// Keeps loads out until the file that is returned is dropped; `None` if there is no vault to load with.
    pub(crate) fn lock(folder: &Path, wait: Duration) -> Result<Option<File>> {
        let file = match File::open(folder.join(ENTRIES_FILE)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            opened => opened.lake_context(|| format!("open the vault {}", folder.display()))?,
        };
        if lock(&file, wait) { Ok(Some(file)) } else { Err(in_use(folder)) }
    }

    /// Looks into the vault in a folder without changing it, while others may write it; `None` if it is not there.
    pub(crate) fn look(folder: &Path) -> Result<Option<Self>> {
        let Some(key) = VaultKey::read(&folder.join(KEY_FILE))? else {
            return Ok(None);
        };
        let path = folder.join(ENTRIES_FILE);
        let bytes = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            read => read.lake_context(|| format!("read the vault {}", folder.display()))?,
        };
        let mut vault = Self::empty(key, path);
        vault.replay(&bytes)?;
        Ok(Some(vault))
    }

    /// A vault that is nowhere, for looking at files that are not loaded.
    pub(crate) fn nowhere() -> Result<Self> {
        Ok(Self::empty(VaultKey::random()?, PathBuf::new()))
    }

    fn empty(key: VaultKey, path: PathBuf) -> Self {
        Self {
            key,
            file: None,
            path,
            people: People::default(),
            joined: Vec::new(),
            pending: Vec::new(),
            created: 0,
        }
    }

    /// Reads the entries and returns how many bytes of them are whole: a crash may leave a torn last one.
    fn replay(&mut self, bytes: &[u8]) -> Result<usize> {
        let whole = bytes.len() / ENTRY_BYTES * ENTRY_BYTES;
        for (number, entry) in bytes[..whole].chunks_exact(ENTRY_BYTES).enumerate() {
            let Some((namespace, id, person)) = decode(entry) else {
                let last = (number + 1) * ENTRY_BYTES == whole;
                if last {
                    return Ok(number * ENTRY_BYTES);
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
                _ => self.people.remember(namespace, id, person),
            }
        }
        Ok(whole)
    }

    /// What hashes the ids of a namespace ("MDE", "SSN", ..).
    pub(crate) fn namespace(&self, name: &str) -> Namespace<'_> {
        self.key.namespace(name)
    }

    /// The keyed hash of one id in a namespace.
    #[cfg(test)]
    pub(crate) fn key(&self, namespace: &str, id: &str) -> IdKey {
        self.namespace(namespace).key(id)
    }

    /// The person of an id, if the vault knows it.
    pub(crate) fn person(&self, id: IdKey) -> Option<i64> {
        self.people.person(id)
    }

    /// The person of an id; an id that is new gets a person of its own.
    pub(crate) fn person_or_new(&mut self, namespace: &str, id: IdKey) -> i64 {
        if let Some(person) = self.person(id) {
            return person;
        }
        let person = self.key.draw(id);
        self.assign(namespace, id, person);
        self.created += 1;
        person
    }

    /// Says that an id belongs to a person from now on.
    pub(crate) fn assign(&mut self, namespace: &str, id: IdKey, person: i64) {
        let namespace = namespace_number(namespace);
        self.pending.extend_from_slice(&encode(namespace, id, person));
        self.people.remember(namespace, id, person);
    }

    /// The id by which a person is known in a namespace, if any.
    pub(crate) fn id_in(&self, namespace: &str, person: i64) -> Option<IdKey> {
        self.people.holder(namespace_number(namespace), person)
    }

    /// Moves every id of one person to another; returns how many.
    pub(crate) fn merge(&mut self, from: i64, into: i64) -> usize {
        let ids = self.people.ids_of(from);
        for (namespace, id) in &ids {
            self.pending.extend_from_slice(&encode(*namespace, *id, into));
            self.people.remember(*namespace, *id, into);
        }
        self.pending.extend_from_slice(&encode(JOINED, u128::from(from.unsigned_abs()), into));
        self.joined.push((from, into));
        ids.len()
    }

    /// Persons that have a new number which the lake may not know yet: old number to new number.
    ///
    /// A load that was cut off after it wrote the vault leaves them to the next load, whichever table that is for.
    pub(crate) fn renamed(&self) -> BTreeMap<i64, i64> {
        // Backwards, so that a person who was joined twice is followed to the last number at once.
        let mut renamed: BTreeMap<i64, i64> = BTreeMap::new();
        for (from, into) in self.joined.iter().rev() {
            let last = renamed.get(into).copied().unwrap_or(*into);
            renamed.entry(*from).or_insert(last);
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

    /// Ids that the vault knows.
    pub(crate) fn ids(&self) -> usize {
        self.people.len()
    }

    /// Writes what is new and waits until it is on the disk. Call it before the lake commits.
    pub(crate) fn flush(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let doing = || format!("write the vault {}", self.path.display());
        let file = self.file.as_mut().ok_or_else(|| {
            Error::new(crate::ErrorKind::Internal, "a vault that is only looked into is not written")
        })?;
        file.write_all(&self.pending).lake_context(doing)?;
        file.sync_data().lake_context(doing)?;
        self.pending.clear();
        Ok(())
    }
}

fn in_use(folder: &Path) -> Error {
    Error::lake(format!("the vault {} is in use by another load", folder.display()))
        .with_help("wait until it ends and run this one again")
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
    fn a_vault_is_looked_into_while_a_load_has_it() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Vault::look(folder.path()).unwrap().is_none());
        let mut vault = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let id = vault.key("MDE", "1");
        let person = vault.person_or_new("MDE", id);
        vault.flush().unwrap();
        let mut looked = Vault::look(folder.path()).unwrap().unwrap();
        assert_eq!((looked.person(looked.key("MDE", "1")), looked.ids()), (Some(person), 1));
        looked.person_or_new("MDE", 7);
        assert!(looked.flush().is_err());
    }

    #[test]
    fn a_second_loader_is_told_to_wait() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
        let error = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap_err();
        assert!(error.message().contains("in use"), "{error}");
    }
}
