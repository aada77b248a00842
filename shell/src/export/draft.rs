//! A file that takes its name only when it is whole; until then it stands beside, and goes when it is dropped.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

/// An unfinished file.
pub(crate) struct Draft {
    path: PathBuf,
    temporary: Option<PathBuf>,
    file: File,
}

impl Draft {
    /// Begins a file. One that is there already stays until the new one is whole.
    pub(crate) fn begin(path: &Path) -> Result<Self> {
        let unwritable = |error: io::Error| Failure::file("write", path, &error);
        let Some(name) = path.file_name() else {
            return Err(Failure::usage(format!("{} names no file", path.display())));
        };
        if path.is_dir() {
            return Err(
                Failure::usage(format!("{} is a folder", path.display())).with_help("name a file in it")
            );
        }
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.part", std::process::id()));
        let temporary = path.with_file_name(hidden);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&temporary);
        Ok(Self { path: path.to_owned(), file: file.map_err(unwritable)?, temporary: Some(temporary) })
    }

    /// The file to write into.
    pub(crate) fn file(&self) -> Result<File> {
        self.file.try_clone().map_err(|error| Failure::file("write", &self.path, &error))
    }

    /// Gives the file its name.
    pub(crate) fn finish(mut self) -> Result<()> {
        let synced = self.file.sync_all();
        let named = synced.and_then(|()| match &self.temporary {
            Some(temporary) => fs::rename(temporary, &self.path),
            None => Ok(()),
        });
        named.map_err(|error| Failure::file("write", &self.path, &error))?;
        self.temporary = None;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // Nothing can be done about a file that does not go.
            let _ = fs::remove_file(temporary);
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

    #[test]
    fn a_file_that_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let draft = Draft::begin(&folder.path().join("out.csv")).unwrap();
        draft.file().unwrap().write_all(b"half").unwrap();
        assert_eq!(names(folder.path()).len(), 1);
        drop(draft);
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn a_finished_file_has_its_name_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        fs::write(&path, "old").unwrap();
        let draft = Draft::begin(&path).unwrap();
        draft.file().unwrap().write_all(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        draft.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Draft::begin(folder.path()).err().unwrap().message.ends_with("is a folder"));
        assert!(Draft::begin(Path::new("/")).is_err());
    }
}
