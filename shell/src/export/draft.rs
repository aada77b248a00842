//! A file that takes its name only when it is whole; until then it stands beside, and goes when it is dropped.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::leaving;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Tells the drafts of one process apart: one file may be written twice at a time.
static DRAFTS: AtomicU64 = AtomicU64::new(0);

/// Where the files that a process has open stand under further names.
const OPEN_FILES: [&str; 4] = ["/dev/fd", "/dev/stdout", "/dev/stderr", "/proc"];

/// The file that makes a folder a lake.
const LAKE_FILE: &str = "lake.toml";

/// An unfinished file.
#[derive(Debug)]
pub(crate) struct Draft {
    /// The name as it was given.
    path: PathBuf,
    /// Where it is and what it is to replace; `None` for a device or a pipe, which is written at once.
    names: Option<Names>,
    file: File,
}

/// Both names of a draft, whatever the working folder is by then.
#[derive(Debug)]
struct Names {
    temporary: PathBuf,
    last: PathBuf,
}

/// Refuses a file that is there already, unless it may be replaced. Devices and pipes lose nothing.
pub(crate) fn refuse_existing(path: &Path, force: bool) -> Result<()> {
    if force || !path.is_file() {
        return Ok(());
    }
    let there = Failure::usage(format!("{} is there already", path.display()));
    Err(there.with_help("add --force to replace it"))
}

impl Draft {
    /// Begins a file. One that is there already stays until the new one is whole; its permissions stay for good.
    ///
    /// Errors: it may not be written, or its name stands for no file that can be replaced.
    pub(crate) fn begin(path: &Path) -> Result<Self> {
        let unwritable = |error: io::Error| Failure::file("write", path, &error);
        if path.file_name().is_none() {
            return Err(Failure::usage(format!("{} names no file", path.display())));
        }
        if path.is_dir() {
            return Err(
                Failure::usage(format!("{} is a folder", path.display())).with_help("name a file in it")
            );
        }
        if let Some(lake) = lake_around(path) {
            let refused =
                Failure::new(Exit::REFUSED, format!("{} is in the lake {}", path.display(), lake.display()));
            return Err(
                refused.with_help("name a file elsewhere: a lake is changed by load and by cohorts only")
            );
        }
        let older = fs::metadata(path).ok();
        if older.as_ref().is_some_and(|older| !older.is_file()) {
            let file = OpenOptions::new().write(true).open(path).map_err(unwritable)?;
            return Ok(Self { path: path.to_owned(), names: None, file });
        }
        if older.is_some() && OPEN_FILES.iter().any(|name| path.starts_with(name)) {
            let open = Failure::usage(format!("{} is a file that a program has open", path.display()));
            return Err(open.with_help("name the file itself, or redirect standard output"));
        }
        if older.as_ref().is_some_and(|older| older.permissions().readonly()) {
            let kept = Failure::usage(format!("{} may only be read", path.display()));
            return Err(kept.with_help("choose another name, or let the file be written"));
        }
        // A link stays one: what it leads to is replaced.
        let last = if older.is_some() { fs::canonicalize(path) } else { std::path::absolute(path) };
        let last = last.map_err(unwritable)?;
        let (temporary, file) = create_beside(&last).map_err(unwritable)?;
        leaving::note(&temporary);
        let draft = Self { path: path.to_owned(), names: Some(Names { temporary, last }), file };
        if let Some(older) = older {
            draft.file.set_permissions(older.permissions()).map_err(unwritable)?;
        }
        Ok(draft)
    }

    /// The file to write into.
    pub(crate) fn file(&self) -> Result<File> {
        self.file.try_clone().map_err(|error| Failure::file("write", &self.path, &error))
    }

