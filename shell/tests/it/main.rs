//! The binary as people and scripts meet it: transcripts of piped runs, and sessions in a pseudo-terminal.

mod prompt;
mod terminal;
mod transcript;
