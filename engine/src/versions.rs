//! Time travel: a lake table as it was at a version or a moment.

use std::sync::Arc;

use datafusion::catalog::{CatalogProvider, TableProvider};
use datafusion::common::TableReference;
use datafusion::error::Result;
use lifetracks_datasets::Table;
use tokio::runtime::Handle;

use crate::catalog::{CATALOG, Catalog, MAIN, METADATA, external};
use crate::clock;
use crate::cohort::{self, CohortVersion, Read, Source};
use crate::coverage::{self, TableCoverage};
use crate::error::{Error, ErrorKind};
use crate::lake::{Lake, LakeTable};
use crate::relation::{VersionSpec, VersionedTables};

/// The lake's tables for the planner of FROM items.
#[derive(Debug)]
pub(crate) struct LakeVersions {
    catalog: Arc<Catalog>,
}

impl LakeVersions {
    pub(crate) fn new(catalog: Arc<Catalog>) -> Self {
        Self { catalog }
    }

    /// A table at a version; `None` when it was not there.
    fn opened(
        &self,
        name: &str,
        lake: &Lake,
        version: VersionSpec,
    ) -> crate::Result<Option<Arc<dyn TableProvider>>> {
        let is_past = is_past(version);
        let version = number(lake, version)?;
        // Planning is synchronous and runs on the engine's own threads, which may wait for the store here.
        let opened = tokio::task::block_in_place(|| {
            Handle::current().block_on(self.catalog.main().table_at(name, version))
        });
        let opened = opened?;
        if !name.starts_with('_') {
            self.catalog.main().note_table(name, opened.as_deref(), is_past);
        }
        Ok(opened.map(|table| table as Arc<dyn TableProvider>))
    }

    fn provider(
        &self,
        name: &str,
        lake: &Lake,
        version: VersionSpec,
    ) -> crate::Result<Arc<dyn TableProvider>> {
        self.opened(name, lake, version)?.ok_or_else(|| {
            let version = number(lake, version).unwrap_or_default();
            Error::new(
                ErrorKind::Query,
                format!("table \"{name}\" was not there yet in lake version {version}"),
            )
            .with_help("`lifetracks.versions` lists what each version changed")
        })
    }

    /// Facts of a lake version; `None` for a table of facts that has no past.
    fn facts(
        &self,
        name: &str,
        lake: &Lake,
        version: VersionSpec,
    ) -> crate::Result<Option<Arc<dyn TableProvider>>> {
        let version = number(lake, version)?;
        let metadata = self.catalog.metadata();
        tokio::task::block_in_place(|| Handle::current().block_on(metadata.table_at(name, version)))
    }
}

/// Whether what is asked for stays the same whatever is loaded from now on.
fn is_past(version: VersionSpec) -> bool {
    match version {
        VersionSpec::Version(_) => true,
        VersionSpec::Timestamp(moment) => moment <= clock::now(),
    }
}

/// The lake version that is meant; it must be one there is.
fn number(lake: &Lake, version: VersionSpec) -> crate::Result<u64> {
    let found = match version {
        VersionSpec::Version(number) => (number <= lake.version()).then_some(number),
        VersionSpec::Timestamp(moment) => lake.log().version_at(moment),
    };
    if let Some(found) = found.filter(|found| *found < lake.oldest()) {
        return Err(Error::new(ErrorKind::Query, format!("lake version {found} was vacuumed away"))
            .with_help(format!("the oldest one that is kept is {}", lake.oldest())));
    }
    found.ok_or_else(|| {
        let asked = match version {
            VersionSpec::Version(number) => format!("the lake has no version {number}"),
            VersionSpec::Timestamp(moment) => format!("the lake is younger than {moment}"),
        };
        Error::new(ErrorKind::Query, asked)
            .with_help(format!("the newest version is {}; `lifetracks.versions` lists all", lake.version()))
    })
}

impl VersionedTables for LakeVersions {
    fn at_version(
        &self,
        table: &TableReference,
        version: VersionSpec,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        let ours = table.catalog().is_none_or(|catalog| catalog == CATALOG);
        let main = self.catalog.main();
        let Some(lake) = main.lake().filter(|_| ours) else {
            return Ok(None);
        };
        if table.schema() == Some(METADATA) {
            return self.facts(table.table(), &lake, version).map_err(external);
        }
        if table.schema().is_some_and(|schema| schema != MAIN)
            || !main.lake_tables().iter().any(|name| name == table.table())
        {
            return Ok(None);
        }
        self.provider(table.table(), &lake, version).map(Some).map_err(external)
    }

    fn then(&self, name: &str, version: VersionSpec) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(lake) = self.catalog.main().lake() else {
            return Ok(None);
        };
        self.opened(name, &lake, version).map_err(external)
    }

    fn cohort(&self, name: &str, number: Option<u64>, version: Option<VersionSpec>) -> Result<CohortVersion> {
        let main = self.catalog.main();
        let lake = main.lake().ok_or_else(|| external(cohort::no_lake()))?;
        let seen = version
            .map_or_else(|| Ok(lake.version()), |version| self::number(&lake, version))
            .map_err(external)?;
        let registry = tokio::task::block_in_place(|| Handle::current().block_on(main.cohorts(seen)));
        let kept = cohort::find(&registry.map_err(external)?, name, number).map_err(external)?;
        let fixed = number.is_some() || version.is_some_and(is_past);
        main.note(Read { source: Source::Cohort, name: name.to_owned(), version: Some(kept.version), fixed });
        Ok(kept)
    }

    fn periods(
        &self,
        provider: &dyn TableProvider,
        definition: &Table,
        whole: bool,
    ) -> crate::Result<Option<Vec<i32>>> {
        let Some(table) = provider.downcast_ref::<LakeTable>() else {
            return Ok(None);
        };
        let read = TableCoverage::read(table.location(), table.version(), definition);
        let facts = tokio::task::block_in_place(|| Handle::current().block_on(read))?;
        let limits = self.catalog.metadata().thresholds().of(&definition.name);
        let periods = coverage::periods(&facts, &limits);
        Ok(Some(if whole { periods.complete } else { periods.all() }))
    }

    fn members(&self, cohort: &CohortVersion) -> Result<Arc<dyn TableProvider>> {
        let lake = self.catalog.main().lake().ok_or_else(|| external(cohort::no_lake()))?;
        let version = cohort::readable(&lake, cohort).map_err(external)?;
        let table = cohort::members_table(&cohort.name);
        self.provider(&table, &lake, VersionSpec::Version(version)).map_err(external)
    }

    fn now(&self, table: &TableReference) -> Result<Option<Arc<dyn TableProvider>>> {
        let schema = table.schema().unwrap_or(MAIN);
        let Some(schema) = self.catalog.schema(schema) else {
            return Ok(None);
        };
        tokio::task::block_in_place(|| Handle::current().block_on(schema.table(table.table())))
    }
}