    /// Gives the file its name.
    pub(crate) fn finish(mut self) -> Result<()> {
        let Some(names) = &self.names else {
            return Ok(());
        };
        let named = self.file.sync_all().and_then(|()| fs::rename(&names.temporary, &names.last));
        named.map_err(|error| Failure::file("write", &self.path, &error))?;
        leaving::forget(&names.temporary);
        self.names = None;
        Ok(())
    }
}

/// A new file under a hidden name in the same folder. What has that name already, or is linked there, stays as it is.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    loop {
        let temporary = beside(path);
        match OpenOptions::new().read(true).write(true).create_new(true).open(&temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return Ok((temporary, created?)),
        }
    }
}

/// The lake whose folder a file would be in.
fn lake_around(path: &Path) -> Option<PathBuf> {
    let whole = fs::canonicalize(path).or_else(|_| std::path::absolute(path)).ok()?;
    let folder = whole.parent()?;
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    folder.ancestors().find(|folder| folder.join(LAKE_FILE).is_file()).map(Path::to_owned)
}

/// A hidden name in the same folder.
fn beside(path: &Path) -> PathBuf {
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(path.file_name().unwrap_or_default());
    hidden.push(format!(".{}.{number}.part", std::process::id()));
    path.with_file_name(hidden)
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(names) = &self.names {
            // Nothing can be done about a file that does not go.
            let _ = fs::remove_file(&names.temporary);
            leaving::forget(&names.temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn written(path: &Path, text: &str) -> Draft {
        let draft = Draft::begin(path).unwrap();
        draft.file().unwrap().write_all(text.as_bytes()).unwrap();
        draft
    }

    #[test]
    fn a_file_that_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let draft = written(&folder.path().join("out.csv"), "half");
        assert_eq!(names(folder.path()).len(), 1);
        drop(draft);
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn a_finished_file_has_its_name_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        fs::write(&path, "old").unwrap();
        let draft = written(&path, "new");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        draft.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn two_drafts_of_one_file_do_not_meet() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let (first, second) = (written(&path, "first"), written(&path, "second"));
        first.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"first");
        second.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
    }

    #[test]
    fn a_file_that_is_there_is_replaced_only_where_it_may_be() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        assert!(refuse_existing(&path, false).is_ok());
        fs::write(&path, "old").unwrap();
        assert!(refuse_existing(&path, true).is_ok());
        assert_eq!(refuse_existing(&path, false).unwrap_err().help.unwrap(), "add --force to replace it");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_the_permissions_of_its_file_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("out.csv"), folder.path().join("link.csv"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&path, &link).unwrap();
        written(&link, "new").finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_may_only_be_read_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        fs::write(&path, "old").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert!(Draft::begin(&path).err().unwrap().message.ends_with("out.csv may only be read"));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn what_has_a_hidden_name_already_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let next = DRAFTS.load(Ordering::Relaxed);
        // Other tests take numbers at the same time.
        let taken: Vec<_> = (next..next + 100)
            .map(|number| folder.path().join(format!(".out.csv.{}.{number}.part", std::process::id())))
            .collect();
        for name in &taken {
            fs::write(name, "other").unwrap();
        }
        written(&path, "new").finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(taken.iter().all(|name| fs::read(name).unwrap() == b"other"));
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_where_it_is() {
        let draft = written(Path::new("/dev/null"), "gone");
        assert!(draft.names.is_none() && refuse_existing(Path::new("/dev/null"), false).is_ok());
        draft.finish().unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_open_file_is_not_replaced_under_its_further_name() {
        use std::os::fd::AsRawFd as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let open = File::create(&path).unwrap();
        for names in ["/dev/fd", "/proc/self/fd"] {
            let name = format!("{names}/{}", open.as_raw_fd());
            let refused = Draft::begin(Path::new(&name)).err().unwrap();
            assert!(refused.message.ends_with("is a file that a program has open"), "{}", refused.message);
        }
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Draft::begin(folder.path()).err().unwrap().message.ends_with("is a folder"));
        assert!(Draft::begin(Path::new("/")).is_err());
    }
}
