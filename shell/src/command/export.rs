//! `.export`

use std::path::PathBuf;

use super::last::{kept_results, no_result};
use super::{Action, Argument, Command, Next, Section, flagged, forced, unquoted};
use crate::export::Export;
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "export",
    aliases: &[],
    section: Section::Output,
    usage: ".export FILE [--all] [--force]",
    help: "Writes the last result, whole, to a file, whose end says how: .csv, .tsv, .parquet, .xlsx, .arrow, .json, .jsonl, \
           .html, .md or .tex. --all writes _1, _2 and so on too: as further sheets, or as files FILE_1, FILE_2.",
    argument: Argument::File,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let (argument, force) = forced(argument);
    let (argument, all) = flagged(argument, "--all");
    let (name, force_before) = forced(argument);
    let name = unquoted(name);
    if name.is_empty() {
        return Err(Failure::usage("there is no file to write").with_help(COMMAND.usage));
    }
    let mut results = kept_results(shell);
    if shell.last_rows.is_none() || results.is_empty() {
        return Err(no_result());
    }
    if !all {
        results.truncate(1);
    }
    Ok(Next::Export(Export { results, path: PathBuf::from(name), force: force || force_before }))
}
