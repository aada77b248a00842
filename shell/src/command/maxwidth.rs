//! `.maxwidth`

use super::number::number;
use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;
use crate::text::counted;

pub(super) const COMMAND: Command = Command {
    name: "maxwidth",
    aliases: &[],
    section: Section::Output,
    usage: ".maxwidth N",
    help: "Makes tables at most N characters wide, also where they are piped; 0 takes the terminal's width.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let width = number(&COMMAND, argument)?;
    shell.output.look.width = width;
    shell.say(&match width {
        0 => "Tables are as wide as the terminal.".to_owned(),
        width => format!("Tables are at most {} wide.", counted(width as u64, "character")),
    })?;
    Ok(Next::Done)
}
