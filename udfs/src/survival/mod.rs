//! Functions of survival analysis: how long until something happens, when not everyone is watched to the end.

mod arguments;
mod chi_square;
mod curve;
mod kaplan_meier;
mod km_median;
mod life_table;
mod log_rank;
mod mantel;
mod time;

use datafusion::logical_expr::AggregateUDF;

/// The aggregates of this family.
pub(crate) fn aggregates() -> Vec<AggregateUDF> {
    vec![
        kaplan_meier::KaplanMeier::new().into(),
        km_median::KmMedian::new().into(),
        life_table::LifeTable::new().into(),
        log_rank::LogRank::new().into(),
    ]
}
