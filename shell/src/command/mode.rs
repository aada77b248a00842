//! `.mode`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::render::{RENDERERS, format_named};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "mode",
    aliases: &[],
    section: Section::Output,
    usage: ".mode [FORMAT [SEPARATOR or TABLE]]",
    help: "Sets how results are written, for list with its separator and for insert with its table; alone, lists the formats.",
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
    let (name, detail) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    let Some(format) = format_named(name) else {
        let names: Vec<_> = RENDERERS.iter().map(|format| format.name).collect();
        return Err(Failure::usage(format!("there is no format {name}"))
            .with_help(format!("use one of {}", names.join(", "))));
    };
    let detail = detail.trim();
    match format.name {
        _ if detail.is_empty() => {}
        "list" => shell.output.look.separator = separator(detail),
        "insert" => detail.clone_into(&mut shell.output.look.table),
        other => {
            return Err(Failure::usage(format!(
                "the format {other} needs nothing else, and {detail} was given"
            ))
            .with_help(COMMAND.usage));
        }
    }
    shell.settings.format = format;
    Ok(Next::Done)
}

/// A separator as it is typed: in quotes where it has spaces, `\t` for a tab.
fn separator(text: &str) -> String {
    let quoted = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    quoted('\'').or_else(|| quoted('"')).unwrap_or(text).replace("\\t", "\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_may_have_spaces_or_be_a_tab() {
        assert_eq!(separator("' | '"), " | ");
        assert_eq!(separator("\\t"), "\t");
        assert_eq!(separator("'"), "'");
    }
}
