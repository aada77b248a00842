//! `.open`

use std::thread;

use super::cd::path_of;
use super::{Action, Argument, Command, Next, Section, unquoted};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "open",
    aliases: &[],
    section: Section::Shell,
    usage: ".open LAKE",
    help: "Opens another lake in the place of this one, with the same options; results, views and SET values go.",
    argument: Argument::Folder,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let name = unquoted(argument);
    if name.is_empty() {
        return Err(Failure::usage("there is no lake to open").with_help(COMMAND.usage));
    }
    let lake = path_of(name)?.display().to_string();
    let engine = &shell.engine;
    // Opening waits on threads of the engine's own, which the thread that runs commands must not.
    let opened = thread::scope(|scope| scope.spawn(|| engine.open_another(&lake)).join());
    let opened = opened.map_err(|_| Failure::new(Exit::QUERY, "the lake could not be opened"))??;
    let version = opened.lake_version().map(|version| format!(", version {version}")).unwrap_or_default();
    shell.catalogue.open(opened.clone());
    shell.engine = opened;
    shell.last_rows = None;
    shell.say(&format!("{lake}{version}. Results, views and SET values of the lake before are gone."))?;
    Ok(Next::Done)
}
