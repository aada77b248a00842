//! The lake: versioned, person-ordered Parquet tables under one integer version.

mod checked;
mod coverage;
mod facts;
mod location;
mod lock;
mod log;
mod proof;
mod provider;
mod ranges;
mod replay;
mod scanned;
mod seal;
mod sealed;
mod table;
mod usage;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use lifetracks_datasets::Table;
use serde::{Deserialize, Serialize};

pub(crate) use self::coverage::{Coverage, CoverageCounter, Group, Tally};
pub(crate) use self::location::Location;
pub(crate) use self::lock::lock;
pub(crate) use self::log::{Appended, Entry, LAKE_LOG, LakeLog, SourceFile, encode_entries};
use self::proof::Proofs;
pub(crate) use self::provider::{LakeTable, PRIVACY, ROLE};
pub(crate) use self::ranges::{DEFAULT_RANGES, Ranges};
pub(crate) use self::replay::Replay;
pub(crate) use self::scanned::without_paths;
pub(crate) use self::seal::{SEAL, Seal, commit_path};
pub(crate) use self::table::{DataFile, Kind, Shape, TableVersion, commit, folder, put, read_data};
pub(crate) use self::usage::TableUsage;
pub(crate) use self::write::{Contents, EncodedFile, encode, measure};

use crate::error::{Error, LakeContext, Result};

/// The file that makes a folder a lake.
const PROPERTIES: &str = "lake.toml";

/// The format this program writes; a lake of a later one is refused. Format 1 had no check and no seals.
const FORMAT: u32 = 2;
const UNSEALED: u32 = 1;

/// What is fixed when a lake is created.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Properties {
    format: u32,
    ranges: usize,
    /// The oldest lake version whose files are there; earlier ones were vacuumed away.
    #[serde(default)]
    oldest: u64,
    /// blake3 of the lines above it.
    #[serde(default)]
    check: String,
}

impl Properties {
    /// What is written now.
    fn new(ranges: usize, oldest: u64) -> Self {
        Self { format: FORMAT, ranges, oldest, check: String::new() }
    }

    /// The text of the file, which ends in its own check.
    fn text(&self) -> String {
        let Self { format, ranges, oldest, .. } = self;
        let lines = format!(
            "# A LifeTracks lake. Do not edit.\nformat = {format}\nranges = {ranges}\noldest = {oldest}\n"
        );
        let check = blake3::hash(lines.as_bytes()).to_hex();
        format!("{lines}check = \"{check}\"\n")
    }
}

/// A lake at the version that was newest when it was opened.
#[derive(Debug, Clone)]
pub(crate) struct Lake {
    location: Location,
    ranges: Ranges,
    oldest: u64,
    log: Arc<LakeLog>,
    is_sealed: bool,
    proofs: Arc<Proofs>,
}

impl Lake {
    /// Opens the lake at its newest version; `None` if there is none.
    pub(crate) async fn open(location: Location) -> Result<Option<Self>> {
        let Some(bytes) = location.read(PROPERTIES).await? else {
            return Ok(None);
        };
        let doing = || format!("read {PROPERTIES} of the lake {}", location.display());
        let text = String::from_utf8(bytes).lake_context(doing)?;
        let properties: Properties = toml::from_str(&text).lake_context(doing)?;
        if properties.format > FORMAT {
            return Err(Error::lake(format!(
                "the lake {} has format {}",
                location.display(),
                properties.format
            ))
            .with_help(format!("this program reads formats up to {FORMAT}; use a newer one")));
        }
        let is_checked = properties.format > UNSEALED || !properties.check.is_empty();
        if is_checked && text != properties.text() {
            return Err(Error::lake(format!("{PROPERTIES} of the lake {} is damaged", location.display()))
                .with_help("restore it from a copy"));
        }
        let Some(log) = LakeLog::read(&location).await? else {
            return Err(Error::lake(format!("the lake {} has no log", location.display()))
                .with_help("restore the lake folder from a copy"));
        };
        let (ranges, oldest) = (Ranges::new(properties.ranges), properties.oldest);
        let is_sealed = properties.format > UNSEALED;
        let proofs = Arc::default();
        Ok(Some(Self { ranges, oldest, location, log: Arc::new(log), is_sealed, proofs }))
    }

