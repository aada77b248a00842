//! The folders that SQL may read from, and the one way from a path in SQL to a file.

use std::fmt;
use std::fs::{self, File};
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use super::wrong;
use crate::Result;
use crate::error::{Error, ErrorKind};

/// Folders of the machine itself, which hold no data and much that is secret.
const NEVER: &[&str] = &["/proc", "/sys", "/dev"];

/// The folders that the user allowed; with none, no file can be read.
#[derive(Debug, Default)]
pub(crate) struct AllowedFolders {
    /// Absolute and without symbolic links.
    roots: Vec<PathBuf>,
}

/// A file beneath an allowed folder.
#[derive(Debug, Clone)]
pub(super) struct SourceFile {
    /// Absolute and without symbolic links.
    path: PathBuf,
    /// As the statement wrote it.
    shown: String,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl AllowedFolders {
    /// Allows these folders and everything beneath them. An error when one is not a folder.
    pub(crate) fn new(folders: &[PathBuf]) -> Result<Self> {
        let mut roots = Vec::with_capacity(folders.len());
        for folder in folders {
            let root = folder.canonicalize().map_err(|error| {
                Error::usage(format!("the allowed folder {} cannot be opened: {error}", folder.display()))
            })?;
            if !root.is_dir() {
                return Err(Error::usage(format!("{} is not a folder", folder.display()))
                    .with_help("allow the folder it is in"));
            }
            roots.push(root);
        }
        Ok(Self { roots })
    }

    /// The file at `path`, or every file that matches when its last part holds `*` or `?`, in name order.
    ///
    /// A relative path is looked up in the working folder, when that is allowed and has it, and otherwise in
    /// the allowed folders, where two different files are an error. Refused: a path that leads out of the allowed folders by itself, by `..` or by a
    /// symbolic link, and anything that is not a regular file.
    pub(super) fn files(&self, path: &str) -> Result<Vec<SourceFile>> {
        check_text(path)?;
        let written = Path::new(path);
        if written.components().any(|part| part == Component::ParentDir) {
            return Err(refused(format!("{path} holds `..`")).with_help("write the path without it"));
        }
        let (Some(folder), Some(name)) = (written.parent(), written.file_name().and_then(|n| n.to_str()))
        else {
            return Err(refused(format!("{path} is not the path of a file")).with_help("name a file"));
        };
        if folder.to_string_lossy().contains(['*', '?']) {
            return Err(wrong(format!("{path} has a wildcard in a folder's name"))
                .with_help("only the name of the file may have one"));
        }
        if !name.contains(['*', '?']) {
            return Ok(vec![self.file(written, path)?]);
        }
        self.matching(folder, name, path)
    }

    fn matching(&self, folder: &Path, pattern: &str, path: &str) -> Result<Vec<SourceFile>> {
        let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let folder_found = self.resolve(listed, path)?;
        let unreadable = |error| wrong(format!("the folder of {path} cannot be listed: {error}"));
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder_found).map_err(unreadable)? {
            if let Some(name) = entry.map_err(unreadable)?.file_name().to_str()
                && matches(pattern, name)
            {
                names.push(name.to_owned());
            }
        }
        names.sort_unstable();
        let mut files = Vec::with_capacity(names.len());
        for name in names {
            if !folder_found.join(&name).is_dir() {
                let shown = folder.join(&name).display().to_string();
                files.push(self.file(&folder_found.join(&name), &shown)?);
            }
        }
        if files.is_empty() {
            return Err(wrong(format!("no file matches {path}")));
        }
        Ok(files)
    }

