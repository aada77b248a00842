//! Every reader of agency files and layouts, given changed files: a sentence or rows, never a panic or a hang.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where it unwraps")]
#![expect(clippy::print_stdout, reason = "a long test says what it saw")]

#[path = "../support/chance.rs"]
mod chance;
#[path = "../support/fuzz.rs"]
mod fuzz;
mod readers;
#[path = "../pollution/visit.rs"]
#[expect(dead_code, reason = "the polluted files use the rest")]
mod visit;
#[path = "../convert/xls.rs"]
mod xls;
