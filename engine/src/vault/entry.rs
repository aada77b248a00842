//! One entry of the vault's file: a namespace, an id's keyed hash, a person, and a checksum.

use super::IdKey;

/// namespace (8), id (16), person (8), checksum (8).
pub(super) const ENTRY_BYTES: usize = 40;

const MAGIC: &[u8; 16] = b"lifetracks-vault";

/// In place of a namespace: the entry says that one person turned out to be another.
pub(super) const JOINED: u64 = u64::MAX;
/// In place of a namespace: every table of the lake has the numbers of the persons joined so far.
pub(super) const APPLIED: u64 = u64::MAX - 1;

/// The bytes of an entry.
pub(super) fn encode(namespace: u64, id: IdKey, person: i64) -> [u8; ENTRY_BYTES] {
    let mut entry = [0_u8; ENTRY_BYTES];
    entry[..8].copy_from_slice(&namespace.to_le_bytes());
    entry[8..24].copy_from_slice(&id.to_le_bytes());
    entry[24..32].copy_from_slice(&person.to_le_bytes());
    let check = checksum(&entry[..32]);
    entry[32..].copy_from_slice(&check);
    entry
}

/// What the bytes say; `None` if they are not what was written.
pub(super) fn decode(entry: &[u8]) -> Option<(u64, IdKey, i64)> {
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
