//! `.types`

use super::switch::{state, switched};
use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "types",
    aliases: &[],
    section: Section::Output,
    usage: ".types [on|off]",
    help: "Shows below the names of a table's columns their types, or leaves them out.",
    argument: Argument::Switch,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let types = switched(COMMAND.name, argument, shell.output.look.types)?;
    shell.output.look.types = types;
    shell.say(&format!("Types are {}.", state(types)))?;
    Ok(Next::Done)
}
