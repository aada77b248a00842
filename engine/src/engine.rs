//! The engine's one door: open a lake, run text, load files, check them, verify the lake.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::object_store::ObjectStore;
use datafusion::prelude::SessionContext;
use lifetracks_datasets::Definitions;
use lifetracks_udfs::FunctionDoc;

use crate::author::author;
use crate::catalog::{Catalog, LakeSchema, METADATA};
use crate::coverage::Thresholds;
use crate::doctor::{DoctorReport, doctor};
use crate::error::{Error, ErrorKind, LakeContext, Result};
use crate::kept::{Keeper, keep};
use crate::lake::{DEFAULT_RANGES, Lake, Location};
use crate::load::{CheckReport, CheckRequest, Checking, LoadReport, LoadRequest, Loader, although_committed};
use crate::logs::{self, QueryEntry};
use crate::metadata;
use crate::options::{Options, absolute, default_memory, threads, vault_of};
use crate::parameters::Parameters;
use crate::progress::{Memory, limit};
use crate::read::AllowedFolders;
use crate::relation;
use crate::run::{Run, Runner};
use crate::session::{self, Limits};
use crate::threads::Threads;
use crate::vacuum::{VacuumReport, VacuumRequest, vacuum};
use crate::verify::{VerifyReport, verify};

/// A session over a lake. Clones share everything.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    context: SessionContext,
    main: Arc<LakeSchema>,
    definitions: Arc<Definitions>,
    thresholds: Arc<Thresholds>,
    vault: Option<PathBuf>,
    threads: usize,
    author: Arc<str>,
    runtime: Threads,
    /// What it was opened with; its paths are absolute.
    options: Options,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Engine").field("lake_version", &self.lake_version()).finish_non_exhaustive()
    }
}

impl Engine {
    /// Opens a session on an existing lake, or without one.
    ///
    /// Errors: the lake is not there or damaged, a definitions folder holds a bad file, a limit makes no sense.
    pub fn open(options: &Options) -> Result<Self> {
        let runtime = Threads::new(threads(options))?;
        let lake = match &options.lake {
            None => None,
            Some(folder) => {
                let location = Location::local(Path::new(folder))?;
                let lake = runtime.handle()?.block_on(Lake::open(location))?;
                Some(lake.ok_or_else(|| {
                    Error::lake(format!("there is no lake at {folder}"))
                        .with_help(format!("`lifetracks load TABLE FILE --layout L --lake {folder}` makes one; `lifetracks demo` shows how"))
                })?)
            }
        };
        Self::assemble(options, runtime, lake)
    }

    /// Opens a session on a lake, creating the lake if it is not there.
    pub fn create(options: &Options) -> Result<Self> {
        let runtime = Threads::new(threads(options))?;
        let folder = options.lake.as_deref().ok_or_else(|| Error::usage("a lake needs a folder"))?;
        let location = Location::local(Path::new(folder))?;
        let ranges = options.ranges.unwrap_or(DEFAULT_RANGES);
        let lake = runtime.handle()?.block_on(Lake::open_or_create(location, ranges))?;
        Self::assemble(options, runtime, Some(lake))
    }

    /// Opens a session on a lake in any object store, creating it if it is not there; `url` ends in "/".
    pub fn create_in_store(options: &Options, store: &Arc<dyn ObjectStore>, url: &url::Url) -> Result<Self> {
        let runtime = Threads::new(threads(options))?;
        let ranges = options.ranges.unwrap_or(DEFAULT_RANGES);
        let location = Location::with_store(Arc::clone(store), url.clone());
        let lake = runtime.handle()?.block_on(Lake::open_or_create(location, ranges))?;
        Self::assemble(options, runtime, Some(lake))
    }

    fn assemble(options: &Options, runtime: Threads, lake: Option<Lake>) -> Result<Self> {
        let mut definitions = Definitions::builtin();
        for folder in &options.definitions {
            definitions = definitions.with_folder(folder).map_err(|error| Error::usage(error.to_string()))?;
        }
        let definitions = Arc::new(definitions);
        let thresholds = Arc::new(Thresholds::read(&options.definitions)?);
        let catalog = Arc::new(Catalog::new(lake, Arc::clone(&definitions), Arc::clone(&thresholds)));
        let limits = Limits {
            memory: options.memory_limit.unwrap_or_else(default_memory),
            threads: threads(options),
            checked_reads: options.checked_reads,
            spill: None,
        };
        let context = session::build(&catalog, &definitions, &limits)?;
        let folders =
            AllowedFolders::new(&options.allowed_folders).map_err(|error| Error::usage(error.to_string()))?;
        let main = Arc::clone(catalog.main());
        let versions = Arc::new(crate::versions::LakeVersions::new(Arc::clone(&catalog)));
        context
            .register_relation_planner(relation::planner(
                versions,
                Arc::new(folders),
                Arc::clone(&definitions),
                options.logs.clone(),
            ))
            .lake_context(|| "set up the session".to_owned())?;
        let vault = vault_of(options);
        let threads = limits.threads;
        let author = author(options.author.as_deref()).into();
        Ok(Self {
            inner: Arc::new(Inner {
                context,
                main,
                definitions,
                thresholds,
                vault,
                threads,
                author,
                runtime,
                options: absolute(options),
            }),
        })
    }

