//! Tables and the lake log told by sealed commits alone: what a checked read trusts.
//!
//! Checkpoints are not looked at; the commits are hashed whole and must give the seal before any of them is understood.

use std::sync::Arc;
use std::time::Duration;

use super::location::Location;
use super::log::{LAKE_LOG, LakeLog};
use super::replay::Replay;
use super::seal::{SEAL, Seal, commit_path};
use super::table::{TableVersion, folder};
use crate::error::{Error, Result};

/// A load seals the lake log right after it has committed; a checked read that comes between waits as long as this.
const SEALING: Duration = Duration::from_millis(50);
const ATTEMPTS: usize = 60;

/// The table that a seal is of.
pub(super) async fn table(location: &Location, name: &str, seal: &Seal) -> Result<TableVersion> {
    let damaged = || {
        let message = match name {
            LAKE_LOG => {
                format!("the lake log in {}_delta_log/ and its seal, {SEAL}, do not fit", folder(name))
            }
            _ => format!("the log of table {name} in {}_delta_log/ does not fit its seal", folder(name)),
        };
        Error::lake(format!("{message}: one of their files is damaged"))
            .with_help("run `verify` to see which one, and restore the lake from a copy")
    };
    let mut found: Option<Seal> = None;
    let mut commits = Vec::new();
    for version in 0..=seal.version {
        let path = commit_path(name, version);
        let commit = location.read(&path).await?.ok_or_else(|| {
            Error::lake(format!("the log file {path} is missing"))
                .with_help("run `verify` to see what else is, and restore the lake from a copy")
        })?;
        found = Some(Seal::of(found.as_ref(), &commit));
        commits.push(commit);
    }
    if found.as_ref() != Some(seal) {
        return Err(damaged());
    }
    let mut replay = Replay::new(name);
    commits.iter().try_for_each(|commit| replay.apply(commit)).ok_or_else(damaged)?;
    replay.into_version(seal.version).ok_or_else(damaged)
}

/// The lake log as its seal has it; the one given, if it is still the newest.
pub(super) async fn lake_log(location: &Location, present: &Arc<LakeLog>) -> Result<Arc<LakeLog>> {
    for _ in 0..ATTEMPTS {
        let text = location.read(SEAL).await?;
        let seal = text.as_deref().and_then(Seal::parse).ok_or_else(|| {
            Error::lake(format!("the seal of the lake log, {SEAL}, is damaged or missing"))
                .with_help("run `verify` to see what else is, and restore the lake from a copy")
        })?;
        if location.read(&commit_path(LAKE_LOG, seal.version + 1)).await?.is_none() {
            if present.seal.as_ref() == Some(&seal) {
                return Ok(Arc::clone(present));
            }
            let table = table(location, LAKE_LOG, &seal).await?;
            let log = LakeLog::of(location, &table).await?;
            return Ok(Arc::new(LakeLog { seal: Some(seal), ..log }));
        }
        tokio::time::sleep(SEALING).await;
    }
    Err(Error::lake("the newest lake version has no seal: the load that made it was cut off")
        .with_help("run the load again, which seals it, or set lifetracks.checked_reads to false"))
}
