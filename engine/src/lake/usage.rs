//! Which data files the lake's folders hold, and which of them some lake version names.

use std::collections::{BTreeMap, BTreeSet};

use futures::TryStreamExt;

use super::Lake;
use super::location::Location;
use super::log::LAKE_LOG;
use super::table::{DataFile, TableVersion, folder, versions};
use crate::error::{LakeContext, Result};

/// The data files of one table: on the disk and in the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableUsage {
    /// Files in the table's folder with their sizes.
    pub(crate) there: BTreeMap<String, u64>,
    /// Files that a kept lake version names.
    pub(crate) named: BTreeSet<String>,
}

impl TableUsage {
    /// Files that no kept lake version names: what an interrupted load or an older version left.
    pub(crate) fn unnamed(&self) -> impl Iterator<Item = (&String, u64)> {
        self.there.iter().filter(|(path, _)| !self.named.contains(*path)).map(|(path, size)| (path, *size))
    }

    /// How many of these files are not there, or not as long as they were written.
    pub(crate) fn missing(&self, files: &[DataFile]) -> usize {
        files.iter().filter(|file| self.there.get(&file.path) != Some(&file.size)).count()
    }
}

impl Lake {
    /// The data files of every table, with those that lake versions from `first` on name.
    pub(crate) async fn usage(&self, first: u64) -> Result<BTreeMap<String, TableUsage>> {
        let mut pinned: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
        for version in first..=self.version() {
            for (table, delta_version) in self.pins(version) {
                pinned.entry(table).or_default().insert(delta_version);
            }
        }
        let mut usage = BTreeMap::new();
        for (table, delta_versions) in pinned {
            let mut named = BTreeSet::new();
            for version in versions(self.location(), &table, delta_versions).await? {
                named.extend(version.files.into_iter().map(|file| file.path));
            }
            let there = there(self.location(), &table).await?;
            usage.insert(table, TableUsage { there, named });
        }
        // Of the log itself only the newest version is ever read.
        let log = TableVersion::open(self.location(), LAKE_LOG, None).await?;
        let named = log.map(|log| log.files.into_iter().map(|file| file.path).collect()).unwrap_or_default();
        let there = there(self.location(), LAKE_LOG).await?;
        usage.insert(LAKE_LOG.to_owned(), TableUsage { there, named });
        Ok(usage)
    }
}

/// The data files in a table's folder.
async fn there(location: &Location, table: &str) -> Result<BTreeMap<String, u64>> {
    let prefix = location.path(&folder(table))?;
    let listed: Vec<_> = location
        .store()
        .list(Some(&prefix))
        .try_collect()
        .await
        .lake_context(|| format!("list the files of table {table}"))?;
    let mut files = BTreeMap::new();
    for object in listed {
        let Some(parts) = object.location.prefix_match(&prefix) else { continue };
        let path: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
        if let [name] = path.as_slice()
            && name.ends_with(".parquet")
        {
            files.insert(name.clone(), object.size);
        }
    }
    Ok(files)
}
