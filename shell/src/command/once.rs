//! `.once`

use super::output::target;
use super::{Action, Argument, Command, Next, Section, forced};
use crate::chart::FileFormat;
use crate::failure::{Failure, Result};
use crate::output::{Takes, Target};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "once",
    aliases: &[],
    section: Section::Output,
    usage: ".once FILE [--force]||COMMAND",
    help: "Sends the next result to a file, whose end says how as for .export (else the mode does), or to a command \
           behind |; the next chart to an .svg or a .png file.",
    argument: Argument::File,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if forced(argument.trim_start_matches('|').trim()).0.is_empty() {
        return Err(
            Failure::usage("there is no file or command to send a result to").with_help(COMMAND.usage)
        );
    }
    match target(shell, argument, Takes::Next)? {
        Target::File(file) if FileFormat::of(file.path).is_ok() => {
            shell.output.set_picture(file.path.to_owned());
        }
        target => shell.output.set_once(target, shell.settings.safe)?,
    }
    Ok(Next::Done)
}
