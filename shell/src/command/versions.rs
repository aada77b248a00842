//! `.versions`

use super::{Action, Argument, Command, Section, matching};

pub(super) const COMMAND: Command = Command {
    name: "versions",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".versions [TABLE]",
    help: "Lists the lake's versions: what was loaded, when, and how many rows were rejected.",
    argument: Argument::Table,
    run: Action::Ask(sql),
};

fn sql(argument: &str) -> String {
    let filter = matching("table_name", argument);
    format!(
        "SELECT lake_version, table_name, committed_at, operation, layout, rows_in, loaded, rejected \
         FROM lifetracks.versions{filter} ORDER BY lake_version, table_name"
    )
}
