//! Tells who follows persons through periods of which a table has nothing, or much less than before.

use std::collections::BTreeMap;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::LogicalPlan;
use lifetracks_datasets::Definitions;
use lifetracks_udfs::PersonMerge;

use crate::coverage::{TableCoverage, Thresholds, gaps, periods};
use crate::error::Result;
use crate::lake::LakeTable;
use crate::roles::period_label;

/// Periods that are named for each table.
const MOST_NAMED: usize = 3;

/// What there is to say about the coverage of the tables that the panels of a plan follow.
pub(crate) async fn notices(
    plan: &LogicalPlan,
    definitions: &Definitions,
    thresholds: &Thresholds,
) -> Result<Vec<String>> {
    let mut scans = BTreeMap::new();
    collect(plan, false, &mut scans);
    let mut notices = Vec::new();
    for (name, scan) in scans {
        let provider = source_as_provider(&scan).ok();
        let table = definitions.table(&name);
        let Some((provider, table)) = provider.zip(table.filter(|table| table.period.is_some())) else {
            continue;
        };
        let Some(lake_table) = provider.downcast_ref::<LakeTable>() else { continue };
        let coverage = TableCoverage::read(lake_table.location(), lake_table.version(), table).await?;
        let limits = thresholds.of(&table.name);
        let absent = gaps(&coverage, &limits).iter().map(crate::coverage::Gap::sentence).collect();
        notices.extend(told(absent, "nobody is observed there", "coverage_gaps"));
        let period = |number| {
            table.period.as_ref().map_or_else(String::new, |period| period_label(period.unit, number))
        };
        let parts = periods(&coverage, &limits).incomplete.into_iter();
        let parts = parts
            .map(|(number, rows, before)| format!("{name}, {}: {rows} rows after {before}", period(number)));
        notices.extend(told(parts.collect(), "that looks like a part of what should be there, and is taken as not loaded where the table tells no days", "coverage"));
    }
    Ok(notices)
}

/// The first few sentences, what they mean, and where the others stand.
fn told(sentences: Vec<String>, meaning: &str, table: &str) -> Option<String> {
    let more = match sentences.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more (lifetracks.{table})"),
    };
    let first: Vec<String> = sentences.into_iter().take(MOST_NAMED).collect();
    (!first.is_empty()).then(|| format!("{}{more}: {meaning}.", first.join("; ")))
}

type Source = std::sync::Arc<dyn datafusion::logical_expr::TableSource>;

/// The tables of persons under operators that follow them.
fn collect(plan: &LogicalPlan, is_followed: bool, scans: &mut BTreeMap<String, Source>) {
    // A visitor that never fails.
    let _ = plan.apply_with_subqueries(|node| {
        match node {
            LogicalPlan::Extension(extension) if !is_followed => {
                let merge = extension.node.as_any().downcast_ref::<PersonMerge>();
                if let Some(merge) = merge.filter(|merge| merge.program().follows_through_time()) {
                    for input in merge.followed() {
                        collect(input, true, scans);
                    }
                }
            }
            LogicalPlan::TableScan(scan) if is_followed => {
                scans.insert(scan.table_name.table().to_owned(), std::sync::Arc::clone(&scan.source));
            }
            LogicalPlan::TableScan(scan) => {
                // A view is not taken apart before the plan is optimised.
                let provider = source_as_provider(&scan.source).ok();
                if let Some(view) = provider.as_ref().and_then(|provider| provider.get_logical_plan()) {
                    collect(&view, false, scans);
                }
            }
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    });
}
