//! `.headers`

use super::switch::{state, switched};
use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "headers",
    aliases: &[],
    section: Section::Output,
    usage: ".headers [on|off]",
    help: "Begins csv, tsv, list and quote with the columns' names, or leaves them out.",
    argument: Argument::Switch,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let headers = switched(COMMAND.name, argument, shell.output.look.headers)?;
    shell.output.look.headers = headers;
    shell.say(&format!("Headers are {}.", state(headers)))?;
    Ok(Next::Done)
}
