//! Polluted files: every planted defect is reported at its line and column, nothing else is, and every row is counted.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]
#![expect(clippy::print_stdout, reason = "a long test says what it saw")]

#[path = "../support/chance.rs"]
mod chance;
mod delimited;
mod fixed;
mod million;
mod sheet;
mod visit;
