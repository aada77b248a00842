//! `.chart`

use std::path::PathBuf;

use super::{Action, Argument, Collect, Collected, Command, Next, Section};
use crate::chart::{Chart, ChartSpec, FileFormat, KINDS, Screen};
use crate::failure::{Failure, Result};
use crate::render::Columns;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "chart",
    aliases: &[],
    section: Section::Output,
    usage: ".chart [TYPE] [x=COLUMN] [y=COLUMN,..] [by=COLUMN] [title=TEXT] [to FILE]",
    help: "Draws the last result, or writes the drawing to an .svg or a .png file: bar, line, scatter, histogram, \
           sparkline, survival, flow. .chart help explains them.",
    argument: Argument::Other,
    run: Action::Do(run),
};

/// What may stand beside the type.
const OPTIONS: &str = "\
Columns that are not given are chosen: dates, years and codes for the axis and the series, the first
quantity for y. A missing or suppressed value is a gap, never zero, and nothing is added up.

  stacked     puts the bars of several series on each other; percent makes them shares of their sum
  ascii       draws with plain characters, as is done where the locale is not UTF-8
  to FILE     writes an .svg or a .png file instead of drawing here
";

/// Rows that are read of the last result; a drawing of more shows no more.
const MOST_ROWS: usize = 200_000;

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if argument.eq_ignore_ascii_case("help") {
        shell.print(&help())?;
        return Ok(Next::Done);
    }
    let (spec, file) = ChartSpec::parse(argument)?;
    let file = file.map(PathBuf::from);
    let file = file.map(|path| FileFormat::of(&path).map(|format| (path, format))).transpose()?;
    let then = move |shell: &mut Shell, rows: Collected| draw(shell, &spec, file, &rows);
    Ok(Next::Collect(Collect { sql: "SELECT * FROM _".to_owned(), limit: MOST_ROWS, then: Box::new(then) }))
}

fn help() -> String {
    let kinds = KINDS.iter().map(|kind| format!("  {:<11} {}\n", kind.name, kind.help));
    format!("{}\n\n{}\n{OPTIONS}", COMMAND.usage, kinds.collect::<String>())
}

fn draw(
    shell: &mut Shell,
    spec: &ChartSpec,
    file: Option<(PathBuf, FileFormat)>,
    rows: &Collected,
) -> Result<Next> {
    let columns = Columns { schema: &rows.schema, roles: &rows.roles };
    let chart = Chart::from_batches(spec, &columns, &rows.batches, rows.rows)?;
    match file {
        None => {
            let screen = Screen::of_terminal(shell.terminal.output, spec.ascii);
            shell.print(&chart.text(&screen))?;
        }
        Some((path, format)) => {
            let bytes = chart.file(format)?;
            std::fs::write(&path, bytes).map_err(|error| Failure::file("write", &path, &error))?;
            shell.say(&format!("{} {}", chart.summary(), path.display()))?;
        }
    }
    Ok(Next::Done)
}
