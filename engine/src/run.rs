//! Running text: statements one after another on the engine's own threads, results as streams that can be dropped.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::SchemaProvider;
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream, execute_stream};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;
use futures::{FutureExt, Stream, StreamExt};
use lifetracks_datasets::{Definitions, Role};
use lifetracks_udfs::LifetracksOptions;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::catalog::{self, LakeSchema};
use crate::classification;
use crate::cohort::{self, CohortStatement};
use crate::coverage::Thresholds;
use crate::damage::{explain, first_damage};
use crate::diagnose::{diagnose, refuse_dates_as_numbers};
use crate::error::{Error, ErrorKind, Result};
use crate::fraction::dropped_fraction;
use crate::lake::Lake;
use crate::parameters::{self, Parameters};
use crate::progress::Progress;
use crate::relation::{
    call_bare_relations, panel_notices, refuse_ignored, refuse_misplanned, refuse_scalar_clauses,
};
use crate::scans::TablesRead;
use crate::writes::{refuse_changes, refuse_writes};
use crate::{
    asof, column_names, describe, dialect, from_first, heading, logs, macros, prices, same_names, statement,
};

/// Batches that may wait between the engine's threads and the reader.
const WAITING_BATCHES: usize = 4;

/// What SHOW COHORTS stands for.
const SHOW_COHORTS: &str = "SELECT name, version, members, index_column, author, created_at, lake_version, is_stale, \
     stale_because, checksum, sql FROM lifetracks.cohorts ORDER BY name";

/// What a statement gave.
pub enum Outcome {
    /// Rows, as they are made.
    Rows(Rows),
    /// A sentence: the statement gives no rows.
    Done(String),
    /// The statement whose rows come next has begun; how far it is can be asked from now on.
    Running(Progress),
    /// Something to know about the statement whose outcome comes next, or has just come.
    Notice(String),
}

/// The outcomes of a text's statements, in order; it ends after the first error. Dropping it cancels what runs.
#[derive(Debug)]
pub struct Run {
    outcomes: mpsc::Receiver<Result<Outcome>>,
    task: AbortHandle,
    /// Tells the engine that threads may still be busy with this run.
    cancelled: Arc<AtomicBool>,
    tables: Arc<TablesRead>,
}

impl Run {
    pub(crate) fn new(
        outcomes: mpsc::Receiver<Result<Outcome>>,
        task: AbortHandle,
        cancelled: Arc<AtomicBool>,
        tables: Arc<TablesRead>,
    ) -> Self {
        Self { outcomes, task, cancelled, tables }
    }

    /// The tables that the statements planned so far read, by name; those beneath a view, not the view.
    pub fn tables(&self) -> Vec<String> {
        self.tables.all()
    }

    /// What the plans of the statements so far say of themselves, like the [results](crate::classification) that they
    /// give; `None` where nothing is known against a release.
    pub fn classification(&self) -> Option<&'static str> {
        self.tables.is_restricted().then_some(classification::RESTRICTED)
    }
}

impl Stream for Run {
    type Item = Result<Outcome>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.outcomes.poll_recv(context)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if !self.task.is_finished() {
            self.task.abort();
            self.cancelled.store(true, Ordering::Release);
        }
    }
}

/// A statement's result. Dropping it cancels the statement.
pub struct Rows {
    /// Names and types of the columns.
    pub schema: SchemaRef,
    /// What each column is for, where it comes straight from a table's column.
    pub roles: Vec<Option<Role>>,
    batches: mpsc::Receiver<Result<RecordBatch>>,
}

impl std::fmt::Debug for Outcome {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rows(rows) => write!(formatter, "Rows({})", rows.schema),
            Self::Done(sentence) => write!(formatter, "Done({sentence})"),
            Self::Running(progress) => write!(formatter, "Running({progress:?})"),
            Self::Notice(sentence) => write!(formatter, "Notice({sentence})"),
        }
    }
}

impl Stream for Rows {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.batches.poll_recv(context)
    }
}

/// A plan that was carried out, or one whose rows are on their way.
enum Started {
    Done(String),
    Rows(SendableRecordBatchStream),
}

/// What a run needs of the engine.
#[derive(Clone)]
pub(crate) struct Runner {
    pub(crate) context: SessionContext,
    pub(crate) main: Arc<LakeSchema>,
    pub(crate) definitions: Arc<Definitions>,
    pub(crate) thresholds: Arc<Thresholds>,
    /// Who makes cohorts.
    pub(crate) author: Arc<str>,
    /// What `$name` stands for.
    pub(crate) parameters: Arc<Parameters>,
    /// What the run has read so far.
    pub(crate) tables: Arc<TablesRead>,
}

