//! `.edit`

use super::{Action, Argument, Command, Next, Section};
use crate::external::edit;
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "edit",
    aliases: &["\\e"],
    section: Section::Query,
    usage: ".edit",
    help: "Opens the last statement in $VISUAL or $EDITOR, and puts it at the prompt; Ctrl-X Ctrl-E opens what is typed.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, _: &str) -> Result<Next> {
    let Some(last) = &shell.last_statement else {
        let failure = Failure::usage("no statement has been entered at a prompt yet");
        return Err(failure.with_help("enter one, or edit a file and run it with .read"));
    };
    shell.draft = Some(edit(last, shell.settings.safe)?);
    Ok(Next::Done)
}
