//! `.pager`

use super::{Action, Argument, Command, Next, Section};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Pager;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "pager",
    aliases: &[],
    section: Section::Output,
    usage: ".pager [auto|on|off|COMMAND]",
    help: "Shows results through $PAGER or less when they do not fit on the screen (auto), always, never, or through a command.",
    argument: Argument::OneOf(&["auto", "off", "on"]),
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    shell.output.pager = match argument {
        "" => shell.output.pager.clone(),
        "auto" => Pager::Auto,
        "on" => Pager::On,
        "off" => Pager::Off,
        _ if shell.settings.safe => {
            let refused = Failure::new(Exit::REFUSED, "no command can be run in safe mode");
            return Err(refused.with_help("write .pager auto, on or off"));
        }
        command => Pager::Command(command.to_owned()),
    };
    let state = match &shell.output.pager {
        Pager::Auto => "auto",
        Pager::On => "on",
        Pager::Off => "off",
        Pager::Command(command) => command,
    };
    let sentence = format!("The pager is {state}.");
    shell.say(&sentence)?;
    Ok(Next::Done)
}
