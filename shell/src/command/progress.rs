//! `.progress`

use super::switch::{state, switched};
use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "progress",
    aliases: &[],
    section: Section::Shell,
    usage: ".progress [on|off]",
    help: "Shows how far a statement is that takes longer than half a second, or stops showing it.",
    argument: Argument::Switch,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let progress = switched(COMMAND.name, argument, shell.settings.progress)?;
    shell.settings.progress = progress;
    shell.say(&format!("Progress is {}.", state(progress)))?;
    Ok(Next::Done)
}
