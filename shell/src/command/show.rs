//! `.show`

use super::switch::state;
use super::{Action, Argument, Command, Next, Section};
use crate::failure::Result;
use crate::output::Pager;
use crate::render::Numbers;
use crate::shell::Shell;
use crate::text::seconds;

pub(super) const COMMAND: Command = Command {
    name: "show",
    aliases: &[],
    section: Section::Shell,
    usage: ".show",
    help: "Shows how results look and how statements run; .set shows the settings of the engine.",
    argument: Argument::Other,
    run: Action::Do(run),
};

fn run(shell: &mut Shell, _: &str) -> Result<Next> {
    let (settings, look) = (&shell.settings, &shell.output.look);
    let all = |count: usize| if count == 0 { "all".to_owned() } else { count.to_string() };
    let numbers = match look.numbers {
        Numbers::Plain => "plain",
        Numbers::Grouped => "grouped",
        Numbers::Si => "si",
    };
    let pager = match &shell.output.pager {
        Pager::Auto => "auto",
        Pager::On => "on",
        Pager::Off => "off",
        Pager::Command(command) => command,
    };
    let lines = [
        ("mode", settings.format.name.to_owned()),
        ("maxrows", all(settings.display_rows)),
        ("maxwidth", if look.width == 0 { "the terminal's".to_owned() } else { look.width.to_string() }),
        ("types", state(look.types).to_owned()),
        ("headers", state(look.headers).to_owned()),
        ("null", look.null.clone().unwrap_or_default()),
        ("numbers", numbers.to_owned()),
        ("pager", pager.to_owned()),
        ("timer", state(settings.timer).to_owned()),
        ("progress", state(settings.progress).to_owned()),
        ("log", state(shell.log.is_on).to_owned()),
        ("limit", settings.limit.map_or_else(|| "all".to_owned(), |rows| rows.to_string())),
        ("timeout", settings.timeout.map_or_else(|| "none".to_owned(), seconds)),
        ("safe", state(settings.safe).to_owned()),
    ];
    let text: String =
        lines.iter().map(|(name, value)| format!("{name:>9}  {value}\n").replace("  \n", "\n")).collect();
    shell.print(&text)?;
    Ok(Next::Done)
}
