//! `.timer`

use super::switch::{state, switched};
use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "timer",
    aliases: &["\\timing"],
    section: Section::Output,
    usage: ".timer [on|off]",
    help: "Says below each table how long the query took, or stops saying it.",
    argument: Argument::Switch,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let timer = switched(COMMAND.name, argument, shell.settings.timer)?;
    shell.settings.timer = timer;
    shell.say(&format!("The timer is {}.", state(timer)))?;
    Ok(Next::Done)
}
