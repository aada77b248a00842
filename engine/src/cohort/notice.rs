//! Tells who uses a cohort that is not up to date, once for every statement.

use std::collections::BTreeSet;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::LogicalPlan;

use super::stale::Light;
use crate::catalog::LakeSchema;
use crate::error::Result;
use crate::relation::live_cohort;

/// What there is to say about the cohorts that a plan reads at their present version.
pub(crate) async fn notices(plan: &LogicalPlan, main: &LakeSchema) -> Result<Vec<String>> {
    let mut names = BTreeSet::new();
    collect(plan, &mut names);
    let Some(lake) = main.lake().filter(|_| !names.is_empty()) else {
        return Ok(Vec::new());
    };
    let version = lake.version();
    let registry = main.cohorts(version).await?;
    let light = Light { lake: &lake, registry: &registry, version };
    let live = names.iter().filter_map(|name| registry.live(name));
    Ok(live.filter_map(|cohort| light.notice(cohort)).collect())
}

fn collect(plan: &LogicalPlan, names: &mut BTreeSet<String>) {
    // A visitor that never fails.
    let _ = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            names.extend(live_cohort(&scan.table_name).map(str::to_owned));
            // A view is not taken apart before the plan is optimised.
            let provider = source_as_provider(&scan.source).ok();
            if let Some(view) = provider.as_ref().and_then(|provider| provider.get_logical_plan()) {
                collect(&view, names);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    });
}
