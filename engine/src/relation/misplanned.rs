//! Refuses the sub-queries that `DataFusion` 55 plans into a wrong answer.

use datafusion::common::Diagnostic;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{Exists, InSubquery, SetComparison};
use datafusion::logical_expr::{Expr, LogicalPlan, Subquery};

use crate::catalog::external;
use crate::error::{Error, ErrorKind};

/// Refuses a plan whose answer would be wrong; called between planning and optimising.
///
/// EXISTS, IN, ANY and ALL become joins. When their sub-query refers to the outer row and aggregates
/// without GROUP BY, it has a row (a count of 0, say) where nothing matches, and the join has none; when it
/// has an OFFSET, the join forgets it.
pub(crate) fn refuse_misplanned(plan: &LogicalPlan) -> Result<()> {
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|part| {
                match part {
                    Expr::Exists(Exists { subquery, negated: _ }) => check("EXISTS", subquery)?,
                    Expr::InSubquery(InSubquery { expr: _, subquery, negated: _ }) => {
                        check("IN", subquery)?;
                    }
                    Expr::SetComparison(SetComparison { expr: _, subquery, op: _, quantifier }) => {
                        check(&quantifier.to_string(), subquery)?;
                    }
                    _ => {}
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(())
}

fn check(operator: &str, subquery: &Subquery) -> Result<()> {
    if subquery.outer_ref_columns.is_empty() {
        return Ok(());
    }
    subquery.subquery.apply(|node| {
        let (what, instead) = match node {
            LogicalPlan::Aggregate(aggregate)
                if aggregate.group_expr.is_empty() && depends(&aggregate.input) =>
            {
                ("an aggregate without GROUP BY", "compare the value itself, as in (SELECT count(*) ..) = 0")
            }
            LogicalPlan::Limit(limit) if limit.skip.is_some() && depends(&limit.input) => {
                ("OFFSET", "count the rows, as in (SELECT count(*) ..) > 1")
            }
            _ => return Ok(TreeNodeRecursion::Continue),
        };
        let message =
            format!("{what} is not available in a sub-query of {operator} that refers to the outer row");
        let diagnostic = Diagnostic::new_error(message.clone(), subquery.spans.first());
        let error = Error::new(ErrorKind::Refused, message).with_help(instead);
        Err(external(error).with_diagnostic(diagnostic))
    })?;
    Ok(())
}

fn depends(plan: &LogicalPlan) -> bool {
    !plan.all_out_ref_exprs().is_empty()
}