    /// Opens another lake with the options of this one; nothing of the session goes with it.
    ///
    /// Errors: as for [`Engine::open`]. This engine stays as it is.
    pub fn open_another(&self, lake: &str) -> Result<Self> {
        Self::open(&Options { lake: Some(lake.to_owned()), ..self.inner.options.clone() })
    }

    /// The lake's folder, absolute; `None` without a lake.
    pub fn lake_folder(&self) -> Option<&str> {
        self.inner.options.lake.as_deref()
    }

    /// The entry in the query log of a statement that begins now.
    pub fn begin_entry(&self, sql: &str) -> QueryEntry {
        QueryEntry::begin(sql, &self.inner.author, self.lake_folder())
    }

    /// Adds an entry to the query log, where there is one, with the version that the lake has now: the newest that was
    /// seen, whatever `VERSION AS OF` read.
    ///
    /// Errors: the file cannot be written; its folder must be there.
    pub fn log(&self, entry: QueryEntry) -> std::io::Result<()> {
        let Some(path) = &self.inner.options.logs.queries else { return Ok(()) };
        logs::append(path, &QueryEntry { lake_version: self.lake_version(), ..entry })
    }

    /// The file of the query log, where there is one.
    pub fn query_log(&self) -> Option<&Path> {
        self.inner.options.logs.queries.as_deref()
    }

    fn lake(&self) -> Result<Lake> {
        self.inner.main.lake().ok_or_else(|| {
            Error::usage("no lake is open").with_help("name its folder, or set LIFETRACKS_LAKE")
        })
    }

    /// Runs the statements of a text, one after another.
    ///
    /// Each gives one [`Outcome`](crate::Outcome); the first error ends the run. Spans in errors are byte offsets into
    /// `text`. Dropping the run cancels it.
    pub fn run(&self, text: &str) -> Result<Run> {
        self.run_with(text, &Arc::default())
    }

    /// [Runs](Engine::run) a text in which `$name` stands for a value, as a literal that is never read as SQL.
    ///
    /// Errors: as those of a run; a name has no value.
    pub fn run_with(&self, text: &str, parameters: &Arc<Parameters>) -> Result<Run> {
        let runtime = &self.inner.runtime;
        Ok(self.runner(parameters).start(text.to_owned(), &runtime.handle()?, runtime.cancelled()))
    }

    /// Plans one statement and does not run it: the only outcome is [`Outcome::Running`](crate::Outcome::Running).
    ///
    /// Errors: as those of a run; the statement is no query.
    pub fn explain(&self, text: &str, parameters: &Arc<Parameters>) -> Result<Run> {
        let runtime = &self.inner.runtime;
        let runner = self.runner(parameters);
        Ok(runner.start_explaining(text.to_owned(), &runtime.handle()?, runtime.cancelled()))
    }

    pub(crate) fn runner(&self, parameters: &Arc<Parameters>) -> Runner {
        let inner = &self.inner;
        Runner {
            context: inner.context.clone(),
            main: Arc::clone(&inner.main),
            definitions: Arc::clone(&inner.definitions),
            thresholds: Arc::clone(&inner.thresholds),
            author: Arc::clone(&inner.author),
            parameters: Arc::clone(parameters),
            tables: Arc::default(),
        }
    }

    /// What takes the rows of a result, so that later statements can read them.
    pub fn keeper(&self, schema: &Schema) -> Keeper {
        Keeper::new(schema, self.inner.context.runtime_env())
    }

    /// Makes the rows that were taken the table `_`; what was `_` before is `_1`, and so on to `_9`.
    ///
    /// A name that stands twice among the columns is numbered.
    pub fn keep(&self, result: Keeper) -> Result<()> {
        let kept = keep(result, &self.inner.main);
        kept.map_err(|error| Error::new(ErrorKind::Internal, error.strip_backtrace()))
    }

