//! `.progress`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "progress",
    aliases: &[],
    section: Section::Shell,
    usage: ".progress [on|off]",
    help: "Shows how far a statement is that takes longer than half a second, or stops showing it.",
    argument: Argument::Switch,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let progress = &mut shell.settings.progress;
    *progress = match argument {
        "on" => true,
        "off" => false,
        "" => !*progress,
        other => {
            return Err(Failure::usage(format!("progress cannot be {other}"))
                .with_help("write .progress on or .progress off"));
        }
    };
    let state = if *progress { "shown" } else { "not shown" };
    shell.say(&format!("Progress is {state}."))?;
    Ok(Next::Done)
}
