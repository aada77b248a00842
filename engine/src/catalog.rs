//! What SQL sees: the lake's tables at a pinned version in schema `main`, facts about them in schema `lifetracks`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::catalog::memory::MemorySchemaProvider;
use datafusion::catalog::{CatalogProvider, SchemaProvider, TableProvider};
use datafusion::error::{DataFusionError, Result};
use futures::FutureExt;
use lifetracks_datasets::{Definitions, Privacy};

use crate::cohort::{REGISTRY, Read, Reads, Registry, Source};
use crate::coverage::Thresholds;
use crate::kept::is_result;
use crate::lake::{Lake, LakeTable, PRIVACY, ROLE};
use crate::macros::Macros;
use crate::metadata;
use crate::roles::{parse_privacy, parse_role};

/// The session's only catalog.
pub(crate) const CATALOG: &str = "lake";
/// The schema of the lake's tables, and the default one.
pub(crate) const MAIN: &str = "main";
/// The schema of facts about the lake.
pub(crate) const METADATA: &str = "lifetracks";

/// The lake as a session sees it now; a statement pins what it reads when it is planned.
#[derive(Debug)]
pub(crate) struct Catalog {
    main: Arc<LakeSchema>,
    metadata: Arc<MetadataSchema>,
}

impl Catalog {
    pub(crate) fn new(
        lake: Option<Lake>,
        definitions: Arc<Definitions>,
        thresholds: Arc<Thresholds>,
    ) -> Self {
        Self::assemble(lake, definitions, thresholds, None)
    }

    /// A catalog for one statement, which notes what is looked up in it.
    pub(crate) fn noting(
        lake: Lake,
        definitions: Arc<Definitions>,
        thresholds: Arc<Thresholds>,
        reads: Arc<Reads>,
    ) -> Self {
        Self::assemble(Some(lake), definitions, thresholds, Some(reads))
    }

    fn assemble(
        lake: Option<Lake>,
        definitions: Arc<Definitions>,
        thresholds: Arc<Thresholds>,
        reads: Option<Arc<Reads>>,
    ) -> Self {
        let main = Arc::new(LakeSchema {
            lake: RwLock::new(lake),
            definitions: Arc::clone(&definitions),
            opened: RwLock::default(),
            session: MemorySchemaProvider::new(),
            macros: Arc::default(),
            reads,
        });
        let metadata = Arc::new(MetadataSchema { main: Arc::clone(&main), definitions, thresholds });
        Self { main, metadata }
    }

    /// The schema of the lake's tables.
    pub(crate) fn main(&self) -> &Arc<LakeSchema> {
        &self.main
    }

    /// The facts that are known of every lake version.
    pub(crate) fn metadata(&self) -> &MetadataSchema {
        &self.metadata
    }
}

impl CatalogProvider for Catalog {
    fn schema_names(&self) -> Vec<String> {
        vec![MAIN.to_owned(), METADATA.to_owned()]
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        match name {
            MAIN => Some(Arc::clone(&self.main) as Arc<dyn SchemaProvider>),
            METADATA => Some(Arc::clone(&self.metadata) as Arc<dyn SchemaProvider>),
            _ => None,
        }
    }
}

/// The lake's tables, opened when they are first asked for, and the session's own views.
#[derive(Debug)]
pub(crate) struct LakeSchema {
    lake: RwLock<Option<Lake>>,
    definitions: Arc<Definitions>,
    /// Tables opened so far, by name, Delta version and whether their log was checked.
    opened: RwLock<BTreeMap<(String, u64, bool), Arc<LakeTable>>>,
    session: MemorySchemaProvider,
    macros: Arc<Macros>,
    /// Where reads are noted, for a statement that must know them.
    reads: Option<Arc<Reads>>,
}

impl LakeSchema {
    /// The lake at its present version.
    pub(crate) fn lake(&self) -> Option<Lake> {
        self.lake.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Moves to another version of the lake, or to a lake that has just been created.
    pub(crate) fn set_lake(&self, lake: Lake) {
        *self.lake.write().unwrap_or_else(PoisonError::into_inner) = Some(lake);
    }

    /// Names of the lake's tables; no file is read.
    pub(crate) fn lake_tables(&self) -> Vec<String> {
        let pins = self.lake().map(|lake| lake.pins(lake.version())).unwrap_or_default();
        pins.into_keys().filter(|name| !name.starts_with('_')).collect()
    }

    /// Whether a canonical table of this name is defined, loaded or not.
    pub(crate) fn is_defined(&self, name: &str) -> bool {
        self.definitions.table(name).is_some()
    }

    /// A table at a lake version; `None` if it was not there then.
    pub(crate) async fn table_at(&self, name: &str, version: u64) -> crate::Result<Option<Arc<LakeTable>>> {
        let Some(lake) = self.lake() else {
            return Ok(None);
        };
        let Some(delta_version) = lake.pins(version).get(name).copied() else {
            return Ok(None);
        };
        let key = (name.to_owned(), delta_version, lake.is_checked());
        if let Some(table) = self.opened.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Some(Arc::clone(table)));
        }
        let Some(table) = lake.provider(name, version, self.definitions.table(name)).await? else {
            return Ok(None);
        };
        let table = Arc::new(table);
        self.opened.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&table));
        Ok(Some(table))
    }
}

impl LakeSchema {
    /// Whether the session has a table or view of this name.
    pub(crate) fn is_of_the_session(&self, name: &str) -> bool {
        self.session.table_exist(name)
    }

