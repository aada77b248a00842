//! The vault: which person an agency's id belongs to. It lives outside the lake and is only appended to.
//!
//! An id is kept as a keyed hash (blake3 under the vault's random key), never as text; the person's number is drawn from
//! the same keyed function, so that a load that was cut off and is run again gives the same people the same numbers.

mod entry;
mod file;
mod holders;
mod key;
#[cfg(test)]
mod measure;
mod people;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::entry::{APPLIED, JOINED, encode};
#[cfg(test)]
use self::file::ENTRIES_FILE;
pub(crate) use self::file::{LockedVault, private};
pub(crate) use self::key::Namespace;
use self::key::{VaultKey, namespace_number};
use self::people::People;
use crate::error::{Error, LakeContext, Result};

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
    #[cfg(test)]
    pub(crate) fn open_or_create(folder: &Path, wait: Duration) -> Result<Self> {
        LockedVault::open_or_create(folder, wait)?.read()
    }

    /// Keeps loads out until the file that is returned is dropped; `None` if there is no vault to load with.
    pub(crate) fn lock(folder: &Path, wait: Duration) -> Result<Option<File>> {
        file::lock_present(folder, wait)
    }

    /// Looks into the vault in a folder without changing it, while others may write it; `None` if it is not there.
    pub(crate) fn look(folder: &Path) -> Result<Option<Self>> {
        file::look(folder)
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

    /// Takes what an entry of the file says.
    fn replay(&mut self, namespace: u64, id: IdKey, person: i64) {
        match namespace {
            JOINED => self.joined.push((low_half(id), person)),
            APPLIED => self.joined.clear(),
            _ => self.people.remember(namespace, id, person),
        }
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

    /// An id by which a person is known in a namespace, if any.
    pub(crate) fn id_in(&mut self, namespace: &str, person: i64) -> Option<IdKey> {
        self.people.holder(namespace_number(namespace), person)
    }

    /// Moves every id of one person to another; returns how many.
    pub(crate) fn merge(&mut self, from: i64, into: i64) -> usize {
        let ids = self.people.merge(from, into);
        for (namespace, id) in &ids {
            self.pending.extend_from_slice(&encode(*namespace, *id, into));
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

/// The person that stands in the place of an id.
fn low_half(id: IdKey) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
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
