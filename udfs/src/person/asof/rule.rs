//! Puts [`AsofJoin`] in the place of the join that stood for it while SQL was planned.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{internal_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, Join, JoinType, LogicalPlan, Operator};
use datafusion::optimizer::AnalyzerRule;

use super::mark::conditions;
use super::node::AsofJoin;
use super::time::is_comparable;

/// The rule. It comes after types were made the same, and before anything is moved.
#[derive(Debug)]
pub(crate) struct AsofJoins;

impl AnalyzerRule for AsofJoins {
    fn name(&self) -> &'static str {
        "asof_joins"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| match &plan {
            LogicalPlan::Join(join) => match join.filter.as_ref().and_then(conditions) {
                Some(conditions) => node(join, conditions).map(Transformed::yes),
                None => Ok(Transformed::no(plan)),
            },
            _ => Ok(Transformed::no(plan)),
        })
        .map(|transformed| transformed.data)
    }
}

fn node(join: &Join, conditions: &[Expr]) -> Result<LogicalPlan> {
    let keeps_alone = match join.join_type {
        JoinType::Left => true,
        JoinType::Inner => false,
        other => return internal_err!("an ASOF JOIN was planned as a {other} join"),
    };
    let mut pairs = Vec::new();
    let mut operators = Vec::new();
    for condition in conditions {
        let Expr::BinaryExpr(BinaryExpr { left, op, right }) = condition else {
            return internal_err!("a condition of an ASOF JOIN is no comparison");
        };
        pairs.push((left.as_ref().clone(), right.as_ref().clone()));
        operators.push(*op);
    }
    let (Some(Operator::Eq), Some(comparison)) = (operators.first(), operators.get(1)) else {
        return internal_err!("an ASOF JOIN compares persons and moments");
    };
    if let Some((time, _)) = pairs.get(1) {
        let data_type = time.get_type(join.left.schema())?;
        if !is_comparable(&data_type) {
            return plan_err!("ASOF JOIN compares dates, times or numbers, and {data_type} was found");
        }
    }
    let sides = (Arc::unwrap_or_clone(Arc::clone(&join.left)), Arc::unwrap_or_clone(Arc::clone(&join.right)));
    let node = AsofJoin::new(sides, pairs, *comparison, keeps_alone)?;
    if node.persons().is_none() {
        return plan_err!("ASOF JOIN joins on person_id, a column of both sides that is a BIGINT");
    }
    Ok(node.into_plan())
}
