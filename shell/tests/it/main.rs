//! The binary as people and scripts meet it: transcripts of piped runs, and sessions in a pseudo-terminal.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]
#![expect(clippy::print_stdout, reason = "a skipped test says so, and a long one what it saw")]

mod canary;
mod catalogue;
mod charts;
mod cohorts;
mod cookbook;
mod crash;
mod errors;
mod exports;
mod inject;
mod link_load;
mod logs;
mod parameters;
mod picker;
mod places;
mod prompt;
mod results;
mod running;
mod safe;
mod screen;
mod statements;
mod terminal;
mod transcript;
mod typing;
