//! Functions that describe and compare groups: balance of two groups, medians that may be published, usual values.

mod exact_sum;
mod fuzzy_median;
mod interpolate;
mod mode_latest;
mod side;
mod smd;
mod value;

use datafusion::logical_expr::AggregateUDF;

/// The aggregates of this family.
pub(crate) fn aggregates() -> Vec<AggregateUDF> {
    vec![
        fuzzy_median::FuzzyMedian::new().into(),
        mode_latest::ModeLatest::new().into(),
        smd::Smd::new().into(),
    ]
}
