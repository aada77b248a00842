//! Functions in FROM that show what the program around the engine keeps of its use: `query_log` and `shell_history`.

use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::common::TableReference;
use datafusion::error::Result;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::FunctionArg;
use datafusion::sql::sqlparser::tokenizer::Span;

use super::call::wrong;
use super::refusal::located;
use crate::catalog::{METADATA, external};
use crate::logs::{Logs, QUERY_LOG, SHELL_HISTORY, is_function};
use crate::metadata;

/// Plans a call of one of the functions here; `None` when `function` is another one. The files are read now.
pub(super) fn plan(
    (function, span): (&str, Span),
    arguments: &[FunctionArg],
    logs: &Logs,
) -> Result<Option<LogicalPlan>> {
    if !is_function(function) {
        return Ok(None);
    }
    if !arguments.is_empty() {
        let error = wrong(format!("{function} takes no arguments"));
        return Err(located(error.with_help(format!("write {function}()")), span));
    }
    let (reference, table) = if function == QUERY_LOG {
        (TableReference::partial(METADATA, QUERY_LOG), metadata::query_log(logs))
    } else {
        // Literals may be confidential: a table that no schema is named for is restricted.
        (TableReference::bare(SHELL_HISTORY), metadata::shell_history(logs))
    };
    let source = provider_as_source(table.map_err(external)?);
    LogicalPlanBuilder::scan(reference, source, None)?.build().map(Some)
}