    /// Tables and views of the session, earlier results among them.
    pub(crate) fn session_tables(&self) -> Vec<String> {
        self.session.table_names()
    }

    /// The tables of the lake and of the session that have a column, by name.
    pub(crate) fn tables_with_column(&self, column: &str) -> Vec<String> {
        let defined = |table: &String| {
            let columns =
                self.definitions.table(table).map(|table| table.columns.as_slice()).unwrap_or_default();
            columns.iter().any(|found| found.name == column)
        };
        let made = |table: &String| {
            let found = self.of_the_session(table);
            found.is_some_and(|found| found.schema().column_with_name(column).is_some())
        };
        self.table_names().into_iter().filter(|table| defined(table) || made(table)).collect()
    }

    /// A table or view that the session has made.
    pub(crate) fn of_the_session(&self, name: &str) -> Option<Arc<dyn TableProvider>> {
        // It is in memory, so that there is nothing to wait for.
        self.session.table(name).now_or_never()?.ok()?
    }

    /// The functions that the session has made.
    pub(crate) fn macros(&self) -> &Arc<Macros> {
        &self.macros
    }

    /// The cohorts of a lake version.
    pub(crate) async fn cohorts(&self, version: u64) -> crate::Result<Registry> {
        match (self.lake(), self.table_at(REGISTRY, version).await?) {
            (Some(lake), Some(table)) => Registry::of(lake.location(), table.version()).await,
            _ => Ok(Registry::default()),
        }
    }

    /// Notes that a table was looked up; one that is defined and not there counts too, because it may come.
    pub(crate) fn note_table(&self, name: &str, table: Option<&LakeTable>, fixed: bool) {
        if table.is_none() && !self.is_defined(name) {
            return;
        }
        let version = table.map(|table| table.version().delta_version);
        self.note(Read { source: Source::Table, name: name.to_owned(), version, fixed });
    }

    /// Notes a read, where reads are noted.
    pub(crate) fn note(&self, read: Read) {
        if let Some(reads) = &self.reads {
            reads.note(read);
        }
    }

    /// Notes every table of the lake: facts about the lake are read from all of them.
    fn note_all(&self) {
        let Some(lake) = self.lake().filter(|_| self.reads.is_some()) else { return };
        let tables = lake.pins(lake.version()).into_iter().filter(|(name, _)| !name.starts_with('_'));
        tables.for_each(|(name, version)| {
            self.note(Read { source: Source::Table, name, version: Some(version), fixed: false });
        });
    }
}

#[async_trait]
impl SchemaProvider for LakeSchema {
    fn table_names(&self) -> Vec<String> {
        let mut names: BTreeSet<String> = self.lake_tables().into_iter().collect();
        names.extend(self.session.table_names().into_iter().filter(|name| !is_result(name)));
        names.into_iter().collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        if let Some(view) = self.session.table(name).await? {
            return Ok(Some(view));
        }
        if name.starts_with('_') {
            return Ok(None);
        }
        let Some(lake) = self.lake() else {
            return Ok(None);
        };
        let table = self.table_at(name, lake.version()).await.map_err(external)?;
        self.note_table(name, table.as_deref(), false);
        Ok(table.map(|table| table as Arc<dyn TableProvider>))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.session.table_exist(name) || self.lake_tables().iter().any(|table| table == name)
    }

    fn register_table(
        &self,
        name: String,
        table: Arc<dyn TableProvider>,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        if self.lake_tables().contains(&name) {
            return Err(DataFusionError::Plan(format!(
                "{name} is a table of the lake; give the view another name"
            )));
        }
        self.session.register_table(name, table)
    }

    fn deregister_table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        self.session.deregister_table(name)
    }
}

/// Puts an engine error into DataFusion's, from which the session takes it out again whole.
pub(crate) fn external(error: crate::Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// Facts about tables, columns, versions, coverage, refused rows, layouts, functions and codes, made when they are
/// asked for.
#[derive(Debug)]
pub(crate) struct MetadataSchema {
    main: Arc<LakeSchema>,
    definitions: Arc<Definitions>,
    thresholds: Arc<Thresholds>,
}

impl MetadataSchema {
    /// What changes of the tables are held against.
    pub(crate) fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// A table of facts as it was at a lake version; `None` for one that has no past.
    pub(crate) async fn table_at(
        &self,
        name: &str,
        version: u64,
    ) -> crate::Result<Option<Arc<dyn TableProvider>>> {
        metadata::table_at(name, version, &self.main, &self.definitions, &self.thresholds).await
    }
}

#[async_trait]
impl SchemaProvider for MetadataSchema {
    fn table_names(&self) -> Vec<String> {
        metadata::NAMES.iter().map(|name| (*name).to_owned()).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let version = self.main.lake().map_or(0, |lake| lake.version());
        if let Some(table) = self.table_at(name, version).await.map_err(external)? {
            self.main.note_all();
            return Ok(Some(table));
        }
        metadata::table(name, &self.main, &self.definitions).await.map_err(external)
    }

    fn table_exist(&self, name: &str) -> bool {
        metadata::NAMES.contains(&name)
    }
}

/// The role a result's column has, where it comes straight from a table's.
pub(crate) fn role(schema: &Schema, column: usize) -> Option<lifetracks_datasets::Role> {
    let name = schema.field(column).metadata().get(ROLE)?;
    parse_role(name)
}

/// Who may see a result's column, where it comes straight from a table's.
pub fn privacy(field: &Field) -> Option<Privacy> {
    parse_privacy(field.metadata().get(PRIVACY)?)
}
