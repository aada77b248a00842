//! `.null`

use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "null",
    aliases: &[],
    section: Section::Output,
    usage: ".null [TEXT]",
    help: "Sets what stands for NULL; without a text, each format has its own again.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    shell.output.look.null = match argument {
        "" => None,
        "''" | "\"\"" => Some(String::new()),
        text => Some(text.to_owned()),
    };
    let sentence = match &shell.output.look.null {
        Some(text) => format!("NULL is written as {text:?}."),
        None => "NULL is written as each format does.".to_owned(),
    };
    shell.say(&sentence)?;
    Ok(Next::Done)
}
