//! The prompt: reads, runs, shows, and lives on after every error.

use crate::editor::{EditMode, Input, LineEditor};
use crate::exit::Exit;
use crate::failure::Result;
use crate::marks;
use crate::script::Source;
use crate::shell::Shell;

/// Runs the prompt until the person leaves it.
pub(crate) fn run(shell: &mut Shell, lake: Option<&str>, keys: EditMode) -> Result<Exit> {
    let (mut editor, problem) = LineEditor::open(&shell.catalogue, shell.terminal.output, keys)?;
    if let Some(problem) = problem {
        shell.report(&problem, None);
    }
    shell.say(&banner(lake, shell.engine.lake_version()))?;
    let mut draft = None;
    loop {
        shell.catalogue.know(&shell.parameters);
        match editor.read(draft.take(), shell.settings.safe)? {
            Input::Text(text) if text.trim().is_empty() => {}
            Input::Text(text) => {
                let mut interrupt = shell.listen();
                let is_added = editor.remember(&text).unwrap_or_else(|problem| {
                    shell.report(&problem, None);
                    false
                });
                marks::started();
                let source = Source { name: None, text };
                let ran = shell.run(&source, &mut interrupt);
                marks::ended(ran.exit.0);
                if ran.leaves {
                    return Ok(ran.exit);
                }
                let has_failed = !matches!(ran.exit, Exit::SUCCESS | Exit::INTERRUPTED);
                if let Err(problem) = editor.judge(&source.text, has_failed, is_added) {
                    shell.report(&problem, None);
                }
                draft = shell.draft.take();
                editor.set_theme(shell.terminal.output);
            }
            Input::Unedited { text, failure } => {
                shell.report(&failure, None);
                draft = Some(text);
            }
            Input::Interrupted { had_text: true } => {}
            Input::Interrupted { had_text: false } => {
                shell.tell("press Ctrl-D or type .quit to leave")?;
            }
            Input::End => return Ok(Exit::SUCCESS),
        }
    }
}

fn banner(lake: Option<&str>, version: Option<u64>) -> String {
    let lake = match (lake, version) {
        (Some(lake), Some(version)) => format!("{lake}, version {version}"),
        (Some(lake), None) => lake.to_owned(),
        (None, _) => "no lake: `lifetracks demo` builds one".to_owned(),
    };
    format!("LifeTracks {} · {lake} · .help, Ctrl-D leaves", env!("CARGO_PKG_VERSION"))
}
