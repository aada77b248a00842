//! One commit at a time on this machine, among those that do not hold the vault: cohorts, and `vacuum`.

use std::fs::File;
use std::time::Duration;

use super::location::Location;
use crate::error::{Error, LakeContext, Result};

/// Below the folder of staged rows, which every lake that was loaded into has.
const LOCK: &str = "_staging/commit.lock";
const PAUSE: Duration = Duration::from_millis(20);

/// Waits for the lake's lock, which is given back when what is returned is dropped.
///
/// A lake in an object store has none: there the log alone tells who was first.
pub(crate) async fn lock(location: &Location, wait: Duration) -> Result<Option<File>> {
    let Some(lake) = location.local_folder() else {
        return Ok(None);
    };
    let doing = || format!("lock the lake {}", location.display());
    let path = lake.join(LOCK);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).lake_context(doing)?;
    }
    let file = File::options().create(true).append(true).open(&path).lake_context(doing)?;
    let tries = wait.as_millis() / PAUSE.as_millis() + 1;
    for _ in 0..tries {
        if file.try_lock().is_ok() {
            return Ok(Some(file));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Error::lake(format!(
        "someone else has been writing to the lake {} for {} seconds",
        location.display(),
        wait.as_secs()
    ))
    .with_help("nothing is changed; try again later"))
}
