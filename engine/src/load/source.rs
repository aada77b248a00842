//! The files of a load and the folder its rows wait in.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;

use crate::clock;
use crate::error::{Error, LakeContext, Result};

/// A file that is about to be read.
pub(crate) struct Opened {
    /// Name without its folder: what reports and the log show.
    pub(crate) name: String,
    /// blake3 of its bytes.
    pub(crate) hash: String,
    pub(crate) path: PathBuf,
}

/// Opens a file and hashes it, so that the same delivery is recognised.
pub(crate) fn open(path: &Path) -> Result<Opened> {
    let name = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let cannot = |error: std::io::Error| {
        Error::usage(format!("could not read the file {}: {error}", path.display()))
            .with_help("check its path and rights")
    };
    let mut file = File::open(path).map_err(cannot)?;
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0_u8; 1024 * 1024];
    loop {
        let length = file.read(&mut block).map_err(cannot)?;
        if length == 0 {
            break;
        }
        hasher.update(&block[..length]);
    }
    Ok(Opened { name, hash: hasher.finalize().to_hex().to_string(), path: path.to_owned() })
}

/// The folder of staged rows below the lake's.
pub(crate) const STAGING: &str = "_staging";

/// How long a load may take to say that its folder is busy.
const BEGINNING: TimeDelta = TimeDelta::minutes(1);

/// A private folder for rows on their way; what a killed load left is removed first.
///
/// The rows stay on the lake's own disk, where it has one: they are as confidential as the lake. A folder belongs to a
/// load that runs as long as its file `busy` is locked.
pub(crate) fn staging_folder(lake: Option<&Path>) -> Result<Staging> {
    let doing = || "make a folder for staged rows".to_owned();
    let Some(lake) = lake else {
        let folder = TempDir::with_prefix("lifetracks-").lake_context(doing)?;
        return Ok(Staging { folder, _busy: None });
    };
    let parent = lake.join(STAGING);
    std::fs::create_dir_all(&parent).lake_context(doing)?;
    remove_stale(lake);
    let folder = TempDir::with_prefix_in("load-", &parent).lake_context(doing)?;
    let busy = File::create(folder.path().join("busy")).lake_context(doing)?;
    busy.lock().lake_context(doing)?;
    Ok(Staging { folder, _busy: Some(busy) })
}

/// Whether the load that a folder of staged rows belongs to has ended without removing it.
pub(crate) fn is_stale(folder: &Path) -> bool {
    match File::open(folder.join("busy")) {
        Ok(busy) => busy.try_lock().is_ok(),
        // It was cut off before it could say that it is busy, unless it is about to.
        Err(_) => folder.metadata().and_then(|data| data.modified()).is_ok_and(|modified| {
            clock::now().signed_duration_since(DateTime::<Utc>::from(modified)) > BEGINNING
        }),
    }
}

/// Removes what killed loads left.
pub(crate) fn remove_stale(lake: &Path) {
    for entry in std::fs::read_dir(lake.join(STAGING)).into_iter().flatten().flatten() {
        if entry.path().is_dir() && is_stale(&entry.path()) {
            // Best effort: a folder that cannot be removed now is tried again by the next load.
            drop(std::fs::remove_dir_all(entry.path()));
        }
    }
}

/// A staging folder that is removed when the load ends.
#[derive(Debug)]
pub(crate) struct Staging {
    folder: TempDir,
    _busy: Option<File>,
}

impl Staging {
    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}
