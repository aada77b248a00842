//! `.memory`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;
use crate::text::{bytes, counted};

pub(super) const COMMAND: Command = Command {
    name: "memory",
    aliases: &[],
    section: Section::Shell,
    usage: ".memory",
    help: "Says how much memory and disk statements and kept results hold now, and how much they may.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, _: &str) -> Result<Next> {
    let memory = shell.engine.memory();
    let limit = memory.limit.map_or_else(|| "no limit".to_owned(), |limit| format!("of {}", bytes(limit)));
    let stopping = match shell.engine.stopping() {
        0 => String::new(),
        count => format!("; {} still stopping", counted(count as u64, "cancelled statement")),
    };
    let text = format!(
        "{} of memory held, {limit}; {} spilled to disk{stopping}\n",
        bytes(memory.held),
        bytes(memory.spilled)
    );
    shell.print(&text)?;
    Ok(Next::Done)
}
