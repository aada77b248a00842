//! The message of [`AsofExec`]: what is compared on each side, and the columns that are given.

use std::sync::Arc;

use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::exec::AsofExec;
use super::keys::Side;
use super::merge::Rules;
use crate::travel::{Pack, Packed, Unpack, body, read};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    left: WrittenSide,
    right: WrittenSide,
    is_reversed: bool,
    is_strict: bool,
    keeps_alone: bool,
    /// The columns of both sides that are given; `None` for all.
    projection: Option<Vec<usize>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSide {
    person: usize,
    time: Packed,
    equal: Vec<Packed>,
}

impl WrittenSide {
    fn of(side: &Side, carrier: &dyn Pack) -> Result<Self> {
        let pack = |expression: &Arc<dyn PhysicalExpr>| carrier.pack_expression(expression).map(Packed);
        let equal = side.equal.iter().map(pack).collect::<Result<_>>()?;
        Ok(Self { person: side.person, time: pack(&side.time)?, equal })
    }

    fn side(&self, input: &Arc<dyn ExecutionPlan>, carrier: &dyn Unpack) -> Result<Side> {
        let schema = input.schema();
        if self.person >= schema.fields().len() {
            return exec_err!("an ASOF JOIN came with an input that has other columns than its own");
        }
        let unpack = |packed: &Packed| carrier.unpack_expression(&packed.0, &schema);
        let equal = self.equal.iter().map(unpack).collect::<Result<_>>()?;
        Ok(Side { person: self.person, time: unpack(&self.time)?, equal })
    }
}

/// What the operator says of itself; `None` when it is another one.
pub(crate) fn write(operator: &dyn ExecutionPlan, carrier: &dyn Pack) -> Result<Option<Value>> {
    let Some(exec) = operator.downcast_ref::<AsofExec>() else { return Ok(None) };
    let Rules { left, right, is_reversed, is_strict, keeps_alone } = &exec.rules;
    let written = Written {
        left: WrittenSide::of(left, carrier)?,
        right: WrittenSide::of(right, carrier)?,
        is_reversed: *is_reversed,
        is_strict: *is_strict,
        keeps_alone: *keeps_alone,
        projection: exec.is_projected.then(|| exec.columns.clone()),
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
    let [left, right] = inputs else {
        return exec_err!("an ASOF JOIN has two inputs, and {} came with it", inputs.len());
    };
    let width = left.schema().fields().len() + right.schema().fields().len();
    if written.projection.iter().flatten().any(|column| *column >= width)
        || written.left.equal.len() != written.right.equal.len()
    {
        return exec_err!("an ASOF JOIN came with an input that has other columns than its own");
    }
    let rules = Rules {
        left: written.left.side(left, carrier)?,
        right: written.right.side(right, carrier)?,
        is_reversed: written.is_reversed,
        is_strict: written.is_strict,
        keeps_alone: written.keeps_alone,
    };
    let is_projected = written.projection.is_some();
    let columns = (written.projection.unwrap_or_else(|| (0..width).collect()), is_projected);
    let exec = AsofExec::with_columns(Arc::clone(left), Arc::clone(right), rules, columns)?;
    Ok(Arc::new(exec))
}
