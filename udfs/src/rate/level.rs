//! The level of confidence of an interval: a constant argument, the same for all rows.

use std::sync::Arc;

use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Literal;

use super::normal::quantile;

/// The level of confidence of a call without one.
pub(super) const LEVEL: f64 = 0.95;

/// The half width of a function's interval in standard errors, from the argument with the level if there is one.
pub(crate) fn standard_errors(function: &str, level: Option<&Arc<dyn PhysicalExpr>>) -> Result<f64> {
    let Some(argument) = level else {
        return Ok(width_of(LEVEL));
    };
    match argument.downcast_ref::<Literal>().map(Literal::value) {
        Some(ScalarValue::Float64(Some(level))) if *level > 0.0 && *level < 1.0 => Ok(width_of(*level)),
        Some(other) => plan_err!(
            "{function}() takes a level between 0 and 1, but it was given {other}; write 0.95 for 95 %."
        ),
        None => plan_err!(
            "{function}() takes a constant as level, because all rows of a group share it; write 0.95 for 95 %."
        ),
    }
}

/// The half width of an interval of this level.
pub(super) fn width_of(level: f64) -> f64 {
    quantile(f64::midpoint(level, 1.0))
}