    /// What statements and kept results hold.
    pub fn memory(&self) -> Memory {
        let runtime = self.inner.context.runtime_env();
        Memory {
            held: runtime.memory_pool.reserved() as u64,
            limit: limit(runtime.memory_pool.as_ref()),
            spilled: runtime.disk_manager.used_disk_space(),
        }
    }

    /// How many cancelled statements have not come to their end yet; they hold their threads, not the next statement.
    pub fn stopping(&self) -> usize {
        self.inner.runtime.stopping()
    }

    /// Loads files into the lake as one new version. Blocks until it is done.
    ///
    /// Errors: a file or layout that does not fit, too many refused rows, a lake or vault that cannot be written. After
    /// an error the lake is as it was, unless the error says that the new version is committed.
    pub fn load(&self, request: &LoadRequest) -> Result<LoadReport> {
        let lake = self.lake()?;
        let handle = self.inner.runtime.handle()?;
        let vault = self.inner.vault.as_deref().ok_or_else(|| {
            Error::usage("a load needs a vault's folder").with_help("name one with --vault")
        })?;
        let lake = handle.block_on(lake.refresh())?;
        let mut loader = Loader {
            lake,
            definitions: &self.inner.definitions,
            thresholds: &self.inner.thresholds,
            vault,
            threads: self.inner.threads,
            runtime: &handle,
        };
        let before = loader.lake.version();
        let report = loader.load(request)?;
        match handle.block_on(self.lake()?.refresh()) {
            Ok(lake) => self.inner.main.set_lake(lake),
            Err(error) if report.lake_version > before => {
                return Err(although_committed(report.lake_version, &error));
            }
            Err(error) => return Err(error),
        }
        Ok(report)
    }

    /// Reads a file by a layout and reports what a load would do, refuse and find; changes nothing.
    ///
    /// With a lake, the file is held against it: what it would replace, what its rows refer to.
    pub fn check(&self, request: &CheckRequest) -> Result<CheckReport> {
        let handle = self.inner.runtime.handle()?;
        let lake = match self.inner.main.lake() {
            Some(lake) => Some(handle.block_on(lake.refresh())?),
            None => None,
        };
        let checking = Checking {
            lake: lake.as_ref(),
            definitions: &self.inner.definitions,
            thresholds: &self.inner.thresholds,
            vault: self.inner.vault.as_deref(),
            threads: self.inner.threads,
            runtime: &handle,
        };
        checking.run(request)
    }

    /// Looks at everything a lake needs: its files, its vault, the disk, the definitions, its periods, its last load.
    ///
    /// Nothing is changed. Errors: no lake is named. All else that is wrong is a line of the report.
    pub fn doctor(options: &Options) -> Result<DoctorReport> {
        doctor(options)
    }

    /// Compares every file of every lake version with the hash in its log, and the logs with their seals.
    pub fn verify(&self) -> Result<VerifyReport> {
        let lake = self.lake()?;
        self.inner.runtime.handle()?.block_on(verify(lake.location()))
    }

    /// Removes data files that no lake version names which `request` keeps. Versions before those are gone for good.
    ///
    /// Errors: a load is running, a file cannot be removed.
    pub fn vacuum(&self, request: &VacuumRequest) -> Result<VacuumReport> {
        let lake = self.lake()?;
        let handle = self.inner.runtime.handle()?;
        let report = handle.block_on(vacuum(&lake, self.inner.vault.as_deref(), request))?;
        // Which versions are there stands in the lake's own file.
        if let Some(lake) = handle.block_on(Lake::open(lake.location().clone()))? {
            self.inner.main.set_lake(lake);
        }
        Ok(report)
    }

    /// The lake's version, if a lake is open.
    pub fn lake_version(&self) -> Option<u64> {
        self.inner.main.lake().map(|lake| lake.version())
    }

    /// Names of the lake's tables; no file is read.
    pub fn tables(&self) -> Vec<String> {
        self.inner.main.lake_tables()
    }

    /// Names of everything that FROM can name: the lake's tables, those of this session, and, with their schema, the
    /// tables about the lake. No file is read.
    pub fn table_names(&self) -> Vec<String> {
        let metadata = metadata::NAMES.iter().map(|name| format!("{METADATA}.{name}"));
        let session = self.inner.main.session_tables();
        self.tables().into_iter().chain(session).chain(metadata).collect()
    }

    /// What a reader needs to know of each function, those of this session included.
    pub fn functions(&self) -> Vec<FunctionDoc> {
        metadata::function_docs(&self.inner.definitions, &self.inner.main)
    }

    /// What the data is: tables, layouts, codes.
    pub fn definitions(&self) -> &Definitions {
        &self.inner.definitions
    }
}
