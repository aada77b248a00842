//! `.record`

use super::cd::path_of;
use super::{Action, Argument, Command, Next, Section, unquoted};
use crate::failure::{Failure, Result};
use crate::record::Recording;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "record",
    aliases: &[],
    section: Section::Shell,
    usage: ".record start FILE.md|stop",
    help: "Writes what is entered from now on, and what it shows, to a new Markdown file, or stops that.",
    argument: Argument::WordThenFile(&["start", "stop"]),
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let (word, name) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    match (word, unquoted(name)) {
        ("start", "") => return Err(Failure::usage("a record needs a file").with_help(COMMAND.usage)),
        ("start", name) => start(shell, name)?,
        ("stop", "") => stop(shell)?,
        ("", _) => {
            let sentence = shell.recording.as_ref().map_or_else(
                || "Nothing is recorded.".to_owned(),
                |recording| format!("Recording to {}.", recording.path().display()),
            );
            shell.tell(&sentence)?;
        }
        _ => return Err(Failure::usage("a record is started or stopped").with_help(COMMAND.usage)),
    }
    Ok(Next::Done)
}

fn start(shell: &mut Shell, name: &str) -> Result<()> {
    if let Some(recording) = &shell.recording {
        let message = format!("{} is being recorded already", recording.path().display());
        return Err(Failure::usage(message).with_help("end it with .record stop"));
    }
    let lake = match (shell.engine.lake_folder(), shell.engine.lake_version()) {
        (Some(lake), Some(version)) => format!("Lake {lake}, version {version}"),
        _ => "No lake".to_owned(),
    };
    let recording = Recording::start(&path_of(name)?, &lake)?;
    shell.tell(&format!("Recording to {}.", recording.path().display()))?;
    shell.recording = Some(recording);
    Ok(())
}

fn stop(shell: &mut Shell) -> Result<()> {
    let recording = shell
        .recording
        .take()
        .ok_or_else(|| Failure::usage("nothing is recorded").with_help("begin with .record start FILE.md"))?;
    let path = recording.path().display().to_string();
    let entries = match recording.stop() {
        1 => "1 entry".to_owned(),
        entries => format!("{entries} entries"),
    };
    shell.say(&format!("{entries} recorded in {path}."))
}
