//! `.functions`

use super::{Action, Argument, Command, Section, matching};

pub(super) const COMMAND: Command = Command {
    name: "functions",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".functions [PATTERN]",
    help: "Lists the SQL functions and how they are called.",
    argument: Argument::Function,
    run: Action::Ask(sql),
};

fn sql(argument: &str) -> String {
    let filter = matching("name", argument);
    format!(
        "SELECT name, syntax, split_part(description, '. ', 1) AS description FROM lifetracks.functions{filter} ORDER BY name, kind, syntax"
    )
}
