//! `.tables`

use super::{Action, Argument, Command, Section, matching};

pub(super) const COMMAND: Command = Command {
    name: "tables",
    aliases: &["\\dt"],
    section: Section::Catalogue,
    usage: ".tables [PATTERN]",
    help: "Lists the tables with their owner agency, rows and meaning, and the cohorts.",
    argument: Argument::Table,
    run: Action::Ask(sql),
};

fn sql(argument: &str) -> String {
    let filter = matching("table_name", argument);
    format!(
        "SELECT table_name, kind, owner, rows, description FROM ( \
         SELECT table_name, kind, owner, rows, description FROM lifetracks.tables UNION ALL \
         SELECT concat('cohort(''', name, ''')'), 'cohort', author, members, \
         concat('Version ', version, ', made from lake version ', lake_version, '.') FROM lifetracks.cohorts \
         ){filter} ORDER BY table_name"
    )
}
