//! The message of [`SegmentWindowExec`]: the operator it stands for, packed over an input without rows.

use std::sync::Arc;

use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::segment::SegmentWindowExec;
use super::segment_rule::replace;
use crate::travel::{Pack, Packed, Unpack, body, read};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    original: Packed,
}

/// What the operator says of itself; `None` when it is another one.
pub(crate) fn write(operator: &dyn ExecutionPlan, carrier: &dyn Pack) -> Result<Option<Value>> {
    let Some(exec) = operator.downcast_ref::<SegmentWindowExec>() else { return Ok(None) };
    // The input travels as the operator's own; packed here too, windows over windows would double it each time.
    let nothing = Arc::new(EmptyExec::new(exec.input.schema()));
    let original = over(&exec.original, nothing)?;
    body(&Written { original: Packed(carrier.pack_plan(&original)?) }).map(Some)
}

/// Makes the operator.
pub(crate) fn make(
    body: Value,
    inputs: &[Arc<dyn ExecutionPlan>],
    carrier: &dyn Unpack,
) -> Result<Arc<dyn ExecutionPlan>> {
    let Written { original } = read(body)?;
    let original = carrier.unpack_plan(&original.0)?;
    let nothing = original.children();
    let ([input], [nothing]) = (inputs, nothing.as_slice()) else {
        return exec_err!("windows over persons have one input, and {} came with them", inputs.len());
    };
    if input.schema() != nothing.schema() {
        return exec_err!("windows over persons came with an input that has other columns than theirs");
    }
    let replaced = replace(over(&original, Arc::clone(input))?);
    if !replaced.transformed {
        return exec_err!("windows over persons came without person_id in their PARTITION BY");
    }
    Ok(replaced.data)
}

/// The same windows over another input.
fn over(windows: &Arc<dyn ExecutionPlan>, input: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    Arc::clone(windows).replace_children(vec![input], options)
}
