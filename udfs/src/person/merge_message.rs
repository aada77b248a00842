//! The message of [`PersonMergeExec`]: its program, its references packed, and the columns that are given.

use std::sync::Arc;

use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::physical_plan::ExecutionPlan;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::exec::{PERSON, PersonMergeExec};
use crate::travel::{Pack, Packed, ProgramMessage, Unpack, body, read};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    program: ProgramMessage,
    /// How many person inputs come with it.
    inputs: usize,
    references: Vec<Packed>,
    projection: Option<Vec<usize>>,
}

/// What the operator says of itself; `None` when it is another one.
pub(crate) fn write(operator: &dyn ExecutionPlan, carrier: &dyn Pack) -> Result<Option<Value>> {
    let Some(exec) = operator.downcast_ref::<PersonMergeExec>() else { return Ok(None) };
    let references = exec.references.iter().map(|plan| carrier.pack_plan(plan).map(Packed));
    let written = Written {
        program: ProgramMessage::of(exec.program.as_ref())?,
        inputs: exec.inputs.len(),
        references: references.collect::<Result<_>>()?,
        projection: exec.projection.as_deref().map(<[usize]>::to_vec),
    };
    body(&written).map(Some)
}

/// Makes the operator.
pub(crate) fn make(
    body: Value,
    inputs: &[Arc<dyn ExecutionPlan>],
    carrier: &dyn Unpack,
) -> Result<Arc<dyn ExecutionPlan>> {
    let written: Written = read(body)?;
    let program = written.program.program()?;
    let (name, columns) = (program.name(), program.schema().fields().len());
    if inputs.len() != written.inputs {
        return exec_err!("{name} reads {} inputs, and {} came with it", written.inputs, inputs.len());
    }
    let starts_with_person = |input: &Arc<dyn ExecutionPlan>| {
        input.schema().fields().first().is_some_and(|field| field.name() == PERSON)
    };
    if !inputs.iter().all(starts_with_person) {
        return exec_err!("{name} reads inputs whose first column is {PERSON}, and another came with it");
    }
    let projection = written.projection;
    if let Some(column) = projection.iter().flatten().find(|column| **column >= columns) {
        return exec_err!("{name} has {columns} columns, and column {column} of it is asked for");
    }
    let references = written.references.iter().map(|packed| carrier.unpack_plan(&packed.0));
    let references: Arc<[_]> = references.collect::<Result<_>>()?;
    let exec =
        PersonMergeExec::with_columns(program, inputs.to_vec(), references, projection.map(Into::into))?;
    Ok(Arc::new(exec))
}
