//! Functions of rates: the rate itself, what it could be, how sure it is, and what of it may be published.

mod level;
mod normal;
mod number;
mod pair;
mod rate_bounds;
mod rate_ci;
mod suppress;

// The family and its first function have one name.
#[path = "rate.rs"]
mod rate_function;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use lifetracks_datasets::Definitions;

pub(crate) use level::standard_errors;

/// The aggregates of this family.
pub(crate) fn aggregates() -> Vec<AggregateUDF> {
    vec![
        rate_function::Rate::new().into(),
        rate_bounds::RateBounds::new().into(),
        rate_ci::RateCi::new().into(),
    ]
}

/// The scalar functions of this family.
pub(crate) fn functions(definitions: &Arc<Definitions>) -> Result<Vec<ScalarUDF>> {
    Ok(vec![suppress::Suppress::new(definitions)?.into()])
}

/// A quotient, or `None` when the denominator is 0.
fn ratio(num: f64, den: f64) -> Option<f64> {
    (den != 0.0).then(|| num / den)
}
