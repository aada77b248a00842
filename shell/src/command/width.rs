//! `.width`

use super::number::number;
use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "width",
    aliases: &[],
    section: Section::Output,
    usage: ".width [N ..]",
    help: "Sets the widths of a table's first columns; 0 takes what a column needs. Without numbers, every column does.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let widths = argument.split_whitespace().map(|word| number(&COMMAND, word));
    let widths = widths.collect::<Result<Vec<_>>>()?;
    let sentence = match widths.as_slice() {
        [] => "Every column is as wide as it needs.".to_owned(),
        widths => format!(
            "The first columns are {} wide.",
            widths.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        ),
    };
    shell.output.look.widths = widths;
    shell.say(&sentence)?;
    Ok(Next::Done)
}
