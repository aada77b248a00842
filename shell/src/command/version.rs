//! `.version`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "version",
    aliases: &[],
    section: Section::Shell,
    usage: ".version",
    help: "Says which version this is, and of which lake version the answers are.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, _: &str) -> Result<Next> {
    let lake = shell.engine.lake_version().map(|version| format!(", lake version {version}"));
    shell.print(&format!("LifeTracks {}{}\n", env!("CARGO_PKG_VERSION"), lake.unwrap_or_default()))?;
    Ok(Next::Done)
}
