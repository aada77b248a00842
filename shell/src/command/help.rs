//! `.help`

use std::fmt::Write as _;

use super::{Argument, COMMANDS, Command, Next, find};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) struct Help;

impl Command for Help {
    fn name(&self) -> &'static str {
        "help"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["\\?", ".?"]
    }

    fn usage(&self) -> &'static str {
        ".help [COMMAND]"
    }

    fn help(&self) -> &'static str {
        "Lists the commands, or explains one."
    }

    fn argument(&self) -> Argument {
        Argument::Command
    }

    fn run(&self, shell: &mut Shell, argument: &str) -> Result<Next> {
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
}

fn everything() -> String {
    let width = COMMANDS.iter().map(|command| command.usage().len()).max().unwrap_or(0);
    let mut text = String::from("SQL statements end with a semicolon. Commands are one line:\n\n");
    for command in COMMANDS {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:<width$}  {}", command.usage(), command.help());
    }
    text.push_str("\nTab completes, Ctrl-R searches the history, Ctrl-C cancels, Ctrl-D leaves.\n");
    text
}

fn one(command: &dyn Command) -> String {
    let mut text = format!("{}\n  {}\n", command.usage(), command.help());
    if !command.aliases().is_empty() {
        let _ = writeln!(text, "  Also written {}.", command.aliases().join(", "));
    }
    text
}
