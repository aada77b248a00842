//! The engine as its users meet it: one binary for all integration tests.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

mod asof;
mod checked;
mod checks;
mod cohort;
mod cohort_versions;
mod cohorts;
mod coverage;
mod define;
mod doctor;
mod fixtures_work;
mod fraction;
mod fuzz;
mod load;
mod logs;
mod macros;
mod mutation;
mod panel;
mod panel_truth;
mod paths;
mod plan;
mod published;
mod same_names;
mod store;
mod support;
mod survival;
mod twin;
mod vault;
