//! `.cd`

use std::path::PathBuf;

use super::{Action, Argument, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "cd",
    aliases: &[],
    section: Section::Shell,
    usage: ".cd [FOLDER]",
    help: "Moves to another folder, from which files are named; without a folder, home.",
    argument: Argument::File,
    run: Action::Do(run),
};

fn run(_: &mut Shell, argument: &str) -> Result<Next> {
    let written = argument.trim_matches(['\'', '"']);
    let home = || std::env::var_os("HOME").map(PathBuf::from);
    let folder = match written.strip_prefix('~') {
        _ if written.is_empty() => home(),
        Some(rest) => home().map(|home| home.join(rest.trim_start_matches('/'))),
        None => Some(PathBuf::from(written)),
    };
    let folder = folder.ok_or_else(|| Failure::usage("there is no home folder"))?;
    std::env::set_current_dir(&folder).map_err(|error| Failure::file("move to", &folder, &error))?;
    Ok(Next::Done)
}
