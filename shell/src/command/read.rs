//! `.read`

use std::path::PathBuf;

use super::{Action, Argument, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "read",
    aliases: &["\\i"],
    section: Section::Query,
    usage: ".read FILE",
    help: "Runs the statements and commands in a file.",
    argument: Argument::Script,
    run: Action::Do(run),
};

fn run(_: &mut Shell, argument: &str) -> Result<Next> {
    let name = argument.trim_matches(['\'', '"']);
    if name.is_empty() {
        return Err(Failure::usage("there is no file to read").with_help(COMMAND.usage));
    }
    Ok(Next::Read(PathBuf::from(name)))
}
