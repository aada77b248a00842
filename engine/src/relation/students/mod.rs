//! Table functions about students: `grad_cohort` and `dropout_status`.
//!
//! A call becomes a plan of scans and one operator that goes through persons; the arguments are checked here, against
//! the methods that are defined and the school years that are loaded.

mod arguments;
mod functions;
mod inputs;
mod methods;

use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::sql::sqlparser::ast::FunctionArg;
use datafusion::sql::sqlparser::tokenizer::Span;
use lifetracks_datasets::Definitions;

use super::version::VersionedTables;
use arguments::Arguments;
use inputs::Inputs;

/// What a function is planned with.
struct Planning<'a> {
    arguments: Arguments,
    inputs: Inputs<'a>,
    definitions: &'a Definitions,
}

type Plan = fn(&Planning<'_>) -> crate::Result<LogicalPlan>;

/// A function, its named arguments, and how it is planned.
struct Function {
    name: &'static str,
    example: &'static str,
    named: &'static [&'static str],
    plan: Plan,
}

const FUNCTIONS: [Function; 2] = [
    Function {
        name: "grad_cohort",
        example: "grad_cohort(2022), or grad_cohort(2019, 2022, years => 5, method => 'fed-essa')",
        named: &["years", "method", "as_of"],
        plan: functions::grad_cohort,
    },
    Function {
        name: "dropout_status",
        example: "dropout_status(2022), or dropout_status(2019, 2022, method => 'nces-event')",
        named: &["method", "as_of"],
        plan: functions::dropout_status,
    },
];

/// Plans a call of one of the functions here; `None` when `function` is another one.
pub(super) fn plan(
    (function, span): (&str, Span),
    arguments: &[FunctionArg],
    (tables, definitions): (&dyn VersionedTables, &Definitions),
    context: &mut dyn RelationPlannerContext,
) -> Result<Option<LogicalPlan>> {
    let Some(function) = FUNCTIONS.iter().find(|found| found.name == function) else {
        return Ok(None);
    };
    let arguments = Arguments::parse(function, span, arguments, context)?;
    let inputs = Inputs::new(function.name, tables, definitions, arguments.version);
    let planning = Planning { arguments, inputs, definitions };
    let plan = (function.plan)(&planning);
    plan.map(Some).map_err(|error| super::refusal::located(error, planning.arguments.span))
}
