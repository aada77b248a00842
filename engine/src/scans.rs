//! The tables that a plan reads: those of its scans, of its subqueries, and of the views that it names.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::{LogicalPlan, TableScan};

use crate::catalog::MAIN;
use crate::classification::is_confidential;
use crate::cohort::{cohort_of, members_shown};
use crate::lake::LakeTable;

/// Shows every scan of a plan to `visit`. A view is taken apart: what is shown are the scans of its query.
pub(crate) fn each_scan(plan: &LogicalPlan, visit: &mut dyn FnMut(&TableScan)) {
    // A visitor that never fails.
    let _ = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            // A view is not taken apart before the plan is optimised.
            let provider = source_as_provider(&scan.source).ok();
            match provider.as_ref().and_then(|provider| provider.get_logical_plan()) {
                Some(view) => each_scan(&view, visit),
                None => visit(scan),
            }
        }
        Ok(TreeNodeRecursion::Continue)
    });
}

/// The tables that the statements of a run read, known as soon as each is planned.
#[derive(Debug, Default)]
pub(crate) struct TablesRead {
    names: Mutex<BTreeSet<String>>,
    is_restricted: AtomicBool,
}

impl TablesRead {
    /// Notes the tables of a plan.
    pub(crate) fn note(&self, plan: &LogicalPlan) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        each_scan(plan, &mut |scan| {
            if is_confidential(scan) {
                self.is_restricted.store(true, Ordering::Release);
            }
            names.insert(name(scan));
        });
    }

    /// Adds names.
    pub(crate) fn add(&self, names: impl Iterator<Item = String>) {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).extend(names);
    }

    /// Whether a plan that was noted reads what may not leave as it is.
    pub(crate) fn is_restricted(&self) -> bool {
        self.is_restricted.load(Ordering::Acquire)
    }

    /// All so far, in the order of their names.
    pub(crate) fn all(&self) -> Vec<String> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// What FROM calls a scanned table; the members of a cohort are `cohort(name)`.
fn name(scan: &TableScan) -> String {
    let provider = source_as_provider(&scan.source).ok();
    let of_the_lake = provider.as_ref().and_then(|provider| provider.downcast_ref::<LakeTable>());
    if let Some(table) = of_the_lake {
        let name = &table.version().shape.name;
        return cohort_of(name).map_or_else(|| name.clone(), members_shown);
    }
    let table = scan.table_name.table();
    match scan.table_name.schema() {
        None | Some(MAIN) => table.to_owned(),
        Some(schema) => format!("{schema}.{table}"),
    }
}
