//! `.rows`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::render::Shape;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "rows",
    aliases: &[],
    section: Section::Output,
    usage: ".rows",
    help: "Shows tables with a line for each row again, after `.columns`.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, _: &str) -> Result<Next> {
    shell.output.look.shape = Shape::Rows;
    shell.say("Tables have a line for each row.")?;
    Ok(Next::Done)
}
