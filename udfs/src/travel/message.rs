//! A message: the number of its format, the operator's name, which stands in one list, and what the operator says of itself.

use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::common::{exec_datafusion_err, exec_err};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::person::{asof_message, merge_message, segment_message};

/// The number of the format. It goes up whenever a message is written otherwise or means something else.
const FORMAT: u64 = 1;

/// Packs plans and expressions that stand within an operator.
pub trait Pack {
    /// Packs a plan.
    fn pack_plan(&self, plan: &Arc<dyn ExecutionPlan>) -> Result<Vec<u8>>;

    /// Packs an expression.
    fn pack_expression(&self, expression: &Arc<dyn PhysicalExpr>) -> Result<Vec<u8>>;
}

/// Unpacks what [`Pack`] packed.
pub trait Unpack {
    /// Unpacks a plan.
    fn unpack_plan(&self, packed: &[u8]) -> Result<Arc<dyn ExecutionPlan>>;

    /// Unpacks an expression over these columns.
    fn unpack_expression(&self, packed: &[u8], schema: &Schema) -> Result<Arc<dyn PhysicalExpr>>;
}

/// What an operator says of itself; `None` when it is not the one that is meant.
type Write = fn(&dyn ExecutionPlan, &dyn Pack) -> Result<Option<Value>>;

/// How it is made again over its inputs.
type Make = fn(Value, &[Arc<dyn ExecutionPlan>], &dyn Unpack) -> Result<Arc<dyn ExecutionPlan>>;

/// An operator that travels.
struct Operator {
    name: &'static str,
    write: Write,
    make: Make,
}

/// Every operator of ours.
const OPERATORS: [Operator; 3] = [
    Operator { name: "PersonMerge", write: merge_message::write, make: merge_message::make },
    Operator { name: "Asof", write: asof_message::write, make: asof_message::make },
    Operator { name: "SegmentWindow", write: segment_message::write, make: segment_message::make },
];

/// A message as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    format: u64,
    operator: String,
    body: Value,
}

/// The message of an operator without its inputs; `None` for one that is not ours.
///
/// Errors: a program that does not travel, a column whose type cannot be written, and what the carrier cannot pack.
pub fn encode(operator: &dyn ExecutionPlan, carrier: &dyn Pack) -> Result<Option<Vec<u8>>> {
    for Operator { name, write, .. } in &OPERATORS {
        if let Some(body) = write(operator, carrier)? {
            let message = Message { format: FORMAT, operator: (*name).to_owned(), body };
            let written = serde_json::to_vec(&message);
            return written
                .map(Some)
                .map_err(|error| exec_datafusion_err!("the operator {name} cannot be written: {error}"));
        }
    }
    Ok(None)
}

/// Makes an operator of its message, over inputs that were made before.
///
/// Errors: a message that was cut off or is of another format, an operator or a program that is not known, inputs that are
/// not those of the operator, and what the carrier cannot unpack.
pub fn decode(
    message: &[u8],
    inputs: &[Arc<dyn ExecutionPlan>],
    carrier: &dyn Unpack,
) -> Result<Arc<dyn ExecutionPlan>> {
    let message: Value = serde_json::from_slice(message).map_err(|error| unreadable(&error))?;
    match message.get("format").and_then(Value::as_u64) {
        Some(FORMAT) => {}
        Some(other) => {
            return exec_err!(
                "a message about an operator has the format {other}, and this version of lifetracks reads {FORMAT}; run one version on all machines"
            );
        }
        None => {
            return exec_err!(
                "a message about an operator does not say its format; it was not written by lifetracks"
            );
        }
    }
    let Message { operator, body, .. } = read(message)?;
    let Some(Operator { make, .. }) = OPERATORS.iter().find(|known| known.name == operator) else {
        let known = OPERATORS.map(|known| known.name).join(", ");
        return exec_err!(
            "there is no operator {operator} that travels; those that do are {known}. Run one version of lifetracks on all machines"
        );
    };
    make(body, inputs, carrier)
}

/// A part of a message of what is written.
pub(crate) fn body(written: &impl Serialize) -> Result<Value> {
    serde_json::to_value(written)
        .map_err(|error| exec_datafusion_err!("an operator cannot be written: {error}"))
}

/// What a part of a message says.
pub(crate) fn read<T: DeserializeOwned>(part: Value) -> Result<T> {
    serde_json::from_value(part).map_err(|error| unreadable(&error))
}

fn unreadable(error: &serde_json::Error) -> datafusion::error::DataFusionError {
    exec_datafusion_err!(
        "a message about an operator cannot be read ({error}); it was cut off, or written by another version of lifetracks"
    )
}