    fn file(&self, written: &Path, shown: &str) -> Result<SourceFile> {
        let path = self.resolve(written, shown)?;
        let metadata =
            fs::metadata(&path).map_err(|error| wrong(format!("{shown} cannot be opened: {error}")))?;
        if !metadata.is_file() {
            return Err(refused(format!("{shown} is not a regular file")).with_help("name a file"));
        }
        Ok(SourceFile {
            path,
            shown: shown.to_owned(),
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }

    /// The real path beneath an allowed folder.
    fn resolve(&self, written: &Path, shown: &str) -> Result<PathBuf> {
        let mut leads_out = written.is_absolute() && !self.allows(written);
        let mut real = |place: PathBuf| {
            let real = place.canonicalize().ok()?;
            let allowed = self.allows(&real);
            leads_out |= !allowed;
            allowed.then_some(real)
        };
        // Joining an absolute path gives that path.
        let working = std::env::current_dir().ok().and_then(|working| real(working.join(written)));
        if let Some(found) = working {
            return Ok(found);
        }
        let mut found: Vec<PathBuf> = self.roots.iter().filter_map(|root| real(root.join(written))).collect();
        found.dedup();
        match found.as_slice() {
            [only] => Ok(only.clone()),
            [first, second, ..] => {
                Err(wrong(format!("{shown} is both {} and {}", first.display(), second.display()))
                    .with_help("write the whole path"))
            }
            [] if leads_out || self.roots.is_empty() => Err(self.not_allowed(shown)),
            [] => Err(wrong(format!("there is no file {shown} beneath the allowed folders"))),
        }
    }

    fn allows(&self, real: &Path) -> bool {
        self.roots.iter().any(|root| real.starts_with(root))
            && !NEVER.iter().any(|folder| real.starts_with(folder))
    }

    fn not_allowed(&self, shown: &str) -> Error {
        let allowed: Vec<_> = self.roots.iter().map(|root| root.display().to_string()).collect();
        let allowed = match allowed.as_slice() {
            [] => "no folder is allowed".to_owned(),
            [one] => format!("only {one} is allowed"),
            several => format!("only {} are allowed", several.join(" and ")),
        };
        refused(format!("{shown} may not be read: {allowed}"))
            .with_help("start lifetracks with --allow FOLDER to allow the folder it is in")
    }
}

fn check_text(path: &str) -> Result<()> {
    if path.is_empty() {
        return Err(wrong("the path is empty"));
    }
    if path.contains(char::is_control) {
        return Err(refused("the path holds a control character").with_help("write it without"));
    }
    if path.contains("://") {
        return Err(refused(format!("{path} is a URL")).with_help("name a file on this machine"));
    }
    Ok(())
}

/// A path that SQL may not read.
fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Refused, message)
}

/// Whether `name` is `pattern`, where `*` stands for any text and `?` for any one character.
fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    // After a mismatch, the last star takes one character more.
    let (mut at, mut in_name, mut last_star) = (0, 0, None);
    while in_name < name.len() {
        match pattern.get(at) {
            Some('*') => {
                last_star = Some((at, in_name));
                at += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == name[in_name] => {
                at += 1;
                in_name += 1;
            }
            _ => {
                let Some((star, taken)) = last_star else { return false };
                last_star = Some((star, taken + 1));
                at = star + 1;
                in_name = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|&rest| rest == '*')
}

impl SourceFile {
    /// The real path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The size when the path was resolved.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Opens the file, which must be the one that was resolved, unchanged.
    pub(super) fn open(&self) -> Result<File> {
        let unreadable = |error| wrong(format!("{self} cannot be opened: {error}"));
        // A folder on the way may have become a symbolic link since.
        if self.path.canonicalize().map_err(unreadable)? != self.path {
            return Err(self.changed());
        }
        let file = File::open(&self.path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.len() != self.bytes || metadata.modified().ok() != self.modified {
            return Err(self.changed());
        }
        Ok(file)
    }

    /// The error for a file that is not what it was when the statement was planned.
    pub(super) fn changed(&self) -> Error {
        wrong(format!("{self} changed while it was being read"))
            .with_help("run the statement again; a view over the file must be created again")
    }
}

impl fmt::Display for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}
