//! `.save`

use std::sync::Arc;

use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::queries;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "save",
    aliases: &[],
    section: Section::Query,
    usage: ".save NAME [ABOUT]",
    help: "Keeps the last statement under a name, with the parameters it has now as its defaults.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let (name, about) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    let sql = shell.statement_or_last("")?;
    let parameters = Arc::clone(&shell.parameters);
    let path = queries::save(name, about.trim(), &sql, &parameters)?;
    shell.say(&format!("Saved in {}; run it with .query {name}", path.display()))?;
    Ok(Next::Done)
}
