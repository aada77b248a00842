//! Functions in FROM that read cohorts the lake keeps: `cohort`, their members, and `cohort_flow`, their attrition.

use std::sync::Arc;

use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::common::TableReference;
use datafusion::datasource::MemTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, Value};
use datafusion::sql::sqlparser::tokenizer::Span;
use lifetracks_datasets::ParameterKind;

use super::call::{Call, Signature, usage, wrong};
use super::refusal::located;
use super::version::{VersionSpec, VersionedTables};
use crate::catalog::{MAIN, external};
use crate::cohort::{self, CohortVersion};
use crate::diagnose::own;

const COHORT: &str = "cohort";
const FLOW: &str = "cohort_flow";

const PARAMETERS: [(&str, ParameterKind); 2] =
    [("name", ParameterKind::Text), ("version", ParameterKind::Integer)];

/// Whether a function is one of those here.
pub(super) fn is_function(name: &str) -> bool {
    [COHORT, FLOW].contains(&name)
}

/// Plans a call of one of the functions here; `None` when `function` is another one.
pub(super) fn plan(
    (function, span): (&str, Span),
    arguments: &[FunctionArg],
    tables: &dyn VersionedTables,
    context: &mut dyn RelationPlannerContext,
) -> Result<Option<LogicalPlan>> {
    let (function, example) = match function {
        COHORT => (COHORT, "cohort('class2022'), or cohort('class2022', 1) for its first version"),
        FLOW => (FLOW, "cohort_flow('class2022')"),
        _ => return Ok(None),
    };
    let signature = Signature { function, example, parameters: &PARAMETERS, positions: PARAMETERS.len() };
    let arguments = named_bare(arguments, context);
    let call = Call::parse(signature, span, &arguments, context)?;
    let Some(name) = call.text("name") else {
        return Err(usage(signature, format!("{function} needs a cohort's name"), span));
    };
    let number = match call.integer("version").map(u64::try_from) {
        None => None,
        Some(Ok(number)) => Some(number),
        Some(Err(_)) => {
            return Err(located(wrong("the versions of a cohort are 1, 2, ..").with_help(example), span));
        }
    };
    if function == FLOW {
        let kept = tables.cohort(name, number, call.version).map_err(|error| placed(error, span))?;
        return flow(&kept).map(Some);
    }
    members((name, number), call.version, span, tables).map(Some)
}

/// The members of a cohort: of its present version, of the version of a number, or of the one that was the present one in
/// a version of the lake.
pub(super) fn members(
    (name, number): (&str, Option<u64>),
    version: Option<VersionSpec>,
    span: Span,
    tables: &dyn VersionedTables,
) -> Result<LogicalPlan> {
    let kept = tables.cohort(name, number, version).map_err(|error| placed(error, span))?;
    let members = tables.members(&kept).map_err(|error| placed(error, span))?;
    let is_live = number.is_none() && version.is_none();
    LogicalPlanBuilder::scan(reference(&kept, is_live), provider_as_source(members), None)?.build()
}

/// One of our errors with its place.
fn placed(error: DataFusionError, span: Span) -> DataFusionError {
    match own(&error) {
        Some(own) => located(own, span),
        None => error,
    }
}

/// `cohort(class2022)` is `cohort('class2022')`.
fn named_bare(arguments: &[FunctionArg], context: &dyn RelationPlannerContext) -> Vec<FunctionArg> {
    let mut arguments = arguments.to_vec();
    if let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(name))) = arguments.first_mut()
        && let Expr::Identifier(ident) = name
    {
        let span = ident.span;
        let text = Value::SingleQuotedString(context.normalize_ident(ident.clone()));
        *name = Expr::Value(text.with_span(span));
    }
    arguments
}

fn flow(kept: &CohortVersion) -> Result<LogicalPlan> {
    let steps = cohort::flow(&kept.steps).map_err(external)?;
    let table = MemTable::try_new(steps.schema(), vec![vec![steps]])?;
    LogicalPlanBuilder::scan(FLOW, provider_as_source(Arc::new(table)), None)?.build()
}

/// How a plan names the members: those of the present version stand in `main`, so that [`live_cohort`] can tell them.
fn reference(kept: &CohortVersion, is_live: bool) -> TableReference {
    let table = cohort::members_table(&kept.name);
    if is_live {
        TableReference::partial(MAIN, table)
    } else {
        TableReference::partial(format!("version {}", kept.version), table)
    }
}

/// The cohort whose present version a scan of this name reads.
pub(crate) fn live_cohort(scanned: &TableReference) -> Option<&str> {
    let is_live = scanned.schema() == Some(MAIN);
    cohort::cohort_of(scanned.table()).filter(|_| is_live)
}
