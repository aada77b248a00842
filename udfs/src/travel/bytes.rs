//! A whole plan as bytes, and what would be lost on the way: it is refused, not dropped.

use std::sync::Arc;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{exec_datafusion_err, exec_err};
use datafusion::datasource::physical_plan::ParquetSource;
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::window::{StandardWindowExpr, WindowExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::windows::{BoundedWindowAggExec, WindowAggExec};
use datafusion_proto::bytes::{
    physical_plan_from_bytes_with_proto_converter, physical_plan_to_bytes_with_proto_converter,
};
use datafusion_proto::physical_plan::DeduplicatingProtoConverter;

use super::PlanCodec;
use crate::person::{merge_message, segment_message};

/// Readers of files that keep nothing but what they have read: without them an answer is the same.
const PLAIN_READERS: [&str; 2] = ["DefaultParquetFileReaderFactory", "CachedParquetFileReaderFactory"];

/// Writes a plan as bytes that [`plan_from_bytes`] reads on another machine.
///
/// Errors: an operator that does not travel, and all that [`check_travels`] refuses.
pub fn plan_to_bytes(plan: &Arc<dyn ExecutionPlan>) -> Result<Vec<u8>> {
    check_travels(plan)?;
    let converter = DeduplicatingProtoConverter {};
    let bytes = physical_plan_to_bytes_with_proto_converter(Arc::clone(plan), &PlanCodec, &converter);
    bytes.map(|bytes| bytes.to_vec()).map_err(|error| without_plan(&error))
}

/// `datafusion-proto` writes the whole plan into its error, with the rows of tables in memory.
fn without_plan(error: &DataFusionError) -> DataFusionError {
    let text = error.strip_backtrace();
    let reason = text.split_once("failed with [").map_or(text.as_str(), |(_, inner)| inner);
    let reason = ["]. Plan: ", "]. Expr: "]
        .iter()
        .find_map(|end| reason.split_once(end))
        .map_or(reason, |(reason, _)| reason);
    exec_datafusion_err!("{}", reason.trim_start_matches("Execution error: "))
}

/// Makes a plan of its bytes, with the functions and the stores of this session.
///
/// Errors: bytes that were cut off or that another version wrote, a function that this session does not have.
pub fn plan_from_bytes(bytes: &[u8], context: &TaskContext) -> Result<Arc<dyn ExecutionPlan>> {
    let converter = DeduplicatingProtoConverter {};
    physical_plan_from_bytes_with_proto_converter(bytes, context, &PlanCodec, &converter)
}

/// Refuses a plan that would give other answers on another machine, because `datafusion-proto` 55.2 does not write all of it:
/// FILTER of a window aggregate, IGNORE NULLS of a window function, and checks of the files that a scan reads.
pub fn check_travels(plan: &Arc<dyn ExecutionPlan>) -> Result<()> {
    plan.apply(|operator| {
        for window in windows(operator) {
            check_window(window)?;
        }
        check_reader(operator)?;
        for reference in merge_message::references(operator.as_ref()) {
            check_travels(reference)?;
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

fn windows(operator: &Arc<dyn ExecutionPlan>) -> &[Arc<dyn WindowExpr>] {
    let operator = segment_message::original(operator);
    let bounded = || operator.downcast_ref::<BoundedWindowAggExec>().map(BoundedWindowAggExec::window_expr);
    let whole = || operator.downcast_ref::<WindowAggExec>().map(WindowAggExec::window_expr);
    bounded().or_else(whole).unwrap_or_default()
}

fn check_window(window: &Arc<dyn WindowExpr>) -> Result<()> {
    // What is looked for has no accessor; a text in a literal that looks like it is refused without need, which is safe.
    let inside = format!("{window:?}");
    let is_function = window.as_any().is::<StandardWindowExpr>();
    let lost = match () {
        () if inside.contains("filter: Some(") => "FILTER",
        () if is_function && inside.contains("ignore_nulls: true") => "IGNORE NULLS",
        () => return Ok(()),
    };
    exec_err!(
        "{} has {lost}, which does not travel to another machine; write it with CASE, or run it on this machine",
        window.name()
    )
}

fn check_reader(operator: &Arc<dyn ExecutionPlan>) -> Result<()> {
    let scan = operator.downcast_ref::<DataSourceExec>();
    let Some((_, source)) = scan.and_then(DataSourceExec::downcast_to_file_source::<ParquetSource>) else {
        return Ok(());
    };
    let Some(reader) = source.parquet_file_reader_factory() else { return Ok(()) };
    let name = format!("{reader:?}");
    if PLAIN_READERS.iter().any(|plain| name.starts_with(plain)) {
        return Ok(());
    }
    exec_err!(
        "checks of the files that are read do not travel to another machine; SET lifetracks.checked_reads = false, or run it on this machine"
    )
}
