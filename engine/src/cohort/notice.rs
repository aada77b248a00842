//! Tells who uses a cohort that is not up to date, once for every statement.

use std::collections::BTreeSet;

use datafusion::logical_expr::LogicalPlan;

use super::stale::Light;
use crate::catalog::LakeSchema;
use crate::error::Result;
use crate::relation::live_cohort;
use crate::scans::each_scan;

/// What there is to say about the cohorts that a plan reads at their present version.
pub(crate) async fn notices(plan: &LogicalPlan, main: &LakeSchema) -> Result<Vec<String>> {
    let mut names = BTreeSet::new();
    each_scan(plan, &mut |scan| names.extend(live_cohort(&scan.table_name).map(str::to_owned)));
    let Some(lake) = main.lake().filter(|_| !names.is_empty()) else {
        return Ok(Vec::new());
    };
    let version = lake.version();
    let registry = main.cohorts(version).await?;
    let light = Light { lake: &lake, registry: &registry, version };
    let live = names.iter().filter_map(|name| registry.live(name));
    Ok(live.filter_map(|cohort| light.notice(cohort)).collect())
}
