//! `.theme`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::shell::Shell;
use crate::terminal::{Color, Terminal};

pub(super) const COMMAND: Command = Command {
    name: "theme",
    aliases: &[],
    section: Section::Output,
    usage: ".theme auto|none",
    help: "Colours in the terminal's own palette where it has one, or none.",
    argument: Argument::OneOf(&["auto", "none"]),
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let color = match argument {
        "auto" => Color::Auto,
        "none" => Color::Never,
        other => {
            return Err(Failure::usage(format!(".theme does not know {other:?}")).with_help(COMMAND.usage));
        }
    };
    shell.terminal = Terminal::new(color);
    shell.say(&format!("The theme is {argument}."))?;
    Ok(Next::Done)
}
