//! Puts [`SegmentWindowExec`] in the place of windows over persons whose rows come in order.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::window::WindowExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::windows::{BoundedWindowAggExec, WindowAggExec};
use datafusion::physical_plan::{ExecutionPlan, InputOrderMode};

use super::exec::PERSON;
use super::segment::SegmentWindowExec;

/// The rule. It comes last: what it puts in asks for nothing that the operator before it did not ask for.
#[derive(Debug)]
pub(crate) struct SegmentWindows;

impl PhysicalOptimizerRule for SegmentWindows {
    fn name(&self) -> &'static str {
        "segment_windows"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| Ok(replace(plan))).map(|transformed| transformed.data)
    }
}

/// The operator in the place of another one over persons in order; any other plan as it is.
pub(super) fn replace(plan: Arc<dyn ExecutionPlan>) -> Transformed<Arc<dyn ExecutionPlan>> {
    let found = match (plan.downcast_ref::<BoundedWindowAggExec>(), plan.downcast_ref::<WindowAggExec>()) {
        (Some(window), _) if window.input_order_mode == InputOrderMode::Sorted => {
            Some((window.window_expr(), window.input()))
        }
        (None, Some(window)) => Some((window.window_expr(), window.input())),
        _ => None,
    };
    match found {
        Some((windows, input)) if windows.iter().all(is_of_persons) => {
            let (windows, input) = (windows.to_vec(), Arc::clone(input));
            Transformed::yes(Arc::new(SegmentWindowExec::new(plan, windows, input)))
        }
        _ => Transformed::no(plan),
    }
}

/// Whether partitions are persons or less, so that they fit into memory with ease.
fn is_of_persons(window: &Arc<dyn WindowExpr>) -> bool {
    let is_person = |key: &Arc<dyn datafusion::physical_expr::PhysicalExpr>| {
        key.downcast_ref::<Column>().is_some_and(|column| column.name() == PERSON)
    };
    window.partition_by().iter().any(is_person)
}
