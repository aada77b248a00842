//! `.chart`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use lifetracks_engine::classification;

use super::last::{LAST, rows_of_last};
use super::{Action, Argument, Collect, Collected, Command, Next, Section, forced, show_text};
use crate::chart::{Chart, ChartSpec, FileFormat, KINDS, Screen};
use crate::export::Draft;
use crate::failure::{Failure, Result};
use crate::render::Columns;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "chart",
    aliases: &[],
    section: Section::Output,
    usage: ".chart [TYPE] [x=COLUMN] [y=COLUMN,..] [by=COLUMN] [title=TEXT] [to FILE [--force]]",
    help: "Draws the last result, or writes the drawing to an .svg or a .png file: bar, line, scatter, histogram, \
           sparkline, survival, flow. .chart help explains them.",
    argument: Argument::OneOf(WORDS),
    run: Action::Do(run),
};

/// What Tab offers.
const WORDS: &[&str] = &["bar", "flow", "help", "histogram", "line", "scatter", "sparkline", "survival"];

/// What may stand beside the type.
const OPTIONS: &str = "\
Columns that are not given are chosen: dates, years and codes for the axis and the series, the first
quantity for y. A missing or suppressed value is a gap, never zero, and nothing is added up.

  stacked     puts the bars of several series on each other; percent makes them shares of their sum
  ascii       draws with plain characters, as is done where the locale is not UTF-8
  to FILE     writes an .svg or a .png file instead of drawing here; --force replaces one that is there
";

/// Rows that are read of the last result; a drawing of more shows no more.
const MOST_ROWS: usize = 1_000_000;

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if argument.eq_ignore_ascii_case("help") {
        shell.print(&help())?;
        return Ok(Next::Done);
    }
    let (argument, force) = forced(argument);
    let (spec, file) = ChartSpec::parse(argument)?;
    let file = file.map(|name| target(shell, name, force)).transpose()?;
    rows_of_last(shell)?;
    let then = move |shell: &mut Shell, rows: Collected| draw(shell, &spec, file, &rows);
    Ok(Next::Collect(Collect { sql: LAST.to_owned(), limit: MOST_ROWS, then: Box::new(then) }))
}

/// A file that may be written.
fn target(shell: &Shell, name: String, force: bool) -> Result<PathBuf> {
    let path = PathBuf::from(name);
    FileFormat::of(&path)?;
    shell.refuse_existing(&path, force)?;
    Ok(path)
}

fn help() -> String {
    let kinds = KINDS.iter().map(|kind| format!("  {:<11} {}\n", kind.name, kind.help));
    format!("{}\n\n{}\n{OPTIONS}", COMMAND.usage, kinds.collect::<String>())
}

fn draw(shell: &mut Shell, spec: &ChartSpec, file: Option<PathBuf>, rows: &Collected) -> Result<Next> {
    let columns = Columns { schema: &rows.schema, roles: &rows.roles };
    let chart = Chart::from_batches(spec, &columns, &rows.batches, rows.rows)?;
    if let Some(path) = file.or_else(|| shell.output.picture.take()) {
        write_picture(&chart, &path)?;
        let mark = classification(&rows.schema).map(|line| format!(" ({line})")).unwrap_or_default();
        shell.say(&format!("{} {}{mark}", chart.summary(), path.display()))?;
        return Ok(Next::Done);
    }
    let text = chart.text(&Screen::of_terminal(shell.theme(), spec.ascii));
    if shell.output.once_takes_text()? {
        show_text(shell, &text)?;
    } else {
        shell.print(&text)?;
    }
    Ok(Next::Done)
}

/// Writes a picture, whole or not at all.
fn write_picture(chart: &Chart, path: &Path) -> Result<()> {
    let bytes = chart.file(FileFormat::of(path)?)?;
    let draft = Draft::begin(path)?;
    draft.file()?.write_all(&bytes).map_err(|error| Failure::file("write", path, &error))?;
    draft.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_offered() {
        let mut kinds: Vec<_> = KINDS.iter().map(|kind| kind.name).chain(["help"]).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, WORDS);
        assert!(KINDS.iter().all(|kind| COMMAND.help.contains(kind.name)));
    }
}
