//! DISTINCT in an aggregate of persons: refused, because two persons with the same answers are two persons.

use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification};

/// An error when the call has DISTINCT.
pub(crate) fn refuse_distinct(function: &str, arguments: &AccumulatorArgs) -> Result<()> {
    refuse(function, arguments.is_distinct)
}

/// The same before the engine has turned the DISTINCT of a single column into groups, which no state would see.
pub(crate) fn refuse_distinct_early() -> AggregateFunctionSimplification {
    Box::new(|call, _| {
        refuse(call.func.name(), call.params.distinct)?;
        Ok(Expr::AggregateFunction(call))
    })
}

fn refuse(function: &str, is_distinct: bool) -> Result<()> {
    if is_distinct {
        return plan_err!(
            "{function}() does not take DISTINCT, which would count equal rows once; \
             call it over a sub-query with SELECT DISTINCT when rows repeat."
        );
    }
    Ok(())
}