impl Runner {
    /// Starts running a text on `runtime`.
    pub(crate) fn start(self, text: String, runtime: &Handle, cancelled: Arc<AtomicBool>) -> Run {
        let (sender, outcomes) = mpsc::channel(1);
        let tables = Arc::clone(&self.tables);
        let task = runtime.spawn(async move {
            let all = AssertUnwindSafe(self.run_all(&text, &sender)).catch_unwind().await;
            let error = match all {
                Ok(Ok(())) => return,
                Ok(Err(error)) => error,
                Err(_) => inside_the_engine(),
            };
            // Nobody listens any more when the run was dropped.
            drop(sender.send(Err(error)).await);
        });
        Run::new(outcomes, task.abort_handle(), cancelled, tables)
    }

    async fn run_all(&self, text: &str, sender: &mpsc::Sender<Result<Outcome>>) -> Result<()> {
        for statement in statement::split(text) {
            let outcome = self.run_one(statement.text, sender).await;
            outcome.map_err(|error| error.shifted(statement.start))?;
        }
        Ok(())
    }

    async fn run_one(&self, text: &str, sender: &mpsc::Sender<Result<Outcome>>) -> Result<()> {
        match cohort::parse(text)? {
            None => self.run_sql(text, sender).await,
            Some(CohortStatement::Show) => self.run_sql(SHOW_COHORTS, sender).await,
            Some(statement) => self.run_cohort(&statement, text, sender).await,
        }
    }

    async fn run_cohort(
        &self,
        statement: &CohortStatement,
        text: &str,
        sender: &mpsc::Sender<Result<Outcome>>,
    ) -> Result<()> {
        let done = AssertUnwindSafe(Box::pin(self.carry_out(statement, text))).catch_unwind().await;
        let told = done.unwrap_or_else(|_| Err(inside_the_engine()))?;
        // Nobody listens any more when the run was dropped.
        for notice in told.notices {
            drop(sender.send(Ok(Outcome::Notice(notice))).await);
        }
        drop(sender.send(Ok(Outcome::Done(told.sentence))).await);
        Ok(())
    }

    async fn run_sql(&self, text: &str, sender: &mpsc::Sender<Result<Outcome>>) -> Result<()> {
        let plan = self.plan(text).await?;
        self.tables.note(&plan);
        let mut notices = cohort::notices(&plan, &self.main).await?;
        notices.extend(panel_notices(&plan, &self.definitions, &self.thresholds).await?);
        notices.extend(logs::notices(&plan));
        notices.extend(dropped_fraction(text, &plan, &self.definitions));
        for notice in notices {
            drop(sender.send(Ok(Outcome::Notice(notice))).await);
        }
        let run = AssertUnwindSafe(self.run_plan(&plan, text, sender)).catch_unwind().await;
        match run {
            Ok(ran) => ran,
            Err(_) => Err(first_damage(&plan).await.unwrap_or_else(inside_the_engine)),
        }
    }

    async fn run_plan(
        &self,
        plan: &LogicalPlan,
        text: &str,
        sender: &mpsc::Sender<Result<Outcome>>,
    ) -> Result<()> {
        // From here on the layers below hold values, which no error may show.
        let mut stream = match self.start_plan(plan, sender).await {
            Ok(Started::Rows(stream)) => stream,
            Ok(Started::Done(sentence)) => {
                drop(sender.send(Ok(Outcome::Done(sentence))).await);
                return Ok(());
            }
            Err(error) => return Err(explain(error, text, plan).await),
        };
        let schema = heading::in_sql(&classification::marked(stream.schema(), plan), plan);
        let roles = (0..schema.fields().len()).map(|column| catalog::role(&schema, column)).collect();
        let (batches, receiver) = mpsc::channel(WAITING_BATCHES);
        let rows = Rows { schema, roles, batches: receiver };
        if sender.send(Ok(Outcome::Rows(rows))).await.is_err() {
            return Ok(());
        }
        while let Some(batch) = stream.next().await {
            let failed = batch.is_err();
            let batch = match batch {
                Ok(batch) => Ok(batch),
                Err(error) => Err(explain(error, text, plan).await),
            };
            if batches.send(batch).await.is_err() {
                return Ok(());
            }
            if failed {
                return Err(Error::new(
                    ErrorKind::Interrupted,
                    "the statement failed; the ones after it did not run",
                ));
            }
        }
        Ok(())
    }

