//! Conversion of files: every row is loaded with its exact values, or rejected with its line, its column and the rule.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod agencies;
mod checks;
mod defects;
mod fixed;
mod formats;
mod stops;
mod values;
mod visits;
mod xls;
mod years;
