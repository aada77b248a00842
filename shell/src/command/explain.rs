//! `.explain`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "explain",
    aliases: &[],
    section: Section::Query,
    usage: ".explain [SQL]",
    help: "Shows the plan of a query, or of the last one, as a tree with the rows that are expected.",
    argument: Argument::Statement,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    Ok(Next::Explain(shell.statement_or_last(argument)?))
}
