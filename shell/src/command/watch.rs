//! `.watch`

use std::time::Duration;

use super::{Action, Argument, Command, Next, Section};
use crate::args::parse_time;
use crate::failure::{Failure, Result};
use crate::repeat::{How, Repeat, Until};
use crate::shell::Shell;
use crate::text::visible;

/// The time between two runs, unless one is given.
const EVERY: Duration = Duration::from_secs(2);

pub(super) const COMMAND: Command = Command {
    name: "watch",
    aliases: &[],
    section: Section::Query,
    usage: ".watch [TIME] [until changed|error]",
    help: "Runs the last query every so often (2 s) until Ctrl-C, another answer or an error.",
    argument: Argument::Words(&["until", "changed", "error"]),
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let (time, until) = argument.split_once("until").unwrap_or((argument, ""));
    let every = match time.trim() {
        "" => EVERY,
        time => parse_time(time).map_err(|why| {
            Failure::usage(format!("{} is no time: {why}", visible(time))).with_help(COMMAND.usage)
        })?,
    };
    let until = match until.trim().to_ascii_lowercase().as_str() {
        "" => Until::Interrupted,
        "changed" => Until::Changed,
        "error" => Until::Failed,
        other => {
            let message = format!("there is nothing to watch until {}", visible(other));
            return Err(Failure::usage(message).with_help("write until changed, or until error"));
        }
    };
    Ok(Next::Repeat(Repeat { sql: shell.statement_or_last("")?, how: How::Watched { every, until } }))
}
