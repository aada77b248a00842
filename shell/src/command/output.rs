//! `.output`

use std::path::Path;

use super::{Action, Argument, Command, Next, Section, forced, unquoted};
use crate::failure::Result;
use crate::output::{FileTarget, Takes, Target, is_standard_output};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "output",
    aliases: &["\\o"],
    section: Section::Output,
    usage: ".output [FILE [--force]||COMMAND]",
    help: "Sends all further results to a file, whose end says how as for .export (else the mode does), or to a command \
           behind |; without either, to the screen again.",
    argument: Argument::File,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let safe = shell.settings.safe;
    let before = shell.output.set(target(shell, argument, Takes::Further)?, safe)?;
    shell.tell_held(before)?;
    Ok(Next::Done)
}

/// The place that an argument names.
///
/// Errors: the file is there already and `--force` is not, or it is being written.
pub(super) fn target<'a>(shell: &Shell, argument: &'a str, takes: Takes) -> Result<Target<'a>> {
    if let Some(command) = argument.strip_prefix('|') {
        return Ok(Target::Command(command.trim()));
    }
    let (name, force) = forced(argument);
    let name = unquoted(name);
    if name.is_empty() {
        return Ok(Target::Screen);
    }
    let path = Path::new(name);
    if !is_standard_output(path) {
        shell.refuse_existing(path, force)?;
    }
    Ok(Target::at(FileTarget { path, by_end: true, takes }))
}
