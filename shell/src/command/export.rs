//! `.export`

use std::path::PathBuf;

use super::last::{LAST, rows_of_last};
use super::{Action, Argument, Command, Next, Section, forced, unquoted};
use crate::export::Export;
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "export",
    aliases: &[],
    section: Section::Output,
    usage: ".export FILE [--force]",
    help: "Writes the last result to a file, whose end says how: .csv, .tsv, .parquet, .xlsx, .arrow, .json, .jsonl, .html, .md or .tex.",
    argument: Argument::File,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let (name, force) = forced(argument);
    let name = unquoted(name);
    if name.is_empty() {
        return Err(Failure::usage("there is no file to write").with_help(COMMAND.usage));
    }
    let rows = rows_of_last(shell)?;
    Ok(Next::Export(Export { sql: LAST.to_owned(), path: PathBuf::from(name), rows: Some(rows), force }))
}
