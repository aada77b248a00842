//! `.layouts`

use super::{Action, Argument, Command, Section, matching};

pub(super) const COMMAND: Command = Command {
    name: "layouts",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".layouts [PATTERN]",
    help: "Lists the layouts that `lifetracks load` knows, and the table each one fills.",
    argument: Argument::Other,
    run: Action::Ask(sql),
};

fn sql(argument: &str) -> String {
    let filter = matching("name", argument);
    format!("SELECT name, table_name, agency, description FROM lifetracks.layouts{filter} ORDER BY name")
}
