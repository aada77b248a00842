//! `.profile`

use super::{Action, Argument, Collect, Collected, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "profile",
    aliases: &[],
    section: Section::Query,
    usage: ".profile [SQL]",
    help: "Runs a query, or the last one, and shows where its time went: time shares, rows, bytes, spills.",
    argument: Argument::Statement,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let sql = shell.statement_or_last(argument)?;
    let then = |shell: &mut Shell, collected: Collected| {
        if let Some(progress) = &collected.progress {
            shell.print_plan(&progress.profile())?;
        }
        Ok(Next::Done)
    };
    Ok(Next::Collect(Collect { sql, limit: 0, then: Box::new(then) }))
}
