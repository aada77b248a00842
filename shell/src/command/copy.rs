//! `.copy`

use std::io::{self, IsTerminal, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::last::{LAST, rows_of_last};
use super::{Action, Argument, Collect, Collected, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::render::{Columns, Ending, Format, Look, View, format_named};
use crate::shell::Shell;
use crate::text::{bytes, counted};

/// Bytes that terminals take: xterm and tmux refuse longer sequences.
const LARGEST: usize = 74_994 / 4 * 3;

/// More rows than this are too many bytes, whatever they hold: a value, its separator.
const MOST_ROWS: usize = LARGEST / 2;

const FORMATS: &[&str] = &["csv", "markdown", "tsv"];

pub(super) const COMMAND: Command = Command {
    name: "copy",
    aliases: &[],
    section: Section::Output,
    usage: ".copy [csv|tsv|markdown]",
    help: "Copies the last result to the clipboard, as tsv where nothing else is said. The terminal must allow it (OSC 52).",
    argument: Argument::OneOf(FORMATS),
    run: Action::Do(run),
};

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let name = if argument.is_empty() { "tsv" } else { argument };
    let format = format_named(name).filter(|format| FORMATS.contains(&format.name));
    let Some(format) = format else {
        return Err(Failure::usage(format!(".copy does not know {argument}")).with_help(COMMAND.usage));
    };
    if !io::stdout().is_terminal() {
        return Err(Failure::usage("there is no terminal whose clipboard could be written")
            .with_help("write a file with .export"));
    }
    rows_of_last(shell)?;
    let then = move |shell: &mut Shell, rows: Collected| copy(shell, &rows, format);
    Ok(Next::Collect(Collect { sql: LAST.to_owned(), limit: MOST_ROWS, then: Box::new(then) }))
}

fn copy(shell: &mut Shell, rows: &Collected, format: &Format) -> Result<Next> {
    let text = rendered(shell, rows, format)?;
    if text.len() > LARGEST || rows.rows > MOST_ROWS as u64 {
        let large = format!("the result is larger than the {} that terminals copy", bytes(LARGEST as u64));
        return Err(Failure::usage(large).with_help("write a file with .export, or ask for less"));
    }
    let mut terminal = io::stdout().lock();
    write!(terminal, "\x1b]52;c;{}\x07", STANDARD.encode(&text))?;
    terminal.flush()?;
    shell.say(&format!("{} copied as {}.", counted(rows.rows, "row"), format.name))?;
    Ok(Next::Done)
}

fn rendered(shell: &Shell, rows: &Collected, format: &Format) -> Result<Vec<u8>> {
    let look = Look { null: shell.output.look.null.clone(), ..Look::default() };
    let view = View { footer: true, look, ..View::default() };
    let mut text = Vec::new();
    let mut render = (format.open)(&Columns { schema: &rows.schema, roles: &rows.roles }, &view);
    render.begin(&mut text)?;
    for batch in &rows.batches {
        render.batch(batch, &mut text)?;
    }
    render.end(&Ending::default(), &mut text)?;
    Ok(text)
}
