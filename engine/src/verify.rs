//! Verify: every file of every lake version is there and holds the bytes its log says, and so does the log itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Result};
use crate::lake::{LAKE_LOG, Lake, Location, Replay, SEAL, Seal, TableVersion, commit_path, folder};

/// A file that is not what the lake's log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The table.
    pub table: String,
    /// The file, below the lake's folder.
    pub file: String,
    /// What is wrong with it.
    pub what: String,
}

/// What `verify` found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// The lake version that was looked at.
    pub lake_version: u64,
    /// Tables looked at.
    pub tables: usize,
    /// Files looked at.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// What is wrong; empty when all is well.
    pub defects: Vec<Defect>,
}

/// Reads and hashes every file that some kept version of the lake names, and every commit of its logs.
pub(crate) async fn verify(location: &Location) -> Result<VerifyReport> {
    let lake = Lake::open(location.clone()).await?;
    let lake = lake.ok_or_else(|| Error::lake(format!("there is no lake at {}", location.display())))?;
    let report = VerifyReport { lake_version: lake.version(), ..VerifyReport::default() };
    let mut check = Check { lake, report };
    check.lake_log().await?;
    let tables: Vec<String> = check.lake.pins(check.lake.version()).into_keys().collect();
    for table in tables {
        check.table(&table).await?;
    }
    Ok(check.report)
}

/// The seals of a table by Delta version.
type Sealed = BTreeMap<u64, String>;

/// A lake and what was found in it so far.
struct Check {
    lake: Lake,
    report: VerifyReport,
}

impl Check {
    /// A table of the lake: each commit against the seals in the lake log, and then its files.
    async fn table(&mut self, table: &str) -> Result<()> {
        let oldest = self.lake.oldest();
        let entries = || self.lake.log().entries.iter().filter(|entry| entry.table == table);
        let seals: Sealed = entries().map(|entry| (entry.delta_version, entry.seal.clone())).collect();
        // What the oldest kept lake version reads, and what each later one does.
        let first = entries().rfind(|entry| entry.lake_version <= oldest);
        let later = entries().filter(|entry| entry.lake_version > oldest);
        let kept: BTreeSet<u64> = first.into_iter().chain(later).map(|entry| entry.delta_version).collect();
        let newest = seals.keys().next_back().copied().unwrap_or(0);
        let replay = self.commits(table, newest, &seals, &kept).await?;
        match self.lake.table(table, self.lake.version()).await {
            Ok(Some(seen)) if replay.is(&seen) => {}
            Ok(Some(_)) => self.defect(table, &folder(table), "the table is not what its log says"),
            Ok(None) => self.defect(table, &folder(table), "the table's log is missing"),
            Err(error) => self.defect(table, &folder(table), error.message()),
        }
        self.files(&replay, table).await
    }

    /// The lake log itself: its commits against the seal beside it, and then its files.
    async fn lake_log(&mut self) -> Result<()> {
        let location = self.lake.location();
        let seen = TableVersion::open(location, LAKE_LOG, None).await?;
        let newest = seen.as_ref().map_or(0, |log| log.delta_version);
        let text = location.read(SEAL).await?;
        let seal = text.as_deref().and_then(Seal::parse).filter(|seal| seal.version <= newest);
        if seal.is_none() && (text.is_some() || self.lake.is_sealed()) {
            self.defect(LAKE_LOG, SEAL, "the seal of the lake log is damaged or missing");
        }
        let seals: Sealed = seal.map(|seal| (seal.version, seal.hash)).into_iter().collect();
        // Earlier files of the lake log are read by nobody; they need not be there.
        let replay = self.commits(LAKE_LOG, newest, &seals, &BTreeSet::from([newest])).await?;
        if !seen.is_some_and(|seen| replay.is(&seen)) {
            self.defect(LAKE_LOG, &folder(LAKE_LOG), "the lake log is not what its commits say");
        }
        self.files(&replay, LAKE_LOG).await
    }

    /// Replays a table's commits up to `newest`, each of which must fit the seal of its version, where there is one.
    async fn commits(
        &mut self,
        table: &str,
        newest: u64,
        seals: &Sealed,
        kept: &BTreeSet<u64>,
    ) -> Result<Replay> {
        self.report.tables += 1;
        let mut replay = Replay::new(table);
        let mut seal: Option<Seal> = None;
        for version in 0..=newest {
            let path = commit_path(table, version);
            let Some(commit) = self.read(table, &path).await else { continue };
            let mut next = Seal::of(seal.as_ref(), &commit);
            next.version = version;
            let wanted = seals.get(&version).filter(|wanted| !wanted.is_empty());
            if let Some(wanted) = wanted.filter(|wanted| **wanted != next.hash) {
                self.defect(
                    table,
                    &path,
                    "this commit, or one since the sealed version before it, was changed",
                );
                // So that the commits after it are judged by themselves.
                next.hash.clone_from(wanted);
            }
            if replay.apply(&commit).is_none() {
                self.defect(table, &path, "this commit cannot be read");
            }
            if kept.contains(&version) {
                replay.keep();
            }
            seal = Some(next);
        }
        Ok(replay)
    }

    /// Compares the bytes of every data file with the log.
    async fn files(&mut self, replay: &Replay, table: &str) -> Result<()> {
        for (file, must_be_there) in replay.files() {
            let path = format!("{}{}", folder(table), file.path);
            if !must_be_there && self.lake.location().read(&path).await?.is_none() {
                continue;
            }
            let Some(bytes) = self.read(table, &path).await else { continue };
            let same = file.hash.as_deref() == Some(blake3::hash(&bytes).to_hex().as_str());
            if !same {
                self.defect(table, &path, "the file's bytes are not those that were written");
            }
        }
        Ok(())
    }

    /// Reads a file that must be there; `None`, and a defect, if it cannot be.
    async fn read(&mut self, table: &str, path: &str) -> Option<Vec<u8>> {
        self.report.files += 1;
        match self.lake.location().read(path).await {
            Ok(Some(bytes)) => {
                self.report.bytes += bytes.len() as u64;
                return Some(bytes);
            }
            Ok(None) => self.defect(table, path, "the file is missing"),
            Err(error) => self.defect(table, path, error.message()),
        }
        None
    }

    fn defect(&mut self, table: &str, file: &str, what: &str) {
        let defect = Defect { table: table.to_owned(), file: file.to_owned(), what: what.to_owned() };
        self.report.defects.push(defect);
    }
}
