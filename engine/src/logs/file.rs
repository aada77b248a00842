//! The file of the query log: lines are added at its end and never changed, by any number of programs at once.
//!
//! A file that has grown too long steps aside, under a name with `.1` in it, in the place of the one before it; so the
//! oldest entries go, and no entry is ever written again. Both files are read.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{QueryEntry, key};
use crate::patience::patiently;
use crate::vault::private;

/// A longer file steps aside, so that twice as much is kept at most. An entry has about 350 bytes.
const LONGEST: u64 = 8 << 20;

/// A program that was stopped while it held the log keeps others waiting no longer than this.
const PATIENCE: Duration = Duration::from_secs(1);

/// Adds an entry. The folder must be there; the file is made where it is not, for its owner alone.
///
/// Errors: it cannot be written; another program keeps it locked ([`io::ErrorKind::WouldBlock`]).
pub(crate) fn append(path: &Path, entry: &QueryEntry) -> io::Result<()> {
    append_up_to(LONGEST, path, entry)
}

fn append_up_to(longest: u64, path: &Path, entry: &QueryEntry) -> io::Result<()> {
    // The log itself cannot be locked: it may have stepped aside when the lock is given.
    let lock = private(OpenOptions::new().append(true).create(true)).open(lock_of(path))?;
    patiently(PATIENCE, || lock.try_lock())?;
    let key = key::read_or_create(&path.with_extension("key"))?;
    let mut line = serde_json::to_vec(&entry.under(&key))?;
    line.push(b'\n');
    if fs::metadata(path).is_ok_and(|found| found.len() >= longest) {
        fs::rename(path, older(path))?;
    }
    let mut file = private(OpenOptions::new().read(true).append(true).create(true)).open(path)?;
    if !ends_with_a_line(&mut file)? {
        line.insert(0, b'\n');
    }
    file.write_all(&line)
}

/// The entries that can be read, the oldest first, and how many lines cannot be read.
pub(crate) fn read(path: &Path) -> io::Result<(Vec<QueryEntry>, u64)> {
    let lock = File::open(lock_of(path)).ok();
    if let Some(lock) = &lock {
        patiently(PATIENCE, || lock.try_lock_shared())?;
    }
    let mut entries = Vec::new();
    let mut unread = 0;
    let older = older(path);
    for path in [older.as_path(), path] {
        for line in lines(path)?.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let entry: Option<QueryEntry> = serde_json::from_slice(line).ok();
            match entry.filter(|entry| entry.started_at().is_some()) {
                Some(entry) => entries.push(entry),
                None => unread += 1,
            }
        }
    }
    Ok((entries, unread))
}

/// What a file holds; nothing where it is not there.
fn lines(path: &Path) -> io::Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

/// A program that was killed may have left half a line.
fn ends_with_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// The file that stepped aside: `queries.1.jsonl` for `queries.jsonl`.
fn older(path: &Path) -> PathBuf {
    let mut name = path.file_stem().map(OsString::from).unwrap_or_default();
    name.push(".1");
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

fn lock_of(path: &Path) -> PathBuf {
    path.with_extension("lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(sql: &str) -> QueryEntry {
        QueryEntry::begin(sql, "me", None)
    }

    fn hashes(path: &Path) -> Vec<String> {
        read(path).unwrap().0.into_iter().map(|entry| entry.sql_hash).collect()
    }

    #[test]
    fn a_log_that_is_not_there_has_no_entries() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(&folder.path().join("queries.jsonl")).unwrap(), (Vec::new(), 0));
    }

    #[test]
    fn entries_come_back_and_lines_that_are_none_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queries.jsonl");
        let first = QueryEntry { tables: vec!["diploma".to_owned()], rows: Some(3), ..entry("select 1") };
        append(&path, &first).unwrap();
        fs::write(&path, [fs::read(&path).unwrap().as_slice(), b"{\"half\":"].concat()).unwrap();
        append(&path, &entry("select 2")).unwrap();
        let (entries, unread) = read(&path).unwrap();
        assert_eq!((entries.len(), unread), (2, 1));
        assert_eq!(entries[0], QueryEntry { sql_hash: entries[0].sql_hash.clone(), ..first });
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queries.jsonl");
        append(&path, &entry("select 1")).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_log_that_another_program_keeps_locked_is_not_waited_for_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queries.jsonl");
        append(&path, &entry("select 1")).unwrap();
        let other = File::open(lock_of(&path)).unwrap();
        other.lock().unwrap();
        assert_eq!(append(&path, &entry("select 2")).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        assert_eq!(read(&path).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        drop(other);
        assert_eq!(hashes(&path).len(), 1);
    }

    #[test]
    fn a_long_log_loses_its_oldest_entries_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queries.jsonl");
        let all: Vec<QueryEntry> = (0..50).map(|number| entry(&format!("select {number}"))).collect();
        for entry in &all {
            append_up_to(2_000, &path, entry).unwrap();
        }
        let kept = hashes(&path);
        assert!(kept.len() > 5 && kept.len() < 20, "{}", kept.len());
        let key = key::read_or_create(&path.with_extension("key")).unwrap();
        let last: Vec<String> =
            all[50 - kept.len()..].iter().map(|entry| entry.under(&key).sql_hash).collect();
        assert_eq!(kept, last);
        assert!(folder.path().join("queries.1.jsonl").is_file());
    }

    #[test]
    fn programs_that_log_at_the_same_time_lose_nothing_when_the_log_steps_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queries.jsonl");
        // 200 entries are more than one file's worth and less than two.
        let longest = serde_json::to_vec(&entry("select 1")).unwrap().len() as u64 * 120;
        std::thread::scope(|scope| {
            for program in 0..4 {
                let path = &path;
                scope.spawn(move || {
                    for number in 0..50 {
                        append_up_to(longest, path, &entry(&format!("select {program}, {number}"))).unwrap();
                    }
                });
            }
        });
        let mut found = hashes(&path);
        found.sort();
        found.dedup();
        assert_eq!(found.len(), 200);
    }
}
