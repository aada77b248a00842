//! A session with our planner, for the tests of FROM items and of the functions that read files.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::TableReference;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;

use super::{VersionSpec, VersionedTables, planner, refuse_ignored, refuse_misplanned};
use crate::asof;
use crate::catalog::external;
use crate::cohort::CohortVersion;
use crate::dialect;
use crate::error::{Error, ErrorKind};
use crate::logs::Logs;
use crate::read::AllowedFolders;

/// A lake of one table, `ui_wage`, whose one row says which version it is of.
#[derive(Debug)]
struct OneTable;

impl VersionedTables for OneTable {
    fn at_version(
        &self,
        table: &TableReference,
        version: VersionSpec,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        let text = match version {
            VersionSpec::Version(99) => {
                return Err(external(Error::new(ErrorKind::Query, "the lake has no version 99")));
            }
            VersionSpec::Version(number) => number.to_string(),
            VersionSpec::Timestamp(time) => time.to_rfc3339(),
        };
        if table.table() != "ui_wage" {
            return Ok(None);
        }
        let column: ArrayRef = Arc::new(StringArray::from(vec![text]));
        let batch = RecordBatch::try_from_iter([("version", column)])?;
        Ok(Some(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?)))
    }

    fn then(&self, _: &str, _: VersionSpec) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(None)
    }

    fn cohort(&self, name: &str, _: Option<u64>, _: Option<VersionSpec>) -> Result<CohortVersion> {
        Err(external(Error::new(ErrorKind::Query, format!("there is no cohort {name}"))))
    }

    fn periods(
        &self,
        _provider: &dyn TableProvider,
        _definition: &lifetracks_datasets::Table,
        _whole: bool,
    ) -> crate::Result<Option<Vec<i32>>> {
        Ok(None)
    }

    fn members(&self, _: &CohortVersion) -> Result<Arc<dyn TableProvider>> {
        Err(external(Error::new(ErrorKind::Query, "there are no cohorts")))
    }

    fn now(&self, _: &TableReference) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(None)
    }
}

/// A session that may read `folders`.
pub(crate) fn session(folders: &[PathBuf]) -> SessionContext {
    let config = SessionConfig::new().with_target_partitions(2).with_information_schema(true);
    let state = SessionStateBuilder::new().with_config(config).with_default_features().build();
    let context = SessionContext::new_with_state(state);
    let folders = AllowedFolders::new(folders).unwrap();
    let definitions = Arc::new(lifetracks_datasets::Definitions::builtin());
    let planner = planner(Arc::new(OneTable), Arc::new(folders), definitions, Logs::default());
    context.register_relation_planner(planner).unwrap();
    context
}

/// Runs one statement as the engine does.
pub(crate) async fn run(context: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>> {
    run_parsed(context, dialect::parse(sql)?).await
}

/// Runs a statement that another dialect parsed.
pub(crate) async fn run_parsed(
    context: &SessionContext,
    mut statement: Statement,
) -> Result<Vec<RecordBatch>> {
    refuse_ignored(&statement)?;
    asof::nest(&mut statement);
    let plan = context.state().statement_to_plan(statement).await?;
    refuse_misplanned(&plan)?;
    context.execute_logical_plan(plan).await?.collect().await
}

/// A statement's rows: values separated by spaces, rows by ` | `, NULL as `-`; in the order they came.
pub(crate) async fn rows(context: &SessionContext, sql: &str) -> String {
    let batches = run(context, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let table = pretty_format_batches(&batches).unwrap().to_string();
    let lines = table.lines().skip(3).filter(|line| line.starts_with('|'));
    let values = |line: &str| -> Vec<String> {
        let inside = line.trim_matches('|').split('|').map(str::trim);
        inside.map(|value| if value.is_empty() { "-".to_owned() } else { value.to_owned() }).collect()
    };
    lines.map(|line| values(line).join(" ")).collect::<Vec<_>>().join(" | ")
}

/// The error of a statement that must fail, as our own.
pub(crate) async fn error(context: &SessionContext, sql: &str) -> Error {
    let found = run(context, sql).await;
    own(&found.err().unwrap_or_else(|| panic!("{sql} ran")))
}

/// Our own error inside one of `DataFusion`'s, with its place (line:column) as the note; a plain one becomes a
/// query error.
pub(crate) fn own(error: &DataFusionError) -> Error {
    let place = error.diagnostic().and_then(|diagnostic| diagnostic.span);
    let copy = match error.find_root() {
        DataFusionError::External(inner) => inner
            .downcast_ref::<Error>()
            .map(|own| Error::new(own.kind(), own.message()).with_help(own.help().unwrap_or_default())),
        _ => None,
    };
    let copy = copy.unwrap_or_else(|| Error::new(ErrorKind::Query, error.strip_backtrace()));
    match place {
        Some(span) => copy.with_note(format!("{}:{}", span.start.line, span.start.column)),
        None => copy,
    }
}