    async fn start_plan(
        &self,
        plan: &LogicalPlan,
        sender: &mpsc::Sender<Result<Outcome>>,
    ) -> Result<Started, DataFusionError> {
        match self.define(plan).await? {
            Some(sentence) => Ok(Started::Done(sentence)),
            None => self.execute(plan, Some(sender)).await.map(Started::Rows),
        }
    }

    /// Moves to the newest lake version; everything the statement reads is of that version.
    async fn pin_lake(&self) -> Result<()> {
        let Some(lake) = self.main.lake() else {
            return Ok(());
        };
        self.main.set_lake(self.newest(&lake).await?);
        Ok(())
    }

    /// The lake at its newest version, checked where the session says so.
    pub(crate) async fn newest(&self, lake: &Lake) -> Result<Lake> {
        let config = self.context.copied_config();
        let settings = config.options().extensions.get::<LifetracksOptions>();
        let is_checked = settings.is_some_and(LifetracksOptions::checked_reads);
        if is_checked { lake.refresh_checked().await } else { lake.refresh().await }
    }

    pub(crate) async fn plan(&self, text: &str) -> Result<LogicalPlan> {
        let explain = |error: DataFusionError| diagnose(&error, &self.scope(text));
        let statement = dialect::parse(text).map_err(explain)?;
        // A setting can be changed whatever state the lake is in.
        if !is_setting(&statement) {
            self.pin_lake().await?;
        }
        self.plan_parsed(statement).await.map_err(explain)
    }

    pub(crate) async fn plan_parsed(&self, mut statement: Statement) -> Result<LogicalPlan, DataFusionError> {
        from_first::complete(&mut statement);
        refuse_changes(&statement)?;
        refuse_ignored(&statement)?;
        parameters::prepare(&mut statement, &self.parameters)?;
        asof::nest(&mut statement);
        macros::prepare(&mut statement)?;
        call_bare_relations(&mut statement, &self.definitions, |name| self.main.table_exist(name));
        prices::prepare(&statement, self).await?;
        let state = self.context.state();
        column_names::as_written(&mut statement);
        same_names::part(&mut statement, &state);
        refuse_scalar_clauses(&statement, &state)?;
        let described = describe::query_of(&statement);
        let is_described = described.is_some();
        let plan = state.statement_to_plan(described.unwrap_or(statement)).await?;
        refuse_misplanned(&plan)?;
        refuse_writes(&plan, &self.main)?;
        refuse_dates_as_numbers(&plan)?;
        describe::with_sql_types(if is_described { describe::of_query(&plan)? } else { plan })
    }

    /// Starts a plan, and tells `listener` that it runs. Hash joins cannot spill: when memory runs out before the first
    /// batch, the plan starts again with joins that sort and spill.
    pub(crate) async fn execute(
        &self,
        plan: &LogicalPlan,
        listener: Option<&mpsc::Sender<Result<Outcome>>>,
    ) -> Result<SendableRecordBatchStream, DataFusionError> {
        let frame = self.context.execute_logical_plan(plan.clone()).await?;
        let task = Arc::new(frame.task_ctx());
        let mut stream = self.begin(frame.create_physical_plan().await?, task, listener).await?;
        let first = match stream.next().await {
            Some(Err(error)) if matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)) => {
                let mut state = self.context.state();
                state.config_mut().options_mut().optimizer.prefer_hash_join = false;
                let sorted = state.create_physical_plan(plan).await?;
                return self.begin(sorted, state.task_ctx(), listener).await;
            }
            first => first,
        };
        let schema = stream.schema();
        let batches = futures::stream::iter(first).chain(stream);
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    async fn begin(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        task: Arc<TaskContext>,
        listener: Option<&mpsc::Sender<Result<Outcome>>>,
    ) -> Result<SendableRecordBatchStream, DataFusionError> {
        if let Some(listener) = listener {
            let progress = Progress::new(Arc::clone(&plan), self.context.runtime_env());
            // Nobody listens any more when the run was dropped.
            drop(listener.send(Ok(Outcome::Running(progress))).await);
        }
        execute_stream(plan, task)
    }
}

fn inside_the_engine() -> Error {
    Error::new(ErrorKind::Internal, "the statement failed inside the engine").with_help(
        "this session goes on; a damaged Parquet file can do this (`verify` checks the lake's); \
         if none is read, please report the statement",
    )
}

fn is_setting(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(statement) => matches!(**statement, SqlStatement::Set(_)),
        Statement::Reset(_) => true,
        _ => false,
    }
}
