//! Persons that turned out to be others: every table of the lake gets their new numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::checks::TableChecks;
use super::commit::doubt;
use super::report::LoadReport;
use super::rewrite::Rewrite;
use super::source::staging_folder;
use super::stage::Stage;
use super::{Loader, mark_applied, staged_schema};
use crate::cohort::{self, cohort_of};
use crate::error::Result;
use crate::lake::{DataFile, Kind, Shape};
use crate::vault::Vault;

/// A table whose rows got new numbers, and its files from now on.
pub(super) type Renamed = (Shape, Vec<DataFile>);

impl Loader<'_> {
    /// Gives renamed persons their new number in every person table but the one that is loaded; commits nothing.
    pub(super) async fn rename(
        &self,
        loaded: Option<&str>,
        renamed: &Arc<BTreeMap<i64, i64>>,
    ) -> Result<Vec<Renamed>> {
        let mut result = Vec::new();
        if renamed.is_empty() {
            return Ok(result);
        }
        let version = self.lake.version();
        let staging = staging_folder(self.lake.location().local_folder())?;
        for name in self.lake.pins(version).keys().filter(|name| Some(name.as_str()) != loaded) {
            if cohort_of(name).is_some() {
                continue;
            }
            let Some(table) = self.lake.table(name, version).await? else { continue };
            if table.shape.kind != Kind::Person {
                continue;
            }
            let definition = self.definitions.table(name);
            let shape = table.shape.clone();
            let stage =
                Stage::new(staged_schema(&shape.schema), self.lake.ranges(), staging.path().to_owned());
            let before: Vec<String> = table.files.iter().map(|file| file.path.clone()).collect();
            let rewrite = Rewrite {
                location: Some(self.lake.location().clone()),
                writes: true,
                ranges: self.lake.ranges(),
                shape: shape.clone(),
                key: definition.map(|table| table.key.clone()).unwrap_or_default(),
                period: definition.and_then(|table| table.period.clone()),
                present: Some(table),
                renamed: Arc::clone(renamed),
                deliveries: Arc::default(),
                checks: Arc::new(TableChecks::default()),
                threads: self.threads,
            };
            let files = rewrite.run(stage, &mut |_| Ok(())).await?.files;
            if before.iter().ne(files.iter().map(|file| &file.path)) {
                result.push((shape, files));
            }
        }
        result.extend(cohort::rename(&self.lake, renamed).await?);
        Ok(result)
    }

    /// Applies what a load that was cut off left in the vault, although there is nothing new to load.
    ///
    /// The inner error is one after the commit.
    pub(super) fn rename_only(&self, vault: &mut Vault, report: &mut LoadReport) -> Result<Result<()>> {
        let renamed = Arc::new(vault.renamed());
        if renamed.is_empty() {
            return Ok(Ok(()));
        }
        let others = self.runtime.block_on(self.rename(None, &renamed))?;
        if !others.is_empty() {
            report.lake_version = self.lake.version() + 1;
            report.joined_persons = renamed.len() as u64;
            let appended = self.runtime.block_on(self.commit_renamed(others, report.lake_version))?;
            if let Some(error) = doubt(report.lake_version, appended, &mut report.notices) {
                return Ok(Err(error));
            }
        }
        mark_applied(Some(vault), report);
        Ok(Ok(()))
    }
}
