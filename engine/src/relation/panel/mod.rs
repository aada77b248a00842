//! Functions in FROM that follow persons through time: `panel` and `jobs`.
//!
//! A call becomes a plan of the cohort, of the queries that the panel's definition names, of how far their tables are
//! loaded, and one operator that goes through persons.

mod cohort;
mod coverage;
mod follow;
mod notice;
mod sources;

use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::sql::sqlparser::ast::FunctionArg;
use datafusion::sql::sqlparser::tokenizer::Span;
use lifetracks_datasets::{Definitions, ParameterKind};

use super::call::{Call, Signature};
use super::version::VersionedTables;
pub(crate) use notice::notices;

const PANEL: &str = "panel";
const JOBS: &str = "jobs";

const PARAMETERS: [(&str, ParameterKind); 6] = [
    ("of", ParameterKind::Text),
    ("unit", ParameterKind::Text),
    ("from_p", ParameterKind::Integer),
    ("to_p", ParameterKind::Integer),
    ("base_year", ParameterKind::Integer),
    ("states", ParameterKind::Text),
];

const SIGNATURE: Signature<'static> = Signature {
    function: PANEL,
    example: "panel('class2022', of => 'wages', unit => 'quarter', from_p => 1, to_p => 8)",
    parameters: &PARAMETERS,
    positions: 0,
};

/// Whether a function is one of those here.
pub(super) fn is_function(name: &str) -> bool {
    [PANEL, JOBS].contains(&name)
}

/// Whether a function may be named like a table, without parentheses.
pub(super) fn is_bare(name: &str) -> bool {
    name == JOBS
}

/// What a call is planned with.
struct Planning<'a> {
    call: Call,
    tables: &'a dyn VersionedTables,
    definitions: &'a Definitions,
}

/// Plans a call of one of the functions here; `None` when `function` is another one.
pub(super) fn plan(
    (function, span): (&str, Span),
    arguments: &[FunctionArg],
    (tables, definitions): (&dyn VersionedTables, &Definitions),
    context: &mut dyn RelationPlannerContext,
) -> Result<Option<LogicalPlan>> {
    match function {
        PANEL => {
            let (cohort, rest) = cohort::split(arguments, span, context)?;
            let call = Call::parse(SIGNATURE, span, &rest, context)?;
            let planning = Planning { call, tables, definitions };
            follow::panel(&planning, &cohort, context).map(Some)
        }
        JOBS => {
            let signature = Signature {
                function: JOBS,
                example: "jobs(), or jobs('class2022') for the jobs of a cohort",
                parameters: &[],
                positions: 0,
            };
            let (cohort, rest) = cohort::split_optional(arguments, context, signature)?;
            let call = Call::parse(signature, span, &rest, context)?;
            let planning = Planning { call, tables, definitions };
            follow::jobs(&planning, cohort.as_ref(), context).map(Some)
        }
        _ => Ok(None),
    }
}
