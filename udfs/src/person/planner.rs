//! Turns the nodes of this module into operators; everything else is left to the engine's planner.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::error::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

use super::asof::AsofJoin;
use super::exec::PersonMergeExec;
use super::merge::PersonMerge;

/// The engine's planner with [`PersonMerge`] and [`AsofJoin`] added.
#[derive(Debug)]
pub(crate) struct PersonQueryPlanner;

#[async_trait]
impl QueryPlanner for PersonQueryPlanner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let planner = DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(PersonPlanner)]);
        planner.create_physical_plan(plan, session).await
    }
}

struct PersonPlanner;

#[async_trait]
impl ExtensionPlanner for PersonPlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        logical_inputs: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        if let Some(join) = node.as_any().downcast_ref::<AsofJoin>() {
            return join.plan_physical(planner, inputs, (session, context)).map(Some);
        }
        let Some(node) = node.as_any().downcast_ref::<PersonMerge>() else {
            return Ok(None);
        };
        let persons = inputs.len().saturating_sub(node.references());
        let mut references = Vec::new();
        for logical in logical_inputs.iter().skip(persons) {
            // They stand outside the plan's tree, because their partitions are not those of persons, so that nobody else
            // optimises them.
            references.push(session.create_physical_plan(logical).await?);
        }
        let persons = inputs.iter().take(persons).cloned().collect();
        let exec = PersonMergeExec::try_new(Arc::clone(node.shared_program()), persons, references.into())?;
        Ok(Some(Arc::new(exec)))
    }
}
