//! `.cohorts`

use super::{Action, Argument, Command, Section, matching};

pub(super) const COMMAND: Command = Command {
    name: "cohorts",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".cohorts [PATTERN]",
    help: "Lists the cohorts that the lake keeps: members, who made them, and whether their tables have changed since.",
    argument: Argument::Other,
    run: Action::Ask(sql),
};

fn sql(argument: &str) -> String {
    let filter = matching("name", argument);
    format!(
        "SELECT name, version, members, index_column, author, created_at, lake_version, is_stale, stale_because \
         FROM lifetracks.cohorts{filter} ORDER BY name"
    )
}
