//! `.maxrows`

use super::number::number;
use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;
use crate::text::counted;

pub(super) const COMMAND: Command = Command {
    name: "maxrows",
    aliases: &[],
    section: Section::Output,
    usage: ".maxrows N",
    help: "Shows at most N rows of a table, half from the start and half from the end; 0 shows all.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let rows = number(&COMMAND, argument)?;
    shell.settings.display_rows = rows;
    shell.say(&match rows {
        0 => "Tables show all rows.".to_owned(),
        rows => format!("Tables show at most {}.", counted(rows as u64, "row")),
    })?;
    Ok(Next::Done)
}
