//! `.safe`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "safe",
    aliases: &[],
    section: Section::Shell,
    usage: ".safe",
    help: "Starts no other program from now on: no .shell, no pager, no editor, no pipe. There is no way back.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, _: &str) -> Result<Next> {
    shell.settings.safe = true;
    shell.say("Safe mode is on until you leave.")?;
    Ok(Next::Done)
}
