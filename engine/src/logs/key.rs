//! The key of the query log, without which nobody can try out whether a statement has a hash.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::vault::private;

/// 32 random bytes that no other machine has.
pub(super) type LogKey = [u8; 32];

/// Reads a key's file; writes a new key first where it is not there. The caller keeps other programs out meanwhile.
///
/// Errors: the file cannot be read or written, or holds no key.
pub(super) fn read_or_create(path: &Path) -> io::Result<LogKey> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return create(path),
        read => read?,
    };
    LogKey::try_from(bytes.as_slice()).map_err(|_| {
        let message =
            format!("its key {} is {} bytes long, not 32; remove that file", path.display(), bytes.len());
        io::Error::new(io::ErrorKind::InvalidData, message)
    })
}

fn create(path: &Path) -> io::Result<LogKey> {
    let mut key = LogKey::default();
    getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
    let temporary = path.with_extension("key.new");
    let mut file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(&temporary)?;
    file.write_all(&key)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_another_folder_has_another() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [first, second] = folders.each_ref().map(|folder| folder.path().join("queries.key"));
        let key = read_or_create(&first).unwrap();
        assert_eq!(read_or_create(&first).unwrap(), key);
        assert_ne!(read_or_create(&second).unwrap(), key);
        assert_eq!(fs::read_dir(folders[0].path()).unwrap().count(), 1);
    }

    #[test]
    fn half_a_key_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queries.key");
        fs::write(&path, [7; 16]).unwrap();
        let error = read_or_create(&path).unwrap_err();
        assert!(error.to_string().contains("16 bytes long, not 32"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queries.key");
        read_or_create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
