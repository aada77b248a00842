//! `.columns`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::render::Shape;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "columns",
    aliases: &[],
    section: Section::Output,
    usage: ".columns",
    help: "Turns tables over: a line for each column. `.rows` turns them back.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if !argument.is_empty() {
        return Err(
            Failure::usage(".columns takes nothing").with_help("write .columns, or .rows to turn them back")
        );
    }
    shell.output.look.shape = Shape::Columns;
    shell.say("Tables have a line for each column.")?;
    Ok(Next::Done)
}
