//! `.last`

use super::{Action, Argument, Command, Next, Section};
use crate::export::Kept;
use crate::failure::{Failure, Result};
use crate::render::{Look, Shape};
use crate::shell::Shell;

/// The last result's name.
const LAST_TABLE: &str = "_";

/// The last result as SQL.
pub(super) const LAST: &str = "FROM _";

pub(super) const COMMAND: Command = Command {
    name: "last",
    aliases: &[],
    section: Section::Output,
    usage: ".last",
    help: "Shows the last result again with all its columns, below each other where they do not fit.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, _: &str) -> Result<Next> {
    rows_of_last(shell)?;
    shell.output.look_once = Some(Look { shape: Shape::Whole, ..shell.output.look.clone() });
    Ok(Next::Query(LAST.to_owned()))
}

/// How many rows the last result has.
///
/// Errors: there is none.
pub(super) fn rows_of_last(shell: &Shell) -> Result<u64> {
    shell.last_rows.ok_or_else(no_result)
}

/// The answer where a result is asked for and none is kept.
pub(super) fn no_result() -> Failure {
    Failure::usage("there is no result yet")
        .with_help("run a statement first; its result is then the table _")
}

/// The results that are kept, the last one first; none before the first statement, nor where the last one was dropped.
pub(super) fn kept_results(shell: &Shell) -> Vec<Kept> {
    let there = shell.engine.table_names();
    let last = Kept { table: LAST_TABLE.to_owned(), rows: shell.last_rows };
    let earlier = (1..).map(|number| Kept { table: format!("{LAST_TABLE}{number}"), rows: None });
    std::iter::once(last).chain(earlier).take_while(|kept| there.contains(&kept.table)).collect()
}
