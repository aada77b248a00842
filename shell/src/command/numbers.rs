//! `.numbers`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::render::Numbers;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "numbers",
    aliases: &[],
    section: Section::Output,
    usage: ".numbers plain|grouped|si",
    help: "Writes amounts and counts in tables as 12345, 12,345 or 12.3 k. Years, identifiers and codes stay as they are.",
    argument: Argument::OneOf(&["grouped", "plain", "si"]),
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    shell.output.look.numbers = match argument {
        "plain" => Numbers::Plain,
        "grouped" => Numbers::Grouped,
        "si" => Numbers::Si,
        other => {
            return Err(Failure::usage(format!(".numbers does not know {other:?}")).with_help(COMMAND.usage));
        }
    };
    shell.say(&format!("Numbers are {argument}."))?;
    Ok(Next::Done)
}
