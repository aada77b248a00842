//! `.quit`

use super::{Action, Argument, Command, Next, Section};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "quit",
    aliases: &["\\q", ".exit"],
    section: Section::Shell,
    usage: ".quit [CODE]",
    help: "Leaves, with an exit code from 0 to 255 where one is given.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(_: &mut Shell, argument: &str) -> Result<Next> {
    if argument.is_empty() {
        return Ok(Next::Leave(Exit::SUCCESS));
    }
    let Ok(code) = argument.parse() else {
        return Err(
            Failure::usage(format!("{argument} is no exit code")).with_help("write a number from 0 to 255")
        );
    };
    Ok(Next::Leave(Exit(code)))
}