    /// Opens the lake, creating it with `ranges` ranges of `person_id` if it is not there.
    pub(crate) async fn open_or_create(location: Location, ranges: usize) -> Result<Self> {
        if let Some(lake) = Self::open(location.clone()).await? {
            return Ok(lake);
        }
        if let Some(folder) = location.local_folder() {
            std::fs::create_dir_all(folder)
                .lake_context(|| format!("create the folder {}", folder.display()))?;
        }
        LakeLog::create(&location).await?;
        location.write(PROPERTIES, Properties::new(ranges.max(1), 0).text()).await?;
        Self::open(location.clone())
            .await?
            .ok_or_else(|| Error::lake(format!("the lake {} could not be created", location.display())))
    }

    /// Reads the log again: the lake at its newest version now.
    pub(crate) async fn refresh(&self) -> Result<Self> {
        let log = LakeLog::read(&self.location).await?.unwrap_or_default();
        Ok(Self { log: Arc::new(log), ..self.clone() })
    }

    /// The lake at its newest version now, for checked reads: its log and every table fit their seals, or are refused.
    pub(crate) async fn refresh_checked(&self) -> Result<Self> {
        if !self.is_sealed {
            return Err(Error::lake(format!(
                "the lake {} is of format {UNSEALED}, which has no seals, so that reads cannot be checked",
                self.location.display()
            ))
            .with_help("load its files into a new lake, or set lifetracks.checked_reads to false"));
        }
        let log = sealed::lake_log(&self.location, &self.log).await?;
        Ok(Self { log, ..self.clone() })
    }

    /// Whether what is read from it is compared with seals and hashes.
    pub(crate) fn is_checked(&self) -> bool {
        self.log.seal.is_some()
    }

    /// Says that versions before `oldest` are not readable any more.
    pub(crate) async fn forget_before(&self, oldest: u64) -> Result<()> {
        if oldest <= self.oldest {
            return Ok(());
        }
        let format = if self.is_sealed { FORMAT } else { UNSEALED };
        let properties = Properties { format, ..Properties::new(self.ranges.count(), oldest) };
        self.location.write(PROPERTIES, properties.text()).await
    }

    /// Where it is.
    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    /// Whether the lake log has a seal from its first version on.
    pub(crate) fn is_sealed(&self) -> bool {
        self.is_sealed
    }

    /// The cut of `person_id`.
    pub(crate) fn ranges(&self) -> Ranges {
        self.ranges
    }

    /// The history.
    pub(crate) fn log(&self) -> &LakeLog {
        &self.log
    }

    /// The version it was opened at.
    pub(crate) fn version(&self) -> u64 {
        self.log.version
    }

    /// The oldest version whose files are there.
    pub(crate) fn oldest(&self) -> u64 {
        self.oldest
    }

    /// The Delta version of every table at a lake version.
    pub(crate) fn pins(&self, version: u64) -> BTreeMap<String, u64> {
        self.log.pins(version)
    }

    /// A table's files at a lake version; `None` if it was not there yet.
    pub(crate) async fn table(&self, name: &str, version: u64) -> Result<Option<TableVersion>> {
        let Some(delta_version) = self.pins(version).get(name).copied() else {
            return Ok(None);
        };
        if self.is_checked() {
            let seal = self.log.seal_at(name, delta_version)?;
            return sealed::table(&self.location, name, &seal).await.map(Some);
        }
        TableVersion::open(&self.location, name, Some(delta_version)).await
    }

    /// The name under which a session finds the lake's object store.
    pub(crate) fn store_url() -> Result<ObjectStoreUrl> {
        ObjectStoreUrl::parse("lake://store").lake_context(|| "name the lake's store".to_owned())
    }

    /// A table's provider at a lake version; `None` if it was not there yet.
    pub(crate) async fn provider(
        &self,
        name: &str,
        version: u64,
        definition: Option<&Table>,
    ) -> Result<Option<LakeTable>> {
        let Some(table) = self.table(name, version).await? else {
            return Ok(None);
        };
        Ok(Some(LakeTable::new(table, self, definition)?))
    }
}
