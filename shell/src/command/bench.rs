//! `.bench`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::repeat::{How, Repeat};
use crate::shell::Shell;

/// Runs, unless a number is given.
const RUNS: usize = 10;

pub(super) const COMMAND: Command = Command {
    name: "bench",
    aliases: &[],
    section: Section::Query,
    usage: ".bench [RUNS] [SQL]",
    help: "Runs a query, or the last one, several times (10) and gives the times; rows are not shown.",
    argument: Argument::Runs,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let (first, rest) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    let (runs, sql) = match first.parse::<usize>() {
        Ok(runs) => (runs.max(1), rest),
        Err(_) => (RUNS, argument),
    };
    Ok(Next::Repeat(Repeat { sql: shell.statement_or_last(sql)?, how: How::Measured { runs } }))
}
