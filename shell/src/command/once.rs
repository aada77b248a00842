//! `.once`

use super::output::target;
use super::{Action, Argument, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "once",
    aliases: &[],
    section: Section::Output,
    usage: ".once FILE||COMMAND",
    help: "Sends the next result to a file, or to a command behind |.",
    argument: Argument::File,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if argument.trim_start_matches('|').trim().is_empty() {
        return Err(
            Failure::usage("there is no file or command to send a result to").with_help(COMMAND.usage)
        );
    }
    let safe = shell.settings.safe;
    shell.output.set_once(target(argument), safe)?;
    Ok(Next::Done)
}
