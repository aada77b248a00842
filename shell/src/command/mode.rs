//! `.mode`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::render::{RENDERERS, format_named};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "mode",
    aliases: &[],
    section: Section::Output,
    usage: ".mode [FORMAT]",
    help: "Sets how results are written; without a format, lists the formats.",
    argument: Argument::Format,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if argument.is_empty() {
        let current = shell.settings.format.name;
        let lines = RENDERERS.iter().map(|format| {
            let mark = if format.name == current { '*' } else { ' ' };
            format!("{mark} {:<9} {}\n", format.name, format.help)
        });
        shell.print(&lines.collect::<String>())?;
        return Ok(Next::Done);
    }
    let Some(format) = format_named(argument) else {
        let names: Vec<_> = RENDERERS.iter().map(|format| format.name).collect();
        return Err(Failure::usage(format!("there is no format {argument}"))
            .with_help(format!("use one of {}", names.join(", "))));
    };
    shell.settings.format = format;
    Ok(Next::Done)
}
