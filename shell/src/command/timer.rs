//! `.timer`

use super::{Argument, Command, Next};
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) struct Timer;

impl Command for Timer {
    fn name(&self) -> &'static str {
        "timer"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["\\timing"]
    }

    fn usage(&self) -> &'static str {
        ".timer [on|off]"
    }

    fn help(&self) -> &'static str {
        "Says below each table how long the query took, or stops saying it."
    }

    fn argument(&self) -> Argument {
        Argument::Switch
    }

    fn run(&self, shell: &mut Shell, argument: &str) -> Result<Next> {
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
}
