//! From the node to the operator.

use std::sync::Arc;

use datafusion::catalog::Session;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, LogicalPlan, Operator};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::PhysicalPlanner;

use super::exec::AsofExec;
use super::keys::Side;
use super::merge::Rules;
use super::node::AsofJoin;

impl AsofJoin {
    /// The operator of the join over the operators of both sides.
    pub(in crate::person) fn plan_physical(
        &self,
        planner: &dyn PhysicalPlanner,
        inputs: &[Arc<dyn ExecutionPlan>],
        (session, context): (&dyn Session, &PhysicalPlanningContext),
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let ([left, right], Some((left_person, right_person))) = (inputs, self.persons()) else {
            return internal_err!("an ASOF JOIN has two inputs with persons");
        };
        let side = |plan: &LogicalPlan, person, expressions: Vec<&Expr>| -> Result<Side> {
            let schema = plan.schema();
            let physical =
                |expression: &&Expr| planner.create_physical_expr(expression, schema, session, context);
            let mut keys = expressions.iter().skip(1).map(physical);
            let Some(time) = keys.next().transpose()? else {
                return internal_err!("an ASOF JOIN compares moments");
            };
            let equal = keys.collect::<Result<Vec<_>>>()?;
            Ok(Side { person: schema.index_of_column(person)?, time, equal })
        };
        let (of_left, of_right): (Vec<&Expr>, Vec<&Expr>) =
            self.pairs.iter().map(|(left, right)| (left, right)).unzip();
        let rules = Rules {
            left: side(&self.left, left_person, of_left)?,
            right: side(&self.right, right_person, of_right)?,
            is_reversed: matches!(self.comparison, Operator::Lt | Operator::LtEq),
            is_strict: matches!(self.comparison, Operator::Lt | Operator::Gt),
            keeps_alone: self.keeps_alone,
        };
        Ok(Arc::new(AsofExec::try_new(Arc::clone(left), Arc::clone(right), rules)?))
    }
}
