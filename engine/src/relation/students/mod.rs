//! Table functions about students: `grad_cohort` and `dropout_status`.
//!
//! A call becomes a plan of scans and one operator that goes through persons; the arguments are checked here, against
//! the methods that are defined and the school years that are loaded.

mod functions;
mod methods;

use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::sql::sqlparser::ast::FunctionArg;
use datafusion::sql::sqlparser::tokenizer::Span;
use lifetracks_datasets::{Definitions, ParameterKind};

use super::call::{Call, Signature, usage};
use super::inputs::Inputs;
use super::version::VersionedTables;

/// What a function is planned with.
struct Planning<'a> {
    function: &'static str,
    /// The first and the last year that are asked for.
    years: (i32, i32),
    call: Call,
    inputs: Inputs<'a>,
    definitions: &'a Definitions,
}

type Plan = fn(&Planning<'_>) -> crate::Result<LogicalPlan>;

/// A function, its parameters, and how it is planned.
struct Function {
    name: &'static str,
    example: &'static str,
    /// The first two are the first and the last year, which may be given by position.
    parameters: &'static [(&'static str, ParameterKind)],
    plan: Plan,
}

const FUNCTIONS: [Function; 2] = [
    Function {
        name: "grad_cohort",
        example: "grad_cohort(2022), or grad_cohort(2019, 2022, years => 5, method => 'fed-essa')",
        parameters: &[
            ("cohort_year", ParameterKind::Integer),
            ("last_cohort_year", ParameterKind::Integer),
            ("years", ParameterKind::Integer),
            ("method", ParameterKind::Text),
        ],
        plan: functions::grad_cohort,
    },
    Function {
        name: "dropout_status",
        example: "dropout_status(2022), or dropout_status(2019, 2022, method => 'nces-event')",
        parameters: &[
            ("school_year", ParameterKind::Integer),
            ("last_school_year", ParameterKind::Integer),
            ("method", ParameterKind::Text),
        ],
        plan: functions::dropout_status,
    },
];

/// Whether a function is one of those here.
pub(super) fn is_function(name: &str) -> bool {
    FUNCTIONS.iter().any(|function| function.name == name)
}

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
    let signature = Signature {
        function: function.name,
        example: function.example,
        parameters: function.parameters,
        positions: 2,
    };
    let call = Call::parse(signature, span, arguments, context)?;
    let year = |place: usize| function.parameters.get(place).and_then(|(name, _)| call.integer(name));
    let Some(first) = year(0) else {
        return Err(usage(signature, format!("{} needs a year", function.name), span));
    };
    let last = year(1).unwrap_or(first);
    if last < first {
        let message = format!("{} is asked for {first} to {last}, and {last} comes first", function.name);
        return Err(usage(signature, message, span));
    }
    let inputs = Inputs::new(function.name, tables, definitions, call.version);
    let planning = Planning { function: function.name, years: (first, last), call, inputs, definitions };
    let plan = (function.plan)(&planning);
    plan.map(Some).map_err(|error| super::refusal::located(error, span))
}
