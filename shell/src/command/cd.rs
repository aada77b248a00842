//! `.cd`

use std::path::PathBuf;

use super::{Action, Argument, Command, Next, Section, unquoted};
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "cd",
    aliases: &[],
    section: Section::Shell,
    usage: ".cd [FOLDER]",
    help: "Moves to another folder, from which files are named; without a folder, home.",
    argument: Argument::Folder,
    run: Action::Do(run),
};

fn run(_: &mut Shell, argument: &str) -> Result<Next> {
    let written = unquoted(argument);
    let folder = path_of(if written.is_empty() { "~" } else { written })?;
    std::env::set_current_dir(&folder).map_err(|error| Failure::file("move to", &folder, &error))?;
    Ok(Next::Done)
}

/// The path that a person has written; `~` is home.
pub(super) fn path_of(written: &str) -> Result<PathBuf> {
    let Some(rest) = written.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
        return Ok(PathBuf::from(written));
    };
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let home = home.ok_or_else(|| Failure::usage("there is no home folder"))?;
    Ok(home.join(rest.trim_start_matches('/')))
}
