//! `.shell`

use super::{Action, Argument, Command, Next, Section};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "shell",
    aliases: &["\\!"],
    section: Section::Shell,
    usage: ".shell COMMAND",
    help: "Runs a command of the operating system; not in safe mode.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if shell.settings.safe {
        return Err(Failure::new(Exit::REFUSED, "no other program is started in safe mode"));
    }
    if argument.is_empty() {
        return Err(Failure::usage("there is no command to run").with_help(COMMAND.usage));
    }
    shell.print("")?;
    let status = std::process::Command::new("sh").arg("-c").arg(argument).status();
    let status = status.map_err(|error| Failure::usage(format!("could not start a shell: {error}")))?;
    if status.success() {
        return Ok(Next::Done);
    }
    let code = status.code().map_or_else(|| "a signal".to_owned(), |code| format!("exit code {code}"));
    Err(Failure::new(Exit::QUERY, format!("the command ended with {code}")))
}
