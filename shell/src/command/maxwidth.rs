//! `.maxwidth`

use super::number::number;
use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "maxwidth",
    aliases: &[],
    section: Section::Output,
    usage: ".maxwidth N",
    help: "Makes tables at most N characters wide, in files too; 0 takes the terminal's width.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    shell.output.look.width = number(&COMMAND, argument)?;
    Ok(Next::Done)
}
