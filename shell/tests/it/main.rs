//! The binary as people and scripts meet it: transcripts of piped runs, and sessions in a pseudo-terminal.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod canary;
mod crash;
mod inject;
mod link_load;
mod prompt;
mod terminal;
mod transcript;
