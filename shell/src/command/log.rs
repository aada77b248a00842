//! `.log`

use super::switch::{state, switched};
use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "log",
    aliases: &[],
    section: Section::Shell,
    usage: ".log [on|off]",
    help: "Says where the query log is, or leaves further statements out of it; FROM query_log() shows it.",
    argument: Argument::Switch,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if !argument.is_empty() {
        shell.log.is_on = switched(COMMAND.name, argument, shell.log.is_on)?;
    }
    let file = shell.engine.query_log().map(|path| path.display().to_string());
    let sentence = match file {
        Some(file) => format!("The query log is {}: {file}", state(shell.log.is_on)),
        None => "There is no query log without a home folder; set HOME or XDG_STATE_HOME.".to_owned(),
    };
    shell.say(&sentence)?;
    Ok(Next::Done)
}
