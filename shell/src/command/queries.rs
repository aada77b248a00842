//! `.queries`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::queries::{self, Query};
use crate::shell::Shell;
use crate::text::visible;

pub(super) const COMMAND: Command = Command {
    name: "queries",
    aliases: &[],
    section: Section::Query,
    usage: ".queries [PATTERN]",
    help: "Lists the statements that were saved, with their parameters.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let saved = queries::all()?;
    let matching = saved.iter().filter(|query| query.name.contains(argument));
    let lines: Vec<String> = matching.map(line).collect();
    if lines.is_empty() {
        shell.say("No statement is saved; .save NAME keeps the last one.")?;
        return Ok(Next::Done);
    }
    shell.print(&lines.concat())?;
    Ok(Next::Done)
}

fn line(query: &Query) -> String {
    let parameters = query.parameters.iter().map(|(name, value)| format!(" {name}={value}"));
    let parameters: String = parameters.collect();
    let about = if query.about.is_empty() { String::new() } else { format!("  {}", query.about) };
    format!("{}{}{}\n", query.name, visible(&parameters), visible(&about))
}
