//! The vault's random key, and what is drawn from it: hashes of ids, numbers of persons.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

use super::{IdKey, private};
use crate::error::{Error, LakeContext, Result};

/// 32 random bytes without which a hash says nothing about its id.
pub(super) struct VaultKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for VaultKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("VaultKey(..)")
    }
}

impl VaultKey {
    /// A key of its own, which nobody else will have.
    pub(super) fn random() -> Result<Self> {
        let mut key = Zeroizing::new([0_u8; 32]);
        getrandom::fill(&mut key[..]).lake_context(|| "draw a key for the vault".to_owned())?;
        Ok(Self(key))
    }

    /// Reads a key's file; `None` if it is not there.
    pub(super) fn read(path: &Path) -> Result<Option<Self>> {
        let mut file = match File::open(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            opened => opened.lake_context(|| format!("open the vault's key {}", path.display()))?,
        };
        let mut key = Zeroizing::new([0_u8; 32]);
        let length =
            file.read(&mut key[..]).lake_context(|| format!("read the vault's key {}", path.display()))?;
        if length != key.len() {
            return Err(Error::lake(format!(
                "the vault's key {} is {length} bytes long, not 32",
                path.display()
            ))
            .with_help("restore the vault from a copy"));
        }
        Ok(Some(Self(key)))
    }

    /// Reads a key's file, writing a new key first if it is not there.
    pub(super) fn read_or_create(path: &Path) -> Result<Self> {
        if let Some(key) = Self::read(path)? {
            return Ok(key);
        }
        let doing = || format!("write the vault's key {}", path.display());
        let key = Self::random()?;
        let temporary = path.with_extension("new");
        let mut file = private(OpenOptions::new().write(true).create(true).truncate(true))
            .open(&temporary)
            .lake_context(doing)?;
        file.write_all(&key.0[..]).lake_context(doing)?;
        file.sync_all().lake_context(doing)?;
        std::fs::rename(&temporary, path).lake_context(doing)?;
        Ok(key)
    }

    /// What hashes the ids of a namespace ("MDE", "SSN", ..).
    pub(super) fn namespace(&self, name: &str) -> Namespace<'_> {
        let mut message = Zeroizing::new(name.as_bytes().to_vec());
        message.push(0x1f);
        Namespace { key: &self.0, prefix: message.len(), message }
    }

    /// The number of the person that a new id stands for.
    pub(super) fn draw(&self, id: IdKey) -> i64 {
        let hash = blake3::keyed_hash(&self.0, &id.to_le_bytes());
        let mut word = [0_u8; 8];
        word.copy_from_slice(&hash.as_bytes()[..8]);
        i64::from_le_bytes(word) & i64::MAX
    }
}

/// Hashes ids of one namespace; one for each thread.
pub(crate) struct Namespace<'a> {
    key: &'a [u8; 32],
    /// The namespace, a separator, and the id that is hashed.
    message: Zeroizing<Vec<u8>>,
    prefix: usize,
}

impl Namespace<'_> {
    /// The keyed hash of an id.
    pub(crate) fn key(&mut self, id: &str) -> IdKey {
        self.message.truncate(self.prefix);
        self.message.extend_from_slice(id.as_bytes());
        let hash = blake3::keyed_hash(self.key, &self.message);
        let mut half = [0_u8; 16];
        half.copy_from_slice(&hash.as_bytes()[..16]);
        u128::from_le_bytes(half)
    }
}

/// A number for a namespace's name that is the same everywhere.
pub(super) fn namespace_number(namespace: &str) -> u64 {
    let mut word = [0_u8; 8];
    word.copy_from_slice(&blake3::hash(namespace.as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(word)
}
