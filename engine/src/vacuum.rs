//! Vacuum: removes data files that no kept lake version names. The kept versions stay readable, all of them.

use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;

use crate::clock;
use crate::error::{Error, Result};
use crate::lake::{Lake, folder, lock};
use crate::load::{STAGING, is_stale};
use crate::vault::Vault;

/// How long a vacuum waits for a load to end.
const WAIT: Duration = Duration::from_mins(1);

/// Which lake versions to keep. Without a limit all are kept, and only what interrupted loads left is removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VacuumRequest {
    /// Keeps the newest versions, this many; at least one.
    pub keep: Option<u64>,
    /// Keeps every version that was the newest at some moment of the last days, this many.
    pub older_than_days: Option<u32>,
    /// Removes nothing, and says what would be removed.
    pub dry_run: bool,
}

/// What a vacuum removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VacuumReport {
    /// The oldest lake version that is kept.
    pub oldest: u64,
    /// The newest one.
    pub newest: u64,
    /// Files removed.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Removes what `request` does not keep of a lake whose loads use the vault in a folder.
pub(crate) async fn vacuum(
    lake: &Lake,
    vault: Option<&Path>,
    request: &VacuumRequest,
) -> Result<VacuumReport> {
    // A load puts files before a version names them: none may run meanwhile, and none can begin.
    let _lock = vault.map(|vault| Vault::lock(vault, WAIT)).transpose()?;
    // Nor may a cohort be put there.
    let _commits = lock(lake.location(), WAIT).await?;
    let lake = lake.refresh().await?;
    refuse_busy(&lake)?;
    let oldest = oldest(&lake, request);
    let mut report = VacuumReport { oldest, newest: lake.version(), ..VacuumReport::default() };
    let usage = lake.usage(oldest).await?;
    if !request.dry_run {
        // First of all, so that a version whose files begin to go is no version any more.
        lake.forget_before(oldest).await?;
    }
    for (table, used) in &usage {
        for (path, size) in used.unnamed() {
            report.files += 1;
            report.bytes += size;
            if !request.dry_run {
                lake.location().remove(&format!("{}{path}", folder(table))).await?;
            }
        }
    }
    Ok(report)
}

/// The oldest version to keep: never older than an earlier vacuum's.
fn oldest(lake: &Lake, request: &VacuumRequest) -> u64 {
    let counted = request.keep.map(|keep| (lake.version() + 1).saturating_sub(keep.max(1)));
    let dated = request.older_than_days.map(|days| {
        let cut = clock::now() - TimeDelta::days(i64::from(days));
        lake.log().version_at(cut).unwrap_or(0)
    });
    [counted, dated].into_iter().flatten().min().unwrap_or(0).max(lake.oldest())
}

fn refuse_busy(lake: &Lake) -> Result<()> {
    let Some(folder) = lake.location().local_folder() else {
        return Ok(());
    };
    let mut loads = std::fs::read_dir(folder.join(STAGING)).into_iter().flatten().flatten();
    if loads.any(|load| load.path().is_dir() && !is_stale(&load.path())) {
        return Err(Error::lake("a load is running, whose files no version names yet")
            .with_help("wait until it ends and run this again"));
    }
    Ok(())
}
