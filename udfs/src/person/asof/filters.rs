//! Moves filters below an ASOF JOIN, so that they skip files.
//!
//! Which row of the right side a row gets depends on that row alone, so that a condition on the left side's columns may
//! come first. One on the right side's columns may not: another row would become the nearest.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{Expr, Filter, LogicalPlan};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

use super::node::AsofJoin;

/// The rule.
#[derive(Debug)]
pub(crate) struct AsofFilters;

impl OptimizerRule for AsofFilters {
    fn name(&self) -> &'static str {
        "asof_filters"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(&self, plan: LogicalPlan, _: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Filter(filter) = plan else { return Ok(Transformed::no(plan)) };
        let join = match filter.input.as_ref() {
            LogicalPlan::Extension(extension) => extension.node.as_any().downcast_ref::<AsofJoin>(),
            _ => None,
        };
        let Some(join) = join else { return Ok(Transformed::no(LogicalPlan::Filter(filter))) };
        let conditions = split_conjunction_owned(filter.predicate.clone());
        let (below, above): (Vec<Expr>, Vec<Expr>) =
            conditions.into_iter().partition(|condition| is_of_left(condition, join));
        if below.is_empty() {
            return Ok(Transformed::no(LogicalPlan::Filter(filter)));
        }
        let of_persons = below.iter().filter_map(|condition| of_right_persons(condition, join)).collect();
        let sides = (filtered(join.left.clone(), below)?, filtered(join.right.clone(), of_persons)?);
        let join = AsofJoin::new(sides, join.pairs.clone(), join.comparison, join.keeps_alone)?;
        Ok(Transformed::yes(filtered(join.into_plan(), above)?))
    }
}

/// Whether a condition says the same of the left side's row alone.
fn is_of_left(condition: &Expr, join: &AsofJoin) -> bool {
    let columns = condition.column_refs();
    let mut columns = columns.iter();
    !condition.is_volatile()
        && !has_subquery(condition)
        && condition.column_refs().iter().next().is_some()
        && columns.all(|column| join.left.schema().has_column(column))
}

fn has_subquery(condition: &Expr) -> bool {
    let is_subquery = |part: &Expr| {
        matches!(
            part,
            Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_)
        )
    };
    condition.exists(|part| Ok(is_subquery(part))).unwrap_or(true)
}

/// A condition on nothing but the person, for the right side: it need not read other persons.
fn of_right_persons(condition: &Expr, join: &AsofJoin) -> Option<Expr> {
    let (left, right) = join.persons()?;
    if condition.column_refs().iter().any(|column| *column != left) {
        return None;
    }
    let moved = condition.clone().transform(|part| match part {
        Expr::Column(_) => Ok(Transformed::yes(Expr::Column(right.clone()))),
        part => Ok(Transformed::no(part)),
    });
    moved.ok().map(|moved| moved.data)
}

fn filtered(plan: LogicalPlan, conditions: Vec<Expr>) -> Result<LogicalPlan> {
    match conjunction(conditions) {
        Some(condition) => Ok(LogicalPlan::Filter(Filter::try_new(condition, Arc::new(plan))?)),
        None => Ok(plan),
    }
}
