//! Refuses the sub-queries that `DataFusion` 55 plans into a wrong answer.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Diagnostic, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{Exists, InSubquery, SetComparison};
use datafusion::logical_expr::{Expr, LogicalPlan, Subquery};

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
        let sentence = match node {
            LogicalPlan::Aggregate(aggregate)
                if aggregate.group_expr.is_empty() && depends(&aggregate.input) =>
            {
                format!(
                    "An aggregate without GROUP BY in a sub-query of {operator} that refers to the outer row \
                     is not available: compare the value itself, as in (SELECT count(*) ..) = 0."
                )
            }
            LogicalPlan::Limit(limit) if limit.skip.is_some() && depends(&limit.input) => format!(
                "OFFSET in a sub-query of {operator} that refers to the outer row is not available: count the \
                 rows, as in (SELECT count(*) ..) > 1."
            ),
            _ => return Ok(TreeNodeRecursion::Continue),
        };
        let diagnostic = Diagnostic::new_error(sentence.clone(), subquery.spans.first());
        plan_err!("{sentence}"; diagnostic = diagnostic)
    })?;
    Ok(())
}

fn depends(plan: &LogicalPlan) -> bool {
    !plan.all_out_ref_exprs().is_empty()
}
