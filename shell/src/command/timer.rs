//! `.timer`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "timer",
    aliases: &["\\timing"],
    section: Section::Output,
    usage: ".timer [on|off]",
    help: "Says below each table how long the query took, or stops saying it.",
    argument: Argument::Switch,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let timer = &mut shell.settings.timer;
    *timer = match argument {
        "on" => true,
        "off" => false,
        "" => !*timer,
        other => {
            return Err(Failure::usage(format!("the timer cannot be {other}"))
                .with_help("write .timer on or .timer off"));
        }
    };
    let state = if *timer { "on" } else { "off" };
    shell.say(&format!("The timer is {state}."))?;
    Ok(Next::Done)
}
