//! The prompt's history: a file that only its owner can read, to which several shells append at the same time.
//!
//! An entry is a line; the line feeds and backslashes in it are escaped, as the file's first line says. An entry that has
//! failed stands there once more with a mark before it; when it goes well later, it follows without the mark.

use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lifetracks_engine::patiently;

/// Entries that are kept.
pub(crate) const ENTRIES: usize = 100_000;

/// The file is cut to [`ENTRIES`] when it has that many more.
const SLACK: usize = 10_000;

/// A shell that was stopped while it held the history keeps others waiting no longer than this.
const PATIENCE: Duration = Duration::from_secs(1);

/// The first line of the file.
const VERSION: &str = "#V2";

/// What stands before an entry that has failed. An entry's own line never starts so: its backslashes are doubled.
const FAILED: &str = "\\!";

/// What the file holds.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// The entries, the oldest first.
    pub(crate) entries: VecDeque<String>,
    /// Those that failed when they were run last.
    pub(crate) failed: BTreeSet<String>,
}

/// The folder of what the shell remembers: `$XDG_STATE_HOME/lifetracks`, by default in `~/.local/state`; `None` without
/// a home.
pub(crate) fn state_folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let state = folder("XDG_STATE_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| Some(folder("HOME")?.join(".local/state")))?;
    Some(state.join("lifetracks"))
}

/// The file of the history; `None` without a home.
pub(crate) fn history_path() -> Option<PathBuf> {
    Some(state_folder()?.join("history"))
}

/// What the file holds. Makes sure that it is there, with its folder, and is its owner's alone; cuts it when it has grown
/// too long.
pub(crate) fn open(path: &Path) -> io::Result<Remembered> {
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    let _lock = lock(path)?;
    private_file(path)?;
    let mut remembered = remembered(&read(path)?);
    let surplus = remembered.entries.len().saturating_sub(ENTRIES);
    remembered.entries.drain(..surplus);
    if surplus > SLACK {
        let kept: BTreeSet<&String> = remembered.entries.iter().collect();
        remembered.failed.retain(|entry| kept.contains(entry));
        replace(path, &remembered)?;
    }
    Ok(remembered)
}

/// Puts another file in the place of the history, whole or not at all. Others open it anew for each entry.
fn replace(path: &Path, remembered: &Remembered) -> io::Result<()> {
    let lines = remembered.entries.iter().map(|entry| line(entry));
    let failed = remembered.failed.iter().map(|entry| format!("{FAILED}{}", line(entry)));
    let lines: Vec<String> = lines.chain(failed).collect();
    // A link stays one.
    let path = fs::canonicalize(path)?;
    let beside = path.with_extension("new");
    let mut file = private_file(&beside)?;
    // One that was left behind half written.
    file.set_len(0)?;
    file.write_all(format!("{VERSION}\n{}", lines.concat()).as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, &path)
}

/// Keeps other shells out of the history until what is returned is dropped. The history itself cannot be locked: it may
/// have been replaced when the lock is given.
fn lock(path: &Path) -> io::Result<File> {
    let lock = private_file(&lock_of(path))?;
    patiently(PATIENCE, || lock.try_lock())?;
    Ok(lock)
}

fn lock_of(path: &Path) -> PathBuf {
    path.with_extension("lock")
}

/// The entries of the file, the oldest first.
pub(crate) fn load(path: &Path) -> io::Result<VecDeque<String>> {
    // Without a file to lock nobody has written yet.
    let lock = File::open(lock_of(path)).ok();
    if let Some(lock) = &lock {
        patiently(PATIENCE, || lock.try_lock_shared())?;
    }
    let mut entries = remembered(&read(path)?).entries;
    entries.drain(..entries.len().saturating_sub(ENTRIES));
    Ok(entries)
}

/// Adds an entry at the end of the file, whatever other shells do.
pub(crate) fn append(path: &Path, entry: &str) -> io::Result<()> {
    append_line(path, &line(entry))
}

/// Notes that an entry has failed.
pub(crate) fn append_failure(path: &Path, entry: &str) -> io::Result<()> {
    append_line(path, &format!("{FAILED}{}", line(entry)))
}

fn append_line(path: &Path, line: &str) -> io::Result<()> {
    let _lock = lock(path)?;
    let mut file = OpenOptions::new().append(true).read(true).open(path)?;
    let length = file.metadata()?.len();
    let mut text = String::new();
    if length == 0 {
        text.push_str(VERSION);
        text.push('\n');
    } else {
        // A shell that was killed may have left half a line.
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        text.push_str(if last == *b"\n" { "" } else { "\n" });
    }
    text.push_str(line);
    file.write_all(text.as_bytes())
}

fn read(path: &Path) -> io::Result<String> {
    Ok(String::from_utf8_lossy(&fs::read(path)?).into_owned())
}

