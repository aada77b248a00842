//! `.help`

use std::fmt::Write as _;

use super::{Action, Argument, COMMANDS, Command, Next, Section, find};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "help",
    aliases: &["\\?", ".?"],
    section: Section::Shell,
    usage: ".help [COMMAND]",
    help: "Lists the commands, or explains one.",
    argument: Argument::Command,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let text = if argument.is_empty() {
        everything()
    } else {
        let dotted =
            if argument.starts_with(['.', '\\']) { argument.to_owned() } else { format!(".{argument}") };
        one(find(&dotted)?)
    };
    shell.print(&text)?;
    Ok(Next::Done)
}

fn everything() -> String {
    let width = COMMANDS.iter().map(|command| command.usage.len()).max().unwrap_or(0);
    let mut text = String::from("SQL statements end with a semicolon. Commands are one line:\n\n");
    for section in Section::ALL {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}:", section.title());
        for command in COMMANDS.iter().filter(|command| command.section == section) {
            let _ = writeln!(text, "  {:<width$}  {}", command.usage, command.help);
        }
        text.push('\n');
    }
    text.push_str("Tab completes, Ctrl-R searches the history, Ctrl-C cancels, Ctrl-D leaves.\n");
    text
}

fn one(command: &Command) -> String {
    let mut text = format!("{}\n  {}\n", command.usage, command.help);
    if !command.aliases.is_empty() {
        let _ = writeln!(text, "  Also written {}.", command.aliases.join(", "));
    }
    text
}
