//! `.output`

use std::path::Path;

use super::{Action, Argument, Command, Next, Section, unquoted};
use crate::failure::Result;
use crate::output::Target;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "output",
    aliases: &["\\o"],
    section: Section::Output,
    usage: ".output [FILE||COMMAND]",
    help: "Sends all further results to a file, or to a command behind |; without either, to the screen again.",
    argument: Argument::File,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let safe = shell.settings.safe;
    shell.output.set(target(argument), safe)?;
    Ok(Next::Done)
}

/// The place that an argument names.
pub(super) fn target(argument: &str) -> Target<'_> {
    match (argument.strip_prefix('|'), unquoted(argument)) {
        (Some(command), _) => Target::Command(command.trim()),
        (None, "") => Target::Screen,
        (None, file) => Target::File(Path::new(file)),
    }
}
