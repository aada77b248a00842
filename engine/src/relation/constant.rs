//! Turns an expression that must be a constant into its value while a statement is planned.

use std::sync::Arc;

use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::Expr as Planned;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::sql::sqlparser::ast::{Expr, Spanned};

use super::refusal::located;
use crate::error::{Error, ErrorKind};

/// The value of `expr`, which may call functions and do arithmetic, but may not name a column, hold a
/// sub-query, or change from run to run as `now()` does.
pub(crate) fn constant(expr: Expr, context: &mut dyn RelationPlannerContext) -> Result<ScalarValue> {
    let span = expr.span();
    let written = expr.to_string();
    let not_constant = || {
        let error = Error::new(ErrorKind::Query, format!("{written} is not a constant"))
            .with_help("write a value here, a text in single quotes");
        located(error, span)
    };
    let empty = Arc::new(DFSchema::empty());
    let planned = context.sql_to_expr(expr, &empty).map_err(|_| not_constant())?;
    let simplifier = ExprSimplifier::new(SimplifyContext::builder().with_schema(empty).build());
    let coerced = simplifier.coerce(planned, &DFSchema::empty())?;
    match simplifier.simplify(coerced)? {
        Planned::Literal(value, _) => Ok(value),
        _ => Err(not_constant()),
    }
}
