//! `.columns`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
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

fn run(shell: &mut Shell, _: &str) -> Result<Next> {
    shell.output.look.shape = Shape::Columns;
    shell.say("Tables have a line for each column.")?;
    Ok(Next::Done)
}
