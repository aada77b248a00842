//! Keeps the types of a query whose only distinct aggregate becomes a grouping.
//!
//! `DataFusion` turns `sum(wages), count(DISTINCT employer)` into sums of sums over groups. A sum of decimals has more digits
//! than what it adds, so that the result changes its type after comparisons with it were planned, and the query fails. Where
//! the types would change, the rule is left out.

use std::sync::Arc;

use datafusion::common::tree_node::Transformed;
use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// The name of the rule that is wrapped.
const NAME: &str = "single_distinct_aggregation_to_group_by";

/// Another rule, unless it changes a type.
#[derive(Debug)]
struct SameTypes(Arc<dyn OptimizerRule + Send + Sync>);

/// Wraps the rule among those of an optimizer.
pub(crate) fn keep_types(rules: &mut [Arc<dyn OptimizerRule + Send + Sync>]) {
    for rule in rules.iter_mut().filter(|rule| rule.name() == NAME) {
        *rule = Arc::new(SameTypes(Arc::clone(rule)));
    }
}

impl OptimizerRule for SameTypes {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        if !matches!(plan, LogicalPlan::Aggregate(_)) {
            return Ok(Transformed::no(plan));
        }
        let rewritten = self.0.rewrite(plan.clone(), config)?;
        let types = |plan: &LogicalPlan| -> Vec<_> {
            plan.schema().fields().iter().map(|field| field.data_type().clone()).collect()
        };
        if types(&rewritten.data) == types(&plan) { Ok(rewritten) } else { Ok(Transformed::no(plan)) }
    }
}
