//! Functions that describe and compare groups: balance of two groups, medians that may be published, usual values.

mod draw;
mod exact_sum;
mod fuzzy_median;
mod interpolate;
mod mode_latest;
mod side;
mod smd;
mod value;

use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

/// The scalar functions of this family.
pub(crate) fn functions() -> Vec<ScalarUDF> {
    vec![draw::Draw::new().into()]
}

/// The aggregates of this family.
pub(crate) fn aggregates() -> Vec<AggregateUDF> {
    vec![
        fuzzy_median::FuzzyMedian::new().into(),
        mode_latest::ModeLatest::new().into(),
        smd::Smd::new().into(),
    ]
}
