//! Builds the DataFusion session: one place for its settings, limits, functions and planners.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::catalog::{CatalogProvider, CatalogProviderList, MemoryCatalogProviderList};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use lifetracks_datasets::Definitions;
use lifetracks_udfs::LifetracksOptions;

use crate::catalog::{CATALOG, Catalog, MAIN};
use crate::error::{LakeContext, Result};
use crate::lake::Lake;
use crate::macros::Factory;

/// Operators named in the error when memory runs out.
const NAMED_CONSUMERS: usize = 3;

/// What a session may use.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// Bytes that operators may hold.
    pub(crate) memory: u64,
    /// Threads, which is also the number of partitions.
    pub(crate) threads: usize,
    /// Whether reads of the lake are checked from the start.
    pub(crate) checked_reads: bool,
    /// Where operators spill; the system's temporary folder if `None`.
    pub(crate) spill: Option<PathBuf>,
}

/// A session over a catalog, with the lake's store and every function registered.
pub(crate) fn build(
    catalog: &Arc<Catalog>,
    definitions: &Arc<Definitions>,
    limits: &Limits,
) -> Result<SessionContext> {
    let doing = || "set up the session".to_owned();
    let pool = FairSpillPool::new(usize::try_from(limits.memory).unwrap_or(usize::MAX));
    let consumers = std::num::NonZeroUsize::new(NAMED_CONSUMERS).unwrap_or(std::num::NonZeroUsize::MIN);
    let mode = match &limits.spill {
        Some(folder) => DiskManagerMode::Directories(vec![folder.clone()]),
        None => DiskManagerMode::OsTmpDirectory,
    };
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(TrackConsumersPool::new(pool, consumers)))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(mode))
        .build_arc()
        .lake_context(doing)?;
    if let Some(lake) = catalog.main().lake() {
        register_store(&runtime, &lake)?;
    }
    let settings = lifetracks_udfs::settings().with_checked_reads(limits.checked_reads);
    assemble(config(limits.threads, settings), runtime, catalog, definitions)
}

/// A session of its own over a catalog, with the memory and the threads of another one and settings of its own: what the
/// other one defined or set is not there.
pub(crate) fn beside(
    other: &SessionContext,
    catalog: &Arc<Catalog>,
    definitions: &Arc<Definitions>,
    settings: LifetracksOptions,
) -> Result<SessionContext> {
    let threads = other.copied_config().target_partitions();
    assemble(config(threads, settings), other.runtime_env(), catalog, definitions)
}

fn config(threads: usize, settings: LifetracksOptions) -> SessionConfig {
    let mut config = SessionConfig::new()
        .with_target_partitions(threads.max(1))
        .with_default_catalog_and_schema(CATALOG, MAIN)
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(true)
        .with_option_extension(settings);
    let options = config.options_mut();
    options.sql_parser.collect_spans = true;
    // With fewer partitions than this, a scan by range of person_id would be repartitioned for (person_id, x) keys.
    options.optimizer.subset_repartition_threshold = 1;
    options.execution.collect_statistics = true;
    config
}

fn assemble(
    config: SessionConfig,
    runtime: Arc<RuntimeEnv>,
    catalog: &Arc<Catalog>,
    definitions: &Arc<Definitions>,
) -> Result<SessionContext> {
    let catalogs = MemoryCatalogProviderList::new();
    catalogs.register_catalog(CATALOG.to_owned(), Arc::clone(catalog) as Arc<dyn CatalogProvider>);
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_catalog_list(Arc::new(catalogs))
        .with_default_features()
        .with_function_factory(Some(Arc::new(Factory::new(Arc::clone(catalog.main().macros())))))
        .build();
    let context = SessionContext::from(state);
    lifetracks_udfs::register(&context, definitions).lake_context(|| "set up the session".to_owned())?;
    Ok(context)
}

/// Lets a session's scans find the lake's files.
pub(crate) fn register_store(runtime: &RuntimeEnv, lake: &Lake) -> Result<()> {
    runtime.register_object_store(Lake::store_url()?.as_ref(), Arc::clone(lake.location().store()));
    Ok(())
}