fn remembered(text: &str) -> Remembered {
    let mut remembered = Remembered::default();
    for line in text.lines().filter(|line| !line.is_empty() && *line != VERSION) {
        if let Some(failed) = line.strip_prefix(FAILED) {
            remembered.failed.insert(unescaped(failed));
            continue;
        }
        let entry = unescaped(line);
        remembered.failed.remove(&entry);
        remembered.entries.push_back(entry);
    }
    remembered
}

fn line(entry: &str) -> String {
    format!("{}\n", entry.replace('\\', "\\\\").replace('\n', "\\n"))
}

fn unescaped(line: &str) -> String {
    let mut entry = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (character, if character == '\\' { characters.next() } else { None }) {
            ('\\', Some('n')) => entry.push('\n'),
            ('\\', Some(escaped)) => entry.push(escaped),
            (plain, _) => entry.push(plain),
        }
    }
    entry
}

/// Makes a folder, with those above it, that only its owner can enter.
#[cfg(unix)]
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Opens a file to append to it that only its owner can read.
#[cfg(unix)]
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(file)
}

/// Makes a folder, with those above it.
#[cfg(not(unix))]
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Opens a file to append to it.
#[cfg(not(unix))]
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/history");
        open(&path).unwrap();
        let entries = ["select 1;", "select\n  'a\\nb',\n  '\\'", "#V3 is text"];
        for entry in entries {
            append(&path, entry).unwrap();
        }
        assert_eq!(load(&path).unwrap(), entries);
    }

    #[test]
    fn what_has_failed_is_known_until_it_goes_well() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        open(&path).unwrap();
        for entry in ["select\n\\!nope;", "selct 1;", "select 1;"] {
            append(&path, entry).unwrap();
        }
        append_failure(&path, "select\n\\!nope;").unwrap();
        append_failure(&path, "selct 1;").unwrap();
        let remembered = open(&path).unwrap();
        assert_eq!(remembered.entries, ["select\n\\!nope;", "selct 1;", "select 1;"]);
        assert_eq!(remembered.failed.into_iter().collect::<Vec<_>>(), ["selct 1;", "select\n\\!nope;"]);
        append(&path, "selct 1;").unwrap();
        let remembered = open(&path).unwrap();
        assert_eq!(remembered.failed.into_iter().collect::<Vec<_>>(), ["select\n\\!nope;"]);
        assert_eq!(load(&path).unwrap().len(), 4);
    }

    #[test]
    fn half_a_line_does_not_spoil_the_next_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        fs::write(&path, "#V2\nselect 1;\nselect ").unwrap();
        append(&path, "select 2;").unwrap();
        assert_eq!(load(&path).unwrap(), ["select 1;", "select ", "select 2;"]);
    }

    #[test]
    fn shells_that_write_at_the_same_time_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        open(&path).unwrap();
        let shells: Vec<_> = (0..4)
            .map(|shell| {
                let path = path.clone();
                std::thread::spawn(move || {
                    for entry in 0..50 {
                        append(&path, &format!("{shell}\n{entry}")).unwrap();
                    }
                })
            })
            .collect();
        for shell in shells {
            shell.join().unwrap();
        }
        let entries = load(&path).unwrap();
        assert_eq!(entries.len(), 200);
        assert!((0..4).all(|shell| (0..50).all(|entry| entries.contains(&format!("{shell}\n{entry}")))));
    }

    #[test]
    fn a_file_that_has_grown_too_long_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        let mut lines: Vec<_> = (0..=ENTRIES + SLACK).map(|entry| format!("select {entry};\n")).collect();
        lines.push("\\!select 1;\n\\!select 99999;\n".to_owned());
        fs::write(&path, lines.concat()).unwrap();
        let opened = open(&path).unwrap();
        assert_eq!(opened.failed.into_iter().collect::<Vec<_>>(), ["select 99999;"]);
        let entries = load(&path).unwrap();
        assert_eq!(entries, opened.entries);
        assert_eq!(entries.len(), ENTRIES);
        assert_eq!(entries.back().unwrap(), &format!("select {};", ENTRIES + SLACK));
        append(&path, "select 'more';").unwrap();
        let again = open(&path).unwrap();
        assert_eq!((again.entries.len(), again.failed.len()), (ENTRIES, 1));
        assert_eq!(again.entries.back().unwrap(), "select 'more';");
        assert!(!folder.path().join("history.new").exists());
    }

    #[test]
    fn a_history_that_another_program_keeps_locked_is_not_waited_for_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        open(&path).unwrap();
        let other = lock(&path).unwrap();
        assert_eq!(append(&path, "select 1;").unwrap_err().kind(), io::ErrorKind::WouldBlock);
        assert_eq!(load(&path).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        drop(other);
        append(&path, "select 1;").unwrap();
        assert_eq!(load(&path).unwrap(), ["select 1;"]);
    }
}
