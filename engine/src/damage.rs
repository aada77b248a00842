//! Names what is behind a statement that failed while it ran: a text of the statement that is no value, or a damaged file,
//! of which decoders that fail, or panic, do not say what they read.

use std::any::Any;
use std::sync::Arc;

use datafusion::arrow::error::ArrowError;
use datafusion::catalog::TableProvider;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::source_as_provider;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;

use crate::diagnose::{diagnose_run, misfit, own};
use crate::error::{Error, ErrorKind};
use crate::lake::LakeTable;

/// The engine's error for a plan that failed while it ran: the text of the statement or the damaged file that is
/// to blame, where one is.
pub(crate) async fn explain(error: DataFusionError, text: &str, plan: &LogicalPlan) -> Error {
    let found = diagnose_run(&error, text);
    if is_of_a_value(&error)
        && let Some(misfit) = misfit(plan, text)
    {
        return misfit;
    }
    if found.kind() == ErrorKind::Lake || !is_of_a_decoder(&error) {
        return found;
    }
    first_damage(plan).await.unwrap_or(found)
}

/// The first damaged file of the lake's tables that a plan reads, all of which are read; `None` if there is none.
pub(crate) async fn first_damage(plan: &LogicalPlan) -> Option<Error> {
    let mut read: Vec<Arc<dyn TableProvider>> = Vec::new();
    let collected = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            read.extend(source_as_provider(&scan.source));
        }
        Ok(TreeNodeRecursion::Continue)
    });
    collected.ok()?;
    for table in read {
        let table: &dyn Any = table.as_ref();
        let Some(table) = table.downcast_ref::<LakeTable>() else { continue };
        if let Some(damage) = table.first_damage().await {
            return Some(damage);
        }
    }
    None
}

/// Whether an error can come from a value that does not fit its type.
fn is_of_a_value(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::ArrowError(..) | DataFusionError::Execution(_))
        && own(error).is_none()
}

/// Whether an error can come from the bytes of a Parquet file, as it does not from a value or a function.
fn is_of_a_decoder(error: &DataFusionError) -> bool {
    match error.find_root() {
        DataFusionError::ParquetError(_) => true,
        DataFusionError::ArrowError(arrow, _) => matches!(
            **arrow,
            ArrowError::ParquetError(_)
                | ArrowError::ExternalError(_)
                | ArrowError::IoError(..)
                | ArrowError::SchemaError(_)
        ),
        other => other.to_string().contains("the physical schema"),
    }
}
