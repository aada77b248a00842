//! The `lifetracks` binary: a prompt, scripts and subcommands over one embedded engine.
//!
//! A line or a script becomes statements ([`script`]), a statement goes to the engine ([`shell`]),
//! and its rows go to a renderer ([`render`]) as they come.

mod args;
mod asking;
mod boxes;
mod buffer;
mod catalogue;
mod chart;
mod command;
mod complete;
mod config;
mod diagnostic;
mod editor;
mod exit;
mod export;
mod external;
mod failure;
mod format;
mod fuzzy;
mod helper;
mod highlight;
mod hint;
mod history;
mod interrupt;
mod keyboard;
mod keys;
mod keywords;
mod log;
mod marks;
mod names;
mod output;
mod page;
mod panic;
mod picker;
mod plan;
mod progress;
mod queries;
mod record;
mod render;
mod repeat;
mod repl;
mod script;
mod shell;
mod subcommand;
mod terminal;
mod text;
mod token;
mod wanted;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    panic::hide_values();
    subcommand::main().into()
}
